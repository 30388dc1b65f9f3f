import EventLog
import Rapport
import Testing

/// What open deals bring in a day.
@Suite struct VelocityTests {
    private static func amount(_ minorUnits: Int64, _ currency: String = "EUR") -> DealStory.Amount {
        DealStory.Amount(minorUnits: minorUnits, currency: currency)
    }

    /// A deal opened and closed at noon.
    private static func deal(
        _ id: String, _ opened: String, _ amount: DealStory.Amount?, owner: String = "",
        _ end: (day: String, change: DealStory.Change)? = nil
    ) -> DealStory {
        var story = DealStory(id: id)
        let opening = DealStory.Change.opened(stage: "new", amount: amount, owner: owner)
        story.changes = [.init(at: .at(opened + "T12:00:00Z"), change: opening)]
        if let end { story.changes.append(.init(at: .at(end.day + "T12:00:00Z"), change: end.change)) }
        return story
    }

    private static func rows(
        _ stories: [DealStory], from: String? = nil, to: String? = nil, by dimension: String? = nil
    ) async throws -> [SalesVelocity.Row] {
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let found = try await folder.crm.velocity(
            from: from.map { .on($0) }, to: to.map { .on($0) }, by: dimension, atLeast: folder.head)
        return found.rows
    }

    /// Two wins, of 10 and 20 days and 100 and 200 euros, a loss, and three that are open.
    private static let quarter = [
        deal("D-1", "2024-01-05", amount(12_000), ("2024-01-15", .won(amount(10_000)))),
        deal("D-2", "2024-01-10", amount(20_000), ("2024-01-30", .won(nil))),
        deal("D-3", "2024-02-01", amount(5_000), ("2024-02-10", .lost)),
        deal("D-4", "2024-02-02", amount(7_000)), deal("D-5", "2024-03-02", amount(8_000)),
        deal("D-6", "2024-03-30", amount(9_000), ("2024-05-01", .won(nil))),
    ]

    @Test("open deals times average win times win rate, over the days of a cycle")
    func byHand() async throws {
        let found = try await Self.rows(Self.quarter, from: "2024-01-01", to: "2024-03-31")
        let row = try #require(found.first)
        #expect(found.count == 1)
        #expect(row.value == nil)
        #expect(row.currency == "EUR")
        #expect([row.open, row.won, row.lost, row.wonValue] == [3, 2, 1, 30_000])
        #expect([row.averageWonValue, row.closedWinRateBp, row.cycleDaysCenti] == [15_000, 6667, 1500])
        // 3 · 150.00 · 2/3 / 15.
        #expect(row.velocityPerDay == 2000)
        // D-6 was won later.
        #expect([row.opened, row.openedWon, row.openedLost, row.openedWinRateBp] == [6, 3, 1, 7500])
    }

    @Test("where a factor is not known there is no velocity; without open deals it is 0")
    func missingFactors() async throws {
        let january = try #require(try await Self.rows(Self.quarter, to: "2024-01-12").first)
        #expect([january.open, january.won, january.averageWonValue, january.velocityPerDay] == [2, 0, nil, nil])
        #expect(january.closedWinRateBp == nil)
        let atOnce = [Self.deal("D-1", "2024-01-05", Self.amount(100), ("2024-01-05", .won(nil)))]
        let quick = try #require(try await Self.rows(atOnce).first)
        #expect([quick.won, quick.cycleDaysCenti, quick.velocityPerDay] == [1, 0, nil])
        let allWon = try #require(try await Self.rows([Self.quarter[0]]).first)
        #expect([allWon.open, allWon.velocityPerDay] == [0, 0])
        #expect(try await Self.rows([]) == [])
        #expect(try await Self.rows(Self.quarter, from: "2023-01-01", to: "2023-12-31") == [])
    }

    @Test("what was won and opened again in the period does not count; lost and won later counts then")
    func reopened() async throws {
        var story = Self.quarter[0]
        story.changes.append(.init(at: .at("2024-02-01T12:00:00Z"), change: .reopened(to: "new")))
        let later = try #require(try await Self.rows([story], from: "2024-01-01", to: "2024-03-31").first)
        #expect([later.open, later.won, later.opened, later.openedWon] == [1, 0, 1, 0])
        let then = try #require(try await Self.rows([story], from: "2024-01-01", to: "2024-01-31").first)
        #expect([then.open, then.won, then.averageWonValue] == [0, 1, 10_000])
        // It is open again by now.
        #expect([then.opened, then.openedWon, then.openedWinRateBp] == [1, 0, nil])
    }

    @Test("currencies are never added; without a stated value a deal counts with the others where these have one")
    func currencies() async throws {
        let unstated = Self.deal("D-7", "2024-03-01", nil)
        let one = try await Self.rows(Self.quarter + [unstated], from: "2024-01-01", to: "2024-03-31")
        #expect(one.map(\.currency) == ["EUR"])
        #expect(one.map(\.open) == [4])
        #expect(one.map(\.velocityPerDay) == [2667])
        let dollars = Self.deal("D-8", "2024-03-01", Self.amount(500, "USD"))
        let both = try await Self.rows(Self.quarter + [unstated, dollars], from: "2024-01-01", to: "2024-03-31")
        #expect(both.map(\.currency) == ["", "EUR", "USD"])
        #expect(both.map(\.open) == [1, 3, 1])
        #expect(both.map(\.velocityPerDay) == [nil, 2000, nil])
        // A win whose value nobody has stated is one, and says nothing about what wins are worth.
        let won = Self.deal("D-9", "2024-02-01", nil, ("2024-02-16", .won(nil)))
        let known = try #require(try await Self.rows(Self.quarter + [won], from: "2024-01-01", to: "2024-03-31").first)
        #expect([known.won, known.averageWonValue, known.cycleDaysCenti] == [3, 15_000, 1500])
    }

    @Test("a closed deal counts for whoever owned it when it was closed, an open one for its owner at the end")
    func owners() async throws {
        let start = Timestamp.at("2024-01-01T12:00:00Z")
        func handed(_ id: String, to owner: String, after days: Int64, wonAfter: Int64?) -> DealStory {
            var story = Self.deal(id, "2024-01-01", Self.amount(1_000), owner: "ada")
            story.changes.append(.init(at: start.plus(days: days), change: .handed(to: owner)))
            if let wonAfter { story.changes.append(.init(at: start.plus(days: wonAfter), change: .won(nil))) }
            story.changes.sort { $0.at < $1.at }
            return story
        }
        let stories = [
            handed("D-1", to: "bo", after: 5, wonAfter: 10), handed("D-2", to: "bo", after: 5, wonAfter: 3),
            handed("D-3", to: "bo", after: 5, wonAfter: nil), handed("D-4", to: "bo", after: 200, wonAfter: nil),
        ]
        let found = try await Self.rows(stories, from: "2024-01-01", to: "2024-03-31", by: "owner")
        #expect(found.map(\.value) == ["ada", "bo"])
        #expect(found.map(\.won) == [1, 1])
        #expect(found.map(\.open) == [1, 1])
        #expect(found.map(\.cycleDaysCenti) == [300, 1000])
        #expect(found.map(\.velocityPerDay) == [333, 100])
    }

    @Test("in the period of all time won and lost are those of the win rates", arguments: 1...4 as ClosedRange<UInt64>)
    func winRates(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed)
        let stories = deals.stories(60)
        let folder = try CRMFolder(deals.shuffled(try stories.flatMap { try $0.events() }))
        let found = try await folder.crm.velocity(atLeast: folder.head).rows
        let rates = try #require(try await folder.crm.winRates().overall)
        func total(_ count: (SalesVelocity.Row) -> Int64) -> Int64 { found.reduce(0) { $0 + count($1) } }
        #expect(
            [total(\.won), total(\.lost), total(\.opened)] == [rates.wonInPeriod, rates.lostInPeriod, rates.opened])
        #expect([total(\.openedWon), total(\.openedLost)] == [rates.won, rates.lost])
        #expect(total(\.open) == rates.open)
        let byOwner = try await folder.crm.velocity(by: "owner").rows
        #expect(byOwner.reduce(0) { $0 + $1.won } == rates.wonInPeriod)
        #expect(Set(byOwner.map(\.value)) == ["ada", "bo", "cem"])
    }

    @Test("a zone that does not exist is refused")
    func unknownZone() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        await #expect(throws: UnknownTimeZone.self) { try await crm.velocity(zone: "Mars/Olympus") }
        withExtendedLifetime(folder) {}
    }
}
