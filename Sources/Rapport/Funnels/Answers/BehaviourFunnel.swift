public import EventLog

/// How many have come how far in a behaviour funnel (R5).
public struct BehaviourFunnel: Codable, Sendable, Hashable {
    /// A share with its 95 % interval.
    public struct Share: Codable, Sendable, Hashable {
        /// Basis points, rounded half up.
        public let shareBp: Int64
        /// The lower bound of Wilson's interval, in basis points.
        public let lowBp: Int64
        /// The upper bound of Wilson's interval, in basis points.
        public let highBp: Int64
    }

    /// One step.
    public struct Step: Codable, Sendable, Hashable {
        /// Its name; in any order "1 step", "2 steps" ... done.
        public let name: String
        /// Whether it may be left out.
        public let isOptional: Bool
        /// How many have reached it: attempts, sessions or subjects, as counted.
        public let count: Int64
        /// How many have reached the required step before and not this one; nil for the first step and optional ones.
        public let dropped: Int64?
        /// Of those who have entered; nil when nobody has.
        public let ofEntered: Share?
        /// Of those who have reached the required step before; nil for the first, and when nobody has.
        public let ofPrevious: Share?
        /// From the step before on each one's path; nil for the first, and when nobody has reached it.
        public let timeToConvert: DurationSummary?
    }

    /// A funnel without those whose window is still open.
    public struct Mature: Codable, Sendable, Hashable {
        /// How many have entered.
        public let entered: Int64
        /// How many of these have reached the last required step.
        public let converted: Int64
        /// Their share; nil when nobody has entered.
        public let conversion: Share?
    }

    /// Those counted under one value of the breakdown.
    public struct Group: Codable, Sendable, Hashable {
        /// The value; nil is that of attempts without one, and of the groups put together.
        public let value: String?
        /// Whether it is all groups together that are not shown.
        public let isOther: Bool
        /// Whether it is all groups together whose values name persons who were erased.
        public let isErased: Bool
        /// How many have reached each step.
        public let counts: [Int64]
        /// The share that has reached the last required step; nil when nobody has entered.
        public let conversion: Share?
        /// The median of the times to convert from first to last step, in milliseconds; nil without any.
        public let medianMs: Int64?
    }

    /// Those who have entered in one period: each period is a range of its own, so a subject may be in several.
    public struct Point: Codable, Sendable, Hashable {
        /// `2026-03`, `2026-W12` ...
        public let period: String
        /// How many have reached each step.
        public let counts: [Int64]
        /// The share that has reached the last required step; nil when nobody has entered.
        public let conversion: Share?
        /// How many of them are immature.
        public let immature: Int64
    }

    /// How many have taken how long from first to last step.
    public struct Bin: Codable, Sendable, Hashable {
        /// The shortest time in it, in milliseconds.
        public let fromMs: Int64
        /// The end, in milliseconds; left out but in the last bin.
        public let toMs: Int64
        /// How many.
        public let count: Int64
    }

    /// Whether two groups differ.
    public struct Comparison: Codable, Sendable, Hashable {
        /// The first group's value; "" for those without one.
        public let first: String
        /// The second group's value.
        public let second: String
        /// The difference of the conversions, first less second, in basis points; nil when one has no entrant.
        public let differenceBp: Int64?
        /// The probability of a table at least as unlikely when there is no difference, in millionths: Fisher's exact
        /// test, two-sided. Nil when fewer than thirty have entered in one of them.
        public let pMillionths: Int64?
    }

    /// The funnel's name.
    public let funnel: String
    /// Its title; empty where it has none.
    public let title: String
    /// In which order the steps must happen: `ordered`, `strict`, `any`.
    public let order: String
    /// What is counted: `unique`, `total`, `session`.
    public let counting: String
    /// Whose steps they are: `customer`, `opportunity` ..., or a property.
    public let subject: String
    /// The first moment of an entry, as defined.
    public let from: String?
    /// The end of the entries, as defined.
    public let to: String?
    /// The IANA zone of its days, and of the periods of the trend where ``trendZone`` names no other.
    public let zone: String
    /// As at when entrants are called immature.
    public let now: Timestamp
    /// The steps, in their order.
    public let steps: [Step]
    /// How many have entered.
    public let entered: Int64
    /// How many of them have reached the last required step.
    public let converted: Int64
    /// Their share; nil when nobody has entered.
    public let conversion: Share?
    /// From first to last step, of those converted; nil without any.
    public let timeToConvert: DurationSummary?
    /// How many of those who have entered are immature.
    public let immature: Int64
    /// The others.
    public let mature: Mature
    /// How many subjects have entered and are not counted, because of exclusions.
    public let excluded: Int64
    /// By value of the breakdown, the largest first; empty without one.
    public let groups: [Group]
    /// Period by period; empty where it was not asked for.
    public let trend: [Point]
    /// The IANA zone of the periods of the trend, where it was asked for in another one than ``zone``; else nil.
    public let trendZone: String?
    /// Times to convert; empty where they were not asked for.
    public let histogram: [Bin]
    /// Of two groups; nil where it was not asked for.
    public let comparison: Comparison?
    /// The read model of the saved funnel that was asked; nil where a definition was given. Of a version that is not in
    /// force any more the events are gone through.
    public let readModel: String?
    /// The position that the answer is of.
    public let position: Position
}

/// Some of those who have come so far and no further, or so far at least.
public struct FunnelSubjects: Codable, Sendable, Hashable {
    /// Which.
    public enum Selection: Codable, Sendable, Hashable {
        /// Those who have reached a step, by number from 1.
        case reached(step: Int)
        /// Those who have reached the required step before this one, and not this one.
        case dropped(step: Int)
    }

    /// A step on the path.
    public struct Visit: Codable, Sendable, Hashable {
        /// Its name.
        public let step: String
        /// When it was reached.
        public let at: Timestamp
        /// The event.
        public let position: Position
    }

    /// One counted thing.
    public struct Row: Codable, Sendable, Hashable {
        /// Whose; nil where the person was erased.
        public let subject: String?
        /// When it has entered.
        public let enteredAt: Timestamp
        /// Its steps; empty where the person was erased, and in any order.
        public let path: [Visit]
    }

    /// In order of entry, page by page.
    public let rows: [Row]
    /// Where the next page begins; nil behind the last one.
    public let next: ListCursor?
    /// The position that the answer is of.
    public let position: Position
}
