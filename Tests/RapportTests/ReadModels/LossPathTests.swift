import EventLog
@testable import Rapport
import Testing

/// What had become of the last orders of customers who were lost, by hand and against a plain count.
@Suite(.timeLimit(.minutes(5))) struct LossPathTests {
    private static func order(
        _ id: String, of customer: String, on day: String, _ then: (String, OrderStory.Change)? = nil
    ) -> OrderStory {
        var story = OrderStory(id, of: customer, ("\(day)T10:00:00Z", .placed([.init(net: 100)])))
        if let then { story.changes.append(.init(at: .at("\(then.0)T10:00:00Z"), change: then.1)) }
        return story
    }

    /// Looked at on 30 April by 30 days: orders until 31 March have had their time.
    private static let shop = [
        // Came again on the 30th day; what came back later does not count.
        order("A-1", of: "C-1", on: "2024-03-31", ("2024-05-01", .returned([.init(net: 10)], "broken"))),
        order("A-2", of: "C-1", on: "2024-04-30"),
        // Came on the 31st day, which was too late, after a return.
        order("B-1", of: "C-2", on: "2024-03-20", ("2024-04-02", .returned([.init(net: 10)], "broken"))),
        order("B-2", of: "C-2", on: "2024-04-20"),
        // Never came again after a cancellation, whatever there was before.
        order("C-1", of: "C-3", on: "2024-01-01"),
        order("C-2", of: "C-3", on: "2024-01-02", ("2024-01-09", .cancelled("price"))),
        // Came again with an order that was cancelled.
        order("D-1", of: "C-4", on: "2024-03-30"),
        order("D-2", of: "C-4", on: "2024-04-10", ("2024-04-11", .cancelled("price"))),
        // Too young.
        order("E-1", of: "C-5", on: "2024-04-01"),
    ]

    /// Customers and those of them who were lost, by what had become of the last order.
    private static func line(_ found: LossPaths) -> String {
        found.paths.map { "\($0.lastOrder.rawValue) \($0.lost)/\($0.customers)" }.joined(separator: ", ")
            + ", immature \(found.immature)"
    }

    @Test("last orders that were kept, given back or cancelled, of those who were lost and of those who stayed")
    func byHand() async throws {
        let folder = try CRMFolder(try Self.shop.flatMap { try $0.events() })
        let question = LossPathQuestion(silentDays: 30, at: .on("2024-04-30"))
        let found = try await folder.crm.lossPaths(question, atLeast: folder.head)
        #expect(Self.line(found) == "kept 0/2, returned 1/1, cancelled 1/1, immature 1")
        #expect([found.customers, found.lost] == [4, 2])
        #expect(found.lostBp == 5000)
        #expect(found.paths.map(\.lostBp) == [0, 10_000, 10_000])
        #expect(found.paths.map(\.shareOfLostBp) == [0, 5000, 5000])
        #expect(found.paths.map(\.shareOfRetainedBp) == [10_000, 0, 0])
        #expect(found.position == folder.head)
        // A day earlier the time of the last day of March was not over, and it was the first order.
        let before = try await folder.crm.lossPaths(.init(silentDays: 30, at: .on("2024-04-29")))
        #expect(Self.line(before) == "kept 0/1, returned 1/1, cancelled 1/1, immature 2")
    }

    @Test("without orders nobody is lost; a silence of no days, or of more than ten years, is refused")
    func nothing() async throws {
        let folder = try CRMFolder()
        let none = try await folder.crm.lossPaths(.init(silentDays: 30), atLeast: folder.head)
        #expect(none.at == nil)
        #expect(none.paths.map(\.lostBp) == [nil, nil, nil])
        for days in [-1, 0, 3661] {
            await #expect(throws: InvalidSilence(days: days)) {
                _ = try await folder.crm.lossPaths(.init(silentDays: days))
            }
        }
        await #expect(throws: UnknownTimeZone.self) {
            _ = try await folder.crm.lossPaths(.init(silentDays: 30, zone: "Mars/Olympus"))
        }
    }

    // MARK: Against a plain count

    private static func plainLine(
        _ stories: [OrderStory], _ question: LossPathQuestion, _ lastDay: CivilDate
    ) throws -> String {
        let calendar = try ZonedCalendar(zone: question.zone)
        let wall = WallCalendar(zone: question.zone)
        let end = calendar.endOfDay(lastDay)
        var counts: [LossPaths.LastOrder: (lost: Int, all: Int)] = [:]
        var immature = 0
        for customer in RandomOrders.customers {
            var orders: [(day: Int, time: Timestamp, story: OrderStory)] = []
            for story in stories where story.customer == customer {
                guard let placedAt = story.placedAt, placedAt < end, let day = wall.day(of: placedAt) else { continue }
                orders.append((day.daysSinceEpoch, placedAt, story))
            }
            orders.sort { $0.time < $1.time }
            guard let last = orders.last(where: { $0.day + question.silentDays <= lastDay.daysSinceEpoch }) else {
                immature += orders.isEmpty ? 0 : 1
                continue
            }
            let over = last.day + question.silentDays
            let standing = last.story.standing(before: calendar.endOfDay(CivilDate(daysSinceEpoch: over)))
            let isCancelled = standing?.status == .cancelled
            let state: LossPaths.LastOrder = isCancelled ? .cancelled : standing?.cameBack == true ? .returned : .kept
            let isRetained = orders.contains { $0.time > last.time && $0.day <= over }
            let known = counts[state] ?? (0, 0)
            counts[state] = (known.lost + (isRetained ? 0 : 1), known.all + 1)
        }
        let parts = LossPaths.LastOrder.allCases.map { state in
            let known = counts[state] ?? (0, 0)
            return "\(state.rawValue) \(known.lost)/\(known.all)"
        }
        return parts.joined(separator: ", ") + ", immature \(immature)"
    }

    @Test("the lost customers of random orders are those of a plain count", arguments: 1...6 as ClosedRange<UInt64>)
    func plainCount(seed: UInt64) async throws {
        var orders = RandomOrders(seed: seed)
        let stories = orders.stories(orders.number(in: 5...50))
        let folder = try CRMFolder()
        try await folder.appendSlowly(
            orders.shuffled(try stories.flatMap { try $0.events() }), batch: orders.number(in: 5...40))
        for _ in 0..<8 {
            let day = orders.day()
            let question = LossPathQuestion(
                silentDays: orders.one(of: [1, 10, 30, 90]), at: day, zone: orders.one(of: RandomOrders.zones))
            let found = try await folder.crm.lossPaths(question)
            let expected = try Self.plainLine(stories, question, day)
            #expect(Self.line(found) == expected, "\(question)")
        }
    }
}
