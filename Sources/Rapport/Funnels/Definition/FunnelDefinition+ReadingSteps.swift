internal import EventLog

extension FunnelDefinition.Step {
    /// Reads an element of `steps`.
    init(_ node: FunnelNode) throws(FunnelDefinitionError) {
        let fields = try node.fields(["name", "event", "where", "take", "optional", "within"])
        let name = try fields.required("name").text()
        self.init(name: name, events: try FunnelDefinition.Matcher(fields))
        if let node = fields["take"] { occurrence = try node.choice() }
        if let node = fields["optional"] { isOptional = try node.flag() }
        if let node = fields["within"] { within = try node.duration() }
    }
}

extension FunnelDefinition.Exclusion {
    /// Reads an element of `exclusions`.
    init(_ node: FunnelNode, steps: [FunnelDefinition.Step]) throws(FunnelDefinitionError) {
        let fields = try node.fields(["event", "where", "between"])
        let events = try FunnelDefinition.Matcher(fields)
        guard let between = fields["between"] else {
            self.init(events: events, after: 1, before: steps.count)
            return
        }
        let bounds = try between.items()
        guard bounds.count == 2 else {
            throw between.error(.exclusionRange, "the names of two steps are expected, found \(bounds.count)")
        }
        let after = try bounds[0].stepNumber(among: steps, .unknownStep)
        self.init(events: events, after: after, before: try bounds[1].stepNumber(among: steps, .unknownStep))
    }
}

extension FunnelDefinition.Matcher {
    /// Reads the keys `event` and `where` of a block.
    fileprivate init(_ fields: FunnelFields) throws(FunnelDefinitionError) {
        var types: [EventType] = []
        for item in try fields.required("event").oneOrMore() { types.append(try item.eventType()) }
        self.init(types: types)
        if let node = fields["where"] {
            for item in try node.items() { conditions.append(try EventCondition(item)) }
        }
    }
}

extension EventCondition {
    /// Reads an element of `where`.
    fileprivate init(_ node: FunnelNode) throws(FunnelDefinitionError) {
        let fields = try node.fields([
            "property", "is", "not", "exists", "at_least", "at_most", "contains", "starts_with",
        ])
        let property = try fields.required("property").property()
        var tests: [Test] = []
        if let node = fields["is"] { tests.append(.isOneOf(try node.texts())) }
        if let node = fields["not"] { tests.append(.isNoneOf(try node.texts())) }
        if let node = fields["exists"] { tests.append(try node.flag() ? .exists : .isMissing) }
        let least = try fields["at_least"]?.number()
        let most = try fields["at_most"]?.number()
        if least != nil || most != nil { tests.append(.isBetween(least, most)) }
        if let node = fields["contains"] { tests.append(.contains(try node.text())) }
        if let node = fields["starts_with"] { tests.append(.startsWith(try node.text())) }
        guard let test = tests.first, tests.count == 1 else {
            throw node.error(
                .unusableCondition,
                "a condition has one of is, not, exists, at_least and at_most, contains, starts_with; found "
                    + "\(tests.isEmpty ? "none" : "\(tests.count)")")
        }
        self.init(property, test)
    }
}
