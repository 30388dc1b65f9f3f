// Variable-length integers as protobuf writes them: seven bits a byte, least significant first; signed values zigzag.

extension Array where Element == UInt8 {
    /// Appends `value` as a varint: one byte below 128, at most ten.
    @inlinable
    public mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a signed `value` as a zigzag varint.
    @inlinable
    public mutating func append(zigzag value: Int64) {
        append(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Appends `text` as a varint length and its UTF-8 bytes.
    @inlinable
    public mutating func append(prefixed text: String) {
        append(varint: UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}

/// Stored bytes that do not have the shape their reader expects.
public struct MalformedBytes: Error, Equatable, Sendable {
    /// What was expected where.
    public let expectation: String

    @inlinable
    public init(_ expectation: String) {
        self.expectation = expectation
    }
}

/// Reads a stored value from front to back; every read checks the length and throws ``MalformedBytes``.
public struct ByteReader: ~Escapable {
    @usableFromInline let span: RawSpan
    /// The offset of the next unread byte.
    @inlinable public var offset: Int { position }
    @usableFromInline var position: Int

    @inlinable
    @_lifetime(copy span)
    public init(_ span: RawSpan) {
        self.span = span
        self.position = 0
    }

    /// Whether every byte was read.
    @inlinable public var isAtEnd: Bool { offset == span.byteCount }

    /// The next byte.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func u8() throws(MalformedBytes) -> UInt8 {
        guard offset < span.byteCount else { throw MalformedBytes("a byte at \(offset)") }
        defer { position += 1 }
        return span.u8(at: offset)
    }

    /// The next varint.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func varint() throws(MalformedBytes) -> UInt64 {
        // Most are of one byte.
        if position < span.byteCount, span.u8(at: position) < 0x80 {
            defer { position += 1 }
            return UInt64(span.u8(at: position))
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let byte = try u8()
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw MalformedBytes("a varint of at most ten bytes before \(offset)")
    }

    /// The next varint as a count or length.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func count() throws(MalformedBytes) -> Int {
        guard let value = Int(exactly: try varint()), value <= span.byteCount else {
            throw MalformedBytes("a count within the value before \(offset)")
        }
        return value
    }

    /// The next zigzag varint.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func zigzag() throws(MalformedBytes) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// The next length-prefixed text.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func text() throws(MalformedBytes) -> String {
        let length = try count()
        guard offset + length <= span.byteCount else { throw MalformedBytes("\(length) bytes of text at \(offset)") }
        defer { position += length }
        return span.text(offset..<offset + length)
    }

    /// The bytes of the next length-prefixed text, in place.
    @inlinable
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    public mutating func textBytes() throws(MalformedBytes) -> RawSpan {
        let length = try count()
        guard position + length <= span.byteCount else {
            throw MalformedBytes("\(length) bytes of text at \(position)")
        }
        position += length
        return span.extracting(position - length..<position)
    }

    /// The bytes from `start` to the next unread one, in place.
    @inlinable
    @_lifetime(copy self)
    public func bytes(from start: Int) -> RawSpan { span.extracting(start..<position) }
}
