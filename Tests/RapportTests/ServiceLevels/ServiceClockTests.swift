import EventLog
import Rapport
import TestSupport
import Testing

/// What clocks of promises count, and when these are due.
@Suite struct ServiceClockTests {
    private static let hour: Int64 = 3_600_000_000

    private static func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    /// A clock with changes as `2017-03-24T15:00:00Z start`.
    private static func clock(
        _ changes: [String], reopening: ServiceClock.Reopening = .goesOn
    ) throws -> ServiceClock {
        let entries = try changes.map { text in
            let words = text.split(separator: " ").map { String($0) }
            let change = try #require(ServiceClock.Change(rawValue: words[1]))
            return ServiceClock.Entry(try moment(words[0]), change)
        }
        return ServiceClock(entries, reopening: reopening)
    }

    /// From nine to five on weekdays in Berlin, where clocks went forward on Sunday, 2017-03-26.
    private static func office() throws -> ServiceTime {
        let hours = [WorkingHours(start: 540, end: 1020)]
        let week = WorkingCalendar.Week([.monday, .tuesday, .wednesday, .thursday, .friday], hours)
        return .working(try WorkingTime(WorkingCalendar(name: "office", zone: "Europe/Berlin", week: week)))
    }

    /// On Friday at 16:00; on Monday at 10:00; on Tuesday at 10:00 and 15:00; on Wednesday at 09:00.
    private static let changes = [
        "2017-03-24T15:00:00Z start", "2017-03-27T08:00:00Z pause", "2017-03-28T08:00:00Z resume",
        "2017-03-28T13:00:00Z stop", "2017-03-29T07:00:00Z start",
    ]

    /// How many of the changes there have been, what is asked and when, hours counted so far, and when 8 are due.
    static let questions: [(changes: Int, now: String, hours: Int64, due: String?)] = [
        (0, "2017-03-24T16:00:00Z", 0, nil), (1, "2017-03-24T14:00:00Z", 0, "2017-03-27T14:00:00Z"),
        (1, "2017-03-24T16:00:00Z", 1, "2017-03-27T14:00:00Z"), (1, "2017-03-26T12:00:00Z", 1, "2017-03-27T14:00:00Z"),
        (1, "2017-03-27T08:00:00Z", 2, "2017-03-27T14:00:00Z"),
        // Paused: as if it went on now, or at once where that is asked before the pause.
        (2, "2017-03-27T10:00:00Z", 2, "2017-03-28T08:00:00Z"), (2, "2017-03-24T15:00:00Z", 0, "2017-03-27T14:00:00Z"),
        (3, "2017-03-28T09:00:00Z", 3, "2017-03-28T14:00:00Z"), (4, "2017-03-30T00:00:00Z", 7, nil),
        (5, "2017-03-29T07:00:00Z", 7, "2017-03-29T08:00:00Z"), (5, "2017-03-29T09:00:00Z", 9, "2017-03-29T08:00:00Z"),
    ]

    @Test("a clock counts the working time in which it runs", arguments: questions)
    func counting(changes: Int, now: String, hours: Int64, due: String?) throws {
        let clock = try Self.clock(Array(Self.changes.prefix(changes)))
        let (office, now) = (try Self.office(), try Self.moment(now))
        #expect(try clock.elapsed(in: office, until: now) == hours * Self.hour)
        let told = try clock.due(after: 8 * Self.hour, in: office, asOf: now)
        #expect(told?.description == due)
    }

    @Test("a promise is broken when more than the target is counted, and was due when that was")
    func breaches() throws {
        let (clock, office) = (try Self.clock(Self.changes), try Self.office())
        let due = try Self.moment("2017-03-29T08:00:00Z")
        #expect(try clock.breachedAt(target: 8 * Self.hour, in: office, until: due) == nil)
        let after = due.advanced(byMicroseconds: 1)
        #expect(try clock.breachedAt(target: 8 * Self.hour, in: office, until: after) == due)
        // An hour was counted when people went home on Friday.
        let (friday, monday) = (try Self.moment("2017-03-24T16:00:00Z"), try Self.moment("2017-03-27T07:00:00Z"))
        #expect(try clock.breachedAt(target: Self.hour, in: office, until: monday) == nil)
        let then = monday.advanced(byMicroseconds: 1)
        #expect(try clock.breachedAt(target: Self.hour, in: office, until: then) == friday)
        #expect(try clock.breachedAt(target: 0, in: office, until: friday)?.description == "2017-03-24T15:00:00Z")
    }

    @Test("a promise that was kept in time is not broken later")
    func kept() throws {
        let (clock, office) = (try Self.clock(Array(Self.changes.prefix(4))), try Self.office())
        let later = try Self.moment("2018-01-01T00:00:00Z")
        #expect(try clock.breachedAt(target: 7 * Self.hour, in: office, until: later) == nil)
        let almost = 7 * Self.hour - 1
        #expect(
            try clock.breachedAt(target: almost, in: office, until: later)?.description
                == "2017-03-28T12:59:59.999999Z")
    }

    @Test("after it has stopped a clock goes on, or begins anew")
    func reopening() throws {
        let clock = try Self.clock(Self.changes, reopening: .beginsAnew)
        let (office, now) = (try Self.office(), try Self.moment("2017-03-29T09:00:00Z"))
        #expect(try clock.elapsed(in: office, until: now) == 2 * Self.hour)
        #expect(try clock.due(after: 8 * Self.hour, in: office, asOf: now)?.description == "2017-03-29T15:00:00Z")
        let before = try Self.clock(Array(Self.changes.prefix(4)), reopening: .beginsAnew)
        #expect(try before.elapsed(in: office, until: now) == 7 * Self.hour)
    }

    @Test("what changes nothing is passed over")
    func idleChanges() throws {
        let idle = [
            "2017-03-23T15:00:00Z pause", "2017-03-23T16:00:00Z resume", "2017-03-23T17:00:00Z stop",
            "2017-03-24T15:30:00Z start", "2017-03-24T15:40:00Z resume", "2017-03-27T09:00:00Z pause",
            "2017-03-27T10:00:00Z start", "2017-03-28T14:00:00Z stop", "2017-03-28T15:00:00Z pause",
            "2017-03-28T16:00:00Z resume",
        ]
        #expect(try Self.clock(Self.changes + idle) == Self.clock(Self.changes))
        #expect(try Self.clock(idle.prefix(3).map { $0 }).state == .notStarted)
    }

    @Test("the order in which changes are heard of does not matter")
    func arrival() throws {
        var random = SeededGenerator(seed: 9)
        let clock = try Self.clock(Self.changes)
        for _ in 0..<10 {
            #expect(try Self.clock(Self.changes.shuffled(using: &random)) == clock)
        }
        let last = try Self.moment("2017-03-29T07:00:00Z")
        #expect(clock.state == .running(since: last))
        #expect(clock.ran.count == 2)
    }

    @Test("a clock that is paused while it stops has counted up to the pause")
    func stoppedWhilePaused() throws {
        let clock = try Self.clock([
            "2017-03-27T07:00:00Z start", "2017-03-27T08:00:00Z pause", "2017-03-27T09:00:00Z stop",
        ])
        let (office, now) = (try Self.office(), try Self.moment("2017-03-28T00:00:00Z"))
        #expect(try clock.elapsed(in: office, until: now) == Self.hour)
        let stopped = try Self.moment("2017-03-27T09:00:00Z")
        #expect(clock.state == .stopped(at: stopped))
    }

    @Test("by the wall clock nights and weekends count, too, and another calendar gives another answer")
    func otherTimes() throws {
        let clock = try Self.clock(["2017-03-24T15:00:00Z start"])
        let now = try Self.moment("2017-03-27T15:00:00Z")
        #expect(try clock.elapsed(in: .wallClock, until: now) == 72 * Self.hour)
        #expect(try clock.elapsed(in: Self.office(), until: now) == 9 * Self.hour)
        let due = try clock.due(after: 24 * Self.hour, in: .wallClock, asOf: now)
        #expect(due?.description == "2017-03-25T15:00:00Z")
        let week = WorkingCalendar.Week(WorkingCalendar.Weekday.allCases, [WorkingHours(start: 0, end: 1440)])
        let always = try WorkingTime(WorkingCalendar(name: "always", zone: "Europe/Berlin", week: week))
        #expect(try clock.elapsed(in: .working(always), until: now) == 72 * Self.hour)
    }

    @Test("a target is not negative, and must be within reach")
    func refusals() throws {
        let clock = try Self.clock(["2017-03-24T15:00:00Z start"])
        let start = try Self.moment("2017-03-24T15:00:00Z")
        #expect(throws: WorkingTimeError.negativeDuration(-1)) {
            try clock.due(after: -1, in: .wallClock, asOf: start)
        }
        #expect(throws: WorkingTimeError.neverReached(duration: .max, from: start)) {
            try clock.due(after: .max, in: .wallClock, asOf: start)
        }
    }

    // MARK: Any clock

    @Test("a clock counts no more than it ran, and its target when it is due", arguments: 0..<20)
    func properties(trial: Int) throws {
        var random = SeededGenerator(seed: UInt64(trial))
        let working = try WorkingTime(
            RandomCalendar(place: trial % RandomCalendar.places.count, using: &random).calendar)
        var time = try Self.moment("2017-01-01T00:00:00Z")
        var entries = [ServiceClock.Entry(time, .start)]
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            time = time.advanced(byMicroseconds: Int64.random(in: 0...(50 * Self.hour), using: &random))
            let change = try #require(ServiceClock.Change.allCases.randomElement(using: &random))
            entries.append(ServiceClock.Entry(time, change))
        }
        let (clock, end) = (ServiceClock(entries), time.advanced(byMicroseconds: 100 * Self.hour))
        let counted = try clock.elapsed(in: .working(working), until: end)
        let ran = try clock.elapsed(in: .wallClock, until: end)
        #expect(counted >= 0 && counted <= ran)
        let target = Int64.random(in: 0...(80 * Self.hour), using: &random)
        let due = try clock.due(after: target, in: .working(working), asOf: end)
        if let due, due <= end {
            #expect(try clock.elapsed(in: .working(working), until: due) == target)
            if due < end, counted > target {
                #expect(try clock.breachedAt(target: target, in: .working(working), until: end) == due)
            }
        } else {
            #expect(counted <= target)
            #expect(try clock.breachedAt(target: target, in: .working(working), until: end) == nil)
        }
    }
}
