internal import LMDB
internal import Transparency

/// Whether the hashes of a tree on disk fit together: each full tile gives the hash above it. So a hash that was
/// damaged below another one is found without the log; hashes of the last tile of a level, above which there is
/// nothing yet, are not.
struct StoredHashes {
    private let folder: String
    private let tree: TreeSnapshot

    /// The hashes of a tree as it is now.
    init(_ tree: LogTree) {
        self.init(tree.snapshot, in: tree.folder)
    }

    init(_ tree: TreeSnapshot, in folder: String) {
        self.tree = tree
        self.folder = folder
    }

    /// Checks the full tiles that a tree of `new` leaves has and one of `old` leaves has not. Linear in their number: a
    /// second for ten million leaves.
    ///
    /// - Throws: ``DamagedTree``; errors of the storage layer.
    func requireSound(from old: UInt64 = 0, to new: UInt64) throws {
        var level = 0
        while true {
            let end = TileName.widths(size: new, level: level).full
            if end == 0 { return }
            for index in min(end, TileName.widths(size: old, level: level).full)..<end {
                guard try isSound(level: level, index: index) else {
                    throw DamagedTree(folder, .tile(level: level, index: index))
                }
            }
            level += 1
        }
    }

    /// Whether a full tile gives the hash above it.
    func isSound(level: Int, index: UInt64) throws -> Bool {
        var nodes: [Hash256] = []
        let hashes = try tree.tile(TileName(level: level, index: index))
        let root = HashRun.root(of: hashes.rawSpan, nodes: &nodes)
        return try root == tree.hash(level: TreeFiles.levels * (level + 1), index: index)
    }

    /// Whether the tile that holds this leaf, counted from 0, is full and does not give the hash above it.
    func isDamaged(aroundLeaf leaf: UInt64) throws -> Bool {
        let index = leaf / TreeFiles.width
        guard index < TileName.widths(size: tree.size, level: 0).full else { return false }
        return try !isSound(level: 0, index: index)
    }
}
