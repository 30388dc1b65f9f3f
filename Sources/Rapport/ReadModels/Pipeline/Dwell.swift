public import EventLog

/// How long deals stay in the stages of their pipelines (R15).
///
/// A visit is from entering a stage until leaving it, for another stage or by a win or a loss. A deal that is opened
/// again enters its stage again; one that is said to enter the stage it is in goes on with its visit. A visit that is
/// not over counts as far as it has come.
public struct StageDwell: Codable, Sendable, Hashable {
    /// How visits ended.
    public struct Exits: Codable, Sendable, Hashable {
        /// For a later stage of the pipeline.
        public let later: Int64
        /// For an earlier stage, or for none.
        public let earlier: Int64
        /// By a win.
        public let won: Int64
        /// By a loss.
        public let lost: Int64
    }

    /// The visits to one stage.
    public struct Stage: Codable, Sendable, Hashable {
        /// Whose stage it is.
        public let pipeline: String
        /// The value of the dimension, empty for deals that have none; nil without a dimension.
        public let value: String?
        /// Which stage.
        public let stage: String
        /// Deals that have visited it, each once.
        public let deals: Int64
        /// How often they did.
        public let visits: Int64
        /// Visits of deals that had been there before, as far as those visits are asked for: `visits` − `deals`.
        public let reentries: Int64
        /// Visits that are not over.
        public let openNow: Int64
        /// How long the visits took that are over; nil without any. Where many are not over, the slow ones are missing.
        public let visit: DurationSummary?
        /// How long each deal was there in all, over the deals none of whose visits goes on; nil without any.
        public let deal: DurationSummary?
        /// Half of the visits are over by then, in milliseconds rounded down: the median of Kaplan and Meier, which
        /// takes visits that are not over as lasting longer. Nil where so many have not ended.
        public let medianMs: Int64?
        /// How visits ended.
        public let exits: Exits
    }

    /// Where deals stay longest.
    public struct Bottleneck: Codable, Sendable, Hashable {
        /// Whose stage it is.
        public let pipeline: String
        /// The value of the dimension, empty for deals that have none; nil without a dimension.
        public let value: String?
        /// The stage with the greatest median; of several the first.
        public let stage: String
        /// Its median, in milliseconds.
        public let medianMs: Int64
    }

    /// The pipeline asked for; nil takes all.
    public let pipeline: String?
    /// The first day on which visits began, as asked; nil is unbounded.
    public let from: String?
    /// The last day on which visits began, as asked, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// When visits that are not over are looked at; what happened later does not count.
    public let now: Timestamp
    /// What visits are grouped by, as it was when each began; nil takes all together.
    public let dimension: String?
    /// By value in byte order, pipeline in byte order, and stage in the order of the pipeline; those without visits are
    /// left out.
    public let stages: [Stage]
    /// One for each value and pipeline that has a stage with a median.
    public let bottlenecks: [Bottleneck]
    /// The position that the answer is of.
    public let position: Position
}

/// Which visits of deals to stages.
public struct DwellQuestion: Sendable, Hashable {
    /// When visits that are not over are looked at; what happened later does not count.
    public var now: Timestamp
    /// Nil takes the deals of all pipelines.
    public var pipeline: String?
    /// The first day on which visits began; nil is unbounded.
    public var from: CivilDate?
    /// The last day on which visits began, included; nil is unbounded.
    public var to: CivilDate?
    /// Groups visits by `owner`, `team`, `territory`, `customer` or an attribute that deals were opened with, as it was
    /// when each began; nil takes all together.
    public var dimension: String?
    /// With a dimension, only visits with this value of it, "" for those that have none; nil takes all.
    public var value: String?
    /// The IANA zone that days belong to.
    public var zone: String

    /// A question; without optional arguments, about all visits until `now`, by days in UTC.
    public init(
        now: Timestamp, pipeline: String? = nil, from: CivilDate? = nil, to: CivilDate? = nil,
        dimension: String? = nil, value: String? = nil, zone: String = "UTC"
    ) {
        self.now = now
        self.pipeline = pipeline
        self.from = from
        self.to = to
        self.dimension = dimension
        self.value = value
        self.zone = zone
    }
}
