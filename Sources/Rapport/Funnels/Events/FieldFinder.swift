internal import LMDB

/// Finds the values of a field of the data, in place. A class, because every event asks for it.
///
/// It reads what the generated views read: of a field that stands twice the last one counts, of a message that stands
/// twice the last one alone, and fields of another wire type are passed over. Bytes that a view would refuse are
/// refused where they are on the way.
final class FieldFinder: Sendable {
    /// What stands at the end of the path.
    enum Form: Sendable {
        /// A text; an empty one is missing.
        case text(key: UInt64)
        /// The texts of a list.
        case texts(key: UInt64)
        /// The values that stand under a name in a list of names and values.
        case named([UInt8], key: UInt64, WireNamedValue.Keys)
        /// A whole number.
        case number(key: UInt64, WholeNumberForm)
        /// `true` or `false`.
        case flag(key: UInt64)
        /// A name of an enumeration, by its number: empty where the number says that nothing is stated, nil where
        /// nobody knows the number.
        case choice(key: UInt64, names: [[UInt8]?])
    }

    private static let yes = Array("true".utf8)
    private static let no = Array("false".utf8)

    /// The keys of the messages around the field, from the outermost on.
    private let messages: [UInt64]
    private let form: Form
    /// Whether a number, flag or choice that is left out is missing; else it is zero.
    private let hasPresence: Bool

    init(_ form: Form, within messages: [UInt64], hasPresence: Bool) {
        self.form = form
        self.messages = messages
        self.hasPresence = hasPresence
    }

    /// Whether its values are texts that somebody has written: not numbers, flags or names of an enumeration.
    var hasTexts: Bool {
        switch form {
        case .text, .texts, .named: true
        case .number, .flag, .choice: false
        }
    }

    /// Calls `body` with each value, until it answers false.
    ///
    /// - Throws: `MalformedBytes`, and what `body` throws.
    func forEachValue(in data: RawSpan, _ body: (borrowing PropertyValue) throws -> Bool) throws {
        try descend(into: data, 0, body)
    }

    /// A field of a message that is left out has no value, not even zero.
    private func descend(
        into wire: RawSpan, _ depth: Int, _ body: (borrowing PropertyValue) throws -> Bool
    ) throws {
        guard depth < messages.count else { return try read(wire, body) }
        let message = try WireMessage(messages[depth], in: wire)
        if message.isThere { try descend(into: message.bytes, depth + 1, body) }
    }

    private func read(_ wire: RawSpan, _ body: (borrowing PropertyValue) throws -> Bool) throws {
        switch form {
        case .text(let key):
            let field = try WireText(key, in: wire)
            if !field.text.isEmpty { _ = try body(PropertyValue(text: field.text)) }
        case .texts(let key):
            var reader = WireReader(wire)
            while let next = try reader.key() {
                if next == key {
                    guard try body(PropertyValue(text: reader.text())) else { return }
                } else {
                    try reader.skip(next)
                }
            }
        case .named(let name, let key, let keys):
            var reader = WireReader(wire)
            while let next = try reader.key() {
                if next == key {
                    let element = try WireNamedValue(keys, in: reader.message())
                    guard element.name.sameBytes(as: name.rawSpan) else { continue }
                    guard try body(PropertyValue(text: element.value)) else { return }
                } else {
                    try reader.skip(next)
                }
            }
        case .number(let key, let form):
            let field = try WireNumber(key, in: wire)
            if field.isThere || !hasPresence { _ = try body(PropertyValue(number: form.value(field.raw), in: wire)) }
        case .flag(let key):
            let field = try WireNumber(key, in: wire)
            guard field.isThere || !hasPresence else { return }
            let text = field.raw != 0 ? Self.yes : Self.no
            _ = try body(PropertyValue(text: text.rawSpan))
        case .choice(let key, let names):
            let field = try WireNumber(key, in: wire)
            if field.isThere || !hasPresence { try readChoice(field.raw, names, body) }
        }
    }

    private func readChoice(
        _ raw: UInt64, _ names: [[UInt8]?], _ body: (borrowing PropertyValue) throws -> Bool
    ) throws {
        let number = Int(Int32(truncatingIfNeeded: raw))
        if names.indices.contains(number), let name = names[number] {
            if !name.isEmpty { _ = try body(PropertyValue(text: name.rawSpan)) }
        } else {
            var digits: [UInt8] = []
            digits.append(decimal: Int128(number))
            let text = digits
            _ = try body(PropertyValue(text: text.rawSpan))
        }
    }
}

/// How a varint stands for a whole number.
struct WholeNumberForm: Sendable, Equatable {
    /// Of 64 bits, not of 32.
    let isWide: Bool
    let isSigned: Bool
    /// Whether the lowest bit is the sign.
    let isZigzag: Bool

    /// Bits that the field has no room for are left out, as everywhere in the wire format.
    func value(_ raw: UInt64) -> Int128 {
        let bits = isWide ? raw : UInt64(UInt32(truncatingIfNeeded: raw))
        if isZigzag { return Int128(Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1)) }
        guard isSigned else { return Int128(bits) }
        return isWide ? Int128(Int64(bitPattern: bits)) : Int128(Int32(truncatingIfNeeded: bits))
    }
}
