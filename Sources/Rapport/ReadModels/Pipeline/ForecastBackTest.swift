public import EventLog

/// How good forecasts of past periods would have been, each made by what was known, or had happened, at its moment.
///
/// Known then is what had been recorded by then: changes of deals that were recorded later are left out, and so are
/// later definitions of pipelines and assignments of users. All else is as it is known now: the customers and
/// attributes of deals, who is who, and what corrections say of the events that are left.
///
/// What was really won in a period is what stands as won at its end and was won within it, by all that is recorded now.
/// A group's share of it is what the deals come to that were the group's at the end of the period.
public struct ForecastBackTest: Codable, Sendable, Hashable {
    /// One period and the moment its forecast was made.
    public struct Period: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...
        public let period: String
        /// The last moment that counted for its forecast.
        public let madeAt: Timestamp
        /// The last position of what was known then; with the basis `happened` that of the answer.
        public let position: Position
        /// How many corrections and reverted imports have changed since what was known then: the forecast takes them
        /// in, though nobody knew of them. Where there are any, ask the CRM as of ``position`` for the forecast that
        /// would have been made.
        public let laterCorrections: Int64
    }

    /// What one method said of one period, and what came.
    public struct Point: Codable, Sendable, Hashable {
        /// The period's label.
        public let period: String
        /// The value of the dimension, empty for deals that have none; nil for all deals together.
        public let group: String?
        /// Empty for deals whose value nobody has stated.
        public let currency: String
        /// Which method.
        public let method: ForecastMethod
        /// What it said, in minor units.
        public let forecast: Int64
        /// The lower bound of its 80 % band; nil where there was none.
        public let lower: Int64?
        /// The upper bound of its 80 % band; nil where there was none.
        public let upper: Int64?
        /// What was won in the period, in minor units.
        public let actual: Int64
        /// `forecast` − `actual`.
        public let error: Int64
        /// `error` / `actual` in basis points, rounded half up; nil where nothing was won.
        public let errorBp: Int64?
        /// Whether `actual` lies in the band, bounds included; nil where there was none.
        public let isWithin: Bool?
    }

    /// How good one method was over all periods.
    public struct Summary: Codable, Sendable, Hashable {
        /// The value of the dimension, empty for deals that have none; nil for all deals together.
        public let group: String?
        /// Empty for deals whose value nobody has stated.
        public let currency: String
        /// Which method.
        public let method: ForecastMethod
        /// How many periods it was tested on.
        public let periods: Int64
        /// What was won in a period on average, in minor units.
        public let meanActual: Int64
        /// The mean absolute percentage error: the mean of |error| / |actual| over the periods in which anything was
        /// won, in basis points rounded half up; nil where nothing was.
        public let mapeBp: Int64?
        /// The mean error with its sign, in minor units rounded half up: above 0 the method promises too much.
        public let bias: Int64
        /// The bias over what was won on average, in basis points rounded half up; nil where that is not above 0.
        public let biasBp: Int64?
        /// In how many periods there was a band.
        public let bands: Int64
        /// In how many of these the band held what came, in basis points rounded half up: near 8,000 where the bands
        /// are right. Nil without any.
        public let coverageBp: Int64?
        /// The mean interval score of the band, in minor units rounded half up; the smaller the better:
        /// (u − l) + 2/α (l − y) where y < l, + 2/α (y − u) where y > u, with α = 0.2. Nil without any band. Source:
        /// T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation", Journal of the
        /// American Statistical Association 102 (2007).
        public let intervalScore: Int64?
        /// The mean weighted interval score of forecast and band, in minor units rounded half up; the smaller the
        /// better: (½ |y − m| + α/2 IS) / (1 + ½) with the forecast m as the median. Nil without any band. Source:
        /// J. Bracher, E. L. Ray, T. Gneiting and N. G. Reich, "Evaluating Epidemic Forecasts in an Interval Format",
        /// PLOS Computational Biology 17 (2021).
        public let weightedIntervalScore: Int64?
    }

    /// The length of the periods, as asked.
    public let period: Granularity
    /// The first day, as asked.
    public let from: String
    /// The last day, as asked.
    public let to: String
    /// The day of each period on which its forecast was made, as asked; 0 is the one before it.
    public let day: Int
    /// By what the forecasts go, as asked.
    public let basis: BackTestQuestion.Basis
    /// The IANA zone that days belong to.
    public let zone: String
    /// The pipeline, as asked; nil takes all together.
    public let pipeline: String?
    /// What deals are grouped by, as asked.
    public let by: String?
    /// Whether no forecast takes in a later correction: no period has ``Period/laterCorrections``. It says nothing of
    /// customers and attributes that became known later.
    public let exact: Bool
    /// Those that were over when the last event of the answer was recorded, in order.
    public let periods: [Period]
    /// By currency, then by group and currency, in the order of methods. With owners as groups these are how good the
    /// promises of each were.
    public let summaries: [Summary]
    /// By currency, then by group and currency, in the order of periods and methods. A period in which nothing was
    /// open, nothing was won lately and nothing came is left out.
    public let points: [Point]
    /// The position that the answer is of.
    public let position: Position
}
