/// What the engine counts by: a definition in numbers.
struct FunnelPlan: Sendable {
    /// An exclusion, by the bit of its events and the numbers of its steps, from 0.
    struct Exclusion: Sendable {
        let after: Int
        let before: Int
    }

    /// 2 to 32.
    var stepCount: Int
    var order = FunnelDefinition.Order.ordered
    var counting = FunnelDefinition.Counting.unique
    var reentry = FunnelDefinition.Reentry.best
    /// Microseconds from the first step, the last one included.
    var window: Int64
    /// How many sessions an attempt may touch; nil for any number.
    var sessionWindow: Int?
    /// Microseconds.
    var grace: Int64 = 0
    /// A bit for each optional step.
    var optional: UInt32 = 0
    /// For each step the longest time since the one before; nil for any.
    var within: [Int64?]
    /// By bit.
    var exclusions: [Exclusion] = []
    var dropsSubject = false
    /// Whether the held value counts.
    var holds = false
    var repeatBreaks = true
    /// The range of entries; the end is left out.
    var from: Int64?
    var to: Int64?
    /// Whether what happens from `to` on is left out altogether.
    var clips = false
    /// From when on it is, where that is not `to`.
    var clipsAt: Int64?
    var attribution: FunnelDefinition.Attribution?
    var isPerSegment = false

    init(stepCount: Int, window: Int64) {
        self.stepCount = stepCount
        self.window = window
        within = [Int64?](repeating: nil, count: stepCount)
    }

    /// How many steps are required.
    var requiredCount: Int { stepCount - optional.nonzeroBitCount }

    func isOptional(_ step: Int) -> Bool { optional & (1 << UInt32(step)) != 0 }
}

/// An event of one subject, as the engine sees it.
struct FunnelEvent: Sendable, Equatable {
    /// When it happened, microseconds UTC.
    var time: Int64
    /// Where it stands in the log.
    var position: UInt64
    /// A bit for each step it is.
    var steps: UInt32 = 0
    /// A bit for each exclusion it is.
    var exclusions: UInt32 = 0
    /// The number of its values of the held properties; 0 where it lacks one.
    var held: UInt32 = 0
    /// The number of its breakdown value; 0 where it has none.
    var group: UInt32 = 0
    /// The number of its session within the subject; -1 where it is in none.
    var session: Int32 = -1
    /// A bit for each step of whose types it is, where only the first event of these may count. Only until
    /// ``FunnelStreamRules`` has looked for that.
    var ofTypes: UInt32 = 0
}

/// One counted thing: a subject, an attempt, or a session.
struct FunnelOutcome: Sendable, Equatable {
    /// How many required steps it has reached; in any order, how many steps at all.
    var depth: Int
    /// For each step when it was reached; nil where it was not. In any order the n-th is when n steps were done.
    var times: [Int64?]
    /// For each step the event that it was, as an index into the subject's events; -1 where it was not reached. In any
    /// order all are -1 but the first.
    var events: [Int]
    /// The breakdown value that it counts under; nil in no group.
    var group: UInt32?
    /// When the first step happened.
    var start: Int64
    /// When the last required step that it has reached happened.
    var completion: Int64
}

/// What became of one subject.
struct FunnelResult: Sendable, Equatable {
    /// The overall result: at most one where subjects are counted.
    var outcomes: [FunnelOutcome] = []
    /// Those by group, where the funnel is broken down.
    var grouped: [FunnelOutcome] = []
    /// Whether it has entered, and every attempt was dropped because of an exclusion.
    var isExcluded = false
    /// When it has entered for the last time; nil where it has not.
    var lastEntry: Int64?
}
