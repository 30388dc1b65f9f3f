import Audit
import EventLog
import LMDB

/// The tree as RFC 6962 defines it, over leaf hashes that are made one by one.
struct ReferenceTree {
    let leaves: [Hash256]

    /// The tree over all events that the log has now.
    init(of log: EventLog) throws {
        var leaves: [Hash256] = []
        try log.read { event in
            let opening = EventOpening(of: event, type: log.type(of: event), withPersonalParts: true)
            leaves.append(opening.leafHash)
            return true
        }
        self.leaves = leaves
    }

    /// The root over the first `size` leaves.
    func root(_ size: some BinaryInteger) -> Hash256 { Self.root(leaves[..<Int(size)]) }

    /// The hash of the subtree over some of the leaves.
    func root(over range: Range<Int>) -> Hash256 { Self.root(leaves[range]) }

    private static func root(_ leaves: ArraySlice<Hash256>) -> Hash256 {
        guard let first = leaves.first else {
            let nothing: [UInt8] = []
            return Hash256.sha256(of: nothing.rawSpan)
        }
        if leaves.count == 1 { return first }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        var node: [UInt8] = [1]
        node.append(root(leaves[..<(leaves.startIndex + split)]))
        node.append(root(leaves[(leaves.startIndex + split)...]))
        return Hash256.sha256(of: node.rawSpan)
    }
}
