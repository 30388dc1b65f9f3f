// Little-endian integers and text read in place from stored bytes. Every access is bounds-checked; an access out of
// bounds is a programmer error and traps. Bytes from outside are checked for length before they get here.

extension RawSpan {
    /// The byte at `offset`.
    @inlinable
    public func u8(at offset: Int) -> UInt8 {
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
    }

    /// The little-endian 16-bit integer at `offset`.
    @inlinable
    public func u16(at offset: Int) -> UInt16 {
        unsafe UInt16(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The little-endian 32-bit integer at `offset`.
    @inlinable
    public func u32(at offset: Int) -> UInt32 {
        unsafe UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The little-endian 64-bit integer at `offset`.
    @inlinable
    public func u64(at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The little-endian signed 64-bit integer at `offset`.
    @inlinable
    public func i64(at offset: Int) -> Int64 {
        Int64(bitPattern: u64(at: offset))
    }

    /// The big-endian 64-bit integer at `offset`: the form that sorts by bytes.
    @inlinable
    public func u64BigEndian(at offset: Int) -> UInt64 {
        u64(at: offset).byteSwapped
    }

    /// The bytes of `range`, copied.
    @inlinable
    public func copy(_ range: Range<Int>) -> [UInt8] {
        unsafe extracting(range).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// All bytes, copied.
    @inlinable
    public func copy() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// The bytes of `range` as UTF-8 text, copied; ill-formed sequences are replaced.
    @inlinable
    public func text(_ range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// All bytes as UTF-8 text, copied.
    @inlinable
    public func text() -> String {
        unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Whether both spans hold the same bytes.
    @inlinable
    public func sameBytes(as other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                unsafe memoryCompare(left, right) == 0
            }
        }
    }

    /// Whether all bytes are well-formed UTF-8. Plain ASCII is seen eight bytes at a time.
    @inlinable
    public var isUTF8: Bool {
        var offset = 0
        while offset + 8 <= byteCount, u64(at: offset) & 0x8080_8080_8080_8080 == 0 { offset += 8 }
        while offset < byteCount, u8(at: offset) < 0x80 { offset += 1 }
        return offset == byteCount || isUTF8(from: offset)
    }

    @usableFromInline
    func isUTF8(from offset: Int) -> Bool {
        unsafe extracting(offset..<byteCount).withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) != nil }
    }

    /// Byte order: negative, zero or positive as this span sorts before, equal to or after `other`.
    @inlinable
    public func compareBytes(to other: RawSpan) -> Int {
        let order = unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in unsafe memoryCompare(left, right) }
        }
        return order != 0 ? order : byteCount - other.byteCount
    }
}

extension Array where Element == UInt8 {
    /// Appends `value` in little-endian order.
    @inlinable
    public mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
        unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
    }

    /// Appends eight `words` in little-endian order.
    @inlinable
    public mutating func append(
        littleEndian words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
    ) {
        let stored = (
            words.0.littleEndian, words.1.littleEndian, words.2.littleEndian, words.3.littleEndian,
            words.4.littleEndian, words.5.littleEndian, words.6.littleEndian, words.7.littleEndian
        )
        unsafe Swift.withUnsafeBytes(of: stored) { unsafe append(contentsOf: $0) }
    }

    /// Appends `value` in big-endian order, which sorts by bytes.
    @inlinable
    public mutating func append<Value: FixedWidthInteger>(bigEndian value: Value) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
    }

    /// Appends the bytes of `span`.
    @inlinable
    public mutating func append(_ span: RawSpan) {
        unsafe span.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }

    /// Appends the UTF-8 bytes of `text`.
    @inlinable
    public mutating func append(utf8 text: String) {
        append(contentsOf: text.utf8)
    }

    /// Writes `value` in little-endian order over the bytes at `offset`.
    @inlinable
    public mutating func store<Value: FixedWidthInteger>(littleEndian value: Value, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count, "store beyond the end")
        unsafe withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
        }
    }
}
