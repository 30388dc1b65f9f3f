internal import Crypto
internal import Foundation

/// Keys for one purpose each, derived from one key with HKDF-SHA-256 (RFC 5869) without salt. One of them tells nothing
/// of the others, nor of the key that all come from.
struct KeyDerivation {
    /// With the root key hashed in, which takes longer than the rest.
    private let beginning: HMAC<SHA256>

    init(_ key: [UInt8]) {
        let extracted = HKDF<SHA256>.extract(inputKeyMaterial: SymmetricKey(data: key), salt: [UInt8]())
        beginning = HMAC(key: SymmetricKey(data: extracted))
    }

    /// 32 bytes for a purpose: the first block of HKDF-Expand (RFC 5869, 2.3), which is all there is of 32 bytes.
    func bytes(for purpose: String) -> [UInt8] {
        var code = beginning
        code.update(data: Array(purpose.utf8) + [1])
        return Array(code.finalize())
    }

    /// The same as a key.
    func key(for purpose: String) -> SymmetricKey { SymmetricKey(data: bytes(for: purpose)) }
}
