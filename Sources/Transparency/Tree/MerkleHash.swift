public import LMDB

/// The hashes of a Merkle tree, as RFC 6962 section 2.1 and RFC 9162 section 2.1 define them over SHA-256.
///
/// Leaves and inner nodes are hashed behind different first bytes, so that no entry can pass for a node.
public enum MerkleHash {
    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let emptyRoot: Hash256 = {
        let nothing: [UInt8] = []
        return Hash256.sha256(of: nothing.rawSpan)
    }()

    /// The hash of a leaf: SHA-256(0x00 || `entry`). Linear in the entry, which is copied once.
    public static func leaf(_ entry: RawSpan) -> Hash256 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1 + entry.byteCount)
        bytes.append(0x00)
        bytes.append(entry)
        return Hash256.sha256(of: bytes.rawSpan)
    }

    /// The hash of an inner node: SHA-256(0x01 || `left` || `right`).
    public static func node(_ left: Hash256, _ right: Hash256) -> Hash256 {
        Hash256.sha256(of: 0x01, left, right)
    }
}
