internal import LMDB

/// Reads the protobuf wire format in place, field by field; what the generated views are made of.
///
/// It accepts what SwiftProtobuf accepts: unknown fields and fields of another wire type are passed over, ill-formed
/// bytes and ill-formed UTF-8 are errors. Of a message field that stands twice the last one counts.
struct WireReader: ~Escapable {
    private let bytes: RawSpan
    private var offset = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    /// Wire types, the lower three bits of a field's key.
    enum WireType {
        static let varint: UInt64 = 0
        static let fixed64: UInt64 = 1
        static let bytes: UInt64 = 2
        static let groupStart: UInt64 = 3
        static let groupEnd: UInt64 = 4
        static let fixed32: UInt64 = 5
    }

    /// The key of the next field (its number and wire type); nil at the end.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func key(atMost length: Int = 5) throws(MalformedBytes) -> UInt64? {
        guard offset < bytes.byteCount else { return nil }
        let start = offset
        let key = try varint()
        guard key >> 3 > 0, key >> 32 == 0, offset - start <= length else {
            throw MalformedBytes("a field number at byte \(start)")
        }
        return key
    }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func varint() throws(MalformedBytes) -> UInt64 {
        guard offset < bytes.byteCount else { throw truncated() }
        let first = bytes.u8(at: offset)
        offset += 1
        return first < 0x80 ? UInt64(first) : try varint(after: first)
    }

    @_lifetime(self: copy self)
    private mutating func varint(after first: UInt8) throws(MalformedBytes) -> UInt64 {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while shift < 64 {
            guard offset < bytes.byteCount else { throw truncated() }
            let byte = bytes.u8(at: offset)
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw MalformedBytes("a varint of at most ten bytes before byte \(offset)")
    }

    @_lifetime(self: copy self)
    mutating func int64() throws(MalformedBytes) -> Int64 { Int64(bitPattern: try varint()) }

    @_lifetime(self: copy self)
    mutating func int32() throws(MalformedBytes) -> Int32 { Int32(truncatingIfNeeded: try varint()) }

    @_lifetime(self: copy self)
    mutating func uint32() throws(MalformedBytes) -> UInt32 { UInt32(truncatingIfNeeded: try varint()) }

    @_lifetime(self: copy self)
    mutating func sint32() throws(MalformedBytes) -> Int32 {
        let raw = UInt32(truncatingIfNeeded: try varint())
        return Int32(bitPattern: raw >> 1) ^ -Int32(bitPattern: raw & 1)
    }

    @_lifetime(self: copy self)
    mutating func sint64() throws(MalformedBytes) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    @_lifetime(self: copy self)
    mutating func bool() throws(MalformedBytes) -> Bool { try varint() != 0 }

    /// The bytes of a message.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func message() throws(MalformedBytes) -> RawSpan {
        let length = try varint()
        guard length <= UInt64(bytes.byteCount - offset) else { throw truncated() }
        offset += Int(length)
        return bytes.extracting(offset - Int(length)..<offset)
    }

    /// Well-formed UTF-8, in place.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func text() throws(MalformedBytes) -> RawSpan {
        let text = try message()
        guard text.isUTF8 else { throw MalformedBytes("UTF-8 before byte \(offset)") }
        return text
    }

    /// Passes over the value of a field that nobody wants.
    @_lifetime(self: copy self)
    mutating func skip(_ key: UInt64) throws(MalformedBytes) {
        switch key & 7 {
        case WireType.varint: _ = try varint()
        case WireType.fixed64: try skip(bytes: 8)
        case WireType.bytes: _ = try message()
        case WireType.groupStart: try skipGroup(key >> 3)
        case WireType.fixed32: try skip(bytes: 4)
        default: throw MalformedBytes("a wire type before byte \(offset)")
        }
    }

    @_lifetime(self: copy self)
    private mutating func skip(bytes count: Int) throws(MalformedBytes) {
        guard bytes.byteCount - offset >= count else { throw truncated() }
        offset += count
    }

    /// Groups within groups are counted, not called into: nobody can make the stack run over.
    @_lifetime(self: copy self)
    private mutating func skipGroup(_ number: UInt64) throws(MalformedBytes) {
        var open = [number]
        while let last = open.last {
            guard let key = try self.key(atMost: 10) else { throw truncated() }
            switch key & 7 {
            case WireType.groupStart: open.append(key >> 3)
            case WireType.groupEnd:
                guard key >> 3 == last else { throw MalformedBytes("the end of group \(last) before byte \(offset)") }
                open.removeLast()
            default: try skip(key)
            }
            guard open.count <= 100 else { throw MalformedBytes("at most 100 groups within another") }
        }
    }

    private func truncated() -> MalformedBytes { MalformedBytes("more bytes after byte \(offset)") }
}
