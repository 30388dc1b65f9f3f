import EventLog
import LMDB
import Testing

@testable import Rapport

/// Conditions on the properties of events.
@Suite struct EventFilterTests {
    /// A condition on an event, and whether it holds.
    struct Case: Sendable, CustomTestStringConvertible {
        let property: String
        let test: EventCondition.Test
        let holds: Bool

        init(_ property: String, _ test: EventCondition.Test, _ holds: Bool) {
            self.property = property
            self.test = test
            self.holds = holds
        }

        var testDescription: String { "\(property) \(test)" }
    }

    private func accepts(_ conditions: [EventCondition], _ event: NewEvent) throws -> Bool {
        let filter = try EventFilter(conditions, in: event.type)
        var isAccepted = false
        try LentEvents.forEach([event]) { event, _ in isAccepted = try filter.accepts(event) }
        return isAccepted
    }

    private func check(_ known: Case, on event: NewEvent) throws {
        let condition = EventCondition(try EventProperty(known.property), known.test)
        let isAccepted = try accepts([condition], event)
        #expect(isAccepted == known.holds)
    }

    // MARK: Texts

    private func visit() throws -> NewEvent {
        try .lent(
            "TouchpointRecorded",
            #"{"name":"viewed_pricing","channel":"web","page":"/产品/船","campaign":"caf\u00e9","properties":["#
                + #"{"name":"plan","value":"pro"},{"name":"plan","value":"team"},{"name":"empty","value":""},"#
                + #"{"name":"price","value":"-42"},{"name":"seats","value":"007"},"#
                + #"{"name":"huge","value":"99999999999999999999999999999999999999999999"}]}"#,
            about: ["customer:C-1", "campaign:K-2"], provenance: Provenance(actor: "user:1"))
    }

    private static let textCases: [Case] = [
        Case("channel", .isOneOf(["app", "web"]), true),
        Case("channel", .isOneOf(["we", "webb", "Web", ""]), false),
        Case("channel", .isOneOf([]), false),
        Case("session", .isOneOf(["web", ""]), false),
        Case("page", .isOneOf(["/", "/产品/船", "船"]), true),
        // Byte for byte: the same letter, composed otherwise, is another text.
        Case("campaign", .isOneOf(["caf\u{E9}"]), true),
        Case("campaign", .isOneOf(["cafe\u{301}"]), false),
        Case("channel", .isNoneOf(["app"]), true),
        Case("channel", .isNoneOf(["web", "app"]), false),
        Case("channel", .isNoneOf([]), true),
        Case("session", .isNoneOf(["app"]), false),
        Case("channel", .exists, true),
        Case("session", .exists, false),
        Case("channel", .isMissing, false),
        Case("session", .isMissing, true),
        Case("name", .contains("_pri"), true),
        Case("name", .contains("pric3"), false),
        Case("page", .contains("品"), true),
        Case("session", .contains(""), false),
        Case("channel", .contains(""), true),
        Case("name", .startsWith("viewed_"), true),
        Case("name", .startsWith("iewed_"), false),
        Case("channel", .startsWith("website"), false),
        Case("page", .startsWith("/产"), true),
        Case("tag:campaign", .isOneOf(["K-2"]), true),
        Case("tag:order", .isMissing, true),
        Case("event:actor", .startsWith("user:"), true),
        Case("event:source", .exists, false),
        Case("event:type", .isOneOf(["TouchpointRecorded"]), true),
        Case("event:type", .isOneOf(["rapport.crm.v1.TouchpointRecorded"]), false),
    ]

    @Test("a text is compared byte for byte", arguments: textCases)
    func texts(known: Case) throws { try check(known, on: try visit()) }

    private static let severalCases: [Case] = [
        Case("properties[plan]", .isOneOf(["team"]), true),
        Case("properties[plan]", .isOneOf(["free"]), false),
        Case("properties[plan]", .isNoneOf(["free"]), true),
        Case("properties[plan]", .isNoneOf(["free", "team"]), false),
        Case("properties[plan]", .contains("ea"), true),
        Case("properties[plan]", .exists, true),
        Case("properties[plan]", .isMissing, false),
        // A value that is empty is there, and says as little as none.
        Case("properties[empty]", .exists, false),
        Case("properties[empty]", .isMissing, true),
        Case("properties[empty]", .isOneOf([""]), true),
        Case("properties[empty]", .isNoneOf(["pro"]), true),
        Case("properties[colour]", .exists, false),
        Case("properties[colour]", .isMissing, true),
        Case("properties[colour]", .isOneOf([""]), false),
        Case("properties[colour]", .isNoneOf(["pro"]), false),
    ]

    @Test(
        "of several values one must fulfil a condition, and all where it says what they are not",
        arguments: severalCases)
    func several(known: Case) throws { try check(known, on: try visit()) }

    private static let digitCases: [Case] = [
        Case("properties[price]", .isBetween(-42, -42), true),
        Case("properties[price]", .isBetween(-41, nil), false),
        Case("properties[price]", .isBetween(nil, nil), true),
        Case("properties[seats]", .isBetween(7, 7), true),
        Case("properties[seats]", .isOneOf(["7"]), false),
        Case("properties[huge]", .isBetween(.max, nil), true),
        Case("properties[huge]", .isBetween(nil, .max), false),
        Case("properties[plan]", .isBetween(nil, nil), false),
        Case("properties[empty]", .isBetween(nil, nil), false),
        Case("session", .isBetween(nil, nil), false),
    ]

    @Test("a text of digits is a whole number", arguments: digitCases)
    func numbersInTexts(known: Case) throws { try check(known, on: try visit()) }

    // MARK: Numbers, flags and enumerations

    private static let amountCases: [Case] = [
        Case("amount.minorUnits", .isBetween(130_000, nil), true),
        Case("amount.minorUnits", .isBetween(nil, 130_000), true),
        Case("amount.minorUnits", .isBetween(130_001, nil), false),
        Case("amount.minorUnits", .isBetween(1, -1), false),
        Case("amount.minorUnits", .isOneOf(["130000"]), true),
        Case("amount.minorUnits", .isOneOf(["0130000", "+130000", "13000"]), false),
        Case("amount.minorUnits", .isNoneOf(["0130000"]), true),
        Case("amount.minorUnits", .isNoneOf(["130000"]), false),
        Case("amount.minorUnits", .startsWith("130"), true),
        Case("amount.minorUnits", .contains("30"), true),
        Case("amount.minorUnits", .contains("4"), false),
        Case("amount.minorUnits", .exists, true),
        Case("amount.currency", .isOneOf(["EUR"]), true),
        Case("amount.currency", .isBetween(nil, nil), false),
    ]

    @Test("a number is compared as a number, and as its digits", arguments: amountCases)
    func amounts(known: Case) throws {
        let json = #"{"opportunityId":"O-1","amount":{"minorUnits":"130000","currency":"EUR"}}"#
        try check(known, on: try .lent("OpportunityWon", json))
    }

    private static let emptyCases: [Case] = [
        Case("amount.minorUnits", .isMissing, true),
        Case("amount.minorUnits", .isBetween(nil, nil), false),
        Case("amount.minorUnits", .isNoneOf(["5"]), false),
        Case("contractId", .isMissing, true),
    ]

    @Test("a number of a block that is left out is missing", arguments: emptyCases)
    func withoutAmount(known: Case) throws { try check(known, on: try .lent("OpportunityWon")) }

    private static let talkCases: [Case] = [
        Case("durationMs", .isBetween(0, 0), true),
        Case("durationMs", .isOneOf(["0"]), true),
        Case("durationMs", .exists, true),
        Case("durationMs", .isMissing, false),
        Case("direction", .isOneOf(["INTERACTION_DIRECTION_INBOUND"]), true),
        Case("direction", .isOneOf(["INTERACTION_DIRECTION_OUTBOUND", "1"]), false),
        Case("direction", .isNoneOf(["INTERACTION_DIRECTION_OUTBOUND"]), true),
        Case("purpose", .isMissing, true),
        Case("purpose", .isOneOf(["INTERACTION_PURPOSE_UNSPECIFIED"]), false),
        Case("purpose", .isNoneOf(["INTERACTION_PURPOSE_ASK"]), false),
    ]

    @Test(
        "a number that is left out is 0, and the value of an enumeration is compared by its name", arguments: talkCases)
    func talks(known: Case) throws {
        try check(known, on: try .lent("InteractionLogged", #"{"direction":"INTERACTION_DIRECTION_INBOUND"}"#))
    }

    @Test("a flag is true or false")
    func flags() throws {
        let property = EventProperty.field("isExistingOpportunity")
        let old = try NewEvent.lent("LeadConverted", #"{"isExistingOpportunity":true}"#)
        let new = try NewEvent.lent("LeadConverted")
        #expect(try accepts([EventCondition(property, .isOneOf(["true"]))], old))
        #expect(try accepts([EventCondition(property, .isOneOf(["false"]))], new))
        #expect(try accepts([EventCondition(property, .isNoneOf(["true"]))], new))
        let isAccepted = try accepts([EventCondition(property, .isOneOf(["true"]))], new)
        #expect(isAccepted == false)
    }

    @Test("numbers beyond those of a condition's bounds are greater than all of them")
    func unsigned() throws {
        let rows = EventProperty.field("rows")
        let event = try NewEvent.lent("ImportCompleted", #"{"rows":"18446744073709551615"}"#)
        #expect(try accepts([EventCondition(rows, .isBetween(.max, nil))], event))
        #expect(try accepts([EventCondition(rows, .isOneOf(["18446744073709551615"]))], event))
        let isAccepted = try accepts([EventCondition(rows, .isBetween(nil, .max))], event)
        #expect(isAccepted == false)
    }

    // MARK: Several conditions

    @Test("all conditions must hold; without any every event is meant")
    func all() throws {
        let channel = EventCondition(.field("channel"), .isOneOf(["web"]))
        let actor = EventCondition(.actor, .isOneOf(["user:1"]))
        let other = EventCondition(.actor, .isOneOf(["user:2"]))
        let event = try visit()
        #expect(try accepts([], event))
        #expect(try accepts([channel, actor], event))
        for conditions in [[channel, other], [other, channel], [other]] {
            let isAccepted = try accepts(conditions, event)
            #expect(isAccepted == false)
        }
    }

    @Test("a long list finds each of its texts, and nothing else")
    func longLists() throws {
        let listed = stride(from: 0, to: 200, by: 2).map { "K-\($0)" }
        let condition = EventCondition(.field("campaign"), .isOneOf(listed.reversed()))
        let filter = try EventFilter([condition], in: TouchpointRecorded.eventType)
        let events = try (0..<200).map { try NewEvent.lent("TouchpointRecorded", #"{"campaign":"K-\#($0)"}"#) }
        var accepted: [Int] = []
        try LentEvents.forEach(events) { event, number in
            if try filter.accepts(event) { accepted.append(number) }
        }
        #expect(accepted == Array(stride(from: 0, to: 200, by: 2)))
    }

    @Test("a condition on an unknown property is refused")
    func unknown() {
        #expect(throws: UnknownProperty.self) {
            try EventFilter([EventCondition(.field("pge"), .exists)], in: TouchpointRecorded.eventType)
        }
    }

    @Test("malformed bytes are refused")
    func malformed() throws {
        let event = try NewEvent.lent("TouchpointRecorded", bytes: [0x1A, 0x05, 0x61])
        for test in [.exists, .isMissing, .isOneOf(["a"]), .isNoneOf(["a"])] as [EventCondition.Test] {
            #expect(throws: MalformedBytes.self) {
                try accepts([EventCondition(.field("channel"), test)], event)
            }
        }
    }
}
