public import EventLog

/// What will be won within a period, as it looks at a moment, by several methods (R14).
///
/// Won in the period is what stands as won at the moment and was won within it; a deal that was won several times
/// counts where it was won last. Open deals, amounts, owners and groups are those of the moment. Once the period is
/// over no open deal can be won in it, and every method says what was won.
///
/// Amounts are in minor units of their currency and never added to those of another one. The amount of a deal times a
/// probability is rounded half up, so that the forecasts of groups add up to those of all deals; but for run rates,
/// which are rounded once.
public struct SalesForecast: Codable, Sendable, Hashable {
    /// So many deals, and what they come to.
    public struct Deals: Codable, Sendable, Hashable {
        /// How many.
        public let deals: Int64
        /// Minor units.
        public let value: Int64
    }

    /// The open deals of one forecast category that are expected to be closed in the period.
    public struct Category: Codable, Sendable, Hashable {
        /// As the definition of the pipeline that is in force names it for their stage; empty where it names none, or
        /// has no such stage.
        public let category: String
        /// How many.
        public let deals: Int64
        /// Minor units.
        public let value: Int64
    }

    /// How many deals of the historic forecast took their probability from where.
    public struct Basis: Codable, Sendable, Hashable {
        /// From where.
        public let basis: ForecastBasis
        /// How many.
        public let deals: Int64
    }

    /// What one method says.
    public struct Estimate: Codable, Sendable, Hashable {
        /// Which method.
        public let method: ForecastMethod
        /// What will be won in the period, what is won already included; minor units.
        public let value: Int64
        /// The lower bound of the 80 % band, minor units; nil where there is none.
        ///
        /// - Commit and best case: from commit to all of `commit`, `best_case` and `pipeline`.
        /// - Stage-weighted and historic: value ∓ z σ with z = 1.2816 and σ² = Σ amount² p (1 − p), the deals being
        ///   won independently of each other.
        /// - Run rate: value ∓ z σ with the standard deviation of what was won within past windows as long as the rest
        ///   of the period, one after the other up to the moment, 400 at most; none where there are fewer than 8.
        ///
        /// Not less than what is won already.
        public let lower: Int64?
        /// The upper bound of the 80 % band, minor units; nil where there is none.
        public let upper: Int64?
    }

    /// The forecasts in one currency: of all deals, or of one group.
    public struct Line: Codable, Sendable, Hashable {
        /// The value of the dimension, empty for deals that have none; nil for all deals together.
        public let group: String?
        /// Empty for deals whose value nobody has stated.
        public let currency: String
        /// What was won in the period so far.
        public let won: Deals
        /// What is open, whenever it is expected to be closed: `categories`, `otherDays` and `noDay`.
        public let open: Deals
        /// Of that, what is expected to be closed in the period: `commit`, `best_case`, `pipeline`, then others by
        /// name, the one without a name last.
        public let categories: [Category]
        /// Of that, what is expected to be closed on other days; all that has a day once the period is over.
        public let otherDays: Deals
        /// Of that, what has no day on which it is expected to be closed.
        public let noDay: Deals
        /// Of what is expected to be closed in the period, deals whose stage no definition in force has: they weigh
        /// nothing in the stage-weighted forecast.
        public let unweighted: Deals
        /// Where the historic forecast has its probabilities from.
        public let bases: [Basis]
        /// How many open deals the historic forecast expects to be won in the period, in hundredths, rounded half up:
        /// deals whose value nobody has stated count here, too.
        public let expectedWinsCenti: Int64
        /// What was won on the days of the run rate; minor units.
        public let trailingWon: Int64
        /// How many past windows the band of the run rate is taken from.
        public let windows: Int
        /// In the order of ``ForecastMethod``, one of each.
        public let estimates: [Estimate]
    }

    /// The first day of the period, as asked.
    public let from: String
    /// The last day of the period, as asked.
    public let to: String
    /// When it is made, as asked: what had happened by then counts.
    public let madeAt: Timestamp
    /// The IANA zone that days belong to.
    public let zone: String
    /// The pipeline, as asked; nil takes all together.
    public let pipeline: String?
    /// What deals are grouped by, as asked.
    public let by: String?
    /// Of how many days the run rate is taken.
    public let trailingDays: Int
    /// How many days of the period are left, in hundredths rounded half up.
    public let remainingDaysCenti: Int64
    /// By currency.
    public let totals: [Line]
    /// By group and currency; nil where nothing is grouped. Groups of which nothing is open, nothing is won in the
    /// period and nothing was won on the days of the run rate are left out, and so are such currencies.
    public let groups: [Line]?
    /// The position that the answer is of.
    public let position: Position
}
