import EventLog
@testable import Rapport
import Testing
import TestSupport

/// Forecasts from what became of earlier deals.
@Suite struct ForecastHistoricTests {
    /// Twelve deals of unstated value, eleven of them opened on 1 January in the stage `offer`.
    ///
    /// Won after 2, 8, 12, 26 and 50 days; lost after 4, 10, 15, 20 and 40, the one after 15 having left the stage
    /// after 7; one is there still. The twelfth was opened on 15 February, left the stage after 6 days, and is open.
    private static func past() throws -> [NewEvent] {
        func day(_ days: Int) -> String {
            CivilDate(daysSinceEpoch: CivilDate.on("2024-01-01").daysSinceEpoch + days).description
        }
        var events = [try ForecastEvents.defined()]
        for (number, end) in [2, 8, 12, 26, 50].enumerated() {
            events.append(try ForecastEvents.opened("W-\(number)", day(0), in: "offer"))
            events.append(try DealEvents.won("W-\(number)", day(end)))
        }
        for (number, end) in [4, 10, 15, 20, 40].enumerated() {
            events.append(try ForecastEvents.opened("L-\(number)", day(0), in: "offer"))
            if end == 15 { events.append(try ForecastEvents.moved("L-\(number)", day(7), to: "talk")) }
            events.append(try DealEvents.lost("L-\(number)", day(end)))
        }
        events.append(try ForecastEvents.opened("O-1", day(0), in: "offer"))
        events.append(try ForecastEvents.opened("O-2", day(45), in: "offer"))
        events.append(try ForecastEvents.moved("O-2", day(51), to: "talk"))
        return events
    }

    /// Of March, made at the end of its first day: 30 days are left.
    private static func forecast(_ events: [NewEvent]) async throws -> SalesForecast.Line {
        let question = try ForecastQuestion(
            from: .on("2024-03-01"), to: .on("2024-03-31"), made: .on("2024-03-01"))
        let folder = try CRMFolder(events)
        return try await folder.crm.forecast(question, atLeast: folder.head).euros
    }

    @Test("among visits as old as the deal's: a landmark of five days by hand")
    func landmark() async throws {
        let open = try ForecastEvents.opened("N", "2024-02-25", in: "offer", 10_000)
        let found = try await Self.forecast(try Self.past() + [open])
        // Ten had lasted five days: 1/10, then 8/10 · 1/8, then, one being last seen after 15.6 days, 0.48 · 1/4.
        #expect(found.bases == [.init(basis: .stageAtAge, deals: 1)])
        // σ² = 10,000² · 0.32 · 0.68.
        #expect(found.says(.historic) == [3_200, 0, 9_178])
        #expect(found.expectedWinsCenti == 32)
        // It counts although nobody has said when it will be closed.
        #expect(found.noDay.deals == 1)
        #expect(found.says(.commit) == [0, 0, 0])
    }

    @Test("where too few visits lasted so long, all visits to the stage count")
    func stage() async throws {
        let open = [
            try ForecastEvents.opened("N", "2024-02-25", in: "offer", 10_000),
            try ForecastEvents.opened("M", "2024-02-10", in: "offer", 10_000),
        ]
        let found = try await Self.forecast(try Self.past() + open)
        #expect(found.bases == [.init(basis: .stageAtAge, deals: 1), .init(basis: .stage, deals: 1)])
        // 2/11 + 35/264, now that M has lasted five days too; and of all fourteen 0.340909.
        let both: Int64 = 3_144 + 3_409
        #expect(found.says(.historic)[0] == both)
        #expect(found.expectedWinsCenti == 66)
    }

    @Test("where a stage was hardly visited, deals of the pipeline that were open for as long count")
    func pipelineAtAge() async throws {
        let open = try ForecastEvents.opened("K", "2024-02-25", in: "rare", 10_000)
        let found = try await Self.forecast(try Self.past() + [open])
        #expect(found.bases == [.init(basis: .pipelineAtAge, deals: 1)])
        #expect(found.says(.historic) == [3_200, 0, 9_178])
    }

    @Test("of few deals all count; of none nothing is known")
    func pipeline() async throws {
        let open = try ForecastEvents.opened("Y", "2024-02-25", in: "offer", 10_000)
        let few = [
            try ForecastEvents.opened("X-1", "2024-01-01", in: "new"), try DealEvents.won("X-1", "2024-01-11"),
            try ForecastEvents.opened("X-2", "2024-01-01", in: "new"), try DealEvents.lost("X-2", "2024-01-06"),
            try ForecastEvents.opened("X-3", "2024-01-01", in: "new"),
        ]
        let found = try await Self.forecast(few + [open])
        // 3/4 are left after the loss, and half of these are won.
        #expect(found.bases == [.init(basis: .pipeline, deals: 1)])
        #expect(found.says(.historic)[0] == 3_750)
        let alone = try await Self.forecast([open])
        #expect(alone.says(.historic) == [0, 0, 0])
    }

    @Test("a deal that is opened again begins anew, and what became of it first counts for its first visits")
    func reopened() throws {
        var texts = DealTexts()
        var deal = DealState()
        deal.pipeline = "sales"
        let day = LandmarkTable.day
        deal.append(.init(kind: .opened, at: 0, position: 1, text: "new"))
        deal.append(.init(kind: .stage, at: 2 * day, position: 2, text: "offer"))
        deal.append(.init(kind: .lost, at: 5 * day, position: 3))
        deal.append(.init(kind: .reopened, at: 10 * day, position: 4, text: "new"))
        deal.append(.init(kind: .stage, at: 11 * day, position: 5, text: "new"))
        var landmarks = ForecastLandmarks()
        let history = try deal.history(&texts)
        let open = landmarks.add(history, before: 14 * day)
        let standing = try #require(open)
        landmarks.sort()
        #expect([standing.stageAge, standing.pipelineAge] == [4, 4])
        let stages = landmarks.keys.pairs.map { $0.1 < 0 ? "all" : texts.text($0.1) }
        #expect(stages == ["all", "new", "offer"])
        // Two spells, two visits to `new` and one to `offer`; the newest are watched up to three days.
        for (table, watched) in [(0, [2, 2, 1, 0]), (1, [2, 1, 0, 0]), (2, [1, 1, 0, 0])] as [(Int, [Int])] {
            let found = [0, 3, 4, 6].map { landmarks.tables[table].winShare(atAge: $0, within: 0...day).atRisk }
            #expect(found == watched, "\(stages[table])")
        }
        var earlier = ForecastLandmarks()
        let closed = earlier.add(history, before: 7 * day)
        #expect(closed == nil)
    }

    @Test("within any horizon it is the estimate of Aalen and Johansen", arguments: 1...20 as ClosedRange<UInt64>)
    func estimate(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = LandmarkTable()
        var visits: [(watched: Int64, total: Int64, outcome: DealOutcome)] = []
        let day = LandmarkTable.day
        for _ in 0..<Int.random(in: 1...120, using: &random) {
            let stay = Int64.random(in: 0...40, using: &random) * day / 2
            let rest = Int64.random(in: 0...20, using: &random) * day / 2
            let outcome = DealOutcome.allCases[Int.random(in: 0...2, using: &random)]
            let isThere = outcome == .open && rest == 0
            table.add(stay: stay, isThere: isThere, total: stay + rest, outcome)
            visits.append((isThere ? stay - 1 : stay, stay + rest, outcome))
        }
        table.sort()
        for age in 0...22 as ClosedRange<Int64> {
            let these = visits.filter { $0.watched >= age * day }.map { visit in
                let cause: Int? = visit.outcome == .open ? nil : visit.outcome == .won ? 0 : 1
                return ObservedTime(visit.total - age * day, endedBy: cause)
            }
            let expected = AalenJohansen(these, causes: 2)
            for horizon in [0, 1, 7, 30] as [Int64] {
                let found = table.winShare(atAge: age, within: 0...horizon * day)
                #expect(found.atRisk == these.count)
                let share = expected.cumulativeIncidence(of: 0, at: horizon * day)
                #expect(abs(found.share - share) < 1e-9)
                // From later on it is what comes in between.
                let later = table.winShare(atAge: age, within: horizon * day...40 * day)
                let all = expected.cumulativeIncidence(of: 0, at: 40 * day)
                #expect(abs(later.share - (horizon == 0 ? all : all - share)) < 1e-9)
            }
        }
    }
}
