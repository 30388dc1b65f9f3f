import EventLog
import LMDB
import Projection
@testable import Rapport
import Testing

/// First-contact resolution, reopenings, backlog: single cases, and random ones against a plain count.
@Suite struct ServiceQualityTests {
    private static let opening = CaseStory.Happening.opened(
        channel: "phone", category: "repair", severity: "2", region: "north")
    private static let start = Timestamp.at("2024-03-01T10:00:00Z")

    private static func group(_ story: CaseStory, after days: Int64, seconds: Int64 = 0) async throws
        -> ServiceQuality.Group
    {
        let folder = try CRMFolder(try story.events())
        let now = start.plus(days: days, seconds: seconds)
        let quality = try await folder.crm.serviceQuality(ServiceQuestion(now: now), atLeast: folder.head)
        #expect(quality.now == now && quality.position == folder.head && quality.ungrouped == 0)
        return try #require(quality.groups.first)
    }

    /// A case that is resolved a day after its opening, and what happens so many seconds after that.
    private static func resolved(responses: Int = 1, then again: (Int64, CaseStory.Happening)? = nil) -> CaseStory {
        var story = CaseStory("K-1", from: start, opening)
        for number in 0..<responses {
            story.happenings.append(
                CaseStory.Dated(at: start.plus(seconds: Int64(60 + number)), happening: .responded))
        }
        story.happenings.append(CaseStory.Dated(at: start.plus(days: 1), happening: .resolved))
        if let again {
            story.happenings.append(
                CaseStory.Dated(at: start.plus(days: 1, seconds: again.0), happening: again.1))
        }
        return story
    }

    private static let week: Int64 = 7 * 86_400

    @Test("a resolution counts from seven days after it on, to the second")
    func maturity() async throws {
        let before = try await Self.group(Self.resolved(), after: 8, seconds: -1)
        #expect(before.firstContact == .init(matured: 0, immature: 1, resolved: 0, share: nil))
        let after = try await Self.group(Self.resolved(), after: 8)
        #expect([after.firstContact.matured, after.firstContact.immature, after.firstContact.resolved] == [1, 0, 1])
    }

    /// Responses, seconds from the resolution to what happens then, what that is, and whether the case was solved at
    /// the first contact.
    private static let outcomes: [(Int, Int64, CaseStory.Happening, Bool)] = [
        (0, 60, .responded, true), (1, 60, .responded, false), (2, 60, .closed(outcome: ""), false),
        (1, 60, .closed(outcome: ""), true), (1, week, .reopened, false), (1, week + 1, .reopened, true),
        (0, 60, .assigned(to: "bo", queue: ""), false), (0, 60, .waiting, false),
        (0, week + 1, .assigned(to: "bo", queue: ""), true),
        (1, 60, .classified(category: "advice", severity: ""), true), (1, 60, opening, true),
    ]

    @Test("a case with one contact at most, not opened again within seven days", arguments: 0..<outcomes.count)
    func firstContact(number: Int) async throws {
        let (responses, seconds, happening, isSolved) = Self.outcomes[number]
        let story = Self.resolved(responses: responses, then: (seconds, happening))
        let group = try await Self.group(story, after: 30)
        #expect(group.firstContact.matured == 1)
        #expect(group.firstContact.resolved == (isSolved ? 1 : 0))
        // What happens later has not happened before; contacts are all that are known.
        let then = try await Self.group(story, after: 8, seconds: -1)
        #expect(then.firstContact.immature == 1)
    }

    @Test("how old open cases are, at any time")
    func backlog() async throws {
        let story = Self.resolved(then: (Self.week, .reopened))
        let open = try await Self.group(story, after: 0, seconds: 3600)
        #expect(open.backlog.open == 1 && open.backlog.age?.medianMs == 3_600_000 && open.resolved == 0)
        #expect(open.backlog.buckets.map(\.cases) == [1, 0, 0, 0, 0, 0])
        #expect(open.backlog.buckets.map(\.fromDays) == [0, 1, 3, 7, 30, 90])
        #expect(open.backlog.buckets.map(\.toDays) == [1, 3, 7, 30, 90, nil])
        let done = try await Self.group(story, after: 1)
        #expect(done.backlog.open == 0 && done.backlog.age == nil && done.resolved == 1)
        let again = try await Self.group(story, after: 30)
        #expect(again.backlog.buckets.map(\.cases) == [0, 0, 0, 0, 1, 0])
        #expect(again.reopened == 1 && again.reopenedShare == WilsonInterval(successes: 1, of: 1))
        let before = try CRMFolder(try story.events())
        let quality = try await before.crm.serviceQuality(
            ServiceQuestion(now: Self.start.plus(seconds: -1)), atLeast: before.head)
        #expect(quality.groups.isEmpty)
    }

    @Test("cases of erased customers are one group without a name; those of nobody are in no group")
    func erasedCustomers() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        var stories = ["C-1", "C-2", "C-3", ""].enumerated().map { number, customer in
            var story = CaseStory("K-\(number)", from: Self.start, Self.opening)
            story.customer = customer
            return story
        }
        stories.append(CaseStory("K-9", from: Self.start, Self.opening))
        try crm.log.appendBlocking(try stories.flatMap { try $0.events() })
        try crm.log.appendBlocking([try SealedCRM.erased("C-1"), try SealedCRM.erased("C-3")])
        let question = ServiceQuestion(now: Self.start.plus(days: 1), dimension: "customer")
        let quality = try await crm.serviceQuality(question, atLeast: crm.log.head)
        #expect(quality.groups.map(\.value) == ["C-2", nil] && quality.groups.map(\.isErased) == [false, true])
        #expect(quality.groups.map(\.cases) == [1, 3] && quality.ungrouped == 1)
    }

    @Test("an unknown zone is refused")
    func unknownZone() async throws {
        let folder = try CRMFolder()
        await #expect(throws: UnknownTimeZone(name: "Nowhere")) {
            _ = try await folder.crm.serviceQuality(ServiceQuestion(now: Self.start, zone: "Nowhere"))
        }
    }

    // MARK: Against a plain count

    @Test("figures of random cases are those of a plain count", arguments: Seeds.from(1, 3))
    func plainCount(seed: UInt64) async throws {
        var cases = RandomCases(seed: seed)
        let plain = PlainCases(stories: cases.stories(40))
        let folder = try CRMFolder()
        try await folder.appendSlowly(
            cases.shuffled(try plain.stories.flatMap { try $0.events() }), batch: cases.number(in: 10...60))
        for dimension in RandomCases.dimensions {
            let zone = cases.one(of: RandomCases.zones)
            let calendar = try ZonedCalendar(zone: zone)
            let now = calendar.startOfDay(cases.day()).plus(seconds: 12_345)
            let from: CivilDate? = cases.one(of: [nil, cases.day()])
            let to: CivilDate? = cases.one(of: [nil, cases.day()])
            let question = ServiceQuestion(now: now, dimension: dimension, from: from, to: to, zone: zone)
            let quality = try await folder.crm.serviceQuality(question)
            func isAsked(_ story: CaseStory) -> Bool {
                guard let openedAt = story.standing()?.openedAt, openedAt <= now else { return false }
                return (from.map { calendar.startOfDay($0) <= openedAt } ?? true)
                    && (to.map { openedAt < calendar.endOfDay($0) } ?? true)
            }
            let groups = plain.groups(by: dimension).map { ($0.value, $0.stories.filter(isAsked)) }
            let expected = groups.filter { !$0.1.isEmpty }
            #expect(quality.groups.map(\.value) == expected.map { $0.0 })
            for (group, (_, stories)) in zip(quality.groups, expected) { Self.compare(group, stories, now) }
            let grouped = expected.reduce(0) { $0 + $1.1.count }
            #expect(quality.ungrouped == Int64(plain.stories.count(where: isAsked) - grouped))
        }
    }

    private static func compare(_ group: ServiceQuality.Group, _ stories: [CaseStory], _ now: Timestamp) {
        let whole = stories.compactMap { $0.standing() }
        // A microsecond later: what happens at this time has happened.
        let then = stories.map { $0.standing(before: now.advanced(byMicroseconds: 1)) }
        let resolved = then.compactMap { $0?.firstResolvedAt }
        #expect(group.cases == Int64(stories.count))
        #expect(group.resolved == Int64(resolved.count))
        #expect(
            group.closedUnresolved == Int64(then.count { $0?.firstClosedAt != nil && $0?.firstResolvedAt == nil }))
        #expect(group.reopened == Int64(then.count { $0?.reopenings.isEmpty == false }))
        let matured = zip(then, whole).filter { standing, _ in
            standing?.firstResolvedAt.map { $0.plus(days: 7) <= now } ?? false
        }
        let solved = matured.filter { standing, last in
            guard let at = standing?.firstResolvedAt, last.responses.count <= 1 else { return false }
            return standing?.reopenings.contains { $0 >= at && $0 <= at.plus(days: 7) } == false
        }
        #expect(group.firstContact.matured == Int64(matured.count))
        #expect(group.firstContact.immature == Int64(resolved.count - matured.count))
        #expect(group.firstContact.resolved == Int64(solved.count))
        #expect(group.contacts.total == Int64(whole.reduce(0) { $0 + $1.responses.count }))
        #expect(group.contacts.none == Int64(whole.count { $0.responses.isEmpty }))
        #expect(group.assignments.total == Int64(whole.reduce(0) { $0 + $1.assignments }))
        #expect(group.assignments.once == Int64(whole.count { $0.assignments == 1 }))
        let open = zip(then, whole).filter { standing, _ in
            standing.map { $0.status != .resolved && $0.status != .closed } ?? false
        }
        let ages = open.map { now.microseconds - $0.1.openedAt.microseconds }
        #expect(group.backlog.open == Int64(ages.count))
        #expect(group.backlog.age == DurationSummary(microseconds: ages))
        #expect(group.backlog.buckets.reduce(0) { $0 + $1.cases } == Int64(ages.count))
    }
}
