import EventLog
@testable import Rapport
import Testing

/// How promises about cases stand, worked out by hand.
///
/// | case | severity | opened | answered | waits | works | solved |
/// |---|---|---|---|---|---|---|
/// | K-1 | high | Fri 03-01 15:00 | Fri 16:00 | Fri 17:00 | | Mon 03-04 11:00 |
/// | K-2 | low | Fri 03-01 16:00 | | | | Mon 03-04 10:00 |
/// | K-3 | low | Mon 03-04 09:00 | | Mon 10:00 | Mon 12:00 | |
/// | K-4 | | Mon 03-11 09:00 | | | | |
///
/// The desk works from nine to five on weekdays, in UTC.
@Suite struct ServiceLevelQuestionTests {
    private static let hour: Int64 = 3_600_000_000
    private static let now = Timestamp.at("2024-03-04T16:00:00Z")

    private static func opened(_ severity: String) -> CaseStory.Happening {
        .opened(channel: "", category: "", severity: severity, region: "")
    }

    /// A case with what happened to it.
    private static func story(
        _ id: String, customer: String = "C-1", _ happenings: [(String, CaseStory.Happening)]
    ) -> CaseStory {
        var story = CaseStory(id)
        story.customer = customer
        story.happenings = happenings.map { CaseStory.Dated(at: .at("2024-03-\($0.0):00:00Z"), happening: $0.1) }
        return story
    }

    private static let stories = [
        story(
            "K-1",
            [
                ("01T15", opened("high")), ("01T16", .responded), ("01T17", .waiting), ("04T11", .resolved),
            ]),
        story("K-2", [("01T16", opened("low")), ("04T10", .resolved)]),
        story("K-3", [("04T09", opened("low")), ("04T10", .waiting), ("04T12", .assigned(to: "U-1", queue: "q"))]),
        story("K-4", [("11T09", opened(""))]),
    ]

    /// Answered within 2 hours of work, or solved within 3, without what a vendor takes; urgent cases in any hours.
    private static func level(calendar: String = "desk") -> ServiceLevel {
        var level = ServiceLevel(
            name: "gold", calendar: calendar,
            targets: [
                .init(.firstResponse, within: 2 * hour),
                .init(.resolution, within: 3 * hour, when: [.init("severity", ["low"])]),
                .init(.resolution, within: 48 * hour, clock: .wall, when: [.init("severity", ["high"])]),
            ])
        level.pausesOn = ["vendor"]
        return level
    }

    private static func folder() async throws -> CRMFolder {
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        try await folder.crm.saveCalendar(SavedServiceLevelTests.desk())
        try await folder.crm.saveServiceLevel(level())
        return folder
    }

    private static func question(now: Timestamp = now) -> ServiceLevelQuestion {
        ServiceLevelQuestion(.saved(name: "gold"), now: now)
    }

    /// `target: cases kept breached breachedOpen open`.
    private static func line(_ row: ServiceLevelFigures.Row) -> String {
        let counts = [row.cases, row.kept, row.breached, row.breachedOpen, row.open]
        return "\(row.value.map { "\($0) " } ?? "")\(row.target): " + counts.map { "\($0)" }.joined(separator: " ")
    }

    @Test("promises are kept, broken or open, by the hours of work")
    func summary() async throws {
        let folder = try await Self.folder()
        let figures = try await folder.crm.serviceLevels(Self.question(), atLeast: folder.head)
        // K-1 answered after 1 h, K-2 solved after 2 h without an answer, K-3 not answered for 7 h.
        // K-2 solved after 2 h; K-3 has counted 1 h and 4 h since it was paused.
        // K-1 solved after 2 h without what the vendor took.
        #expect(figures.rows.map(Self.line) == ["1: 3 2 1 1 0", "2: 2 1 1 1 0", "3: 1 1 0 0 0"])
        #expect(figures.openedLater == 1)
        #expect(figures.unpromised.map(\.cases) == [0, 0])
        #expect(figures.rows[0].elapsed?.meanMs == 5_400_000)
        #expect(figures.rows[2].elapsed?.maxMs == 7_200_000)
        #expect(figures.rows[0].keptShare == WilsonInterval(successes: 2, of: 3))
        #expect(figures.basis.version == 1 && figures.basis.calendar == "desk" && figures.basis.calendarVersion == 1)
        #expect(figures.position == folder.head)
    }

    @Test("cases are grouped by a dimension, those without a value, too")
    func groups() async throws {
        let folder = try await Self.folder()
        let question = Self.question(now: .at("2024-03-11T10:00:00Z"))
        let figures = try await folder.crm.serviceLevels(question, by: "severity", atLeast: folder.head)
        #expect(
            figures.rows.map(Self.line) == [
                " 1: 1 0 0 0 1", "high 1: 1 1 0 0 0", "high 3: 1 1 0 0 0", "low 1: 2 1 1 1 0", "low 2: 2 1 1 1 0",
            ])
        // Nothing is promised about the solution of a case without a severity.
        #expect(figures.unpromised.map(\.cases) == [0, 1])
        await #expect(throws: NoFlowByCustomer.self) {
            try await folder.crm.serviceLevels(question, by: "customer")
        }
    }

    @Test("clocks that run stand in order of when they are due, page by page")
    func queue() async throws {
        let folder = try await Self.folder()
        let question = Self.question(now: .at("2024-03-04T11:00:00Z"))
        let crm = folder.crm
        let first = try await crm.serviceClocks(question, .open, limit: 1, atLeast: folder.head)
        #expect(first.count == 2 && first.breached == 0 && first.rows.count == 1)
        let answer = try #require(first.rows.first)
        // Opened at 9, due at 11: it has counted what was promised, and no more.
        #expect(answer.caseID == "K-3" && answer.metric == .firstResponse && answer.isBreached == false)
        #expect(answer.elapsedMs == 7_200_000 && answer.remainingMs == 0)
        #expect(answer.dueAt == Timestamp.at("2024-03-04T11:00:00Z"))
        let cursor = try #require(first.next)
        let second = try await crm.serviceClocks(question, .open, limit: 1, after: cursor)
        let solution = try #require(second.rows.first)
        // Paused at 10 after 1 h: two hours are left if it goes on now.
        #expect(solution.metric == .resolution && solution.pausedSince == Timestamp.at("2024-03-04T10:00:00Z"))
        #expect(solution.dueAt == Timestamp.at("2024-03-04T13:00:00Z") && solution.remainingMs == 7_200_000)
        #expect(second.next == nil)
        let only = try await crm.serviceClocks(question, .open, of: .resolution)
        #expect(only.rows == [solution])
        await #expect(throws: ForeignCursor(cursor: cursor)) {
            _ = try await crm.serviceClocks(question, .breached, after: cursor)
        }
    }

    @Test("broken promises stand in order of when they were broken, in a range of days")
    func breaches() async throws {
        let folder = try await Self.folder()
        var question = Self.question()
        let list = try await folder.crm.serviceClocks(question, .breached, atLeast: folder.head)
        #expect(list.rows.map(\.metric) == [.firstResponse, .resolution])
        #expect(list.rows.map(\.dueAt) == [Timestamp.at("2024-03-04T11:00:00Z"), Timestamp.at("2024-03-04T14:00:00Z")])
        #expect(list.rows.map(\.remainingMs) == [-5 * 3_600_000, -2 * 3_600_000])
        #expect(list.rows.allSatisfy { $0.owner == "U-1" && $0.customer == "C-1" })
        question.to = .on("2024-03-03")
        #expect(try await folder.crm.serviceClocks(question, .breached).rows == [])
    }

    @Test("the whole history is counted by another calendar")
    func comparison() async throws {
        let folder = try await Self.folder()
        // From two in the afternoon: K-3 has counted two hours until four.
        let late = SavedServiceLevelTests.desk("late", from: 840)
        let compared = try await folder.crm.serviceLevels(
            Self.question(), under: .definition(late), atLeast: folder.head)
        #expect(compared.otherCalendar == "late" && compared.otherCalendarVersion == nil)
        #expect(compared.rows.map(\.cases) == [3, 2, 1])
        #expect(compared.rows.map(\.own.breached) == [1, 1, 0])
        #expect(compared.rows.map(\.other.breached) == [0, 0, 0])
        #expect(compared.rows.map(\.noLongerBreached) == [1, 1, 0])
        #expect(compared.rows.map(\.newlyBreached) == [0, 0, 0])
        #expect(compared.rows.map(\.changed) == [2, 2, 0])
        let own: [Int64] = [36_000_000, 25_200_000, 7_200_000]
        let other: [Int64] = [14_400_000, 10_800_000, 7_200_000]
        #expect(compared.rows.map(\.own.elapsedMs) == own)
        #expect(compared.rows.map(\.other.elapsedMs) == other)
        await #expect(throws: UnknownCalendar(name: "night", known: ["desk"])) {
            try await folder.crm.serviceLevels(Self.question(), under: .saved(name: "night"))
        }
    }

    @Test("cases before the calendar holds are counted as not covered, and no moment is asked that it does not know")
    func coverage() async throws {
        let folder = try await Self.folder()
        var calendar = SavedServiceLevelTests.desk()
        calendar.validFrom = .on("2024-03-04")
        var question = Self.question()
        question.calendar = .definition(calendar)
        let figures = try await folder.crm.serviceLevels(question, atLeast: folder.head)
        #expect(figures.rows.map(\.uncovered) == [2, 1, 0])
        question.now = .at("2024-03-03T10:00:00Z")
        await #expect(throws: WorkingTimeError.self) { try await folder.crm.serviceLevels(question) }
    }

    @Test("a case that is open again goes on counting, or begins anew")
    func reopening() async throws {
        let story = Self.story("K-9", [("04T09", Self.opened("")), ("04T11", .resolved), ("04T14", .reopened)])
        let folder = try CRMFolder(try story.events())
        var level = ServiceLevel(name: "all", targets: [.init(.resolution, within: Self.hour, clock: .wall)])
        var lengths: [Int64] = []
        for reopening in ServiceClock.Reopening.allCases {
            level.reopening = reopening
            let question = ServiceLevelQuestion(.definition(level), now: Self.now)
            let list = try await folder.crm.serviceClocks(question, .open, atLeast: folder.head)
            lengths += list.rows.map(\.elapsedMs)
        }
        #expect(lengths == [4 * 3_600_000, 2 * 3_600_000])
    }

    @Test("a promise that was broken before its case was reopened stays so, unless the clock begins anew")
    func reopenedWhenBroken() async throws {
        let story = Self.story("K-9", [("04T09", Self.opened("")), ("04T11", .resolved), ("04T14", .reopened)])
        let folder = try CRMFolder(try story.events())
        let moments: [(reopening: ServiceClock.Reopening, now: String, brokenAt: String?)] = [
            (.goesOn, "2024-03-04T14:30:00Z", "2024-03-04T10:00:00Z"),
            (.beginsAnew, "2024-03-04T13:00:00Z", "2024-03-04T10:00:00Z"), (.beginsAnew, "2024-03-04T14:30:00Z", nil),
            (.beginsAnew, "2024-03-04T15:30:00Z", "2024-03-04T15:00:00Z"),
        ]
        for (reopening, now, brokenAt) in moments {
            var level = ServiceLevel(name: "all", targets: [.init(.resolution, within: Self.hour, clock: .wall)])
            level.reopening = reopening
            let question = ServiceLevelQuestion(.definition(level), now: .at(now))
            let list = try await folder.crm.serviceClocks(question, .breached, atLeast: folder.head)
            let expected = [brokenAt].compactMap { $0 }
            #expect(list.rows.compactMap { $0.dueAt?.description } == expected, "\(reopening) \(now)")
        }
    }

    @Test("the newest severity chooses the target, and in the past that of then")
    func newestSeverity() async throws {
        let story = Self.story(
            "K-9", [("04T09", Self.opened("low")), ("04T12", .classified(category: "", severity: "high"))])
        let folder = try CRMFolder(try story.events())
        let urgent = ServiceLevel.Target(
            .resolution, within: Self.hour, clock: .wall, when: [.init("severity", ["high"])])
        let level = ServiceLevel(
            name: "all", targets: [urgent, .init(.resolution, within: 2 * Self.hour, clock: .wall)])
        let question = ServiceLevelQuestion(.definition(level), now: .at("2024-03-04T10:30:00Z"))
        let list = try await folder.crm.serviceClocks(question, .open, atLeast: folder.head)
        #expect(list.rows.map(\.target) == [1] && list.rows.map(\.isBreached) == [true])
        let then = try await folder.crm.state(asOf: Position(1)).serviceClocks(question, .open)
        #expect(then.rows.map(\.target) == [2] && then.rows.map(\.isBreached) == [false])
    }

    @Test("by all hours any time that can be written can be asked about, and no other")
    func farTimes() async throws {
        let folder = try CRMFolder(try Self.stories[3].events())
        let level = ServiceLevel(name: "all", targets: [.init(.resolution, within: Self.hour, clock: .wall)])
        let last = Timestamp.expressible.upperBound
        let figures = try await folder.crm.serviceLevels(
            ServiceLevelQuestion(.definition(level), now: last), atLeast: folder.head)
        #expect(figures.rows.map(Self.line) == ["1: 1 0 1 1 0"])
        let list = try await folder.crm.serviceClocks(ServiceLevelQuestion(.definition(level), now: last), .open)
        #expect(list.rows.map(\.dueAt) == [Timestamp.at("2024-03-11T10:00:00Z")])
        for time in [last.advanced(byMicroseconds: 1), Timestamp(microseconds: .min), Timestamp(microseconds: .max)] {
            let refusal = WorkingTimeError.notCovered(time, by: Timestamp.expressible)
            await #expect(throws: refusal) {
                try await folder.crm.serviceLevels(ServiceLevelQuestion(.definition(level), now: time))
            }
        }
    }

    @Test("who was erased is not named")
    func erased() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let events = try Self.stories.flatMap { try $0.events() }
        try crm.log.appendBlocking([try SealedCRM.registered("C-1", "Ada")] + events)
        let level = ServiceLevel(name: "all", targets: [.init(.resolution, within: Self.hour, clock: .wall)])
        let question = ServiceLevelQuestion(.definition(level), now: Self.now)
        let before = try await crm.serviceClocks(question, .open, atLeast: crm.log.head)
        #expect(before.rows.map(\.customer) == ["C-1"])
        _ = try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        let after = try await crm.serviceClocks(question, .open, atLeast: crm.log.head)
        #expect(after.rows.map(\.customer) == [nil])
        #expect(after.rows.map(\.caseID) == ["K-3"])
    }
}
