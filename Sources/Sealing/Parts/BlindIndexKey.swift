internal import Crypto
internal import Foundation
internal import LMDB

/// The key of an installation by which values are found without being stored: equal values have equal indexes, and
/// without the key an index tells nothing of its value.
///
/// With the key, whoever guesses a value can try it. So indexes are personal data, too, and stand only where they can
/// be deleted.
public struct BlindIndexKey: Sendable {
    /// Bytes of an index.
    public static let indexLength = 16

    /// With the key hashed in, which takes longer than the rest.
    private let beginning: HMAC<SHA256>

    init(_ bytes: [UInt8]) { beginning = HMAC(key: SymmetricKey(data: bytes)) }

    /// The index of a value.
    ///
    /// - Parameters:
    ///   - kind: what the value is, `email`: the same text as a name and as an address has two indexes.
    ///   - normalised: the value in the one form in which it is compared.
    /// - Returns: the first 16 bytes of HMAC-SHA-256 over the kind, behind its length (8, little endian), and the
    ///   value.
    public func index(_ kind: String, _ normalised: String) -> [UInt8] {
        var input: [UInt8] = []
        input.append(littleEndian: UInt64(kind.utf8.count))
        input.append(utf8: kind)
        input.append(utf8: normalised)
        var code = beginning
        code.update(data: input)
        return Array(code.finalize().prefix(Self.indexLength))
    }
}

extension BlindIndexKey: CustomStringConvertible, CustomReflectable {
    /// Says that it is a key, and nothing of which.
    public var description: String { "a key of blind indexes" }

    /// Shows nothing: whatever prints the parts of a value prints none of this one.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
