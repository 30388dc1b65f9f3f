import EventLog
@testable import Rapport
import SwiftProtobuf
import Testing

/// Retention by days since the first order, counted by hand and against a plain count over random orders.
@Suite struct CustomerRetentionTests {
    /// An order of one line.
    private static func order(
        _ id: String, of customer: String, at time: String, cancelled: String? = nil
    ) -> OrderStory {
        var story = OrderStory(id, of: customer, (time, .placed([.init(net: 100)])))
        if let cancelled { story.changes.append(.init(at: .at(cancelled), change: .cancelled("price"))) }
        return story
    }

    private static func retention(
        _ stories: [OrderStory], _ question: RetentionQuestion = .init()
    ) async throws -> Retention {
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let found = try await folder.crm.retention(question, atLeast: folder.head)
        #expect(found.position == folder.head)
        return found
    }

    /// Day: who came on it, in the bracket, and on it or later; a question mark for what is not known.
    private static func line(_ marks: [Retention.Mark]) -> String {
        func text(_ share: Retention.Share?) -> String { share.map { "\($0.active)/\($0.customers)" } ?? "?" }
        return marks.map { "\($0.day): \(text($0.nDay)) \(text($0.bracket)) \(text($0.unbounded))" }
            .joined(separator: ", ")
    }

    /// Three customers of January and one of February: C-1 comes after 1, 10 and 45 days, C-2 after 9, C-3 never, C-4
    /// after 7.
    private static let shop = [
        order("A-1", of: "C-1", at: "2024-01-31T22:00:00Z"), order("A-2", of: "C-1", at: "2024-02-01T01:00:00Z"),
        order("A-3", of: "C-1", at: "2024-02-10T10:00:00Z"), order("A-4", of: "C-1", at: "2024-03-16T10:00:00Z"),
        order("A-5", of: "C-2", at: "2024-01-05T10:00:00Z"), order("A-6", of: "C-2", at: "2024-01-14T09:00:00Z"),
        order("A-7", of: "C-3", at: "2024-01-20T10:00:00Z"), order("A-8", of: "C-4", at: "2024-02-02T10:00:00Z"),
        order("A-9", of: "C-4", at: "2024-02-09T10:00:00Z"),
    ]

    @Test("who came back on a day, between two days, and on a day or later; what is not over for all is unknown")
    func byHand() async throws {
        let question = RetentionQuestion(days: [1, 7, 10, 40], at: .on("2024-03-16"))
        let found = try await Self.retention(Self.shop, question)
        #expect(found.cohorts.map(\.period) == ["2024-01", "2024-02"])
        #expect(found.cohorts.map(\.customers) == [3, 1])
        #expect(
            found.cohorts.map { Self.line($0.marks) } == [
                "1: 1/3 1/3 2/3, 7: 0/3 1/3 2/3, 10: 1/3 1/3 1/3, 40: 0/3 ? 1/3",
                "1: 0/1 0/1 1/1, 7: 1/1 1/1 1/1, 10: 0/1 ? 0/1, 40: ? ? ?",
            ])
        #expect(Self.line(found.overall) == "1: 1/4 1/4 3/4, 7: 1/4 2/4 3/4, 10: 1/4 1/3 1/4, 40: 0/3 ? 1/3")
        #expect(
            found.hazards.map { "\($0.day)-\($0.before): \($0.lost)/\($0.atRisk)" }
                == ["0-1: 1/4", "1-7: 0/3", "7-10: 2/3", "10-40: 0/1"])
        #expect(found.hazards.map(\.hazardBp) == [2500, 0, 6667, 0])
        #expect(found.ordersWithoutCustomer == 0)
    }

    @Test("who ordered for the first time and who again, month by month; a month that is not over is unknown")
    func periods() async throws {
        let found = try await Self.retention(Self.shop)
        #expect(found.at == "2024-03-16")
        #expect(found.periods.map(\.period) == ["2024-01", "2024-02", "2024-03"])
        #expect(found.periods.map(\.firstTime) == [3, 1, nil])
        #expect(found.periods.map(\.recurring) == [0, 1, nil])
        #expect(found.periods.map(\.recurringBp) == [0, 5000, nil])
    }

    @Test("a cohort that first orders are wanted of until a day is known when the days are over for that day")
    func limits() async throws {
        let question = RetentionQuestion(
            days: [1, 60], from: .on("2024-01-06"), to: .on("2024-01-20"), at: .on("2024-03-20"))
        let found = try await Self.retention(Self.shop, question)
        #expect(found.cohorts.map { Self.line($0.marks) } == ["1: 0/1 0/1 0/1, 60: 0/1 ? 0/1"])
        // All customers, whatever cohorts are asked for.
        #expect(found.periods.map(\.firstTime) == [3, 1, nil])
    }

    @Test("days are those of the zone, and cancelled orders do not count from the cancellation on")
    func zonesAndCancellations() async throws {
        let shanghai = try await Self.retention(
            Self.shop, .init(days: [0, 1], at: .on("2024-04-30"), zone: "Asia/Shanghai"))
        // C-1 orders twice on 1 February there.
        #expect(shanghai.cohorts.map(\.customers) == [2, 2])
        #expect(Self.line(shanghai.overall) == "0: 4/4 4/4 4/4, 1: 0/4 ? 3/4")
        let stories = [
            Self.order("A-1", of: "C-1", at: "2024-01-05T10:00:00Z", cancelled: "2024-01-09T10:00:00Z"),
            Self.order("A-2", of: "C-1", at: "2024-01-06T10:00:00Z"),
        ]
        for (at, expected) in [("2024-01-08", "1: 1/1 ? 1/1"), ("2024-01-09", "1: 0/1 ? 0/1")] {
            let found = try await Self.retention(stories, .init(by: .day, days: [1], at: .on(at)))
            #expect(Self.line(found.overall) == expected, "\(at)")
        }
    }

    @Test("without orders there is nothing; orders without a customer are counted")
    func nothing() async throws {
        let found = try await Self.retention([])
        #expect(found.at == nil)
        #expect(found.cohorts == [])
        #expect(found.hazards == [])
        #expect(found.overall.allSatisfy { $0.nDay == nil && $0.bracket == nil && $0.unbounded == nil })
        // Past the check that an event of the catalogue names a customer.
        let placed = NewEvent(
            type: OrderPlaced.eventType, tags: [try EntityTag("order", "A-1")],
            occurredAt: .at("2024-01-05T10:00:00Z"),
            data: try OrderPlaced.with { $0.orderID = "A-1" }.serializedBytes() as [UInt8])
        let folder = try CRMFolder([placed])
        let unnamed = try await folder.crm.retention(.init(days: [1]), atLeast: folder.head)
        #expect(unnamed.ordersWithoutCustomer == 1)
        #expect(unnamed.cohorts == [])
    }

    @Test(
        "days that do not ascend, or lie outside ten years, are refused",
        arguments: [[], [7, 1], [1, 1], [-1], [4000]] as [[Int]])
    func badDays(days: [Int]) async throws {
        await #expect(throws: InvalidRetentionDays(days: days)) {
            _ = try await Self.retention([], .init(days: days))
        }
        await #expect(throws: UnknownTimeZone.self) { _ = try await Self.retention([], .init(zone: "Mars/Olympus")) }
    }

    // MARK: Against a plain count

    /// Days of the orders of each customer that count at the end of a day, ascending.
    private static func buyers(_ stories: [OrderStory], _ question: RetentionQuestion, _ lastDay: CivilDate) throws
        -> [[Int]]
    {
        let end = try ZonedCalendar(zone: question.zone).endOfDay(lastDay)
        let wall = WallCalendar(zone: question.zone)
        return RandomOrders.customers.compactMap { customer in
            let days = stories.filter { $0.customer == customer }.compactMap { story -> Int? in
                guard let placedAt = story.placedAt, placedAt < end else { return nil }
                if let cancelledAt = story.cancelledAt, cancelledAt < end { return nil }
                return wall.day(of: placedAt)?.daysSinceEpoch
            }
            return days.isEmpty ? nil : days.sorted()
        }
    }

    @Test("retention of random orders is that of a plain count", arguments: 1...6 as ClosedRange<UInt64>)
    func plainCount(seed: UInt64) async throws {
        var orders = RandomOrders(seed: seed)
        let stories = orders.stories(orders.number(in: 5...40), within: orders.one(of: [20, 90, 330]))
        let folder = try CRMFolder()
        try await folder.appendSlowly(
            orders.shuffled(try stories.flatMap { try $0.events() }), batch: orders.number(in: 2...30))
        for granularity in Granularity.allCases {
            let question = RetentionQuestion(
                by: granularity, days: [0, 1, 5, 30, 100], at: orders.day(), zone: orders.one(of: RandomOrders.zones))
            let found = try await folder.crm.retention(question)
            let lastDay = try #require(question.at)
            let buyers = try Self.buyers(stories, question, lastDay)
            let cohorts = Dictionary(grouping: buyers) { days in
                CalendarPeriod(granularity, containing: CivilDate(daysSinceEpoch: days[0]))
            }
            #expect(found.cohorts.map(\.period) == cohorts.keys.sorted().map(\.label))
            for (cohort, period) in zip(found.cohorts, cohorts.keys.sorted()) {
                let members = cohorts[period] ?? []
                #expect(Int(cohort.customers) == members.count)
                for (mark, next) in zip(cohort.marks, [1, 5, 30, 100, nil] as [Int?]) {
                    let isOver = period.lastDay.daysSinceEpoch + mark.day <= lastDay.daysSinceEpoch
                    let onDay = members.count { days in days.contains { $0 - days[0] == mark.day } }
                    let later = members.count { days in days.contains { $0 - days[0] >= mark.day } }
                    #expect(mark.nDay.map { Int($0.active) } == (isOver ? onDay : nil))
                    #expect(mark.unbounded.map { Int($0.active) } == (isOver ? later : nil))
                    let inBracket = next.flatMap { next in
                        period.lastDay.daysSinceEpoch + next - 1 <= lastDay.daysSinceEpoch
                            ? members.count { days in days.contains { (mark.day..<next).contains($0 - days[0]) } } : nil
                    }
                    #expect(mark.bracket.map { Int($0.active) } == inBracket)
                }
            }
            let active = Dictionary(
                grouping: buyers.flatMap { days in
                    Set(days.map { CalendarPeriod(granularity, containing: CivilDate(daysSinceEpoch: $0)) })
                }, by: { $0 })
            for period in found.periods where period.firstTime != nil {
                let (first, again) = (period.firstTime ?? 0, period.recurring ?? 0)
                let all = active.first { $0.key.label == period.period }?.value.count ?? 0
                let new = cohorts.first { $0.key.label == period.period }?.value.count ?? 0
                #expect(Int(first + again) == all)
                #expect(Int(first) == new)
            }
        }
    }
}
