import EventLog
import Projection
@testable import Rapport
import Testing

/// Forecasts by categories, by the probabilities of stages and by run rate.
@Suite struct ForecastTests {
    private static let april = try? ForecastQuestion(
        from: .on("2024-04-01"), to: .on("2024-04-30"), made: .on("2024-04-10"))

    /// Two wins, one of them in April, a loss, and an open deal of each kind.
    private static func events() throws -> [NewEvent] {
        [
            try ForecastEvents.defined(),
            try ForecastEvents.opened("W-1", "2024-03-01", in: "new", 12_000),
            try DealEvents.won("W-1", "2024-04-05", 10_000),
            try ForecastEvents.opened("W-2", "2024-03-02", in: "new", 5_000), try DealEvents.won("W-2", "2024-03-20"),
            try ForecastEvents.opened("L-1", "2024-03-03", in: "offer", 900, closes: "2024-04-20"),
            try DealEvents.lost("L-1", "2024-04-02"),
            try ForecastEvents.opened("A", "2024-03-04", in: "offer", 20_001, closes: "2024-04-20"),
            try ForecastEvents.opened("B", "2024-03-05", in: "talk", 10_005, closes: "2024-04-25"),
            try ForecastEvents.opened("C", "2024-03-06", in: "new", 7_005, closes: "2024-04-30"),
            try ForecastEvents.opened("D", "2024-03-07", in: "side", 3_000, closes: "2024-04-15"),
            try ForecastEvents.opened("E", "2024-03-08", in: "nowhere", 1_000, closes: "2024-04-15"),
            try ForecastEvents.opened("F", "2024-03-09", in: "offer", 50_000, closes: "2024-05-02"),
            try ForecastEvents.opened("G", "2024-03-10", in: "offer", 60_000),
        ]
    }

    private static func forecast(
        _ events: [NewEvent], _ change: (inout ForecastQuestion) throws -> Void = { _ in }
    ) async throws -> SalesForecast {
        var question = try #require(april)
        try change(&question)
        let folder = try CRMFolder(events)
        return try await folder.crm.forecast(question, atLeast: folder.head)
    }

    /// The end of a day, UTC.
    private static func end(of day: String) -> Timestamp {
        ZonedCalendar.utc.endOfDay(.on(day)).advanced(byMicroseconds: -1)
    }

    // MARK: By hand

    @Test("categories are those of the stages of deals expected in the period; others are shown beside them")
    func categories() async throws {
        let found = try await Self.forecast(try Self.events())
        let euros = try found.euros
        #expect(found.totals.count == 1)
        #expect(found.groups == nil)
        #expect(euros.won == .init(deals: 1, value: 10_000))
        #expect(euros.open == .init(deals: 7, value: 151_011))
        #expect(
            euros.byCategory == ["commit 1 20001", "best_case 1 10005", "pipeline 1 7005", "upside 1 3000", " 1 1000"])
        #expect(euros.otherDays == .init(deals: 1, value: 50_000))
        #expect(euros.noDay == .init(deals: 1, value: 60_000))
        #expect(euros.says(.commit) == [30_001, 30_001, 47_011])
        #expect(euros.says(.bestCase) == [40_006, 30_001, 47_011])
    }

    @Test("each amount times the probability of its stage is rounded half up; the band is that of independent deals")
    func stageWeighted() async throws {
        let euros = try await Self.forecast(try Self.events()).euros
        // 10,000 + 12,000.6 + 3,001.5 + 700.5 + 999.9; σ² = 20,001² · 0.24 + 10,005² · 0.21 + ... = 11,110.66².
        #expect(euros.says(.stageWeighted) == [26_704, 12_465, 40_943])
        #expect(euros.unweighted == .init(deals: 1, value: 1_000))
    }

    @Test("the run rate goes on as on the trailing days; with few windows of the past there is no band")
    func runRate() async throws {
        let found = try await Self.forecast(try Self.events())
        let euros = try found.euros
        #expect([found.trailingDays, Int(found.remainingDaysCenti)] == [30, 2_000])
        // 15,000 from 12 March to 10 April, and 20 of 30 days more.
        #expect(euros.trailingWon == 15_000)
        #expect(euros.says(.runRate) == [20_000, nil, nil])
        #expect(euros.windows == 2)
        let short = try await Self.forecast(try Self.events()) { $0.trailingDays = 28 }
        // From 14 March on: the same wins, by 28.
        #expect(try short.euros.says(.runRate) == [20_714, nil, nil])
    }

    @Test("the band of the run rate is that of windows as long as the rest of the period")
    func runRateBand() async throws {
        let found = try await Self.forecast(try Self.events()) { $0.madeAt = Self.end(of: "2024-04-29") }
        let euros = try found.euros
        // One day is left: 59 days from 2 March on, of which one had 5,000 and one 10,000: σ = 1,445.48.
        #expect(found.remainingDaysCenti == 100)
        #expect(euros.windows == 59)
        #expect(euros.trailingWon == 10_000)
        #expect(euros.says(.runRate) == [10_333, 10_000, 12_185])
    }

    @Test("before the period all of it is left, and once it is over every method says what was won")
    func ends() async throws {
        let before = try await Self.forecast(try Self.events()) { $0.madeAt = Self.end(of: "2024-03-31") }
        let first = try before.euros
        #expect(before.remainingDaysCenti == 3_000)
        #expect([first.won.deals, first.open.deals] == [0, 9])
        #expect(first.says(.commit)[0] == 20_901)
        #expect(first.says(.runRate)[0] == 5_000)
        for day in ["2024-04-30", "2024-06-01"] {
            let over = try await Self.forecast(try Self.events()) { $0.madeAt = Self.end(of: day) }
            let line = try over.euros
            #expect(over.remainingDaysCenti == 0)
            for method in ForecastMethod.allCases { #expect(line.says(method) == [10_000, 10_000, 10_000]) }
            #expect(line.categories == [])
            #expect([line.otherDays.deals, line.noDay.deals] == [6, 1])
            #expect(line.bases == [])
        }
    }

    @Test("currencies have lines of their own, and so have groups, as they were")
    func linesApart() async throws {
        let events = [
            try ForecastEvents.defined(),
            try ForecastEvents.opened("A", "2024-04-01", in: "offer", 1_000, closes: "2024-04-20", owner: "ada"),
            try ForecastEvents.opened("B", "2024-04-01", in: "offer", 200, "USD", closes: "2024-04-20", owner: "ada"),
            try ForecastEvents.opened("C", "2024-04-01", in: "offer", 30, closes: "2024-04-20", owner: "ada"),
            try DealEvents.handed("C", "2024-04-10", to: "bo"), try DealEvents.handed("A", "2024-04-11", to: "bo"),
            try ForecastEvents.opened("D", "2024-04-01", in: "offer", closes: "2024-04-20"),
            try DealEvents.assigned("bo", "2024-04-02", team: "north"),
        ]
        func lines(by dimension: String) async throws -> [String] {
            let found = try await Self.forecast(events) { $0.by = dimension }
            #expect(
                found.totals.map { "\($0.currency) \($0.says(.commit)[0] ?? -1)" } == [" 0", "EUR 1030", "USD 200"])
            let groups = try #require(found.groups)
            return groups.map { "\($0.group ?? "-") \($0.currency) \($0.says(.commit)[0] ?? -1)" }
        }
        #expect(try await lines(by: "owner") == ["  0", "ada EUR 1000", "ada USD 200", "bo EUR 30"])
        #expect(try await lines(by: "team") == ["  0", " EUR 1000", " USD 200", "north EUR 30"])
    }

    @Test("days are those of the zone, and the moment may be within one")
    func zones() async throws {
        let events = [
            try ForecastEvents.defined(), try ForecastEvents.opened("A", "2024-03-01", in: "new", 100),
            try DealEvents.won("A", "2024-03-31"),
        ]
        let inUTC = try await Self.forecast(events).euros
        #expect(inUTC.won.deals == 0)
        // Ten o'clock UTC is the first of April there.
        let far = try await Self.forecast(events) { $0.zone = "Pacific/Kiritimati" }
        #expect(try far.euros.won == .init(deals: 1, value: 100))
        let noon = try await Self.forecast(events) { $0.madeAt = .at("2024-04-30T12:00:00Z") }
        #expect(noon.remainingDaysCenti == 50)
    }

    // MARK: Definitions

    @Test("the definition in force at the moment counts, whatever came later")
    func definitions() async throws {
        let later: [ForecastEvents.Stage] = [("offer", "best_case", 1_000)]
        var events = try Self.events()
        events += [
            try ForecastEvents.defined(later, version: 3, on: "2024-04-11"),
            try ForecastEvents.defined(later, version: 2, on: "2024-04-05"),
        ]
        let found = try await Self.forecast(events).euros
        // Of version 2; it has no other stages.
        #expect(found.byCategory == ["best_case 1 20001", " 4 21010"])
        #expect(found.unweighted.deals == 4)
        #expect(found.says(.stageWeighted)[0] == 12_000)
        let before = try await Self.forecast(events) { $0.madeAt = Self.end(of: "2024-04-04") }
        #expect(try before.euros.byCategory.first == "commit 1 20001")
        // The stages are in the order of the newest.
        let folder = try CRMFolder(events)
        let stages = try await folder.crm.pipeline(at: .on("2024-04-10"), atLeast: folder.head).stages.map(\.stage)
        #expect(stages.first == "offer")
    }

    // MARK: Rounding

    @Test("halves are rounded up, and what does not fit is refused")
    func rounding() throws {
        for (value, expected) in [(0.5, 1), (0.49999999999999994, 0), (-0.5, 0), (-1.5, -1), (2.4, 2)]
            as [(Double, Int64)]
        {
            let rounded = try Int64(halfUp: value)
            #expect(rounded == expected, "\(value)")
        }
        for (dividend, expected) in [(5, 1), (4, 0), (-5, 0), (-6, -1), (15, 2)] as [(Int128, Int64)] {
            let rounded = try Int64(halfUp: dividend, over: 10)
            #expect(rounded == expected, "\(dividend)")
        }
        for value in [1e19, -.infinity, .nan] as [Double] {
            #expect(throws: SumOverflow.self) { _ = try Int64(halfUp: value) }
        }
    }

    // MARK: Refusals

    @Test("what cannot be forecast is refused")
    func refusals() async throws {
        await #expect(throws: InvalidForecast.reversed(from: .on("2024-05-01"), to: .on("2024-04-30"))) {
            _ = try await Self.forecast([]) { $0.from = .on("2024-05-01") }
        }
        await #expect(throws: InvalidForecast.trailingDays(27)) {
            _ = try await Self.forecast([]) { $0.trailingDays = 27 }
        }
        await #expect(throws: UnknownTimeZone.self) { _ = try await Self.forecast([]) { $0.zone = "CET" } }
        let empty = try await Self.forecast([])
        #expect(empty.totals == [])
    }
}
