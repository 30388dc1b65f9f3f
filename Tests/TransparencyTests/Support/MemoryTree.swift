import LMDB
import Transparency

/// The complete subtrees over leaves in memory. Whoever asks for one that is not there is told so.
struct MemoryTree: SubtreeHashes {
    struct MissingSubtree: Error, Equatable {
        let level: Int
        let index: UInt64
    }

    /// By level, from the leaves.
    private let levels: [[Hash256]]
    /// Of how many leaves there is something to be seen.
    private let size: Int

    init(_ leaves: [Hash256]) {
        var levels = [leaves]
        while let below = levels.last, below.count > 1 {
            levels.append(
                (0..<below.count / 2).map { MerkleHash.node(below[2 * $0], below[2 * $0 + 1]) })
        }
        self.init(levels, size: leaves.count)
    }

    private init(_ levels: [[Hash256]], size: Int) {
        self.levels = levels
        self.size = size
    }

    /// What was there when the tree had `size` leaves.
    func first(_ size: Int) -> MemoryTree { MemoryTree(levels, size: size) }

    func hash(level: Int, index: UInt64) throws -> Hash256 {
        guard levels.indices.contains(level), index < UInt64(size >> level) else {
            throw MissingSubtree(level: level, index: index)
        }
        return levels[level][Int(index)]
    }
}
