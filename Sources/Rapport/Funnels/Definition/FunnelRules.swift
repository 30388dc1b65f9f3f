internal import EventLog

/// What must hold of a definition. Each rule is written once, for definitions that are read and those made in code.
struct FunnelRules {
    let funnel: FunnelDefinition
    /// The keys among ``idleKeys`` that something is said about, if only what holds anyway.
    let stated: Set<String>

    /// Keys that change nothing in most definitions. Where they do not, they must not be there: whoever has written
    /// them expects something of them.
    static let idleKeys = [
        "scope", "repeat_breaks", "sessions", "reentry", "grace", "exclusion_mode", "clip_to_range",
    ]

    static let mostSteps = 32
    /// As many as an event's exclusions have bits.
    static let mostExclusions = 32
    static let mostHeld = 3
    static let mostGroups = 1_000
    /// Of a window.
    static let mostSessions = 10_000
    /// UTF-8 bytes of a title, or of a step's name.
    static let mostTextBytes = 256

    init(_ funnel: FunnelDefinition, stated: Set<String>) {
        self.funnel = funnel
        self.stated = stated
    }

    /// Goes through all rules. O(steps²), which are few.
    func check() throws(FunnelFault) {
        try checkNames()
        try checkTimes()
        try checkSteps()
        try checkSubject()
        try checkExclusions()
        try checkStrictness()
        try checkHeld()
        try checkSessions()
        try checkBreakdown()
        try checkIdleKeys()
        try checkLength()
    }

    // MARK: Names

    private func checkNames() throws(FunnelFault) {
        guard DefinitionName.isName(funnel.name) else {
            throw FunnelFault(
                DefinitionPart("funnel"), .funnelName,
                "a funnel's name is 1 to \(DefinitionName.mostBytes) of a-z, 0-9 and -, not "
                    + funnel.name.debugDescription)
        }
        guard Self.isText(funnel.title) else {
            throw FunnelFault(
                DefinitionPart("title"), .title,
                "a title has at most \(Self.mostTextBytes) bytes, and no control characters")
        }
    }

    /// Whether it fits on a line.
    static func isText(_ text: String) -> Bool {
        // A byte order mark at the start of a text is lost when it is read.
        text.utf8.count <= mostTextBytes
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control || $0 == "\u{FEFF}" }
    }

    private func checkSubject() throws(FunnelFault) {
        let part = DefinitionPart("subject")
        switch funnel.subject {
        case .entity(let kind):
            guard kind != FunnelDefinition.Subject.otherNameOfCustomer else {
                throw FunnelFault(part, .subjectKind, "a person is a customer; expected customer")
            }
            guard EventProperty.isKind(kind) else {
                throw FunnelFault(
                    part, .subjectKind,
                    "\(kind.debugDescription) is no kind of entity, as customer, opportunity or case are")
            }
        case .property(let property): try check(property, part.key("property"))
        }
    }

    /// That it can be saved: what is written may be longer than what was read.
    private func checkLength() throws(FunnelFault) {
        let count = funnel.json.utf8.count
        guard count <= DefinitionText.mostBytes else {
            throw FunnelFault(
                DefinitionPart(), .definitionTooLong,
                "as JSON a definition has at most \(DefinitionText.mostBytes) bytes, not \(count)")
        }
    }

    // MARK: What happens in between

    private func checkStrictness() throws(FunnelFault) {
        let isStrict = funnel.order == .strict
        if isStrict, !stated.contains("scope") {
            throw FunnelFault(
                DefinitionPart("order"), .strictWithoutScope,
                "in strict order 'scope' says which events count as happening in between; [] are those of steps and "
                    + "exclusions only")
        }
        if !isStrict, stated.contains("scope") {
            throw FunnelFault(
                DefinitionPart("scope"), .scopeWithoutStrict,
                "only strict order has a scope, this one is \(funnel.order)")
        }
        if !isStrict, stated.contains("repeat_breaks") {
            throw FunnelFault(
                DefinitionPart("repeat_breaks"), .repeatBreaksWithoutStrict,
                "only in strict order a repetition can break an attempt, this one is \(funnel.order)")
        }
        for (number, type) in funnel.scope.enumerated() { try check(type, DefinitionPart("scope").item(number)) }
    }

    private func checkHeld() throws(FunnelFault) {
        let part = DefinitionPart("hold")
        guard funnel.held.count <= Self.mostHeld else {
            throw FunnelFault(
                part, .tooManyHeld, "at most \(Self.mostHeld) properties are held, found \(funnel.held.count)")
        }
        for (number, property) in funnel.held.enumerated() { try check(property, part.item(number)) }
    }

    // MARK: Groups

    private func checkBreakdown() throws(FunnelFault) {
        guard let breakdown = funnel.breakdown else { return }
        let part = DefinitionPart("breakdown")
        try check(breakdown.property, part.key("by"))
        if case .step(let number) = breakdown.attribution, !(1...funnel.steps.count).contains(number) {
            throw FunnelFault(
                part.key("attribution"), .attributionStep,
                "there is no step \(number); expected 1 to \(funnel.steps.count)")
        }
        if funnel.order == .any, breakdown.attribution != .first, breakdown.attribution != .all {
            throw FunnelFault(
                part.key("attribution"), .attributionInAnyOrder, "in any order attribution is first or all")
        }
        guard (1...Self.mostGroups).contains(breakdown.mostGroups) else {
            throw FunnelFault(
                part.key("groups"), .groupsOutOfRange,
                "1 to \(Self.mostGroups) groups are shown, not \(breakdown.mostGroups)")
        }
        guard breakdown.isPerSegment else { return }
        let isOfFirst = breakdown.attribution == .first || breakdown.attribution == .step(1)
        guard funnel.counting == .unique, isOfFirst else {
            throw FunnelFault(
                part.key("per_segment"), .perSegment,
                "a subject counts per segment where count is unique and attribution is first")
        }
    }
}
