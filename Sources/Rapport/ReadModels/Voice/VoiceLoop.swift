public import EventLog

/// What became of complaints and suggestions, from their submission until the customer was told (R27).
///
/// What happened later than `now` does not count. A share is nil where there is nothing to take a share of; its bounds
/// are Wilson's. Durations are less than zero where the end is said to have happened before the beginning.
public struct VoiceLoop: Codable, Sendable, Hashable {
    /// Complaints of one period and value of the dimension.
    public struct Complaints: Codable, Sendable, Hashable {
        /// Complaints raised.
        public let raised: Int64
        /// Those of them that name the case they led to.
        public let withCase: Int64
        /// Those of them of which the customer was told.
        public let told: Int64
        /// `told` of `raised`.
        public let toldShare: WilsonInterval?
        /// From the complaint to the first telling; nil where there was none.
        public let toTold: DurationSummary?
    }

    /// Suggestions of one period and value of the dimension.
    public struct Suggestions: Codable, Sendable, Hashable {
        /// Suggestions submitted.
        public let submitted: Int64
        /// Those of them about which somebody decided.
        public let decided: Int64
        /// Those of them whose last decision was to do it.
        public let adopted: Int64
        /// Those of them of which a change came: a decision names it.
        public let changed: Int64
        /// Those of them of which the customer was told.
        public let told: Int64
        /// Those of them that the customer was told of first before anybody had decided anything, whatever was decided
        /// later.
        public let toldUndecided: Int64
        /// Decided, and the customer was told then or later.
        public let toldDecision: Int64
        /// `decided` of `submitted`.
        public let decidedShare: WilsonInterval?
        /// `adopted` of `decided`.
        public let adoptedShare: WilsonInterval?
        /// `changed` of `decided`.
        public let changedShare: WilsonInterval?
        /// `told` of `submitted`.
        public let toldShare: WilsonInterval?
        /// `toldDecision` of `decided`.
        public let toldDecisionShare: WilsonInterval?
        /// From the submission to the first decision; nil, as those that follow, where there was none.
        public let toDecision: DurationSummary?
        /// From the submission to the first decision that names a change.
        public let toChange: DurationSummary?
        /// From the first decision to the first telling from then on.
        public let decisionToTold: DurationSummary?
        /// From the submission to the first telling.
        public let toTold: DurationSummary?
        /// What they may be worth, by currency in byte order.
        public let values: [Value]
        /// Suggestions whose value nobody has estimated; they are in no sum of it.
        public let withoutValue: Int64
        /// Adopted suggestions whose benefit the last decision does not estimate; they are in no sum of it.
        public let adoptedWithoutBenefit: Int64
    }

    /// Estimates in one currency, in minor units.
    public struct Value: Codable, Sendable, Hashable {
        /// The ISO 4217 code.
        public let currency: String
        /// What all suggestions may be worth.
        public let estimated: Int64
        /// What those of them may be worth that were adopted.
        public let estimatedOfAdopted: Int64
        /// What the adopted are expected to bring, as their last decision says.
        public let benefit: Int64
    }

    /// One period, and value of the dimension.
    public struct Group: Codable, Sendable, Hashable {
        /// `2017-03`, `2017-Q1` ... of the submission; "all" for the whole range.
        public let period: String
        /// The value of the dimension; nil without one.
        public let value: String?
        /// Nil where there are none.
        public let complaints: Complaints?
        /// Nil where there are none.
        public let suggestions: Suggestions?
    }

    /// Answers to surveys of which the customer was told what came of them.
    public struct Answers: Codable, Sendable, Hashable {
        /// Answers given in the range, and told back.
        public let told: Int64
        /// From the answer to the first telling; nil where there was none.
        public let toTold: DurationSummary?
    }

    /// Events of the range that belong to nothing, or to what was there already; by their own time.
    public struct LeftOut: Codable, Sendable, Hashable {
        /// Somebody was told what came of an event that is no complaint, suggestion, decision or answer of theirs.
        public let ofUnknown: Int64
        /// Suggestions were decided that the customer has not made.
        public let decidedUnknown: Int64
        /// Complaints and suggestions of an id that the customer had used before; the first one counts.
        public let repeated: Int64
        /// Complaints and suggestions of the range without a value of the dimension; they are in no group.
        public let ungrouped: Int64
    }

    /// What they are grouped by; nil takes all together.
    public let dimension: VoiceDimension?
    /// The length of the periods of submission; nil takes the range as one.
    public let by: Granularity?
    /// The first day of submission, as asked; nil is unbounded.
    public let from: String?
    /// The last day of submission, as asked, included; nil is unbounded.
    public let to: String?
    /// The IANA zone that days belong to.
    public let zone: String
    /// What happened later does not count.
    public let now: Timestamp
    /// By value in byte order and period; those without anything are left out.
    public let groups: [Group]
    /// Answers to surveys, by the time of the answer; not grouped.
    public let answers: Answers
    /// What is counted nowhere else.
    public let leftOut: LeftOut
    /// The position that the answer is of.
    public let position: Position
}

/// Which complaints and suggestions.
public struct VoiceQuestion: Sendable, Hashable {
    /// What happened later does not count.
    public var now: Timestamp
    /// Groups them by this; nil takes all together.
    public var dimension: VoiceDimension?
    /// Cuts the range into periods of submission; nil takes it as one.
    public var by: Granularity?
    /// The first day of submission; nil is unbounded.
    public var from: CivilDate?
    /// The last day of submission, included; nil is unbounded.
    public var to: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// A question; without optional arguments, about all that was submitted until `now`, by days in UTC.
    public init(
        now: Timestamp, dimension: VoiceDimension? = nil, by: Granularity? = nil, from: CivilDate? = nil,
        to: CivilDate? = nil, zone: String = "UTC"
    ) {
        self.now = now
        self.dimension = dimension
        self.by = by
        self.from = from
        self.to = to
        self.zone = zone
    }
}
