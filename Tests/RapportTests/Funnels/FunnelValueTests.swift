import EventLog
@testable import Rapport
import Testing

/// Durations, properties and other values in definitions.
@Suite struct FunnelValueTests {
    private static func funnel(window: String? = nil) throws -> FunnelDefinition {
        let yaml = """
            funnel: checkout
            steps: [{name: Viewed, event: TouchpointRecorded}, {name: Bought, event: OrderPlaced}]
            """
        return try FunnelDefinition(yaml: window.map { yaml + "\nwindow: \($0)" } ?? yaml)
    }

    @Test("without a window it is fourteen days; a window of nothing or less is an error")
    func windows() throws {
        #expect(try Self.funnel().window == .time(14 * 86_400_000_000))
        for text in ["0", "-1", "0 d", "-14 d", "367 d", "99999999999999999999 w", "0 sessions", "-1 sessions"] {
            let error = #expect(throws: FunnelDefinitionError.self) { try Self.funnel(window: text) }
            #expect(error?.code == .windowOutOfRange, "\(text)")
            #expect(error?.line == 3 && error?.column == 9, "\(text)")
        }
        #expect(try Self.funnel(window: "366 d").window == .time(FunnelDefinition.Window.longest))
        #expect(try Self.funnel(window: "1 session").window == .sessions(1))
    }

    private static let durationTexts: [(String, Int64, String)] = [
        ("14 d", 1_209_600_000_000, "2 w"), ("2 w", 1_209_600_000_000, "2 w"), ("36h", 129_600_000_000, "36 h"),
        ("90 min", 5_400_000_000, "90 min"), ("120  min", 7_200_000_000, "2 h"), ("61 s", 61_000_000, "61 s"),
        ("500 ms", 500_000, "500 ms"), ("1000 ms", 1_000_000, "1 s"), ("7 us", 7, "7 us"), ("0", 0, "0 s"),
        ("0 d", 0, "0 s"), ("-3 s", -3_000_000, "-3 s"), ("99999999999 w", Int64.max, "9223372036854775807 us"),
    ]

    @Test("durations are read in any unit, and written in the largest", arguments: durationTexts)
    func durations(text: String, microseconds: Int64, written: String) {
        #expect(DefinitionDuration.microseconds(text) == microseconds)
        #expect(DefinitionDuration.text(microseconds) == written)
        #expect(DefinitionDuration.microseconds(written) == microseconds)
    }

    @Test(arguments: ["", "d", "14", "1.5 h", "1,5 h", "+1 h", "1 day", "1 D", "1h 2m", "１ h", "- 1 h", "--1 h"])
    func whatIsNoDuration(text: String) {
        #expect(DefinitionDuration.microseconds(text) == nil)
    }

    private static let propertyTexts: [(String, EventProperty)] = [
        ("channel", .field("channel")), ("amount.minorUnits", .field("amount.minorUnits")),
        ("properties[plan]", .field("properties[plan]")), ("properties[方案 a.b:c]", .field("properties[方案 a.b:c]")),
        ("tag:campaign", .tag(kind: "campaign")), ("event:actor", .actor), ("event:source", .source),
        ("event:type", .type),
    ]

    @Test("properties are read and written", arguments: propertyTexts)
    func properties(text: String, property: EventProperty) throws {
        #expect(try EventProperty(text) == property)
        #expect(property.text == text)
    }

    @Test(arguments: [
        "", " ", "tag:", "tag:a:b", "event:", "event:name", "a:b", "a.", ".a", "a..b", "a[", "a[]", "a[b", "a]", "[b]",
        "a b", "a\n", "a[b]c", "a[\n]",
    ])
    func whatIsNoProperty(text: String) {
        #expect(throws: UnreadableProperty.self) { try EventProperty(text) }
    }

    @Test("values are what is written, quoted or not")
    func values() throws {
        let yaml = """
            funnel: values
            steps:
              - name: "quoted \\"name\\": 你好"
                event: 'TouchpointRecorded'
                where:
                  - {property: name, is: [true, 1e3, "", "null", "~", 2026-01-01, "a\\nb\\u2028c"]}
              - {name: 'It''s', event: "OrderPlaced"}
            """
        let funnel = try FunnelDefinition(yaml: yaml)
        #expect(funnel.steps.map(\.name) == ["quoted \"name\": 你好", "It's"])
        let values = ["true", "1e3", "", "null", "~", "2026-01-01", "a\nb\u{2028}c"]
        #expect(funnel.steps[0].events.conditions.map(\.test) == [.isOneOf(values)])
        #expect(try FunnelDefinition(yaml: funnel.json) == funnel)
    }
}
