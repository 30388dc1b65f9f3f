internal import EventLog

extension FunnelRules {
    /// How many names a message suggests.
    private static let mostSuggested = 3

    /// The events of a step or an exclusion, the block at `part`.
    func check(_ events: FunnelDefinition.Matcher, _ part: DefinitionPart) throws(FunnelFault) {
        guard !events.types.isEmpty else {
            throw FunnelFault(part.key("event"), .noEventType, "a type of events is expected, found none")
        }
        for (number, type) in events.types.enumerated() { try check(type, part.key("event").item(number)) }
        for (number, condition) in events.conditions.enumerated() {
            let part = part.key("where").item(number)
            try checkText(of: condition.property, part.key("property"))
            // Where one type lacks the property, none of its events could ever fulfil the condition.
            do {
                try PropertyFinder.check(condition.property, in: events.types)
            } catch {
                throw FunnelFault(part.key("property"), .unknownProperty, error.reason)
            }
            if let reason = condition.test.reasonAgainst { throw FunnelFault(part, .unusableCondition, reason) }
        }
    }

    /// A type: one of the catalogue, or an integrator's own.
    func check(_ type: EventType, _ part: DefinitionPart) throws(FunnelFault) {
        guard EventCatalogue.isReserved(type.name) else { return }
        if let known = EventCatalogue.type(named: type.name), known.eventType == type { return }
        let near = NearNames.names(near: type.name, among: EventCatalogue.shortNames).prefix(Self.mostSuggested)
        let meant =
            near.isEmpty
            ? "one of your own has a namespace, as shop.ParcelSent"
            : "perhaps \(near.joined(separator: " or ")) is meant"
        throw FunnelFault(part, .unknownEventType, "the catalogue has no event type '\(type.name)'; \(meant)")
    }

    /// A property that events of at least one step have.
    func check(_ property: EventProperty, _ part: DefinitionPart) throws(FunnelFault) {
        try checkText(of: property, part)
        do {
            try PropertyFinder.checkSome(property, in: funnel.steps.flatMap { $0.events.types })
        } catch {
            throw FunnelFault(part, .unknownProperty, error.reason)
        }
    }

    /// That the property is the one its text names.
    private func checkText(of property: EventProperty, _ part: DefinitionPart) throws(FunnelFault) {
        let read: EventProperty
        do {
            read = try EventProperty(property.text)
        } catch {
            throw FunnelFault(part, .unreadableProperty, error.reason)
        }
        guard read == property else {
            throw FunnelFault(
                part, .unreadableProperty, "\(property.text.debugDescription) is no field of an event's data")
        }
    }
}

extension EventCondition.Test {
    /// Why nobody can mean it; nil for a test that makes sense.
    fileprivate var reasonAgainst: String? {
        switch self {
        case .isOneOf(let values) where values.isEmpty: "'is' has a value or several, found none"
        case .isNoneOf(let values) where values.isEmpty: "'not' has a value or several, found none"
        case .isBetween(nil, nil): "a range has at_least, at_most or both, found none"
        case .isBetween(let least?, let most?) where least > most: "nothing is at least \(least) and at most \(most)"
        case .contains(""): "every text contains an empty one; expected 'exists: true', or a text"
        case .startsWith(""): "every text starts with an empty one; expected 'exists: true', or a text"
        default: nil
        }
    }
}
