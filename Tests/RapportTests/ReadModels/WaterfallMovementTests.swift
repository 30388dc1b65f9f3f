import EventLog
@testable import Rapport
import Testing

/// Waterfalls of random deals against the pipeline at their two ends, and the deals behind each item.
@Suite struct WaterfallMovementTests {
    private static let users = ["ada", "bo", "cem"]

    /// A CRM of random deals, whose owners go from team to team, appended in any order.
    private static func crm(_ deals: inout RandomDeals, _ count: Int) throws -> CRMFolder {
        var events: [NewEvent] = []
        for story in deals.stories(count) { events += try story.events() }
        for user in users {
            for _ in 0..<4 {
                let day = Int64(deals.number(in: 0...400))
                let at = Timestamp.at("2024-01-01T00:00:00Z").plus(days: day, seconds: day * 7)
                events.append(try DealEvents.assigned(user, at: at, team: deals.one(of: ["red", "blue", ""])))
            }
        }
        return try CRMFolder(deals.shuffled(events))
    }

    private static func question(_ deals: inout RandomDeals) -> WaterfallQuestion {
        let days = [deals.day(), deals.day()].sorted()
        return WaterfallQuestion(
            from: days[0], to: days[1], pipeline: deals.one(of: [nil, "P0", "P1"]),
            by: deals.one(of: [nil, "owner", "team", "customer", "region"]), zone: deals.one(of: RandomDeals.zones))
    }

    private static func dayBefore(_ day: CivilDate) -> CivilDate {
        CivilDate(daysSinceEpoch: day.daysSinceEpoch - 1)
    }

    /// What is open, by currency: those that have anything open.
    private static func open(_ bars: [(String, PipelineWaterfall.Bar)]) -> [String: PipelineWaterfall.Bar] {
        Dictionary(uniqueKeysWithValues: bars.filter { $0.1.count != 0 })
    }

    private static func open(_ pipeline: PipelineAtDate) -> [String: PipelineWaterfall.Bar] {
        open(pipeline.totals.map { ($0.currency, PipelineWaterfall.Bar(count: $0.open, value: $0.openValue)) })
    }

    @Test("it leads from the pipeline of one day to that of another", arguments: 1...5 as ClosedRange<UInt64>)
    func ends(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed, pipelines: ["P0", "P1"])
        let folder = try Self.crm(&deals, 70)
        let crm = folder.crm
        for _ in 0..<12 {
            let question = Self.question(&deals)
            let found = try await crm.waterfall(question, atLeast: folder.head)
            let first = try await crm.pipeline(
                at: Self.dayBefore(question.from), zone: question.zone, pipeline: question.pipeline)
            let last = try await crm.pipeline(at: question.to, zone: question.zone, pipeline: question.pipeline)
            #expect(Self.open(found.balances.map { ($0.currency, $0.start) }) == Self.open(first), "\(question)")
            #expect(Self.open(found.balances.map { ($0.currency, $0.end) }) == Self.open(last), "\(question)")
            let created = found.balances.reduce(0) { $0 + $1.created.count }
            #expect(created == last.deals.opened - first.deals.opened, "\(question)")
            // Groups come to all together, but for what goes between them.
            for item in WaterfallItem.allCases where question.by != nil {
                let all = found.balances.reduce(0) { $0 + ($1.bar(item)?.count ?? 0) }
                let groups = (found.groups ?? []).reduce(0) { $0 + ($1.bar(item)?.count ?? 0) }
                if item != .transferredIn, item != .transferredOut { #expect(groups == all, "\(item), \(question)") }
            }
        }
    }

    @Test("by owner it ends with what each has open then", arguments: 11...13 as ClosedRange<UInt64>)
    func owners(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let folder = try Self.crm(&deals, 60)
        for _ in 0..<8 {
            var question = Self.question(&deals)
            (question.by, question.pipeline) = ("owner", nil)
            let found = try await folder.crm.waterfall(question, atLeast: folder.head)
            let groups = try await folder.crm.deals(by: "owner", at: question.to, zone: question.zone).groups
            let expected = groups.filter { $0.open != 0 }.map {
                "\($0.value) \($0.currency) \($0.open) \($0.openValue)"
            }
            let ends = (found.groups ?? []).filter { $0.end.count != 0 }.map {
                "\($0.group ?? "") \($0.currency) \($0.end.count) \($0.end.value)"
            }
            #expect(ends == expected, "\(question)")
        }
    }

    @Test("two periods that follow each other are as one", arguments: 21...23 as ClosedRange<UInt64>)
    func periods(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let folder = try Self.crm(&deals, 60)
        var question = Self.question(&deals)
        question.pipeline = nil
        for by in [nil, "team"] {
            question.by = by
            let first = deals.day()
            let middle = CivilDate(daysSinceEpoch: first.daysSinceEpoch + deals.number(in: 0...150))
            let last = CivilDate(daysSinceEpoch: middle.daysSinceEpoch + deals.number(in: 1...150))
            var found: [PipelineWaterfall] = []
            for (from, to) in [(first, middle), (middle.next, last), (first, last)] {
                (question.from, question.to) = (from, to)
                found.append(try await folder.crm.waterfall(question, atLeast: folder.head))
            }
            for item in WaterfallItem.allCases where item != .start && item != .end {
                let sums = found.map { waterfall in
                    (waterfall.groups ?? waterfall.balances).reduce(0) { $0 + ($1.bar(item)?.value ?? 0) }
                }
                #expect(sums[0] + sums[1] == sums[2], "\(item), \(first) to \(middle) to \(last)")
            }
        }
    }

    @Test("the deals behind the items are the items, page by page", arguments: 31...33 as ClosedRange<UInt64>)
    func movements(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let folder = try Self.crm(&deals, 40)
        for _ in 0..<4 {
            let question = Self.question(&deals)
            let found = try await folder.crm.waterfall(question, atLeast: folder.head)
            for item in WaterfallItem.allCases {
                let limit = deals.number(in: 1...7)
                let rows = try await GoldenImport.allRows {
                    try await folder.crm.waterfallMovements(question, item: item, limit: limit, after: $0)
                }
                for balance in found.groups ?? found.balances {
                    let these = rows.filter { $0.currency == balance.currency && $0.group == balance.group }
                    let bar = balance.bar(item) ?? .init(count: 0, value: 0)
                    #expect(Int64(these.count) == bar.count, "\(item) of \(question)")
                    #expect(these.reduce(0) { $0 + $1.value } == bar.value, "\(item) of \(question)")
                }
                #expect(Set(rows).count == rows.count)
                #expect(rows.map(\.at) == rows.map(\.at).sorted())
                #expect(rows.allSatisfy { $0.item == item && $0.position <= folder.head })
            }
        }
    }

    @Test("a movement names the deal and the event; a transfer by a new team names the assignment")
    func events() async throws {
        let folder = try CRMFolder([
            try DealEvents.opened("D-1", "2024-03-01", 100, owner: "ada", team: "green"),
            try DealEvents.assigned("ada", "2024-04-05", team: "red"), try DealEvents.lost("D-1", "2024-04-09"),
        ])
        let crm = folder.crm
        let question = WaterfallQuestion(from: .on("2024-04-01"), to: .on("2024-04-30"), by: "team")
        func movement(_ item: WaterfallItem) async throws -> [WaterfallMovement] {
            try await crm.waterfallMovements(question, item: item, atLeast: folder.head).rows
        }
        func expected(
            _ item: WaterfallItem, _ day: String, _ group: String, _ position: UInt64
        ) -> [WaterfallMovement] {
            [
                WaterfallMovement(
                    deal: "D-1", item: item, at: DealEvents.time(day), value: 100, currency: "EUR", group: group,
                    position: Position(position))
            ]
        }
        #expect(try await movement(.start) == expected(.start, "2024-03-01", "green", 1))
        #expect(try await movement(.transferredOut) == expected(.transferredOut, "2024-04-05", "green", 2))
        #expect(try await movement(.transferredIn) == expected(.transferredIn, "2024-04-05", "red", 2))
        #expect(try await movement(.lost) == expected(.lost, "2024-04-09", "red", 3))
        #expect(try await movement(.end) == [])
    }

    @Test("a cursor is good for its own question only")
    func foreignCursors() async throws {
        let folder = try CRMFolder([
            try DealEvents.opened("D-1", "2024-04-02", 100), try DealEvents.opened("D-2", "2024-04-02", 200),
        ])
        let crm = folder.crm
        let question = WaterfallQuestion(from: .on("2024-04-01"), to: .on("2024-04-30"))
        let page = try await crm.waterfallMovements(question, item: .created, limit: 1, atLeast: folder.head)
        let next = try #require(page.next)
        let last = try await crm.waterfallMovements(question, item: .created, limit: 1, after: next)
        #expect((page.rows + last.rows).map(\.deal) == ["D-1", "D-2"])
        #expect(last.next == nil)
        var other = question
        other.closing = CivilDate.on("2024-04-01")...CivilDate.on("2024-04-30")
        let bounded = other
        await #expect(throws: ForeignCursor(cursor: next)) {
            _ = try await crm.waterfallMovements(bounded, item: .created, after: next)
        }
        await #expect(throws: ForeignCursor(cursor: next)) {
            _ = try await crm.waterfallMovements(question, item: .end, after: next)
        }
        let madeUp = ListCursor.madeUp(of: [1, 2, 3])
        await #expect(throws: ForeignCursor(cursor: madeUp)) {
            _ = try await crm.waterfallMovements(question, item: .created, after: madeUp)
        }
        withExtendedLifetime(folder) {}
    }
}
