import EventLog
import Rapport
import Testing

/// The clocks of the help desk's cases against lengths that were computed with Python's `zoneinfo`: hours of each day
/// in `Europe/Rome` as moments in UTC, cut with the times in which a case was worked on, and summed up.
///
///     opened = time of the case's first row in the file
///     pause = Wait (customer), Require upgrade, Create SW anomaly (vendor)
///     resume = Take in charge ticket, Schedule intervention; stop = Resolve ticket, Resolve SW anomaly, Closed
///     start again = a pause or resume after a stop; read at 2014-02-01 UTC
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenServiceLevelTests {
    private static let hour: Int64 = 3_600_000_000
    private static let now = Timestamp.at("2014-02-01T00:00:00Z")

    /// Weekdays in Rome.
    private static func desk(_ name: String, _ hours: [WorkingHours]) -> WorkingCalendar {
        let week = WorkingCalendar.Week([.monday, .tuesday, .wednesday, .thursday, .friday], hours)
        return WorkingCalendar(name: name, zone: "Europe/Rome", week: week)
    }

    /// 09:00-12:30 and 13:30-18:00; 08:00-20:00.
    private static let office = desk(
        "office", [WorkingHours(start: 540, end: 750), WorkingHours(start: 810, end: 1080)])
    private static let long = desk("long", [WorkingHours(start: 480, end: 1200)])

    private static func question(_ target: ServiceLevel.Target, _ pauses: [String]) -> ServiceLevelQuestion {
        let isByHours = target.clock == .business
        var level = ServiceLevel(name: "all", calendar: isByHours ? "office" : nil, targets: [target])
        level.pausesOn = pauses
        var question = ServiceLevelQuestion(.definition(level), now: now)
        if isByHours { question.calendar = .definition(office) }
        return question
    }

    /// What a case waits on that stands still; all hours counted; kept, breached and open within 30 days.
    private static let allHours: [(pauses: [String], elapsedMs: Int64, counts: [Int64])] = [
        ([], 4_740_558_002_000, [4_119, 461, 0]), (["customer", "vendor"], 3_102_271_163_000, [4_379, 195, 6]),
    ]

    @Test("all hours of all cases are those of Python", arguments: allHours)
    func wallClock(pauses: [String], elapsedMs: Int64, counts: [Int64]) async throws {
        let crm = try await GoldenImport.shared(.helpdesk).folder.crm
        let target = ServiceLevel.Target(.resolution, within: 30 * 24 * Self.hour, clock: .wall)
        let figures = try await crm.serviceLevels(Self.question(target, pauses))
        let row = try #require(figures.rows.first)
        #expect(row.cases == 4_580 && figures.rows.count == 1)
        #expect([row.kept, row.breached, row.open] == counts)
        // A target that nothing goes by tells the sum of the other as well.
        var both = Self.question(.init(.resolution, within: 40 * Self.hour), pauses)
        both.calendar = .definition(Self.always)
        let compared = try await crm.serviceLevels(both, under: .definition(Self.always))
        #expect(compared.rows.map(\.own.elapsedMs) == [elapsedMs])
        #expect(compared.rows.map(\.changed) == [0])
    }

    /// All hours of all days.
    private static let always = WorkingCalendar(
        name: "always", zone: "Europe/Rome",
        week: .init(WorkingCalendar.Weekday.allCases, [WorkingHours(start: 0, end: 1440)]))

    private struct Hours: Sendable {
        let pauses: [String]
        let office: Int64
        let officeCounts: [Int64]
        let long: Int64
        let longCounts: [Int64]
        let changed: Int64
        let newlyBreached: Int64
    }

    /// Hours of work, within 40 h.
    private static let hours = [
        Hours(
            pauses: [], office: 1_129_594_158_000, officeCounts: [2_376, 2_204, 0], long: 1_694_628_864_000,
            longCounts: [2_102, 2_478, 0], changed: 3_973, newlyBreached: 274),
        Hours(
            pauses: ["customer", "vendor"], office: 739_868_227_000, officeCounts: [2_863, 1_714, 3],
            long: 1_109_846_025_000, longCounts: [2_528, 2_049, 3], changed: 3_849, newlyBreached: 335),
    ]

    @Test("hours of work of all cases are those of Python, and so are those of longer hours", arguments: 0..<2)
    func hoursOfWork(number: Int) async throws {
        let crm = try await GoldenImport.shared(.helpdesk).folder.crm
        let expected = Self.hours[number]
        let question = Self.question(.init(.resolution, within: 40 * Self.hour), expected.pauses)
        let compared = try await crm.serviceLevels(question, under: .definition(Self.long))
        let row = try #require(compared.rows.first)
        #expect(row.cases == 4_580)
        #expect(row.own.elapsedMs == expected.office)
        #expect([row.own.kept, row.own.breached, row.own.open] == expected.officeCounts)
        #expect(row.other.elapsedMs == expected.long)
        #expect([row.other.kept, row.other.breached, row.other.open] == expected.longCounts)
        #expect(row.changed == expected.changed && row.newlyBreached == expected.newlyBreached)
        #expect(row.noLongerBreached == 0)
        let list = try await crm.serviceClocks(question, .breached, limit: 5_000)
        #expect(Int64(list.count) == expected.officeCounts[1] && list.uncovered == 0)
    }

    /// What stands still; by nine to five in Rome, and by all hours, what is counted, and what is kept, breached and
    /// open within 40 h.
    private static let plain: [(pauses: [String], nine: Int64, nineCounts: [Int64], all: Int64, allCounts: [Int64])] = [
        ([], 1_129_799_915_000, [2_376, 2_204, 0], 4_740_558_002_000, [1_494, 3_086, 0]),
        (["customer", "vendor"], 740_246_824_000, [2_864, 1_713, 3], 3_102_271_163_000, [1_784, 2_794, 2]),
    ]

    @Test("nine to five on weekdays and all hours of all days are those of Python", arguments: plain)
    func nineToFive(
        pauses: [String], nine: Int64, nineCounts: [Int64], all: Int64, allCounts: [Int64]
    ) async throws {
        let crm = try await GoldenImport.shared(.helpdesk).folder.crm
        var question = Self.question(.init(.resolution, within: 40 * Self.hour), pauses)
        question.calendar = .definition(Self.desk("nine", [WorkingHours(start: 540, end: 1020)]))
        let compared = try await crm.serviceLevels(question, under: .definition(Self.always))
        #expect(compared.rows.map(\.other.elapsedMs) == [all])
        let row = try #require(compared.rows.first)
        #expect([row.other.kept, row.other.breached, row.other.open] == allCounts)
        // The comparison goes from the calendar of the question to the other one.
        #expect(row.own.elapsedMs == nine)
        #expect([row.own.kept, row.own.breached, row.own.open] == nineCounts)
    }

    @Test("first responses by nine to five are those of Python: nobody answers, so a solution or a close stops them")
    func firstResponses() async throws {
        let crm = try await GoldenImport.shared(.helpdesk).folder.crm
        var question = Self.question(.init(.firstResponse, within: 16 * Self.hour), [])
        question.calendar = .definition(Self.desk("nine", [WorkingHours(start: 540, end: 1020)]))
        let row = try #require(try await crm.serviceLevels(question).rows.first)
        #expect([row.cases, row.kept, row.breached, row.open] == [4_580, 1_813, 2_767, 0])
    }
}
