import EventLog
import Projection
@testable import Rapport
import Testing

/// What becomes of single cases, told event by event.
@Suite struct CaseTests {
    private static let opening = CaseStory.Happening.opened(
        channel: "phone", category: "repair", severity: "2", region: "north")
    private static let start = Timestamp.at("2024-03-01T10:00:00Z")

    private static func hours(_ hours: Int64) -> Timestamp { start.plus(seconds: hours * 3600) }

    private static func entry(_ folder: CRMFolder, _ id: String = "K-1") async throws -> CaseEntry {
        let page = try await folder.crm.cases(atLeast: folder.head)
        return try #require(page.rows.first { $0.id == id })
    }

    /// The flow of all cases as one point.
    private static func flow(_ folder: CRMFolder, to day: String? = nil) async throws -> CaseFlow.Point {
        let flow = try await folder.crm.caseFlow(to: day.map { .on($0) }, atLeast: folder.head)
        return try #require(flow.points.first)
    }

    /// The times of all cases.
    private static func times(_ folder: CRMFolder) async throws -> CaseTimes.Group {
        let times = try await folder.crm.caseTimes(atLeast: folder.head)
        return try #require(times.groups.first)
    }

    // MARK: Life

    @Test("a case is opened, classified, assigned, answered, waits, is resolved and closed")
    func lifecycle() async throws {
        let story = CaseStory(
            "K-1", Self.opening, .classified(category: "", severity: "1"), .assigned(to: "ada", queue: "first"),
            .responded, .waiting, .assigned(to: "bo", queue: ""), .responded, .resolved, .closed(outcome: "solved"))
        let folder = try CRMFolder()
        let steps: [CaseStatus] = [
            .open, .open, .assigned, .assigned, .waiting, .assigned, .assigned, .resolved, .closed,
        ]
        for (event, status) in zip(try story.events(), steps) {
            try await folder.appendSlowly([event], batch: 1)
            let entry = try await Self.entry(folder)
            #expect(entry.status == status)
        }
        let entry = try await Self.entry(folder)
        #expect(
            entry
                == CaseEntry(
                    id: "K-1", status: .closed, customer: "C-1", channel: "phone", category: "repair", severity: "1",
                    owner: "bo", queue: "first", openedAt: Self.start, firstRespondedAt: Self.hours(3),
                    firstResolvedAt: Self.hours(7), resolvedAt: Self.hours(7), closedAt: Self.hours(8),
                    outcome: "solved", contacts: 2, assignments: 2, reopenings: 0, lastEventAt: Self.hours(8),
                    attributes: [.init(name: "region", value: "north")]))
        let found = try await Self.flow(folder)
        #expect(
            found
                == CaseFlow.Point(
                    period: "all", group: nil, opened: 1, responded: 1, firstResolved: 1, closed: 1, reopened: 0,
                    open: 0, unclosed: 0))
    }

    @Test("the customer of the opening counts where no event has a tag of one")
    func customerOfThePayload() async throws {
        let opened = CaseOpened.with { $0.customerID = "C-7" }
        let folder = try CRMFolder([
            try NewEvent(opened, about: [try EntityTag.case("K-1")], occurredAt: Self.start)
        ])
        let entry = try await Self.entry(folder)
        #expect(entry.customer == "C-7")
        let groups = try await folder.crm.caseTotals(by: "customer", atLeast: folder.head).groups
        #expect(groups.map(\.value) == ["C-7"])
    }

    @Test("without an opening a case begins with its first event; one that comes late says when it was opened")
    func withoutOpening() async throws {
        let events = try CaseStory("K-1", .assigned(to: "ada", queue: ""), Self.opening, .resolved).events()
        let folder = try CRMFolder([events[0], events[2]])
        let before = try await Self.entry(folder)
        #expect(before.openedAt == Self.start)
        try folder.append([events[1]])
        let entry = try await Self.entry(folder)
        #expect(entry.openedAt == Self.hours(1))
        #expect(entry.category == "repair")
        let group = try await Self.times(folder)
        #expect(group.firstResolution?.medianMs == 3_600_000)
        #expect(group.life?.medianMs == 7_200_000)
    }

    @Test("what ended before the opening was never open, and its times are negative")
    func endBeforeOpening() async throws {
        let folder = try CRMFolder(try CaseStory("K-1", .resolved, .closed(outcome: ""), Self.opening).events())
        let found = try await Self.flow(folder)
        #expect([found.opened, found.firstResolved, found.closed] == [1, 1, 1])
        #expect([found.open, found.unclosed] == [0, 0])
        let group = try await Self.times(folder)
        #expect(group.firstResolution?.meanMs == -2 * 3_600_000)
        #expect(group.close?.maxMs == -3_600_000)
        #expect(group.life?.maxMs == 7_200_000)
    }

    // MARK: Again

    /// What follows the opening, how it stands then, reopenings, closings, and the hours of the first resolution, of
    /// the one that holds, of the first close, and of the one that holds.
    private static let endings: [([CaseStory.Happening], CaseStatus, Int64, Int64, [Int64?])] = [
        ([.reopened], .open, 0, 0, [nil, nil, nil, nil]),
        ([.waiting, .reopened], .waiting, 0, 0, [nil, nil, nil, nil]),
        ([.resolved, .reopened], .open, 1, 0, [1, nil, nil, nil]),
        ([.closed(outcome: "solved"), .reopened], .open, 1, 1, [nil, nil, 1, nil]),
        ([.resolved, .assigned(to: "bo", queue: "")], .assigned, 1, 0, [1, nil, nil, nil]),
        ([.closed(outcome: ""), .assigned(to: "bo", queue: "")], .assigned, 1, 1, [nil, nil, 1, nil]),
        ([.resolved, .waiting], .waiting, 1, 0, [1, nil, nil, nil]),
        ([.closed(outcome: ""), .waiting], .waiting, 1, 1, [nil, nil, 1, nil]),
        ([.resolved, .reopened, .assigned(to: "bo", queue: "")], .assigned, 1, 0, [1, nil, nil, nil]),
        ([.resolved, .resolved], .resolved, 0, 0, [1, 1, nil, nil]),
        ([.closed(outcome: ""), .closed(outcome: "")], .closed, 0, 1, [nil, nil, 1, 1]),
        ([.closed(outcome: ""), .resolved], .closed, 0, 1, [2, 2, 1, 1]),
        ([.resolved, .closed(outcome: ""), .reopened, .resolved], .resolved, 1, 1, [1, 4, 2, nil]),
        ([.resolved, .waiting, .resolved, .waiting, .closed(outcome: "")], .closed, 2, 1, [1, nil, 5, 5]),
        ([.resolved, .responded], .resolved, 0, 0, [1, 1, nil, nil]),
        ([.closed(outcome: ""), .classified(category: "advice", severity: "")], .closed, 0, 1, [nil, nil, 1, 1]),
        ([.closed(outcome: ""), opening], .closed, 0, 1, [nil, nil, 1, 1]),
    ]

    @Test("work that goes on reopens a case, and what it is already changes nothing", arguments: 0..<endings.count)
    func reopening(number: Int) async throws {
        let (happenings, status, reopenings, closings, hours) = Self.endings[number]
        var story = CaseStory("K-1", Self.opening)
        for (number, happening) in happenings.enumerated() {
            story.happenings.append(.init(at: Self.hours(Int64(number + 1)), happening: happening))
        }
        let folder = try CRMFolder(try story.events())
        let entry = try await Self.entry(folder)
        #expect(entry.status == status)
        #expect(entry.reopenings == reopenings)
        #expect(entry.firstResolvedAt == hours[0].map { Self.hours($0) })
        #expect(entry.resolvedAt == hours[1].map { Self.hours($0) })
        #expect(entry.closedAt == hours[3].map { Self.hours($0) })
        #expect(status == .closed || entry.outcome == nil)
        let found = try await Self.flow(folder)
        #expect(found.opened == 1)
        #expect(found.reopened == reopenings)
        #expect(found.closed == closings)
        #expect(found.firstResolved == (hours[0] == nil ? 0 : 1))
        #expect(found.open == (status.isOpen ? 1 : 0))
        #expect(found.unclosed == (status == .closed ? 0 : 1))
        let group = try await Self.times(folder)
        #expect(group.close?.medianMs == hours[2].map { $0 * 3_600_000 })
        #expect(group.firstResolution?.medianMs == hours[0].map { $0 * 3_600_000 })
        #expect(group.reopened == min(reopenings, 1))
        #expect(group.reopenings == reopenings)
        #expect(group.reopenedBp == (reopenings > 0 ? 10_000 : 0))
    }

    // MARK: Late

    @Test("an event that is recorded after all others counts where it happened", arguments: 0..<9)
    func lateArrival(number: Int) async throws {
        let story = CaseStory(
            "K-1", Self.opening, .classified(category: "advice", severity: ""), .assigned(to: "ada", queue: "first"),
            .responded, .waiting, .resolved, .reopened, .resolved, .closed(outcome: "solved"))
        let events = try story.events()
        let inOrder = try CRMFolder(events)
        let late = try CRMFolder()
        try await late.appendSlowly(events.enumerated().filter { $0.offset != number }.map(\.element), batch: 3)
        try await late.appendSlowly([events[number]], batch: 1)
        for dimension in [nil, "category", "queue", "region"] as [String?] {
            let expected = try await inOrder.crm.caseFlow(by: dimension, period: .day, atLeast: inOrder.head)
            let found = try await late.crm.caseFlow(by: dimension, period: .day, atLeast: late.head)
            #expect(found == expected)
            let times = try await inOrder.crm.caseTimes(by: dimension, atLeast: inOrder.head)
            let foundTimes = try await late.crm.caseTimes(by: dimension, atLeast: late.head)
            #expect(foundTimes == times)
            let totals = try await inOrder.crm.caseTotals(by: dimension, atLeast: inOrder.head)
            let foundTotals = try await late.crm.caseTotals(by: dimension, atLeast: late.head)
            #expect(foundTotals == totals)
        }
        let (entry, expected) = (try await Self.entry(late), try await Self.entry(inOrder))
        #expect(entry == expected)
    }

    @Test("the same events once more change nothing")
    func repeated() async throws {
        let events = try CaseStory("K-1", Self.opening, .resolved, .waiting, .closed(outcome: "solved")).events()
        let folder = try CRMFolder(events)
        let head = folder.head
        try await folder.crm.projections.wait(for: head, of: ["cases"])
        let digest = try folder.crm.projections.digest(of: "cases").digest
        try folder.append(events)
        #expect(folder.head == head)
        #expect(try folder.crm.projections.digest(of: "cases").digest == digest)
    }

    // MARK: Groups

    @Test("a case counts under its newest category, at any time")
    func classification() async throws {
        let folder = try CRMFolder(try CaseStory("K-1", Self.opening, .resolved).events())
        let before = try await folder.crm.caseFlow(by: "category", atLeast: folder.head)
        #expect(before.points.map(\.group) == ["repair"])
        let story = CaseStory("K-1", from: .at("2024-03-05T10:00:00Z"), .classified(category: "建议", severity: ""))
        try folder.append(try story.events())
        let after = try await folder.crm.caseFlow(by: "category", atLeast: folder.head)
        #expect(after.points.map(\.group) == ["建议"])
        #expect(after.points.map(\.firstResolved) == [1])
        let totals = try await folder.crm.caseTotals(by: "category", atLeast: folder.head)
        #expect(totals.groups.map(\.value) == ["建议"])
        let times = try await folder.crm.caseTimes(by: "category", atLeast: folder.head)
        #expect(times.groups.map(\.value) == ["建议"])
    }

    @Test("dimensions are those that every case has and those that cases were opened with")
    func dimensions() async throws {
        let empty = try CRMFolder()
        _ = try await empty.crm.cases(atLeast: empty.head)
        #expect(try empty.crm.caseDimensions() == [])
        let folder = try CRMFolder(try CaseStory("K-1", Self.opening).events())
        _ = try await Self.entry(folder)
        let expected = ["category", "channel", "customer", "owner", "queue", "region", "severity"]
        #expect(try folder.crm.caseDimensions() == expected)
        let none = try await folder.crm.caseFlow(by: "nothing", atLeast: folder.head)
        #expect(none.points == [])
        let times = try await folder.crm.caseTimes(by: "owner", atLeast: folder.head)
        #expect(times.groups == [])
    }

    @Test("what happened is not counted customer by customer; times and totals are")
    func noFlowByCustomer() async throws {
        let folder = try CRMFolder(try CaseStory("K-1", Self.opening, .resolved).events())
        let (crm, head) = (folder.crm, folder.head)
        await #expect(throws: NoFlowByCustomer()) { _ = try await crm.caseFlow(by: "customer", atLeast: head) }
        #expect(try await crm.caseTimes(by: "customer", atLeast: head).groups.map(\.value) == ["C-1"])
        #expect(try await crm.caseTotals(by: "customer", atLeast: head).groups.map(\.value) == ["C-1"])
        withExtendedLifetime(folder) {}
    }

    // MARK: Days

    @Test("a day ends when it ends in the zone")
    func zones() async throws {
        // Opened at 23:30 on 1 March UTC, closed at 16:30 on 2 March UTC, which is 3 March in Shanghai.
        var story = CaseStory("K-1", from: .at("2024-03-01T23:30:00Z"), Self.opening)
        story.happenings.append(.init(at: .at("2024-03-02T16:30:00Z"), happening: .closed(outcome: "")))
        let folder = try CRMFolder(try story.events())
        for (day, zone, open) in [
            ("2024-02-29", "UTC", nil), ("2024-03-01", "UTC", 1), ("2024-03-02", "UTC", 0),
            ("2024-03-01", "Asia/Shanghai", nil), ("2024-03-02", "Asia/Shanghai", 1),
            ("2024-03-03", "Asia/Shanghai", 0), ("2024-03-01", "America/New_York", 1), ("2030-01-01", "UTC", 0),
        ] as [(String, String, Int64?)] {
            let flow = try await folder.crm.caseFlow(to: .on(day), zone: zone, atLeast: folder.head)
            #expect(flow.points.first?.open == open, "\(day) in \(zone)")
        }
        for (zone, days) in [
            ("UTC", ["2024-03-01 1", "2024-03-02 0"]), ("Asia/Shanghai", ["2024-03-02 1", "2024-03-03 0"]),
            ("America/New_York", ["2024-03-01 1", "2024-03-02 0"]),
        ] {
            let flow = try await folder.crm.caseFlow(zone: zone, period: .day, atLeast: folder.head)
            #expect(flow.points.map { "\($0.period) \($0.open)" } == days)
        }
        let backwards = try await folder.crm.caseFlow(
            from: .on("2024-03-02"), to: .on("2024-03-01"), atLeast: folder.head)
        #expect(backwards.points == [])
    }

    @Test("times are those of cases opened in the range, with quantiles between two of them")
    func times() async throws {
        var events: [NewEvent] = []
        for (number, minutes) in [10, 20, 30, 100].enumerated() {
            let openedAt = Self.start.plus(days: Int64(number))
            var story = CaseStory("K-\(number)", from: openedAt, Self.opening)
            let answeredAt = openedAt.plus(seconds: Int64(minutes) * 60)
            story.happenings.append(.init(at: answeredAt, happening: .responded))
            events += try story.events()
        }
        let folder = try CRMFolder(events)
        let all = try await Self.times(folder)
        let response = try #require(all.firstResponse)
        #expect(response.count == 4)
        #expect(response.meanMs == 40 * 60_000)
        #expect(response.medianMs == 1_500_000)
        #expect(response.p75Ms == 30 * 60_000 + 70 * 60_000 / 4)
        #expect(response.p90Ms == 30 * 60_000 + 70 * 60_000 * 7 / 10)
        #expect(response.maxMs == 100 * 60_000)
        #expect(all.firstResolution == nil)
        #expect(all.close == nil)
        let some = try await folder.crm.caseTimes(
            from: .on("2024-03-02"), to: .on("2024-03-03"), atLeast: folder.head)
        #expect(some.groups.map(\.cases) == [2])
        #expect(some.groups.first?.firstResponse?.medianMs == 1_500_000)
        let none = try await folder.crm.caseTimes(from: .on("2024-04-01"), atLeast: folder.head)
        #expect(none.groups == [])
    }
}
