@testable import Rapport
import Testing

/// What service levels may say, and what is told of those that make no sense.
@Suite struct ServiceLevelDefinitionTests {
    /// Promises with and without conditions, as a file has them.
    private static let gold = """
        service_level: gold
        calendar: desk
        targets:
          - {metric: first_response, within: 1 h, clock: business, when: {severity: [high, urgent], region: 北}}
          - {metric: first_response, within: 4 h, clock: business}
          - {metric: resolution, within: 5 d, clock: wall}
        pauses_on: [customer, vendor]
        on_reopening: begins_anew
        """

    @Test("a service level is read, and written so that the same is read again")
    func reading() throws {
        let level = try ServiceLevel(yaml: Self.gold)
        #expect(level.name == "gold" && level.calendar == "desk")
        let hour: Int64 = 3_600_000_000
        let urgent = ServiceLevel.Target(
            .firstResponse, within: hour,
            when: [.init("region", ["北"]), .init("severity", ["high", "urgent"])])
        #expect(
            level.targets == [
                urgent, .init(.firstResponse, within: 4 * hour), .init(.resolution, within: 120 * hour, clock: .wall),
            ])
        #expect(level.pausesOn == ["customer", "vendor"] && level.reopening == .beginsAnew)
        #expect(try ServiceLevel(yaml: level.json) == level)
        #expect(try ServiceLevel(yaml: level.json).json == level.json)
        #expect(ServiceLevel.isOne(yaml: Self.gold) && ServiceLevel.isOne(yaml: level.json))
        #expect(ServiceLevel.isOne(yaml: "calendar: desk\nzone: UTC") == false)
        #expect(ServiceLevel.isOne(yaml: "{") == false)
    }

    /// For some of the cases of the target before it.
    private static let covered =
        "- {metric: first_response, within: 4 h, clock: business, when: {severity: urgent, region: 北, product: x}}"

    /// A text in the definition, what stands there instead, and what is told of it where.
    private static let mistakes: [(was: String, now: String, code: ServiceLevelError.Code, line: Int, column: Int)] = [
        ("gold", "Gold", .serviceLevelName, 1, 16), ("calendar: desk", "calendar: Desk", .calendarName, 2, 11),
        ("calendar: desk\n", "", .noCalendar, 1, 1), ("within: 4 h", "within: 4", .unreadableDuration, 5, 38),
        ("within: 4 h", "within: 0 h", .withinOutOfRange, 5, 38),
        ("within: 5 d", "within: 3651 d", .withinOutOfRange, 6, 34), ("5 d, clock: wall", "5 d", .missingKey, 6, 5),
        ("metric: resolution", "metric: solution", .malformedValue, 6, 14),
        (", when: {severity: [high, urgent], region: 北}", "", .unreachableTarget, 5, 5),
        ("- {metric: resolution", "- {metric: first_response", .unreachableTarget, 6, 5),
        ("- {metric: first_response, within: 4 h, clock: business}", covered, .unreachableTarget, 5, 5),
        ("severity: [high", "customer: [high", .unusableDimension, 4, 75),
        ("clock: wall", "clock: day", .malformedValue, 6, 46), ("service_level: gold\n", "", .missingKey, 1, 1),
        ("[high, urgent]", "high, severity: low", .unreadableDocument, 4, 60),
        ("[high, urgent]", "[high, high]", .unusableValues, 4, 82), ("[high, urgent]", "[]", .unusableValues, 4, 75),
        ("pauses_on: [customer, vendor]", "pauses_on: []", .unknownKey, 0, 0),
        ("[customer, vendor]", "[customer, customer]", .unusablePause, 7, 23),
        ("begins_anew", "begins", .malformedValue, 8, 15), ("pauses_on", "pauses", .unknownKey, 7, 1),
    ]

    @Test("what makes no sense is told with its place", arguments: mistakes)
    func mistake(was: String, now: String, code: ServiceLevelError.Code, line: Int, column: Int) throws {
        let text = Self.gold.replacing(was, with: now)
        try #require(text != Self.gold)
        // No pauses are the same as none said.
        if line == 0 {
            #expect(try ServiceLevel(yaml: text).pausesOn == [])
            return
        }
        let error = #expect(throws: ServiceLevelError.self) { try ServiceLevel(yaml: text, file: "gold.yaml") }
        #expect(error?.code == code && error?.file == "gold.yaml", "\(String(describing: error))")
        #expect(error?.line == line, "\(String(describing: error))")
    }

    @Test("a target may take what is left of those before it")
    func overlaps() throws {
        let hour: Int64 = 3_600_000_000
        func target(_ metric: ServiceLevel.Metric, _ conditions: ServiceLevel.Condition...) -> ServiceLevel.Target {
            .init(metric, within: hour, clock: .wall, when: conditions)
        }
        let level = ServiceLevel(
            name: "a",
            targets: [
                target(.resolution, .init("severity", ["high"]), .init("region", ["north"])),
                target(.resolution, .init("severity", ["high", "low"]), .init("region", ["north"])),
                target(.resolution, .init("severity", ["high"])), target(.firstResponse, .init("severity", ["high"])),
                target(.resolution, .init("owner", ["ada"])), target(.resolution),
            ])
        #expect(throws: Never.self) { try level.check() }
        var twice = level
        twice.targets.insert(level.targets[2], at: 4)
        let error = #expect(throws: ServiceLevelError.self) { try twice.check() }
        #expect(error?.code == .unreachableTarget && error?.part == "targets[4]")
    }

    @Test("what makes no sense in code is told with its part")
    func parts() throws {
        let hour: Int64 = 3_600_000_000
        let cases: [(ServiceLevel, ServiceLevelError.Code, String)] = [
            (ServiceLevel(name: "a", targets: []), .noTargets, "targets"),
            (
                ServiceLevel(name: "a", calendar: "desk", targets: [.init(.resolution, within: hour, clock: .wall)]),
                .idleCalendar, "calendar"
            ),
            (
                ServiceLevel(
                    name: "a", targets: [.init(.resolution, within: hour, clock: .wall, when: [.init("", ["x"])])]),
                .unusableDimension, "targets[0].when."
            ),
            (
                ServiceLevel(
                    name: "a",
                    targets: [
                        .init(.resolution, within: hour, clock: .wall, when: [.init("b", ["x"]), .init("b", ["y"])])
                    ]), .duplicateDimension, "targets[0].when.b"
            ),
        ]
        for (level, code, part) in cases {
            let error = #expect(throws: ServiceLevelError.self) { try level.check() }
            #expect(error?.code == code && error?.part == part, "\(String(describing: error))")
        }
        var level = ServiceLevel(name: "a", targets: [.init(.firstResponse, within: hour, clock: .wall)])
        #expect(throws: Never.self) { try level.check() }
        level.pausesOn = ["customer"]
        let error = #expect(throws: ServiceLevelError.self) { try level.check() }
        #expect(error?.code == .withoutResolution && error?.part == "pauses_on")
    }
}
