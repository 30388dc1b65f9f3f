internal import EventLog
internal import LMDB
internal import Transparency

/// Goes over a log once, hashes every event, and compares the hashes with the stored tree and the roots with the known
/// checkpoints.
struct LogComparison {
    /// Differences that are looked at more closely: the first ones, then one of each tile. A tile whose hashes are
    /// damaged hides no other.
    private static let mostDifferences = 32
    private static let mostTiles = 4096
    private static let eventsBetweenReports: UInt64 = 16_384

    private let log: EventLog
    private let head: UInt64
    private let checkpoints: [KnownCheckpoint]
    /// The tree that is on disk; nil when there is none of this log.
    private let tree: TreeSnapshot?
    private let folder: String

    private var frontier = MerkleFrontier()
    /// The checkpoint whose size comes next.
    private var next = 0
    /// Those whose root the log has.
    private var agreeing: [KnownCheckpoint] = []
    /// The first one whose root the log has not.
    private var disagreeing: KnownCheckpoint?
    /// Stored leaf hashes of one tile.
    private var stored: [UInt8] = []
    /// The positions whose events have not the stored hash, the first ones.
    private var differing: [UInt64] = []
    /// The log's root where the tree ends.
    private var rootOfTree: Hash256?
    /// How many events were compared with a stored hash.
    private(set) var leavesCompared: UInt64 = 0

    init(_ log: EventLog, head: UInt64, _ checkpoints: [KnownCheckpoint], _ tree: LogTree?) {
        self.log = log
        self.head = head
        self.checkpoints = checkpoints
        self.tree = tree?.snapshot
        folder = tree?.folder ?? ""
    }

    /// The root over the events that were hashed.
    var root: Hash256 { frontier.root }

    /// Hashes every event.
    ///
    /// - Parameter progress: told now and then how far it is, with the head; what it throws ends the comparison.
    mutating func run(progress: (Position, Position) throws -> Void) throws {
        compareRoot()
        var names = TypeNames(of: log)
        var scratch: [UInt8] = []
        let log = log
        let last = Position(head)
        try log.read(to: last) { event in
            let leaf: Hash256
            if event.hasShape {
                let name = try names.name(of: event)
                leaf = EventCommitment.leafHash(ofShaped: event, typeName: name, scratch: &scratch)
            } else {
                leaf = EventCommitment.leafHash(of: event, type: log.type(of: event), scratch: &scratch)
            }
            let position = event.position
            try compare(leaf, at: position.rawValue)
            frontier.append(leaf)
            compareRoot()
            if position.rawValue % Self.eventsBetweenReports == 0 { try progress(position, last) }
            return true
        }
        guard frontier.size == head else {
            throw DamagedLog(position: Position(frontier.size + 1), damage: .missing)
        }
    }

    private mutating func compare(_ leaf: Hash256, at position: UInt64) throws {
        guard let tree, position <= tree.size else { return }
        let (tile, place) = (position - 1).quotientAndRemainder(dividingBy: TreeFiles.width)
        if place == 0 {
            let width = min(TreeFiles.width, tree.size - tile * TreeFiles.width)
            stored = try tree.tile(TileName(level: 0, index: tile, width: Int(width)))
        }
        leavesCompared += 1
        guard Hash256(stored.rawSpan, at: Int(place) * Hash256.byteCount) != leaf else { return }
        let isFirstOfTile = differing.last.map { ($0 - 1) / TreeFiles.width != tile } ?? true
        if differing.count < Self.mostDifferences || (isFirstOfTile && differing.count < Self.mostTiles) {
            differing.append(position)
        }
    }

    /// Compares the root over the events so far with the checkpoints of this size.
    private mutating func compareRoot() {
        let size = frontier.size
        let isEndOfTree = tree?.size == size
        guard isEndOfTree || (next < checkpoints.count && checkpoints[next].size == size) else { return }
        let root = frontier.root
        if isEndOfTree { rootOfTree = root }
        while next < checkpoints.count, checkpoints[next].size == size {
            if checkpoints[next].root == root {
                agreeing.append(checkpoints[next])
            } else if disagreeing == nil {
                disagreeing = checkpoints[next]
            }
            next += 1
        }
    }

    // MARK: What was found

    /// What was done to the log; nil when nothing was found.
    ///
    /// - Throws: ``DamagedTree`` when the stored tree and not the log is wrong; errors of the storage layer.
    func finding() throws -> TamperedLog.Finding? {
        let blamed = try differing.filter { try isToBlame($0) }
        if let first = blamed.first, let tree {
            var neighbourhood = Neighbourhood(log, tree, head: head)
            return try neighbourhood.finding(at: first, others: blamed)
        }
        if let disagreeing {
            let before = agreeing.last { $0.size < disagreeing.size }
            return .disagrees(
                size: disagreeing.size, source: disagreeing.source, agreesUpTo: before?.size ?? 0)
        }
        if let first = differing.first { throw DamagedTree(folder, .leaf(Position(first))) }
        let longest = max(tree?.size ?? 0, checkpoints.last?.size ?? 0)
        guard longest > head else { return nil }
        return .dropped(from: Position(head + 1), to: Position(longest))
    }

    /// Whether an event whose hash differs was changed. The hash may be the damaged one: then it does not give the hash
    /// above it, or somebody outside remembers what the log still is.
    private func isToBlame(_ position: UInt64) throws -> Bool {
        guard let tree else { return false }
        if agreeing.contains(where: { $0.isRemembered && $0.size >= position }) { return false }
        return try !StoredHashes(tree, in: folder).isDamaged(aroundLeaf: position - 1)
    }

    /// Checks the hashes above the leaves, which are those of the log.
    ///
    /// - Throws: ``DamagedTree``; errors of the storage layer.
    func requireSoundTree() throws {
        guard let tree else { return }
        try StoredHashes(tree, in: folder).requireSound(to: tree.size)
        guard try rootOfTree == MerkleTree(tree).root(size: tree.size) else {
            throw DamagedTree(folder, .root(size: tree.size))
        }
    }
}
