internal import EventLog
internal import LMDB

/// Numbers for customers and identifiers, so that persons can be made of numbers. Grows only.
struct IdentityNames: Sendable {
    /// Identifiers that share a limit: a kind, of ids of other systems those of one system.
    struct Slot: Sendable {
        let type: IdentifierType
        let source: String
        let rule: IdentityRules.Rule
        /// How long its window is, in microseconds; nil is for ever.
        let window: Int64?
    }

    private struct SlotKey: Hashable {
        let type: IdentifierType
        let source: [UInt8]
    }

    /// By bytes: equal ones are also equal as texts, so the hash of texts serves.
    private struct IdentifierKey: Hashable {
        let slot: Int32
        let isBlocked: Bool
        let text: String

        static func == (left: IdentifierKey, right: IdentifierKey) -> Bool {
            left.slot == right.slot && left.isBlocked == right.isBlocked && left.text.sameBytes(as: right.text)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(slot)
            hasher.combine(text)
        }
    }

    /// What is known of an identifier.
    struct IdentifierEntry: Sendable {
        let slot: Int32
        let isBlocked: Bool
    }

    private let rules: IdentityRules
    private let blocked: BlockedValues
    private(set) var customers: [Tag] = []
    private(set) var slots: [Slot] = []
    private(set) var identifiers: [IdentifierEntry] = []
    private var customerNumbers: [Tag: Int32] = [:]
    private var slotNumbers: [SlotKey: Int32] = [:]
    private var identifierNumbers: [IdentifierKey: Int32] = [:]

    init(_ rules: IdentityRules) {
        self.rules = rules
        blocked = BlockedValues(rules.blocked)
    }

    /// The number of a customer; nil for one that nothing was said of.
    func known(_ customer: Tag) -> Int32? { customerNumbers[customer] }

    mutating func number(of customer: Tag) -> Int32 {
        if let known = customerNumbers[customer] { return known }
        let number = Int32(customers.count)
        customers.append(customer)
        customerNumbers[customer] = number
        return number
    }

    /// The numbers of the identifiers of a fact that may join somebody, or would if they were not blocked; the kind
    /// that counts most first. Each once.
    mutating func numbers(of linked: [LinkedIdentifier]) -> [Int32] {
        var found: [(slot: Int32, text: String, number: Int32)] = []
        var known: Set<Int32> = []
        for identifier in linked {
            let slot = slotNumber(of: identifier)
            if slots[Int(slot)].rule.doesNotMerge { continue }
            let number = number(of: identifier, in: slot)
            if known.insert(number).inserted { found.append((slot, identifier.text, number)) }
        }
        if found.count > 1 {
            found.sort { left, right in
                left.slot == right.slot
                    ? left.text.compareBytes(to: right.text) < 0 : precedes(left.slot, right.slot)
            }
        }
        return found.map(\.number)
    }

    private func precedes(_ left: Int32, _ right: Int32) -> Bool {
        let (left, right) = (slots[Int(left)], slots[Int(right)])
        if left.rule.priority != right.rule.priority { return left.rule.priority < right.rule.priority }
        if left.type != right.type { return left.type.code < right.type.code }
        return left.source.compareBytes(to: right.source) < 0
    }

    private mutating func slotNumber(of identifier: LinkedIdentifier) -> Int32 {
        let key = SlotKey(type: identifier.type, source: Array(identifier.source.utf8))
        if let known = slotNumbers[key] { return known }
        let rule =
            rules.rule(for: identifier.type, source: identifier.source)
            ?? IdentityRules.Rule(identifier.type, priority: .max, doesNotMerge: true)
        let window = rule.windowDays == 0 ? nil : Int64(rule.windowDays) * 86_400_000_000
        let number = Int32(slots.count)
        slots.append(Slot(type: identifier.type, source: identifier.source, rule: rule, window: window))
        slotNumbers[key] = number
        return number
    }

    private mutating func number(of identifier: LinkedIdentifier, in slot: Int32) -> Int32 {
        let isBlocked = !identifier.isExact || blocked.holds(identifier)
        let key = IdentifierKey(slot: slot, isBlocked: isBlocked, text: identifier.text)
        if let known = identifierNumbers[key] { return known }
        let number = Int32(identifiers.count)
        identifiers.append(IdentifierEntry(slot: slot, isBlocked: isBlocked))
        identifierNumbers[key] = number
        return number
    }
}

/// The blocked values of some rules, and those that no rules have use for, to be looked through fast.
struct BlockedValues: Sendable {
    /// Values, and ends of values, of one kind or of every kind.
    private struct Values: Sendable {
        var whole: Set<String> = []
        var endings: [[UInt8]] = []

        func holds(_ text: String) -> Bool {
            if whole.contains(text) { return true }
            return !endings.isEmpty && endings.contains { text.utf8.reversed().starts(with: $0.reversed()) }
        }
    }

    private var values: [IdentifierType: Values] = [:]

    init(_ blocked: [IdentityRules.Blocked]) {
        for entry in blocked {
            let value = Self.folded(entry.value)
            if value.utf8.first == UInt8(ascii: "*") {
                values[entry.type, default: Values()].endings.append(Array(value.utf8.dropFirst()))
            } else {
                values[entry.type, default: Values()].whole.insert(value)
            }
        }
    }

    func holds(_ identifier: LinkedIdentifier) -> Bool {
        if Self.isNothing(identifier.text) || Self.isNothing(identifier.given) { return true }
        if values.isEmpty { return false }
        if holds(Self.folded(identifier.text), identifier.type) { return true }
        if identifier.given.sameBytes(as: identifier.text) { return false }
        return holds(Self.folded(identifier.given), identifier.type)
    }

    private func holds(_ text: String, _ type: IdentifierType) -> Bool {
        values[type]?.holds(text) ?? false || values[.unspecified]?.holds(text) ?? false
    }

    /// Zeros and what parts digits, as `00000000-0000-0000-0000-000000000000`: what programs fill in for no value.
    private static func isNothing(_ value: String) -> Bool {
        value.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "0") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ")
                || byte == UInt8(ascii: "+")
        }
    }

    /// Without regard to the case of letters, and without white space around it.
    private static func folded(_ value: String) -> String {
        let space = UInt8(ascii: " ")
        let isPlain = value.utf8.allSatisfy { byte in
            byte > space && byte < 0x7F && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        if isPlain { return value }
        let lower = value.lowercased()
        guard let first = lower.firstIndex(where: { !$0.isWhitespace }),
            let last = lower.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(lower[first...last])
    }
}
