internal import EventLog

extension FunnelDefinition {
    /// Reads a definition and checks it. What may stand in it is said on the page <doc:Funnels>; JSON is YAML, too.
    ///
    /// - Parameter file: what errors call the document; nil where it was not read from a file.
    /// - Throws: ``FunnelDefinitionError`` for the first thing that is wrong, with its place.
    public init(yaml: String, file: String? = nil) throws(FunnelDefinitionError) {
        do {
            try self.init(FunnelNode(yaml: yaml))
        } catch {
            var error = error
            error.file = file
            throw error
        }
    }

    private static let keys = [
        "funnel", "title", "subject", "order", "count", "reentry", "window", "grace", "sessions", "steps", "exclusions",
        "exclusion_mode", "hold", "scope", "repeat_breaks", "from", "to", "zone", "clip_to_range", "breakdown",
    ]

    private init(_ root: FunnelNode) throws(FunnelDefinitionError) {
        let fields = try root.fields(Self.keys)
        let name = try fields.required("funnel").text()
        var steps: [Step] = []
        for item in try fields.required("steps").items() { steps.append(try Step(item)) }
        self.init(name: name, steps: steps)
        try readWhatCounts(fields)
        try readWhatHappensBetween(fields)
        if let node = fields["breakdown"] { breakdown = try Breakdown(node, steps: steps) }
        if let node = fields["zone"] { zone = try node.text() }
        if let node = fields["clip_to_range"] { clipsToRange = try node.flag() }
        let first = try fields["from"]?.text()
        let last = try fields["to"]?.text()
        var stated: Set<String> = []
        for key in FunnelRules.idleKeys where fields[key] != nil { stated.insert(key) }
        do {
            let calendar = try FunnelRules.calendar(of: zone)
            if let first { from = try FunnelRules.bound(first, "from", calendar) }
            if let last { to = try FunnelRules.bound(last, "to", calendar) }
            try FunnelRules(self, stated: stated).check()
        } catch {
            throw root.error(error)
        }
    }

    private mutating func readWhatCounts(_ fields: FunnelFields) throws(FunnelDefinitionError) {
        if let node = fields["title"] { title = try node.text() }
        if let node = fields["subject"] { subject = try Subject(node) }
        if let node = fields["order"] { order = try node.choice() }
        if let node = fields["count"] { counting = try node.choice() }
        if let node = fields["reentry"] { reentry = try node.choice() }
        if let node = fields["window"] { window = try node.window() }
        if let node = fields["grace"] { grace = try node.duration() }
        if let node = fields["sessions"] { sessions = try Sessions(node) }
    }

    private mutating func readWhatHappensBetween(_ fields: FunnelFields) throws(FunnelDefinitionError) {
        if let node = fields["exclusions"] {
            for item in try node.items() { exclusions.append(try Exclusion(item, steps: steps)) }
        }
        if let node = fields["exclusion_mode"] { exclusionMode = try node.choice() }
        if let node = fields["hold"] {
            for item in try node.oneOrMore() { held.append(try item.property()) }
        }
        if let node = fields["scope"] {
            for item in try node.oneOrMore() { scope.append(try item.eventType()) }
        }
        if let node = fields["repeat_breaks"] { repeatBreaks = try node.flag() }
    }
}

extension FunnelDefinition.Subject {
    /// What a definition calls the customer, too.
    static let otherNameOfCustomer = "person"

    /// Reads a kind of entity, or a block with a property.
    fileprivate init(_ node: FunnelNode) throws(FunnelDefinitionError) {
        guard node.isBlock else {
            let kind = try node.text()
            self = .entity(kind: kind == Self.otherNameOfCustomer ? "customer" : kind)
            return
        }
        self = .property(try node.fields(["property"]).required("property").property())
    }
}

extension FunnelDefinition.Sessions {
    /// Reads a block with a gap or a property.
    fileprivate init(_ node: FunnelNode) throws(FunnelDefinitionError) {
        let fields = try node.fields(["gap", "property"])
        switch (fields["gap"], fields["property"]) {
        case (let gap?, nil): self = .gap(try gap.duration())
        case (nil, let property?): self = .property(try property.property())
        default: throw node.error(.malformedValue, "sessions have either a 'gap' or a 'property'")
        }
    }
}

extension FunnelDefinition.Breakdown {
    /// Reads a block.
    fileprivate init(_ node: FunnelNode, steps: [FunnelDefinition.Step]) throws(FunnelDefinitionError) {
        let fields = try node.fields(["by", "attribution", "groups", "per_segment"])
        self.init(property: try fields.required("by").property())
        if let node = fields["attribution"] { attribution = try FunnelDefinition.Attribution(node, steps: steps) }
        if let node = fields["groups"] { mostGroups = Int(clamping: try node.number()) }
        if let node = fields["per_segment"] { isPerSegment = try node.flag() }
    }
}

extension FunnelDefinition.Attribution {
    /// Those that have a word of their own.
    static let words: [Self] = [.first, .last, .firstDefined, .lastDefined, .all]

    /// The word for it; of a step its number.
    var text: String {
        switch self {
        case .first: "first"
        case .last: "last"
        case .firstDefined: "first_defined"
        case .lastDefined: "last_defined"
        case .all: "all"
        case .step(let number): String(number)
        }
    }

    /// Reads a word, or the name of a step; `{step: NAME}` is a step whatever its name.
    fileprivate init(_ node: FunnelNode, steps: [FunnelDefinition.Step]) throws(FunnelDefinitionError) {
        if node.isBlock {
            let step = try node.fields(["step"]).required("step")
            self = .step(try step.stepNumber(among: steps, .attributionStep))
            return
        }
        let text = try node.text()
        if let word = Self.words.first(where: { $0.text == text }) {
            self = word
        } else {
            self = .step(try node.stepNumber(among: steps, .attributionStep))
        }
    }
}
