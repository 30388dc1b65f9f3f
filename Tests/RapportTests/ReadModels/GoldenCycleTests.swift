import EventLog
import Rapport
import Testing

/// Cycles and velocity of a sales team's pipeline, against figures that lifelines and plain sums over its table give.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenCycleTests {
    private static func maven() async throws -> CRMFolder { try await GoldenImport.shared(.maven).folder }

    /// The last day of the data begins.
    private static let now = Timestamp.at("2017-12-31T00:00:00Z")

    @Test("Maven: with open deals a win takes 93 days, of closed ones alone 57")
    func cycles() async throws {
        let folder = try await Self.maven()
        let closed = try await folder.crm.cycleTimes(atLeast: folder.head)
        #expect(closed.outcomes.map(\.medianDaysCenti) == [5700, 1400])
        let found = try await folder.crm.cycleSurvival(now: Self.now)
        let all = try #require(found.groups.first)
        #expect([all.deals, all.won, all.lost, all.open] == [8300, 4238, 2473, 1589])
        #expect([all.toWin.medianDaysCenti, all.toWin.p75DaysCenti] == [9300, nil])
        let close = all.toClose
        #expect([close.medianDaysCenti, close.p75DaysCenti, close.p90DaysCenti] == [6900, 10_700, nil])
        #expect(all.marks.map(\.wonBp) == [2190, 2647, 3970, 5194, 5194, 5194])
        #expect(all.marks.map(\.lostBp) == [1622, 1855, 2521, 3017, 3017, 3017])
        let regions = try await folder.crm.cycleSurvival(now: Self.now, by: "region")
        #expect(regions.groups.reduce(0) { $0 + $1.won } == 4238)
        #expect(regions.groups.map(\.value) == ["Central", "East", "West"])
    }

    @Test("Maven: half of the visits to the one stage that there is are over after 69 days")
    func dwell() async throws {
        let folder = try await Self.maven()
        let found = try await folder.crm.dwell(DwellQuestion(now: Self.now), atLeast: folder.head)
        let stage = try #require(found.stages.first)
        #expect(found.stages.count == 1)
        #expect(stage.stage == "Engaging")
        #expect([stage.deals, stage.visits, stage.openNow] == [8300, 8300, 1589])
        #expect([stage.exits.won, stage.exits.lost, stage.exits.later] == [4238, 2473, 0])
        let median: Int64 = 69 * 86_400_000
        #expect(stage.medianMs == median)
        #expect(found.bottlenecks.map(\.stage) == ["Engaging"])
    }

    @Test("Maven: what the open deals bring in a day, by the third quarter of 2017")
    func velocity() async throws {
        let folder = try await Self.maven()
        let found = try await folder.crm.velocity(
            from: .on("2017-07-01"), to: .on("2017-09-30"), atLeast: folder.head)
        let row = try #require(found.rows.first)
        #expect(found.rows.count == 1)
        #expect(row.currency == "USD")
        #expect([row.open, row.won, row.lost, row.wonValue] == [2409, 1257, 790, 298_225_500])
        #expect([row.averageWonValue, row.closedWinRateBp, row.cycleDaysCenti] == [237_252, 6141, 4882])
        #expect([row.opened, row.openedWon, row.openedLost, row.openedWinRateBp] == [2770, 1207, 805, 5999])
        #expect(row.velocityPerDay == 7_189_396)
    }
}
