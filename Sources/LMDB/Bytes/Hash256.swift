internal import Crypto

/// A SHA-256 hash: 32 bytes, held in place.
public struct Hash256: Hashable, Sendable {
    /// Bytes of a hash.
    public static let byteCount = 32

    // The bytes in their order, eight at a time, as they lie in memory.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash whose bytes these are; nil when there are not 32 of them.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(bytes.rawSpan, at: 0)
    }

    /// Reads the 32 bytes from `offset` on.
    ///
    /// - Precondition: they are within the span.
    public init(_ span: RawSpan, at offset: Int) {
        words = (
            span.u64(at: offset), span.u64(at: offset + 8), span.u64(at: offset + 16), span.u64(at: offset + 24)
        )
    }

    /// The SHA-256 of `bytes`. About 50 ns for 64 bytes, and a constant.
    public static func sha256(of bytes: RawSpan) -> Hash256 {
        var hash = SHA256()
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        return Hash256(hash.finalize())
    }

    /// The SHA-256 of a byte and two hashes, which are put together without taking memory for them.
    public static func sha256(of first: UInt8, _ left: Hash256, _ right: Hash256) -> Hash256 {
        unsafe withUnsafeTemporaryAllocation(byteCount: 1 + 2 * byteCount, alignment: 8) { buffer in
            unsafe buffer[0] = first
            var offset = 1
            func put(_ word: UInt64) {
                unsafe buffer.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
                offset += 8
            }
            left.forEachWord(put)
            right.forEachWord(put)
            var hash = SHA256()
            unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(buffer))
            return Hash256(hash.finalize())
        }
    }

    private init(_ digest: SHA256.Digest) {
        words = unsafe digest.withUnsafeBytes { buffer in
            unsafe (
                buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            )
        }
        // What `u64(at:)` reads is little endian.
        words = (
            UInt64(littleEndian: words.0), UInt64(littleEndian: words.1), UInt64(littleEndian: words.2),
            UInt64(littleEndian: words.3)
        )
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.append(self)
        return bytes
    }

    /// The bytes in hexadecimal, lower case.
    public var hex: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    public static func == (left: Hash256, right: Hash256) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }

    fileprivate func forEachWord(_ body: (UInt64) -> Void) {
        body(words.0)
        body(words.1)
        body(words.2)
        body(words.3)
    }
}

extension [UInt8] {
    /// Appends the 32 bytes of a hash.
    public mutating func append(_ hash: Hash256) {
        hash.forEachWord { append(littleEndian: $0) }
    }
}
