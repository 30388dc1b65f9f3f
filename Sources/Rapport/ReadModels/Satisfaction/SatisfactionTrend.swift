public import EventLog

/// Satisfaction period by period, with the uncertainty of each figure, whether it changes, and how many have answered.
public struct SatisfactionTrend: Codable, Sendable, Hashable {
    /// The answers of one period (and value of the dimension).
    public struct Point: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ...; "all" for the whole range.
        public let period: String
        /// The value of the dimension; nil without one.
        public let group: String?
        /// How often each score was given, and how often none was.
        public let counts: ScoreCounts
        /// Answers with a score that are not in `counts`, because the same person gave another one shortly before; nil
        /// without such a rule.
        public let repeats: Int?
        /// Whether there are fewer than 30 scores: the interval of `nps` is adjusted then, and a control chart does not
        /// rely on the spread of these scores alone.
        public let isSmallSample: Bool
        /// The mean score, with its interval of 95 %; nil when no score was given.
        public let mean: MeanInterval?
        /// For the metrics `nps` and `enps`.
        public let nps: NetPromoterScore?
        /// For `csat` and `rating`.
        public let csat: CustomerSatisfactionScore?
        /// For `ces`.
        public let ces: CustomerEffortScore?
        /// The invitations of the period; nil where nobody was invited.
        public let response: Response?
        /// Where the control chart stands after the period; nil for the whole range, for a period without scores, and
        /// where there is no chart.
        public let control: ControlState?
    }

    /// What became of the invitations of a range, by their time, to the surveys that the answers are of.
    public struct Response: Codable, Sendable, Hashable {
        /// Invitations, each once, at its earliest time; under the dimensions that the invitation states.
        public let invited: Int64
        /// Of these, whenever they did.
        public let answered: Int64
        /// answered / invited, in basis points rounded half up.
        public let rateBp: Int64?
    }

    /// A period on the control chart (EWMA, λ = 0.2, limits at 3 standard deviations), in units of the figure. Limits
    /// may lie beyond what the figure can be.
    public struct ControlState: Codable, Sendable, Hashable {
        /// The moving average up to this period.
        public let average: Double
        /// The lower limit.
        public let lower: Double
        /// The upper limit.
        public let upper: Double
        /// Out of which limit the average is; nil within them.
        public let signal: Side?
    }

    /// Out of which limit.
    public enum Side: String, Codable, Sendable, Hashable, CaseIterable {
        case above
        case below
    }

    /// Whether a group changes over its periods.
    public struct GroupTrend: Codable, Sendable, Hashable {
        /// The value of the dimension; nil without one.
        public let group: String?
        /// Which figure of each period is looked at.
        public let figure: SatisfactionFigure
        /// How many periods have one.
        public let periods: Int
        /// Those of them with fewer than 30 scores.
        public let smallSamples: Int
        /// Whether the figure rises or falls; nil where it cannot be tested.
        public let test: TrendTest?
        /// Why there is no test; nil where there is one.
        public let untested: Untested?
        /// The centre of the control chart: the figure of all scores together. Nil without a chart, because within no
        /// period two scores differ.
        public let centre: Double?
        /// The periods that do not fit the others, in order.
        public let signals: [Signal]
    }

    /// A period whose moving average is out of its limits.
    public struct Signal: Codable, Sendable, Hashable {
        /// As in the points.
        public let period: String
        /// Out of which limit.
        public let side: Side
    }

    /// Why a trend was not tested.
    public enum Untested: String, Codable, Sendable, Hashable, CaseIterable {
        /// Fewer than three periods have a figure.
        case tooFewPeriods
        /// More than ``mostTestedPeriods`` have one.
        case tooManyPeriods
    }

    /// The test of Mann and Kendall for a trend, without a correction for what goes on by itself from period to period.
    public struct TrendTest: Codable, Sendable, Hashable {
        /// How the probability was found.
        public enum Method: String, Codable, Sendable, Hashable, CaseIterable {
            /// By counting all orders: of at most ten different values.
            case exact
            /// By the normal distribution of z.
            case normal
        }

        /// Which way.
        public enum Direction: String, Codable, Sendable, Hashable, CaseIterable {
            case rises
            case falls
        }

        /// The greatest probability that counts as a trend.
        public static let significance = 0.05

        /// S: pairs of periods of which the later one is higher, less those of which it is lower.
        public let score: Int64
        /// S in standard deviations, corrected for continuity.
        public let z: Double
        /// The probability of such an S without a trend, on either side; 0 to 1.
        public let pValue: Double
        /// How it was found.
        public let method: Method
        /// Kendall's τ-b, −1 to 1; nil where all values are equal.
        public let tau: Double?
        /// Sen's slope: the median change, in units of the figure per period. Periods without a figure count as time.
        public let slope: Double
        /// Nil where `pValue` is 0.05 or more: no trend is shown.
        public let direction: Direction?
    }

    /// The most periods that are tested for a trend: all pairs of them are looked at.
    public static let mostTestedPeriods = 1_000

    /// `nps`, `csat`, `ces`, `enps` or `rating`.
    public let metric: String
    /// What answers are broken down by; nil takes all together.
    public let dimension: String?
    /// The length of the periods.
    public let by: Granularity
    /// The IANA zone that days belong to.
    public let zone: String
    /// Within so many days only one answer of a person to a question counts; nil where all do.
    public let onePerDays: Int?
    /// By group, then period; periods without respondents and invitations are left out.
    public let points: [Point]
    /// All points of a group together, one for each group.
    public let overall: [Point]
    /// Whether the groups change, in the order of `overall`.
    public let trends: [GroupTrend]
    /// The responses to the surveys that the answers are of, in all groups: what no response rate counts.
    public let responses: [SurveyResponses]
    /// The position that the answer is of.
    public let position: Position
}

/// How many have responded to a survey in a range of days, by the time of the response, whether invited or not.
public struct SurveyResponses: Codable, Sendable, Hashable {
    /// The id of the survey.
    public let survey: String
    /// Events of responses: each counts, also where two name one response. The same event is stored once.
    public let responses: Int64
    /// Those of them that name no invitation: no response rate counts them.
    public let uninvited: Int64
    /// Those of them without an answer to any question, not even that there is none.
    public let withoutAnswers: Int64
    /// Invitations that responses name and that nobody has sent, at the time of the earliest response: no response rate
    /// counts them, until the invitation is known.
    public let unknownInvitations: Int64
}

/// The one figure of a metric by which its periods are compared.
public enum SatisfactionFigure: String, Codable, Sendable, Hashable, CaseIterable {
    /// Promoters less detractors, in points, −100 to 100: of `nps` and `enps` from 0 to 10.
    case netPromoterScore
    /// The share of the two best scores, 0 to 1: of `csat` on a scale of more than two scores.
    case topTwoShare
    /// The mean score: of `ces` and `rating`, and of the others on a scale that is not theirs.
    case mean
}
