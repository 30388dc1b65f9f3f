public import EventLog

/// What is asked about the promises of a service level.
public struct ServiceLevelQuestion: Sendable, Hashable {
    /// Which service level.
    public enum Source: Sendable, Hashable {
        /// One that is not saved.
        case definition(ServiceLevel)
        /// The one that is saved under a name; nil where only one is.
        case saved(name: String?)
    }

    /// Which working calendar.
    public enum Calendar: Sendable, Hashable {
        /// One that is not saved.
        case definition(WorkingCalendar)
        /// The one that is saved under a name.
        case saved(name: String)
    }

    /// Which service level.
    public var level: Source
    /// What happened later does not count, and clocks that still run are read then.
    public var now: Timestamp
    /// The calendar to count by; nil is that of the service level.
    public var calendar: Calendar?
    /// The first day: of opening, and of being broken in a list of broken promises; nil is unbounded.
    public var from: CivilDate?
    /// The last day, included; nil is unbounded.
    public var to: CivilDate?
    /// The IANA zone that these days belong to. It has no influence on hours of work.
    public var zone = "UTC"

    /// Asks about all cases.
    public init(_ level: Source, now: Timestamp) {
        self.level = level
        self.now = now
    }
}

/// A promise of a service level as answers tell it.
public struct ServiceTarget: Codable, Sendable, Hashable {
    /// Its place in the service level, from 1.
    public let number: Int
    /// What is promised.
    public let metric: ServiceLevel.Metric
    /// In milliseconds, rounded down.
    public let withinMs: Int64
    /// Which time counts.
    public let clock: ServiceLevel.Clock
    /// For which cases; empty for all that no target before it takes.
    public let when: [ServiceLevel.Condition]

    /// A target by its place, from 1.
    init(_ number: Int, _ target: ServiceLevel.Target) {
        self.number = number
        metric = target.metric
        withinMs = target.within / 1000
        clock = target.clock
        when = target.conditions
    }
}

/// By which definitions an answer was found.
public struct ServiceBasis: Codable, Sendable, Hashable {
    /// The name of the service level.
    public let serviceLevel: String
    /// Its version; nil of one that is not saved.
    public let version: Int?
    /// The name of the calendar; nil where no target goes by hours of work.
    public let calendar: String?
    /// Its version; nil of one that is not saved.
    public let calendarVersion: Int?
    /// What is promised, in order.
    public let targets: [ServiceTarget]
}
