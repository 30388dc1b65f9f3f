public import EventLog

/// The stored hashes of a tree are not those of its log, and do not fit together: the tree is damaged. Whether somebody
/// has changed the log, too, it does not tell any more; a checkpoint does. Nothing was signed or proved with them. The
/// tree is derived: it is made again (``AuditTrail/rebuildTree(isCancelled:progress:)``, `rapport rebuild tree`).
public struct DamagedTree: Error, Equatable, Sendable {
    /// What does not fit.
    public enum Finding: Equatable, Sendable {
        /// The hashes of a full tile do not give the hash above it.
        case tile(level: Int, index: UInt64)
        /// The hash of this event's leaf is not that of the event.
        case leaf(Position)
        /// The hashes do not give the root over so many leaves.
        case root(size: UInt64)
        /// The hashes do not lead from this event to the checkpoint's root.
        case path(Position)
        /// The hashes around these events do not lead to the checkpoint's root.
        case range(ClosedRange<Position>)
        /// The larger tree does not go on from the smaller one.
        case inconsistent(from: UInt64, to: UInt64)
    }

    /// The tree's folder.
    public let path: String
    /// What does not fit.
    public let finding: Finding

    init(_ path: String, _ finding: Finding) {
        self.path = path
        self.finding = finding
    }
}

extension DamagedTree: CustomStringConvertible {
    public var description: String {
        "\(path): \(finding.text); expected the log's hashes, which `rapport rebuild tree` makes anew. That clears "
            + "nobody: compare the log with a checkpoint that was kept elsewhere first"
    }
}

extension DamagedTree.Finding {
    fileprivate var text: String {
        switch self {
        case .tile(let level, let index): "tile \(index) of level \(level) does not give the hash above it"
        case .leaf(let position): "the leaf of the event at position \(position) has another hash than the event"
        case .root(let size): "the hashes do not give the root over \(size) leaves"
        case .path(let position): "the hashes do not lead from the event at position \(position) to the signed root"
        case .range(let range):
            "the hashes around positions \(range.lowerBound) to \(range.upperBound) do not lead to the signed root"
        case .inconsistent(let from, let to): "the tree of \(to) leaves does not go on from that of \(from)"
        }
    }
}
