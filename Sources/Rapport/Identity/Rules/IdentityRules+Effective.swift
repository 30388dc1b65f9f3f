extension IdentityRules {
    /// A rule that holds.
    public struct EffectiveRule: Hashable, Sendable {
        /// The rule.
        public let rule: Rule
        /// Whether it is the one of ``IdentityRules/builtIn``, because these rules name none for all of the kind.
        public let isBuiltIn: Bool
    }

    /// The rules that hold: those that are named, in their order, and behind them the built-in ones of the kinds that
    /// no rule is about, or no rule without a source. O(rules).
    public var effective: [EffectiveRule] {
        let isAllBuiltIn = self == Self.builtIn
        let missing = Self.builtIn.rules.filter { builtIn in
            !rules.contains { $0.type == builtIn.type && $0.source.isEmpty }
        }
        return rules.map { EffectiveRule(rule: $0, isBuiltIn: isAllBuiltIn) }
            + missing.map { EffectiveRule(rule: $0, isBuiltIn: true) }
    }
}
