import LMDB
import Transparency

/// A tree of any size up to 2^64 - 1 whose leaves are all the same, so that a subtree's hash follows from its level.
struct UniformTree: SubtreeHashes {
    struct MissingLevel: Error {}

    /// The hash of each leaf.
    let leaf: Hash256
    private let levels: [Hash256]

    init() {
        let entry = Array("the same".utf8)
        leaf = MerkleHash.leaf(entry.rawSpan)
        var levels = [leaf]
        var hash = leaf
        for _ in 1..<64 {
            hash = MerkleHash.node(hash, hash)
            levels.append(hash)
        }
        self.levels = levels
    }

    func hash(level: Int, index: UInt64) throws -> Hash256 {
        // No tree has more than 2^64 - 1 leaves.
        guard levels.indices.contains(level), index < UInt64.max >> level else { throw MissingLevel() }
        return levels[level]
    }
}
