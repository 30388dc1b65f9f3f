import Foundation
import LMDB

/// A JSON value taken apart: the members of objects by their names, numbers as they are written.
enum JSONTree: Sendable {
    /// In the byte order of the names.
    case object([Member])
    case array([JSONTree])
    /// The digits as they stand, so that no number is rounded.
    case number(String)
    case string(String)
    case bool(Bool)
    case null

    struct Member: Sendable {
        let name: String
        let value: JSONTree
    }

    /// An object of these members.
    init(members: [Member]) {
        // Stable: of a name that stands twice the first stays the first.
        self = .object(members.sorted { $0.name.compareBytes(to: $1.name) < 0 })
    }

    /// What a value is as JSON, times in ISO 8601.
    init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try self.init(parsing: Array(encoder.encode(value)))
    }

    /// The value that is all of `text`, in UTF-8.
    init(parsing text: [UInt8]) throws(MalformedLine) {
        self = try Self.tree(of: try JSONValue(text[...]).bytes)
    }

    /// - Parameter text: one well-formed value; what is within each other was counted when it was checked.
    private static func tree(of text: ArraySlice<UInt8>) throws(MalformedLine) -> JSONTree {
        var scanner = JSONScanner(text)
        switch text.first {
        case UInt8(ascii: "{"):
            var members: [Member] = []
            for member in try scanner.members() {
                members.append(Member(name: string(of: member.name), value: try tree(of: member.value)))
            }
            return JSONTree(members: members)
        case UInt8(ascii: "["):
            var elements: [JSONTree] = []
            for element in try scanner.elements() { elements.append(try tree(of: element)) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(string(of: text))
        case UInt8(ascii: "t"): return .bool(true)
        case UInt8(ascii: "f"): return .bool(false)
        case UInt8(ascii: "n"): return .null
        default: return .number(String(decoding: text, as: UTF8.self))
        }
    }

    private static func string(of quoted: ArraySlice<UInt8>) -> String {
        let content = quoted.dropFirst().dropLast()
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        // Half of a surrogate pair is no character: a text with one stays as it is written.
        return (try? JSONDecoder().decode(String.self, from: Data(quoted))) ?? String(decoding: content, as: UTF8.self)
    }
}

// MARK: - Parts

extension JSONTree {
    /// The member of this name; nil where there is none, or this is no object.
    func member(_ name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.sameBytes(as: name) }?.value
    }

    /// This object without the member of this name.
    func without(_ name: String) -> JSONTree {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !$0.name.sameBytes(as: name) })
    }

    /// Whether both are written alike.
    func isSame(as other: JSONTree) -> Bool { text.sameBytes(as: other.text) }
}

// MARK: - As text

extension JSONTree {
    /// The one way in which this value is written: members by name, no spaces.
    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// For people: a text without quotation marks.
    var plainText: String {
        if case .string(let text) = self { return text }
        return text
    }

    /// The SHA-256 of ``text``, in hexadecimal.
    var digest: String {
        let bytes = Array(text.utf8)
        return Hash256.sha256(of: bytes.rawSpan).hex
    }

    private func write(to text: inout String) {
        switch self {
        case .object(let members):
            Self.write(members, "{", "}", to: &text) { member, text in
                text += member.name.quotedAsJSON + ":"
                member.value.write(to: &text)
            }
        case .array(let elements): Self.write(elements, "[", "]", to: &text) { $0.write(to: &$1) }
        case .number(let digits): text += digits
        case .string(let string): text += string.quotedAsJSON
        case .bool(let value): text += value ? "true" : "false"
        case .null: text += "null"
        }
    }

    private static func write<Part>(
        _ parts: [Part], _ start: String, _ end: String, to text: inout String, _ write: (Part, inout String) -> Void
    ) {
        text += start
        for (index, part) in parts.enumerated() {
            if index > 0 { text += "," }
            write(part, &text)
        }
        text += end
    }
}

extension JSONTree: Encodable {
    func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: MemberName.self)
            for member in members { try container.encode(member.value, forKey: MemberName(member.name)) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .number(let digits):
            var container = encoder.singleValueContainer()
            if let integer = Int64(digits) {
                try container.encode(integer)
            } else if let integer = UInt64(digits) {
                try container.encode(integer)
            } else if let number = Double(digits), number.isFinite {
                try container.encode(number)
            } else {
                // Larger than any number that programs take.
                try container.encode(digits)
            }
        case .string(let string):
            var container = encoder.singleValueContainer()
            try container.encode(string)
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        }
    }

    private struct MemberName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }

        init?(stringValue: String) { self.init(stringValue) }

        init?(intValue: Int) { nil }
    }
}
