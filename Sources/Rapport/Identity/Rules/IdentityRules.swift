internal import LMDB

/// The rules by which identifiers that are linked make one person of several customers: versioned configuration, which
/// stands in the log as `IdentityRulesSet`.
///
/// What they mean says ``IdentitySimulation``; how they are written in a file, ``init(json:)``. A kind of identifier
/// that no rule names has the one of ``builtIn``.
public struct IdentityRules: Hashable, Sendable {
    /// What identifiers of a kind do.
    public struct Rule: Hashable, Sendable {
        /// The kind.
        public var type: IdentifierType
        /// Of ids of other systems the system; empty is every one that has no rule of its own. Other kinds have none.
        public var source: String
        /// Which kinds count more than others: 1 is the highest. Of kinds with the same number the alphabet decides.
        public var priority: UInt32
        /// How many different values of the kind a person may have within the window; 0 is any number. Of ids of other
        /// systems it holds for each system.
        public var limit: UInt32
        /// How many days the window is long that ends when a link happens; 0 is for ever.
        public var windowDays: UInt32
        /// Whether equal values join nobody. Then they are passed over: no limit holds for them either.
        public var doesNotMerge: Bool

        /// A rule; as it stands one of a kind that may have five values, for ever.
        public init(
            _ type: IdentifierType, source: String = "", priority: UInt32, limit: UInt32 = 5, windowDays: UInt32 = 0,
            doesNotMerge: Bool = false
        ) {
            self.type = type
            self.source = source
            self.priority = priority
            self.limit = limit
            self.windowDays = windowDays
            self.doesNotMerge = doesNotMerge
        }
    }

    /// A value that joins nobody, because many have it: `unknown`, `000000`. Never personal.
    public struct Blocked: Hashable, Sendable {
        /// The kind of identifier; `unspecified` is every kind.
        public var type: IdentifierType
        /// The value, whatever the case of its letters. A `*` at its beginning stands for any beginning:
        /// `*@example.com`.
        public var value: String

        /// A blocked value.
        public init(_ value: String, of type: IdentifierType = .unspecified) {
            self.type = type
            self.value = value
        }
    }

    /// 1 for the first rules that were set, and one more each time; 0 are those that are built in, or are only tried.
    public var version: UInt32
    /// Each kind at most once, of ids of other systems once for each system.
    public var rules: [Rule]
    /// Values that join nobody. One that is empty, or has zeros and hyphens only, never does.
    public var blocked: [Blocked]
    /// Whether two persons who each have an id of an account are never merged.
    public var neverMergeIdentified: Bool
    /// Whose value of a field is shown after a merge by these rules; of other fields the newest is.
    public var fieldChoice: [String: MergeSide]

    /// Rules as they stand, not checked yet.
    public init(
        version: UInt32, rules: [Rule], blocked: [Blocked] = IdentityRules.builtIn.blocked,
        neverMergeIdentified: Bool = false, fieldChoice: [String: MergeSide] = [:]
    ) {
        self.version = version
        self.rules = rules
        self.blocked = blocked
        self.neverMergeIdentified = neverMergeIdentified
        self.fieldChoice = fieldChoice
    }

    /// The rules of a log in which none were set: those that Segment has for identity resolution. One id of an account
    /// before all, then up to five e-mail addresses, then five values of each other kind in the order of the alphabet;
    /// ids of visitors within seven days. A device joins nobody: families and counters share them. Blocked are words
    /// that programs write where they know no id.
    public static let builtIn = IdentityRules(
        version: 0,
        rules: [
            Rule(.userID, priority: 1, limit: 1), Rule(.email, priority: 2),
            Rule(.anonymousID, priority: 3, windowDays: 7), Rule(.card, priority: 4),
            Rule(.device, priority: 5, doesNotMerge: true), Rule(.externalID, priority: 6), Rule(.phone, priority: 7),
            Rule(.wechat, priority: 8),
        ],
        blocked: [
            "null", "undefined", "unknown", "anonymous", "guest", "n/a", "none", "nan", "-1", "0", "00000000", "true",
            "false", "id", "email", "distinct_id", "[object Object]",
        ].map { Blocked($0) })

    /// The rule for identifiers of a kind; of ids of other systems that of the system, or of all of them.
    func rule(for type: IdentifierType, source: String) -> Rule? {
        rules.first { $0.type == type && !$0.source.isEmpty && $0.source.sameBytes(as: source) }
            ?? rules.first { $0.type == type && $0.source.isEmpty }
            ?? Self.builtIn.rules.first { $0.type == type }
    }
}

// MARK: - Checking

extension IdentityRules {
    private static let mostRules = 1_000
    private static let mostBlocked = 10_000
    private static let mostChoices = 1_000
    /// A hundred years, and a few days.
    private static let mostDays: UInt32 = 36_600

    /// Refuses rules that nobody could make sense of. O(n log n).
    ///
    /// - Throws: ``IdentityRulesError`` for the first thing that is wrong.
    public func check() throws(IdentityRulesError) {
        try requireAtMost(Self.mostRules, rules.count, "rules")
        try requireAtMost(Self.mostBlocked, blocked.count, "blocked")
        try requireAtMost(Self.mostChoices, fieldChoice.count, "fieldChoice")
        var known: Set<Named> = []
        for (number, rule) in rules.enumerated() {
            try Self.check(rule, "rules[\(number)]")
            guard known.insert(Named(type: rule.type, source: Array(rule.source.utf8))).inserted else {
                let source = rule.source.isEmpty ? "" : " of \(rule.source.debugDescription)"
                throw IdentityRulesError(
                    path: "rules[\(number)]",
                    reason: "the rule for \(rule.type.code)\(source) stands twice; expected it once")
            }
        }
        for (number, value) in blocked.enumerated() { try Self.check(value, "blocked[\(number)]") }
        for (field, side) in fieldChoice where field.isEmpty || !side.isStated {
            throw IdentityRulesError(
                path: "fieldChoice", reason: "expected names of fields, each with survivor or absorbed")
        }
    }

    private struct Named: Hashable {
        let type: IdentifierType
        let source: [UInt8]
    }

    private func requireAtMost(_ most: Int, _ count: Int, _ path: String) throws(IdentityRulesError) {
        if count > most { throw IdentityRulesError(path: path, reason: "expected at most \(most), found \(count)") }
    }

    private static func check(_ rule: Rule, _ path: String) throws(IdentityRulesError) {
        guard IdentifierType.coded.contains(rule.type) else {
            throw IdentityRulesError(path: path + ".type", reason: "expected one of \(IdentifierType.codes)")
        }
        if !rule.source.isEmpty, rule.type != .externalID {
            throw IdentityRulesError(
                path: path + ".source",
                reason: "only external_id has rules for each source; expected none for \(rule.type.code)")
        }
        if rule.priority == 0 {
            throw IdentityRulesError(path: path + ".priority", reason: "expected 1 or more, found 0")
        }
        if rule.windowDays > mostDays {
            throw IdentityRulesError(
                path: path + ".windowDays", reason: "expected 0 to \(mostDays), found \(rule.windowDays)")
        }
    }

    private static func check(_ blocked: Blocked, _ path: String) throws(IdentityRulesError) {
        guard blocked.type == .unspecified || IdentifierType.coded.contains(blocked.type) else {
            throw IdentityRulesError(path: path + ".type", reason: "expected one of \(IdentifierType.codes), or none")
        }
        let rest = blocked.value.utf8.first == UInt8(ascii: "*") ? blocked.value.dropFirst() : blocked.value[...]
        if rest.isEmpty || rest.contains("*") {
            throw IdentityRulesError(
                path: path + ".value",
                reason: "expected a value, with * at its beginning at most and more behind it, found "
                    + blocked.value.debugDescription)
        }
    }
}

/// Rules that nobody can make sense of.
public struct IdentityRulesError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where it is wrong, as `rules[2].limit`; empty for the whole.
    public let path: String
    /// What was expected, and what was found.
    public let reason: String

    /// The error at `path`.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    public var description: String { (path.isEmpty ? "identity rules: " : "identity rules, \(path): ") + reason }
}

extension IdentifierType {
    /// The kinds that rules can be about, in the order of the alphabet.
    static let coded: [IdentifierType] = [
        .anonymousID, .card, .device, .email, .externalID, .phone, .userID, .wechat,
    ]

    /// All codes, for messages.
    static var codes: String { coded.map(\.code).joined(separator: ", ") }

    /// As rules and merges by rules name the kind: `user_id`, `email`.
    public var code: String {
        switch self {
        case .userID: "user_id"
        case .anonymousID: "anonymous_id"
        case .email: "email"
        case .phone: "phone"
        case .wechat: "wechat"
        case .card: "card"
        case .device: "device"
        case .externalID: "external_id"
        case .unspecified, .UNRECOGNIZED: "unspecified"
        }
    }

    /// Reads ``code``; nil for anything else.
    public init?(code: String) {
        guard let type = Self.coded.first(where: { $0.code.sameBytes(as: code) }) else { return nil }
        self = type
    }
}
