public import EventLog

/// How long deals take from opening to win or close, with those that are open still counted as far as they have come
/// (R15); durations have fractions of days.
///
/// ``CycleTimes`` looks at closed deals alone: while a pipeline grows, the quick ones are too many among them.
public struct CycleSurvival: Codable, Sendable, Hashable {
    /// The share of deals that some event has not come to by some time.
    public struct Point: Codable, Sendable, Hashable {
        /// Since the opening, in hundredths of a day, rounded half up.
        public let daysCenti: Int64
        /// How many were watched up to then.
        public let atRisk: Int64
        /// The share that it has not come to by then, in basis points, rounded half up.
        public let survivalBp: Int64
        /// The lower bound of the share's 95 % interval, in basis points; nil once it has come to all.
        public let lowBp: Int64?
        /// The upper bound, in basis points; nil once it has come to all.
        public let highBp: Int64?
    }

    /// The time until some event, by Kaplan and Meier.
    public struct Wait: Codable, Sendable, Hashable {
        /// How many deals it has come to.
        public let ended: Int64
        /// Half of the deals take at most this, in hundredths of a day, rounded half up; nil, as those that follow,
        /// where it has not come to so many.
        public let medianDaysCenti: Int64?
        /// Three of four take at most this.
        public let p75DaysCenti: Int64?
        /// Nine of ten take at most this.
        public let p90DaysCenti: Int64?
        /// In order of time, a hundred points at most of those at which it came to a deal; nil where it was not asked
        /// for.
        public let curve: [Point]?
    }

    /// What has become of deals some days after they were opened: the cumulative incidence of Aalen and Johansen. A
    /// deal that is lost is won no more, which the time to a win by itself leaves out of account.
    public struct Mark: Codable, Sendable, Hashable {
        /// Days since the opening; nil is as long as any deal was watched.
        public let days: Int64?
        /// The probability of a win by then, in basis points, rounded half up; nil where no deal was watched for so
        /// long and some are open.
        public let wonBp: Int64?
        /// The probability of a loss by then, in basis points, rounded half up; nil where that of a win is.
        public let lostBp: Int64?
    }

    /// The deals with one value of the dimension.
    public struct Group: Codable, Sendable, Hashable {
        /// As it was when they were opened, empty for those that have none; nil without a dimension.
        public let value: String?
        /// All of them.
        public let deals: Int64
        /// Those that stand as won.
        public let won: Int64
        /// Those that stand as lost.
        public let lost: Int64
        /// Those that are open.
        public let open: Int64
        /// Until the win; a lost deal counts as one that was last seen when it was lost.
        public let toWin: Wait
        /// Until the win or the loss.
        public let toClose: Wait
        /// After each of ``CycleSurvival/markDays``, and in the end.
        public let marks: [Mark]
    }

    /// After how many days it is looked at what has become of deals.
    public static let markDays: [Int64] = [30, 60, 90, 180, 365]

    /// The pipeline asked for; nil takes all.
    public let pipeline: String?
    /// What deals are grouped by, as it was when they were opened; nil takes all together.
    public let dimension: String?
    /// When deals are looked at that are open; what happened later does not count.
    public let now: Timestamp
    /// By value in byte order; nothing where there are no deals.
    public let groups: [Group]
    /// The position that the answer is of.
    public let position: Position
}
