import EventLog
import Foundation
import LMDB
@testable import Rapport
import Testing

/// How funnels are written, and read back.
@Suite struct FunnelDefinitionTests {
    private static func day(_ text: String, _ time: String) throws -> FunnelDefinition.Bound {
        FunnelDefinition.Bound(text: text, time: try #require(Timestamp(time)))
    }

    /// Two steps, and what else a test is about.
    private static func yaml(_ more: String = "") -> String {
        """
        funnel: checkout
        steps:
          - {name: Viewed, event: TouchpointRecorded}
          - {name: Bought, event: OrderPlaced}
        \(more)
        """
    }

    // MARK: Keys

    /// Every key of a funnel in order.
    private static let ordered = """
        funnel: checkout-2
        title: From pricing page to order
        subject: person
        order: ordered
        count: session
        reentry: first
        window: 3 sessions
        grace: 2 s
        sessions: {gap: 45 min}
        steps:
          - name: Viewed
            event: TouchpointRecorded
            where:
              - {property: name, is: viewed_pricing}
              - {property: "properties[plan]", not: [free, trial]}
              - {property: "tag:campaign", exists: true}
              - {property: page, starts_with: /pricing}
            take: first_matching
          - name: Offered
            event: [OpportunityOpened, rapport.crm.v1.OpportunityWon]
            where:
              - {property: amount.minorUnits, at_least: 1000, at_most: 9000}
              - {property: "event:source", contains: shop}
              - {property: "tag:test", exists: false}
            optional: true
            within: 2 d
          - name: Bought
            event: OrderPlaced
        exclusions:
          - event: OrderCancelled
            where: [{property: reason, is: [changed, "late"]}]
            between: [Viewed, Bought]
          - event: [OrderReturned, shop.ParcelLost]
        exclusion_mode: drop_subject
        hold: [session, "event:actor"]
        from: 2026-01-01
        to: 2026-02-01T00:00:00+01:00
        zone: Europe/Berlin
        clip_to_range: true
        breakdown: {by: channel, attribution: last_defined, groups: 7}
        """

    /// Its steps.
    private static var orderedSteps: [FunnelDefinition.Step] {
        let viewed = [
            EventCondition(.field("name"), .isOneOf(["viewed_pricing"])),
            EventCondition(.field("properties[plan]"), .isNoneOf(["free", "trial"])),
            EventCondition(.tag(kind: "campaign"), .exists), EventCondition(.field("page"), .startsWith("/pricing")),
        ]
        let offered = [
            EventCondition(.field("amount.minorUnits"), .isBetween(1000, 9000)),
            EventCondition(.source, .contains("shop")), EventCondition(.tag(kind: "test"), .isMissing),
        ]
        return [
            FunnelDefinition.Step(
                name: "Viewed", events: .init(types: [TouchpointRecorded.eventType], conditions: viewed),
                occurrence: .firstMatching),
            FunnelDefinition.Step(
                name: "Offered",
                events: .init(types: [OpportunityOpened.eventType, OpportunityWon.eventType], conditions: offered),
                isOptional: true, within: 2 * 86_400_000_000),
            FunnelDefinition.Step(name: "Bought", events: .init(types: [OrderPlaced.eventType])),
        ]
    }

    @Test("a definition says everything that a funnel in order can say")
    func everyKeyOfOrdered() throws {
        let own = try EventType("shop.ParcelLost")
        var expected = FunnelDefinition(name: "checkout-2", steps: Self.orderedSteps)
        expected.title = "From pricing page to order"
        expected.counting = .session
        expected.reentry = .first
        expected.window = .sessions(3)
        expected.grace = 2_000_000
        expected.sessions = .gap(45 * 60_000_000)
        let late = EventCondition(.field("reason"), .isOneOf(["changed", "late"]))
        expected.exclusions = [
            FunnelDefinition.Exclusion(
                events: .init(types: [OrderCancelled.eventType], conditions: [late]), after: 1, before: 3),
            FunnelDefinition.Exclusion(events: .init(types: [OrderReturned.eventType, own]), after: 1, before: 3),
        ]
        expected.exclusionMode = .dropSubject
        expected.held = [.field("session"), .actor]
        expected.from = try Self.day("2026-01-01", "2025-12-31T23:00:00Z")
        expected.to = try Self.day("2026-02-01T00:00:00+01:00", "2026-01-31T23:00:00Z")
        expected.zone = "Europe/Berlin"
        expected.clipsToRange = true
        expected.breakdown = FunnelDefinition.Breakdown(
            property: .field("channel"), attribution: .lastDefined, mostGroups: 7)
        #expect(try FunnelDefinition(yaml: Self.ordered) == expected)
        try expected.check()
    }

    @Test("a definition says everything that a strict funnel can say")
    func everyKeyOfStrict() throws {
        let yaml = """
            funnel: strict
            subject: {property: session}
            order: strict
            window: 90 min
            steps:
              - {name: 查看, event: TouchpointRecorded, take: first_ever}
              - {name: "下单: 完成", event: shop.ParcelSent, take: every}
            scope: [TouchpointRecorded, shop.Opened]
            repeat_breaks: false
            breakdown: {by: "event:type", attribution: 查看, per_segment: true}
            """
        var expected = FunnelDefinition(
            name: "strict",
            steps: [
                FunnelDefinition.Step(
                    name: "查看", events: .init(types: [TouchpointRecorded.eventType]), occurrence: .firstEver),
                FunnelDefinition.Step(name: "下单: 完成", events: .init(types: [try EventType("shop.ParcelSent")])),
            ])
        expected.subject = .property(.field("session"))
        expected.order = .strict
        expected.window = .time(90 * 60_000_000)
        expected.scope = [TouchpointRecorded.eventType, try EventType("shop.Opened")]
        expected.repeatBreaks = false
        expected.breakdown = FunnelDefinition.Breakdown(property: .type, attribution: .step(1), isPerSegment: true)
        #expect(try FunnelDefinition(yaml: yaml) == expected)
        try expected.check()
    }

    @Test("what is left out is as usual")
    func usual() throws {
        let funnel = try FunnelDefinition(yaml: Self.yaml())
        let expected = FunnelDefinition(
            name: "checkout",
            steps: [
                FunnelDefinition.Step(name: "Viewed", events: .init(types: [TouchpointRecorded.eventType])),
                FunnelDefinition.Step(name: "Bought", events: .init(types: [OrderPlaced.eventType])),
            ])
        #expect(funnel == expected)
        #expect(funnel.window == .time(14 * 86_400_000_000) && funnel.subject == .entity(kind: "customer"))
    }

    @Test(arguments: ["ordered", "strict", "any"])
    func orders(order: String) throws {
        let more = order == "strict" ? "order: strict\nscope: []" : "order: \(order)"
        #expect(try FunnelDefinition(yaml: Self.yaml(more)).order.rawValue == order)
    }

    private static let attributionTexts: [(String, FunnelDefinition.Attribution)] = [
        ("first", .first), ("last", .last), ("first_defined", .firstDefined), ("last_defined", .lastDefined),
        ("all", .all), ("Bought", .step(2)), ("{step: Viewed}", .step(1)),
    ]

    @Test("attribution is a word or a step", arguments: attributionTexts)
    func attributions(text: String, attribution: FunnelDefinition.Attribution) throws {
        let funnel = try FunnelDefinition(yaml: Self.yaml("breakdown: {by: channel, attribution: \(text)}"))
        #expect(funnel.breakdown?.attribution == attribution)
        #expect(try FunnelDefinition(yaml: funnel.json) == funnel)
    }

    @Test("a step may have the name of a word")
    func stepsWithNamesOfWords() throws {
        let yaml = """
            funnel: words
            steps: [{name: last, event: TouchpointRecorded}, {name: all, event: OrderPlaced}]
            breakdown: {by: channel, attribution: {step: all}}
            """
        let funnel = try FunnelDefinition(yaml: yaml)
        #expect(funnel.breakdown?.attribution == .step(2))
        #expect(try FunnelDefinition(yaml: funnel.json) == funnel)
    }

    @Test("in totals an exclusion may be a step")
    func exclusionThatIsAStep() throws {
        let more = "count: total\nexclusions: [{event: TouchpointRecorded}]"
        #expect(try FunnelDefinition(yaml: Self.yaml(more)).exclusions.count == 1)
    }

    @Test("sessions by a property, and one property without a list")
    func sessionsByProperty() throws {
        let funnel = try FunnelDefinition(
            yaml: Self.yaml("count: session\nsessions: {property: session}\nhold: channel"))
        #expect(funnel.sessions == .property(.field("session")) && funnel.held == [.field("channel")])
    }

    // MARK: JSON

    @Test("JSON is read as YAML is, with the place of what is wrong")
    func json() throws {
        let json = """
            {
            \t"funnel": "checkout",
            \t"window": "2 h",
            \t"steps": [
            \t\t{"name": "查看\\/\\u67e5", "event": ["TouchpointRecorded"], "optional": false},
            \t\t{"name": "Bought", "event": "OrderPlaced"}
            \t]
            }
            """
        let funnel = try FunnelDefinition(yaml: json)
        #expect(funnel.steps.map(\.name) == ["查看/查", "Bought"] && funnel.window == .time(7_200_000_000))
        let error = #expect(throws: FunnelDefinitionError.self) {
            try FunnelDefinition(yaml: json.replacingOccurrences(of: "2 h", with: "2 hours"), file: "a.json")
        }
        #expect(error?.code == .unreadableDuration)
        #expect(error?.description.hasPrefix("a.json:3:12: '2 hours' is no duration") == true)
    }

    @Test("written are sorted keys, without what holds anyway, in the largest units")
    func written() throws {
        let funnel = try FunnelDefinition(
            yaml: Self.yaml(
                """
                order: strict
                scope: []
                window: 120 min
                zone: UTC
                exclusions: [{event: rapport.crm.v1.OrderCancelled, between: [Viewed, Bought]}]
                """))
        let steps =
            #"[{"event":"TouchpointRecorded","name":"Viewed"},{"event":"OrderPlaced","name":"Bought"}]"#
        #expect(
            funnel.json
                == #"{"exclusions":[{"event":"OrderCancelled"}],"funnel":"checkout","order":"strict","scope":[],"#
                + #""steps":\#(steps),"window":"2 h"}"#)
    }

    @Test("what is written is read back as it was", arguments: 1...20)
    func random(seed: Int) throws {
        var random = RandomFunnels(seed: UInt64(seed))
        let funnel = try random.funnel()
        try funnel.check()
        let json = funnel.json
        let again = try FunnelDefinition(yaml: json)
        #expect(again == funnel)
        #expect(again.json.sameBytes(as: json))
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
        #expect(object is [String: Any])
    }

    // MARK: The page

    @Test("the definitions on the page are right")
    func page() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/Rapport/Rapport.docc/Funnels.md")
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```")
        var count = 0
        for (number, part) in parts.enumerated() where number % 2 == 1 {
            guard part.hasPrefix("yaml\n") || part.hasPrefix("json\n") else { continue }
            let funnel = try FunnelDefinition(yaml: String(part.dropFirst(5)))
            #expect(try FunnelDefinition(yaml: funnel.json) == funnel)
            count += 1
        }
        #expect(count >= 10)
    }
}
