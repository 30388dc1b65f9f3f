internal import EventLog

extension FunnelDefinition {
    /// The definition in JSON, with the keys that a file has, sorted, and without what holds anyway. Equal definitions
    /// have equal bytes, and ``init(yaml:file:)`` reads it back as it was. Of a definition that passes ``check()``.
    public var json: String {
        var members: [String: CanonicalJSON] = ["funnel": .text(name), "steps": .list(steps.map(\.tree))]
        let usual = FunnelDefinition(name: name, steps: [])
        if !title.isEmpty { members["title"] = .text(title) }
        if subject != usual.subject { members["subject"] = subject.tree }
        if order != usual.order { members["order"] = .text(order.rawValue) }
        if counting != usual.counting { members["count"] = .text(counting.rawValue) }
        if reentry != usual.reentry { members["reentry"] = .text(reentry.rawValue) }
        if window != usual.window { members["window"] = .text(window.text) }
        if grace != usual.grace { members["grace"] = .text(DefinitionDuration.text(grace)) }
        if sessions != usual.sessions { members["sessions"] = sessions.tree }
        if !exclusions.isEmpty { members["exclusions"] = .list(exclusions.map { tree(of: $0) }) }
        if exclusionMode != usual.exclusionMode { members["exclusion_mode"] = .text(exclusionMode.rawValue) }
        if !held.isEmpty { members["hold"] = .list(held.map { .text($0.text) }) }
        if order == .strict || !scope.isEmpty { members["scope"] = .list(scope.map { .text($0.definitionName) }) }
        if repeatBreaks != usual.repeatBreaks { members["repeat_breaks"] = .flag(repeatBreaks) }
        if let from { members["from"] = .text(from.text) }
        if let to { members["to"] = .text(to.text) }
        if zone != usual.zone { members["zone"] = .text(zone) }
        if clipsToRange != usual.clipsToRange { members["clip_to_range"] = .flag(clipsToRange) }
        if let breakdown { members["breakdown"] = tree(of: breakdown) }
        return CanonicalJSON.block(members).string
    }

    private func tree(of exclusion: Exclusion) -> CanonicalJSON {
        var members = exclusion.events.members
        if exclusion.after != 1 || exclusion.before != steps.count {
            members["between"] = .list([exclusion.after, exclusion.before].map { .text(stepName($0)) })
        }
        return .block(members)
    }

    private func tree(of breakdown: Breakdown) -> CanonicalJSON {
        let usual = Breakdown(property: breakdown.property)
        var members: [String: CanonicalJSON] = ["by": .text(breakdown.property.text)]
        if breakdown.attribution != usual.attribution { members["attribution"] = tree(of: breakdown.attribution) }
        if breakdown.mostGroups != usual.mostGroups { members["groups"] = .number(Int64(breakdown.mostGroups)) }
        if breakdown.isPerSegment != usual.isPerSegment { members["per_segment"] = .flag(breakdown.isPerSegment) }
        return .block(members)
    }

    private func tree(of attribution: Attribution) -> CanonicalJSON {
        guard case .step(let number) = attribution else { return .text(attribution.text) }
        let name = stepName(number)
        let isWord = Attribution.words.contains { $0.text == name }
        return isWord ? .block(["step": .text(name)]) : .text(name)
    }

    /// The name of a step by its number from 1; the number where there is no such step.
    private func stepName(_ number: Int) -> String {
        number >= 1 && number <= steps.count ? steps[number - 1].name : String(number)
    }
}

extension FunnelDefinition.Subject {
    fileprivate var tree: CanonicalJSON {
        switch self {
        case .entity(let kind): .text(kind)
        case .property(let property): .block(["property": .text(property.text)])
        }
    }
}

extension FunnelDefinition.Sessions {
    fileprivate var tree: CanonicalJSON {
        switch self {
        case .gap(let microseconds): .block(["gap": .text(DefinitionDuration.text(microseconds))])
        case .property(let property): .block(["property": .text(property.text)])
        }
    }
}

extension FunnelDefinition.Step {
    fileprivate var tree: CanonicalJSON {
        var members = events.members
        members["name"] = .text(name)
        if occurrence != .every { members["take"] = .text(occurrence.rawValue) }
        if isOptional { members["optional"] = .flag(true) }
        if let within { members["within"] = .text(DefinitionDuration.text(within)) }
        return .block(members)
    }
}

extension FunnelDefinition.Matcher {
    fileprivate var members: [String: CanonicalJSON] {
        var members = ["event": CanonicalJSON.oneOrMore(types.map(\.definitionName))]
        if !conditions.isEmpty { members["where"] = .list(conditions.map(\.tree)) }
        return members
    }
}

extension EventCondition {
    fileprivate var tree: CanonicalJSON {
        var members: [String: CanonicalJSON] = ["property": .text(property.text)]
        switch test {
        case .isOneOf(let values): members["is"] = .oneOrMore(values)
        case .isNoneOf(let values): members["not"] = .oneOrMore(values)
        case .exists: members["exists"] = .flag(true)
        case .isMissing: members["exists"] = .flag(false)
        case .isBetween(let least, let most):
            if let least { members["at_least"] = .number(least) }
            if let most { members["at_most"] = .number(most) }
        case .contains(let text): members["contains"] = .text(text)
        case .startsWith(let text): members["starts_with"] = .text(text)
        }
        return .block(members)
    }
}

extension EventType {
    /// As a definition names it: without the package where it is the catalogue's.
    fileprivate var definitionName: String {
        guard EventCatalogue.type(named: name)?.eventType == self else { return name }
        return String(name.dropFirst(EventCatalogue.package.count))
    }
}
