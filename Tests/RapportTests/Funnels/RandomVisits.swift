import EventLog
import TestSupport

/// Random touchpoints of six customers within five days: the same for a seed everywhere.
struct RandomVisits {
    private var random: SeededGenerator

    private static let customers = (1...6).map { "C-\($0)" }
    private static let names = ["A", "A", "B", "B", "C", "x"]
    private static let channels = ["", "web", "app", "邮件"]
    private static let sessions = ["", "s1", "s2", "s3"]
    private static let minutes: Int64 = 5 * 24 * 60

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// One at a half hour, at which there may be others.
    mutating func event() throws -> NewEvent {
        let halfHour = Int64.random(in: 0..<Self.minutes / 30, using: &random)
        return try event(atMinute: halfHour * 30)
    }

    /// Some at half hours, several of them at the same time.
    mutating func events(_ count: Int) throws -> [NewEvent] {
        var events: [NewEvent] = []
        for _ in 0..<count { events.append(try event()) }
        return events
    }

    /// Some of which no two are at the same time.
    mutating func untied(_ count: Int) throws -> [NewEvent] {
        let apart = Self.minutes / Int64(count)
        var events: [NewEvent] = []
        for number in (0..<Int64(count)).shuffled(using: &random) { events.append(try event(atMinute: number * apart)) }
        return events
    }

    private mutating func event(atMinute minute: Int64) throws -> NewEvent {
        try Visits.event(
            random.pick(Self.names), of: random.pick(Self.customers), channel: random.pick(Self.channels),
            session: random.pick(Self.sessions), at: Visits.start.plus(seconds: minute * 60))
    }
}
