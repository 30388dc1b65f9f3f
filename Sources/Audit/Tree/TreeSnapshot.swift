internal import LMDB
internal import Transparency

/// The tree at one moment. What is asked of one snapshot fits together, whatever becomes of the tree meanwhile.
struct TreeSnapshot: SubtreeHashes, Sendable {
    /// No tree at all.
    static let empty = TreeSnapshot(files: nil, size: 0)

    let files: TreeFiles?
    /// How many leaves it has.
    let size: UInt64

    /// The hash of a complete subtree: from the nearest level below that has a file, at most 128 hashes of it.
    func hash(level: Int, index: UInt64) throws -> Hash256 {
        guard let files, (0..<64).contains(level), index < size >> UInt64(level) else {
            throw missing(level, index)
        }
        let below = level % TreeFiles.levels
        let hashes = try files.read(level / TreeFiles.levels, from: index << UInt64(below), count: 1 << below)
        var nodes: [Hash256] = []
        return HashRun.root(of: hashes.rawSpan, nodes: &nodes)
    }

    /// The hashes of a tile.
    func tile(_ name: TileName) throws -> [UInt8] {
        let (full, partial) = TileName.widths(size: size, level: name.level)
        let width = name.index < full ? TileName.fullWidth : name.index == full ? partial : 0
        guard let files, name.width <= width else {
            let isTooFar = name.index > .max / TreeFiles.width
            let last = isTooFar ? .max : name.index * TreeFiles.width + UInt64(name.width - 1)
            throw missing(name.level * TreeFiles.levels, last)
        }
        return try files.read(name.level, from: name.index * TreeFiles.width, count: name.width)
    }

    /// Says that there is no such subtree, by its first leaf.
    private func missing(_ level: Int, _ index: UInt64) -> ProofError {
        guard (0..<64).contains(level) else { return .outOfRange(index: .max, size: size) }
        let (leaf, isTooFar) = index.multipliedReportingOverflow(by: 1 << UInt64(level))
        return .outOfRange(index: isTooFar ? .max : leaf, size: size)
    }
}
