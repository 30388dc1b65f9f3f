internal import EventLog

/// Says which steps and exclusions of a funnel an event is. Steps and exclusions have bits in the order of the
/// definition, the first the lowest; what stands beyond the 32nd has none.
struct StepMatcher: Sendable {
    /// What an event is.
    typealias Match = (steps: UInt32, exclusions: UInt32, ofTypes: UInt32)

    /// What events are if they fulfil some conditions.
    private struct Conditional: Sendable {
        let filter: EventFilter
        let steps: UInt32
        let exclusions: UInt32
    }

    /// The types of all events that matter: those of the steps, then those of the exclusions, then in strict order
    /// those of the scope; each once.
    let types: [EventType]
    /// By type, what each of its events is.
    private let unconditional: [Match]
    /// By type, what some of its events are.
    private let conditional: [[Conditional]]

    /// Compiles the conditions of a definition.
    ///
    /// - Throws: ``UnknownProperty`` when a condition is about a property that events of one of its types do not have.
    init(_ definition: FunnelDefinition) throws(UnknownProperty) {
        types = Self.types(of: definition)
        var unconditional: [Match] = []
        var conditional: [[Conditional]] = []
        for type in types {
            var match: Match = (0, 0, 0)
            var filtered: [Conditional] = []
            for (number, step) in definition.steps.enumerated() where step.events.types.contains(type) {
                let bit = Self.bit(number)
                if step.occurrence == .firstEver { match.ofTypes |= bit }
                if step.events.conditions.isEmpty {
                    match.steps |= bit
                } else {
                    let filter = try EventFilter(step.events.conditions, in: type)
                    filtered.append(Conditional(filter: filter, steps: bit, exclusions: 0))
                }
            }
            for (number, exclusion) in definition.exclusions.enumerated() where exclusion.events.types.contains(type) {
                let bit = Self.bit(number)
                if exclusion.events.conditions.isEmpty {
                    match.exclusions |= bit
                } else {
                    let filter = try EventFilter(exclusion.events.conditions, in: type)
                    filtered.append(Conditional(filter: filter, steps: 0, exclusions: bit))
                }
            }
            unconditional.append(match)
            conditional.append(filtered)
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
        for condition in conditional[type] {
            guard try condition.filter.accepts(event) else { continue }
            match.steps |= condition.steps
            match.exclusions |= condition.exclusions
        }
        return match
    }
}
