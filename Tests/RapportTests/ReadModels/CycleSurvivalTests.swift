import EventLog
@testable import Rapport
import Testing

/// Cycles with open deals included.
@Suite struct CycleSurvivalTests {
    private static let start = Timestamp.at("2024-03-01T10:00:00Z")

    /// A deal opened at the start that ends so many days later; open without an end.
    private static func deal(
        _ id: String, after days: Int64 = 0, _ end: DealStory.Change? = nil, owner: String = "", region: String = ""
    ) -> DealStory {
        var story = DealStory(id: id)
        story.region = region
        story.changes = [.init(at: start, change: .opened(stage: "new", amount: nil, owner: owner))]
        if let end { story.changes.append(.init(at: start.plus(days: days), change: end)) }
        return story
    }

    private static func ask(
        _ stories: [DealStory], after days: Int64, by dimension: String? = nil, withCurve: Bool = false
    ) async throws -> CycleSurvival {
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        return try await folder.crm.cycleSurvival(
            now: start.plus(days: days), by: dimension, withCurve: withCurve, atLeast: folder.head)
    }

    private static let four = [
        deal("D-1", after: 10, .won(nil)), deal("D-2", after: 15, .lost), deal("D-3", after: 20, .won(nil)),
        deal("D-4"),
    ]

    @Test("four deals by hand: what is open, and for a win what is lost, counts as lasting longer")
    func byHand() async throws {
        let found = try await Self.ask(Self.four, after: 30)
        let all = try #require(found.groups.first)
        #expect(found.groups.count == 1)
        #expect(all.value == nil)
        #expect([all.deals, all.won, all.lost, all.open] == [4, 2, 1, 1])
        // 3/4 are left after 10 days, 3/8 after 20.
        #expect([all.toWin.ended, all.toWin.medianDaysCenti, all.toWin.p75DaysCenti] == [2, 2000, nil])
        // 3/4, 2/4, 1/4.
        let close = all.toClose
        #expect([close.ended, close.medianDaysCenti, close.p75DaysCenti, close.p90DaysCenti] == [3, 1500, 2000, nil])
        #expect(all.toWin.curve == nil)
        // A quarter, and half of the half that is left after 15 days.
        #expect(all.marks.map(\.days) == [30, 60, 90, 180, 365, nil])
        #expect(all.marks.map(\.wonBp) == [5000, nil, nil, nil, nil, 5000])
        #expect(all.marks.map(\.lostBp) == [2500, nil, nil, nil, nil, 2500])
    }

    @Test("what happened later does not count, and once all are closed nothing stays unknown")
    func moments() async throws {
        let early = try #require(try await Self.ask(Self.four, after: 12).groups.first)
        #expect([early.deals, early.won, early.lost, early.open] == [4, 1, 0, 3])
        #expect(early.toClose.medianDaysCenti == nil)
        #expect(early.marks.map(\.wonBp) == [nil, nil, nil, nil, nil, 2500])
        let closed = try #require(try await Self.ask(Array(Self.four.prefix(3)), after: 20).groups.first)
        #expect(closed.marks.map(\.wonBp) == [6667, 6667, 6667, 6667, 6667, 6667])
        #expect(closed.marks.map(\.lostBp) == [3333, 3333, 3333, 3333, 3333, 3333])
        #expect(closed.toClose.p90DaysCenti == 2000)
        let before = try await Self.ask(Self.four, after: -1)
        #expect(before.groups == [])
    }

    @Test("a deal that was opened again stands as it does last, from its first opening")
    func reopened() async throws {
        var story = Self.deal("D-1", after: 5, .lost)
        story.changes.append(.init(at: Self.start.plus(days: 8), change: .reopened(to: "new")))
        let open = try #require(try await Self.ask([story], after: 9).groups.first)
        #expect([open.won, open.lost, open.open] == [0, 0, 1])
        story.changes.append(.init(at: Self.start.plus(days: 12), change: .won(nil)))
        let won = try #require(try await Self.ask([story], after: 40).groups.first)
        #expect([won.won, won.lost, won.open] == [1, 0, 0])
        #expect(won.toWin.medianDaysCenti == 1200)
    }

    @Test("groups are those that deals were opened in; those without a value are one, too")
    func groups() async throws {
        var handed = Self.deal("D-1", owner: "ada")
        handed.changes.append(.init(at: Self.start.plus(days: 2), change: .handed(to: "bo")))
        handed.changes.append(.init(at: Self.start.plus(days: 4), change: .won(nil)))
        let stories = [handed, Self.deal("D-2", after: 6, .lost, owner: "bo"), Self.deal("D-3")]
        let found = try await Self.ask(stories, after: 30, by: "owner")
        #expect(found.groups.map(\.value) == ["", "ada", "bo"])
        #expect(found.groups.map(\.won) == [0, 1, 0])
        #expect(found.groups.map(\.lost) == [0, 0, 1])
        #expect(found.groups.map(\.toClose.medianDaysCenti) == [nil, 400, 600])
        #expect(found.dimension == "owner")
    }

    @Test("a curve has a hundred points at most, the first and the last among them")
    func curves() async throws {
        let stories = (1...250).map { number in
            let end = number % 5 == 0 ? DealStory.Change.lost : .won(nil)
            return Self.deal("D-\(number)", after: Int64(number), end)
        }
        let all = try #require(try await Self.ask(stories, after: 500, withCurve: true).groups.first)
        let closed = try #require(all.toClose.curve)
        #expect(closed.count == 100)
        #expect(closed.first?.daysCenti == 100)
        #expect(closed.first?.atRisk == 250)
        #expect(closed.first?.survivalBp == 9960)
        #expect(closed.last?.daysCenti == 25_000)
        #expect(closed.last?.survivalBp == 0)
        #expect(closed.last?.lowBp == nil)
        #expect(zip(closed, closed.dropFirst()).allSatisfy { $0.daysCenti < $1.daysCenti && $0.atRisk > $1.atRisk })
        #expect(closed.allSatisfy { $0.survivalBp == 0 || ($0.lowBp ?? -1) <= $0.survivalBp })
        let few = try #require(try await Self.ask(Self.four, after: 30, withCurve: true).groups.first)
        #expect(few.toWin.curve?.map(\.daysCenti) == [1000, 2000])
        #expect(few.toWin.curve?.map(\.atRisk) == [4, 2])
        #expect(few.toWin.curve?.map(\.survivalBp) == [7500, 3750])
    }

    @Test(
        "of random deals the counts are those of their stories, and the times those of a list",
        arguments: 1...4 as ClosedRange<UInt64>)
    func randomDeals(seed: UInt64) async throws {
        var deals = RandomDeals(seed: seed, pipelines: ["P0", "P1"])
        let stories = deals.stories(60)
        let folder = try CRMFolder(deals.shuffled(try stories.flatMap { try $0.events() }))
        for pipeline in [nil, "P1"] {
            let now = Timestamp.at("\(deals.day())T08:00:00Z")
            let found = try await folder.crm.cycleSurvival(now: now, pipeline: pipeline, atLeast: folder.head)
            let standings = stories.filter { pipeline == nil || $0.pipeline == pipeline }
                .compactMap { $0.standing(before: now.advanced(byMicroseconds: 1)) }
            let observed = standings.map { standing in
                ObservedTime(
                    (standing.outcome == .open ? now : standing.closedAt ?? now).microseconds
                        - standing.openedAt.microseconds,
                    endedBy: standing.outcome == .open ? nil : 0)
            }
            let all = found.groups.first
            #expect(all?.deals ?? 0 == Int64(standings.count))
            #expect(all?.won ?? 0 == Int64(standings.count { $0.outcome == .won }))
            #expect(all?.lost ?? 0 == Int64(standings.count { $0.outcome == .lost }))
            let median = KaplanMeier(observed).quantile(0.5)
            #expect(all?.toClose.medianDaysCenti == median.map { ($0 + 432_000_000) / 864_000_000 })
        }
    }
}
