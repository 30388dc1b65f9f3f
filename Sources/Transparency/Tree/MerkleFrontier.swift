public import LMDB

/// The right-hand edge of a Merkle tree, which is all that is needed to append leaves and to tell the root: the hashes
/// of the complete subtrees that the leaves so far fall into, at most 64.
public struct MerkleFrontier: Sendable {
    /// How many leaves were appended.
    public private(set) var size: UInt64 = 0
    // From left to right: the larger ones first, one for each bit of the size.
    private var subtrees: [Hash256] = []

    /// A tree without leaves.
    public init() {}

    /// Appends the hash of a leaf. Constant time on average, at most logarithmic in the size.
    public mutating func append(_ leaf: Hash256) {
        var hash = leaf
        var rest = size
        while rest & 1 == 1, let left = subtrees.popLast() {
            hash = MerkleHash.node(left, hash)
            rest >>= 1
        }
        subtrees.append(hash)
        size += 1
    }

    /// The root over the leaves so far, ``MerkleHash/emptyRoot`` of none. Logarithmic in the size.
    public var root: Hash256 {
        guard var root = subtrees.last else { return MerkleHash.emptyRoot }
        for left in subtrees.dropLast().reversed() { root = MerkleHash.node(left, root) }
        return root
    }
}
