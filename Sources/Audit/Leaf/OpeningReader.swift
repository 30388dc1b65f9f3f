internal import LMDB

/// Reads bytes that somebody else has made, from front to back; every read checks the length.
struct OpeningReader {
    private let bytes: [UInt8]
    /// What the bytes are, for errors: `opening`, `envelope`, `parts`.
    private let name: String
    /// The offset of the next unread byte.
    private(set) var offset = 0

    init(_ bytes: [UInt8], _ name: String) {
        self.bytes = bytes
        self.name = name
    }

    /// The next `count` bytes.
    mutating func take(_ count: Int, _ what: String) throws(MalformedOpening) -> [UInt8] {
        guard count <= bytes.count - offset else {
            let left = bytes.count - offset
            throw MalformedOpening(
                "\(what) at byte \(offset) of the \(name) takes \(count) bytes, and \(left) are left")
        }
        offset += count
        return Array(bytes[offset - count..<offset])
    }

    /// The next bytes as a text.
    mutating func text(_ count: Int, _ what: String) throws(MalformedOpening) -> String {
        let start = offset
        let text = try take(count, what)
        guard text.rawSpan.isUTF8 else {
            throw MalformedOpening("\(what) at byte \(start) of the \(name) is not well-formed UTF-8")
        }
        return text.rawSpan.text()
    }

    /// The next number, in big-endian order.
    mutating func number<Value: FixedWidthInteger & UnsignedInteger>(
        _ what: String, as type: Value.Type = Value.self
    ) throws(MalformedOpening) -> Value {
        var value: Value = 0
        for byte in try take(Value.bitWidth / 8, what) { value = value << 8 | Value(byte) }
        return value
    }

    /// The next number, in little-endian order: as records have them.
    mutating func storedNumber<Value: FixedWidthInteger & UnsignedInteger>(
        _ what: String, as type: Value.Type = Value.self
    ) throws(MalformedOpening) -> Value {
        try number(what, as: type).byteSwapped
    }

    /// The next byte, which is to be `expected`.
    mutating func require(_ expected: UInt8, _ what: String) throws(MalformedOpening) {
        let found: UInt8 = try number(what)
        guard found == expected else {
            throw MalformedOpening(
                "\(what) at byte \(offset - 1) of the \(name) is \(found); expected \(expected)")
        }
    }

    /// Checks that every byte was read.
    func end() throws(MalformedOpening) {
        guard offset == bytes.count else {
            throw MalformedOpening("\(bytes.count - offset) bytes too many at byte \(offset) of the \(name)")
        }
    }
}
