internal import CXXHash

/// The fixed, fast hashes of stored bytes: XXH3 of the xxHash library (its output is frozen since version 0.8.0).
///
/// They detect damage and spread keys; they are not cryptographic. Whoever looks something up by such a key compares
/// the full text as well.
public enum FastHash {
    /// The 64-bit hash of `bytes`, chained from `seed`.
    public static func hash64(_ bytes: RawSpan, seed: UInt64 = 0) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe XXH3_64bits_withSeed($0.baseAddress, $0.count, seed) }
    }

    /// The 128-bit hash of `bytes`, as (high, low) halves.
    public static func hash128(_ bytes: RawSpan, seed: UInt64 = 0) -> (high: UInt64, low: UInt64) {
        let value = unsafe bytes.withUnsafeBytes { unsafe XXH3_128bits_withSeed($0.baseAddress, $0.count, seed) }
        return (value.high64, value.low64)
    }
}
