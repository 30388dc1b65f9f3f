internal import LMDB

extension IdentityRules {
    /// The rules that an event sets.
    ///
    /// - Throws: ``IdentityRulesError`` where it says what rules cannot.
    public init(_ message: IdentityRulesSet) throws(IdentityRulesError) {
        var choices: [String: MergeSide] = [:]
        for choice in message.fieldChoice { choices[choice.field] = choice.side }
        self.init(
            version: message.version,
            rules: message.rules.map { rule in
                Rule(
                    rule.type, source: rule.source, priority: rule.priority, limit: rule.limit,
                    windowDays: rule.windowDays, doesNotMerge: rule.doesNotMerge)
            },
            blocked: message.blocked.map { Blocked($0.value, of: $0.type) },
            neverMergeIdentified: message.neverMergeIdentified, fieldChoice: choices)
        try check()
    }

    /// Refuses rules that are not to stand in the log: those that ``check()`` refuses, and blocked values that look
    /// personal, which would stand there in clear for ever. O(n log n).
    ///
    /// - Throws: ``IdentityRulesError`` for the first thing that is wrong.
    func checkForLog() throws(IdentityRulesError) {
        try check()
        for (number, blocked) in blocked.enumerated() where blocked.value.utf8.first != UInt8(ascii: "*") {
            guard let kind = PersonalLooking(id: blocked.value) else { continue }
            // The value is not repeated: errors are logged.
            throw IdentityRulesError(
                path: "blocked[\(number)].value",
                reason: "looks like \(kind.rawValue), and would stand in clear for ever; expected a value that many "
                    + "have, or of e-mail addresses an end, as *@example.com")
        }
    }

    /// The event that sets these rules. The order in which rules and values were written says nothing, so the same
    /// rules always are the same message.
    public var message: IdentityRulesSet {
        IdentityRulesSet.with { message in
            message.version = version
            message.rules = rules.sorted(by: Self.precedes).map { rule in
                var entry = IdentifierRule()
                entry.type = rule.type
                entry.source = rule.source
                entry.priority = rule.priority
                entry.limit = rule.limit
                entry.windowDays = rule.windowDays
                entry.doesNotMerge = rule.doesNotMerge
                return entry
            }
            message.blocked = blocked.sorted(by: Self.precedes).map { value in
                var entry = BlockedValue()
                entry.type = value.type
                entry.value = value.value
                return entry
            }
            message.neverMergeIdentified = neverMergeIdentified
            message.fieldChoice = fieldChoices
        }
    }

    /// What a merge by these rules says of fields.
    var fieldChoices: [FieldChoice] {
        fieldChoice.sorted { $0.key.compareBytes(to: $1.key) < 0 }.map { field, side in
            var choice = FieldChoice()
            choice.field = field
            choice.side = side
            return choice
        }
    }

    private static func precedes(_ left: Rule, _ right: Rule) -> Bool {
        left.type == right.type ? left.source.compareBytes(to: right.source) < 0 : left.type.code < right.type.code
    }

    private static func precedes(_ left: Blocked, _ right: Blocked) -> Bool {
        left.type == right.type ? left.value.compareBytes(to: right.value) < 0 : left.type.code < right.type.code
    }

    /// Whether both say the same, whatever their versions are.
    func saysTheSame(as other: IdentityRules) -> Bool {
        var renumbered = other
        renumbered.version = version
        return message == renumbered.message
    }
}
