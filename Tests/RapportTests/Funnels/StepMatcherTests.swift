import EventLog
import LMDB
import Testing

@testable import Rapport

/// Which steps and exclusions events are.
@Suite struct StepMatcherTests {
    private static let visit = TouchpointRecorded.eventType
    private static let order = OrderPlaced.eventType
    private static let cancel = OrderCancelled.eventType
    private static let talk = InteractionLogged.eventType

    private func step(
        _ name: String, _ types: [EventType], _ conditions: [EventCondition] = [],
        _ occurrence: FunnelDefinition.Occurrence = .every
    ) -> FunnelDefinition.Step {
        FunnelDefinition.Step(
            name: name, events: FunnelDefinition.Matcher(types: types, conditions: conditions), occurrence: occurrence)
    }

    private func exclusion(_ types: [EventType], _ conditions: [EventCondition] = []) -> FunnelDefinition.Exclusion {
        FunnelDefinition.Exclusion(
            events: FunnelDefinition.Matcher(types: types, conditions: conditions), after: 1, before: 2)
    }

    private static func isChannel(_ channels: String...) -> EventCondition {
        EventCondition(.field("channel"), .isOneOf(channels))
    }

    /// What each event is, as steps, exclusions and steps of whose types it is.
    private func matches(_ definition: FunnelDefinition, _ events: [NewEvent]) throws -> [[UInt32]] {
        let matcher = try StepMatcher(definition)
        var matches: [[UInt32]] = []
        try LentEvents.forEach(events) { event, number in
            guard let type = matcher.types.firstIndex(of: events[number].type) else { return matches.append([]) }
            let match = try matcher.steps(of: event, type: type)
            matches.append([match.steps, match.exclusions, match.ofTypes])
        }
        return matches
    }

    private func visit(_ channel: String) throws -> NewEvent {
        try .lent("TouchpointRecorded", #"{"channel":"\#(channel)"}"#)
    }

    @Test("an event is each step whose types include its own and whose conditions it fulfils")
    func steps() throws {
        var definition = FunnelDefinition(
            name: "f",
            steps: [
                step("any", [Self.visit]), step("web", [Self.visit], [Self.isChannel("web")]),
                step("order or app", [Self.order, Self.visit], [Self.isChannel("app")]), step("order", [Self.order]),
            ])
        definition.exclusions = [exclusion([Self.cancel]), exclusion([Self.visit], [Self.isChannel("phone")])]
        let found = try matches(
            definition,
            [
                visit("web"), visit("app"), visit("phone"), .lent("OrderPlaced"),
                .lent("OrderPlaced", #"{"channel":"app"}"#), .lent("OrderCancelled"), .lent("InteractionLogged"),
            ])
        let expected: [[UInt32]] = [
            [0b0011, 0b00, 0], [0b0101, 0b00, 0], [0b0001, 0b10, 0], [0b1000, 0b00, 0], [0b1100, 0b00, 0],
            [0b0000, 0b01, 0], [],
        ]
        #expect(found == expected)
    }

    @Test("of a step that only the first event can be every event of its types is known")
    func firstEver() throws {
        let definition = FunnelDefinition(
            name: "f",
            steps: [
                step("first web", [Self.visit, Self.order], [Self.isChannel("web")], .firstEver),
                step("first order", [Self.order], [], .firstMatching), step("visit", [Self.visit]),
            ])
        let found = try matches(definition, [visit("web"), visit("app"), .lent("OrderPlaced")])
        let expected: [[UInt32]] = [[0b101, 0, 0b001], [0b100, 0, 0b001], [0b010, 0, 0b001]]
        #expect(found == expected)
    }

    @Test("the types are those of steps and exclusions and, in strict order, of the scope; each once")
    func types() throws {
        var definition = FunnelDefinition(
            name: "f", steps: [step("a", [Self.order, Self.visit]), step("b", [Self.visit, Self.order])])
        definition.exclusions = [exclusion([Self.cancel, Self.visit])]
        definition.scope = [Self.talk, Self.order]
        #expect(try StepMatcher(definition).types == [Self.order, Self.visit, Self.cancel])
        definition.order = .strict
        #expect(try StepMatcher(definition).types == [Self.order, Self.visit, Self.cancel, Self.talk])
        let found = try matches(definition, [.lent("InteractionLogged")])
        #expect(found == [[0, 0, 0]])
    }

    @Test("the 32nd step and the 32nd exclusion have the highest bit")
    func highestBits() throws {
        var steps = (1...31).map { step("s\($0)", [Self.visit]) }
        steps.append(step("last", [Self.order]))
        var definition = FunnelDefinition(name: "f", steps: steps)
        definition.exclusions = (1...31).map { _ in exclusion([Self.visit]) } + [exclusion([Self.order])]
        let found = try matches(definition, [visit("web"), .lent("OrderPlaced")])
        let expected: [[UInt32]] = [[0x7FFF_FFFF, 0x7FFF_FFFF, 0], [0x8000_0000, 0x8000_0000, 0]]
        #expect(found == expected)
    }

    @Test("a condition must make sense for each of its types")
    func unknown() throws {
        let definition = FunnelDefinition(
            name: "f",
            steps: [step("a", [Self.visit]), step("b", [Self.order, Self.cancel], [Self.isChannel("web")])])
        let refusal = #expect(throws: UnknownProperty.self) { try StepMatcher(definition) }
        #expect(refusal?.type == Self.cancel)
        #expect(refusal?.reason == "OrderCancelled has no field 'channel'")
    }

    @Test("malformed bytes are refused where a condition looks at them")
    func malformed() throws {
        let event = try NewEvent.lent("TouchpointRecorded", bytes: [0x1A, 0x05, 0x61])
        let plain = FunnelDefinition(name: "f", steps: [step("a", [Self.visit]), step("b", [Self.order])])
        let found = try matches(plain, [event])
        #expect(found == [[1, 0, 0]])
        let conditional = FunnelDefinition(
            name: "f", steps: [step("a", [Self.visit], [Self.isChannel("web")]), step("b", [Self.order])])
        #expect(throws: MalformedBytes.self) { try matches(conditional, [event]) }
    }
}
