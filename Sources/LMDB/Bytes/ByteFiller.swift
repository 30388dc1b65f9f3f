/// Writes values one behind the other over bytes that are there already, which costs less than letting an array grow.
/// Writing beyond the end is a programmer error and traps.
@safe
public struct ByteFiller: ~Copyable {
    @usableFromInline let bytes: UnsafeMutableRawBufferPointer
    @usableFromInline var next: Int

    @inlinable
    init(_ bytes: UnsafeMutableRawBufferPointer, from offset: Int) {
        unsafe self.bytes = bytes
        self.next = offset
    }

    /// Where the next value goes.
    @inlinable public var offset: Int { next }

    /// What was written at `offset`.
    @inlinable
    public func u64(at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Leaves `count` bytes as they are.
    @inlinable
    public mutating func skip(_ count: Int) { next += count }

    /// Writes `value` in little-endian order.
    @inlinable
    public mutating func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        unsafe precondition(next + MemoryLayout<Value>.size <= bytes.count, "filled beyond the end")
        unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: next, as: Value.self)
        next += MemoryLayout<Value>.size
    }

    /// Writes the bytes of `span`.
    @inlinable
    public mutating func put(_ span: RawSpan) {
        let count = span.byteCount
        unsafe precondition(next + count <= bytes.count, "filled beyond the end")
        unsafe span.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[next..<next + count]).copyMemory(from: source)
        }
        next += count
    }
}

extension Array where Element == UInt8 {
    /// Lends the bytes from `offset` on to be written over.
    @inlinable
    public mutating func fill<Result>(from offset: Int, _ body: (inout ByteFiller) -> Result) -> Result {
        precondition(offset >= 0 && offset <= count, "filled beyond the end")
        return unsafe withUnsafeMutableBytes { bytes in
            var filler = unsafe ByteFiller(bytes, from: offset)
            return body(&filler)
        }
    }
}
