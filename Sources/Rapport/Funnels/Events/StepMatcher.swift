internal import EventLog

/// Says which steps and exclusions of a funnel an event is. Steps and exclusions have bits in the order of the
/// definition, the first the lowest; what stands beyond the 32nd has none.
struct StepMatcher: Sendable {
    /// What an event is.
    typealias Match = (steps: UInt32, exclusions: UInt32, ofTypes: UInt32)

    /// What events are if they fulfil some conditions.
    private struct Conditional: Sendable {
        let conditions: [EventCondition]
        let steps: UInt32
        let exclusions: UInt32
    }

    /// The conditions of one type.
    private final class Conditions: Sendable {
        /// Tells by one property which of `switched` may be meant; nil where no property does.
        let selector: ConditionSwitch?
        let switched: [(filter: EventFilter, steps: UInt32, exclusions: UInt32)]
        let others: [(filter: EventFilter, steps: UInt32, exclusions: UInt32)]
        /// Whether any of `switched` asks for more than the one property.
        let hasFilters: Bool

        init(_ conditionals: [Conditional], in type: EventType) throws(UnknownProperty) {
            let property = ConditionSwitch.property(of: conditionals.map(\.conditions))
            var wanted: [(number: Int, values: [String])] = []
            var switched: [(filter: EventFilter, steps: UInt32, exclusions: UInt32)] = []
            var others: [(filter: EventFilter, steps: UInt32, exclusions: UInt32)] = []
            for conditional in conditionals {
                var rest = conditional.conditions
                let place = rest.firstIndex { condition in
                    if case .isOneOf = condition.test { return condition.property == property }
                    return false
                }
                if let place, case .isOneOf(let values) = rest.remove(at: place).test {
                    wanted.append((switched.count, values))
                    let filter = try EventFilter(rest, in: type)
                    switched.append((filter, conditional.steps, conditional.exclusions))
                } else {
                    let filter = try EventFilter(conditional.conditions, in: type)
                    others.append((filter, conditional.steps, conditional.exclusions))
                }
            }
            if let property { selector = try ConditionSwitch(property, in: type, wanted) } else { selector = nil }
            self.switched = switched
            self.others = others
            hasFilters = switched.contains { !$0.filter.isEmpty }
        }

        func add(_ event: borrowing EventView, to match: inout Match) throws {
            if let selector {
                try selector.forEachMeant(by: event) { number in
                    if hasFilters, try !switched[number].filter.accepts(event) { return }
                    match.steps |= switched[number].steps
                    match.exclusions |= switched[number].exclusions
                }
            }
            for other in others where try other.filter.accepts(event) {
                match.steps |= other.steps
                match.exclusions |= other.exclusions
            }
        }
    }

    /// The types of all events that matter: those of the steps, then those of the exclusions, then in strict order
    /// those of the scope; each once.
    let types: [EventType]
    /// By type, what each of its events is.
    private let unconditional: [Match]
    /// By type, what some of its events are; nil where none is anything else.
    private let conditional: [Conditions?]

    /// Compiles the conditions of a definition.
    ///
    /// - Throws: ``UnknownProperty`` when a condition is about a property that events of one of its types do not have.
    init(_ definition: FunnelDefinition) throws(UnknownProperty) {
        types = Self.types(of: definition)
        var unconditional: [Match] = []
        var conditional: [Conditions?] = []
        for type in types {
            var match: Match = (0, 0, 0)
            var filtered: [Conditional] = []
            for (number, step) in definition.steps.enumerated() where step.events.types.contains(type) {
                let bit = Self.bit(number)
                if step.occurrence == .firstEver { match.ofTypes |= bit }
                if step.events.conditions.isEmpty {
                    match.steps |= bit
                } else {
                    filtered.append(Conditional(conditions: step.events.conditions, steps: bit, exclusions: 0))
                }
            }
            for (number, exclusion) in definition.exclusions.enumerated() where exclusion.events.types.contains(type) {
                let bit = Self.bit(number)
                if exclusion.events.conditions.isEmpty {
                    match.exclusions |= bit
                } else {
                    filtered.append(Conditional(conditions: exclusion.events.conditions, steps: 0, exclusions: bit))
                }
            }
            unconditional.append(match)
            conditional.append(filtered.isEmpty ? nil : try Conditions(filtered, in: type))
        }
        self.unconditional = unconditional
        self.conditional = conditional
    }

    private static func bit(_ number: Int) -> UInt32 { 1 << number }

    private static func types(of definition: FunnelDefinition) -> [EventType] {
        let matchers = definition.steps.map(\.events) + definition.exclusions.map(\.events)
        let scope = definition.order == .strict ? definition.scope : []
        var types: [EventType] = []
        for type in matchers.flatMap(\.types) + scope where !types.contains(type) { types.append(type) }
        return types
    }

    /// Which steps and exclusions an event is, by type and conditions; whether it is the first is not looked at. For
    /// steps that only the first event of their types can be, `ofTypes` says whether it is of these types.
    ///
    /// - Parameters:
    ///   - event: an event of `type`.
    ///   - type: the number of its type within ``types``.
    /// - Throws: `MalformedBytes`.
    func steps(of event: borrowing EventView, type: Int) throws -> Match {
        var match = unconditional[type]
        try conditional[type]?.add(event, to: &match)
        return match
    }
}
