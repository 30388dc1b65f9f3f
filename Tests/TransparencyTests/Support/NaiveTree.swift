import LMDB

/// RFC 6962 section 2.1 as it is written there, recursion for recursion: what the module's answers are compared with.
/// It uses none of the module's code.
final class NaiveTree {
    /// The hashes of the leaves.
    let leaves: [Hash256]
    private var known: [Range<Int>: Hash256] = [:]

    /// A tree over these entries.
    init(_ entries: [[UInt8]]) {
        leaves = entries.map { NaiveTree.hash([0x00] + $0) }
    }

    /// A tree over as many entries, each of its own bytes.
    convenience init(count: Int) {
        self.init((0..<count).map { Array("entry \($0)".utf8) })
    }

    /// MTH over the leaves of `part`.
    func root(_ part: Range<Int>) -> Hash256 {
        if let hash = known[part] { return hash }
        let hash: Hash256
        switch part.count {
        case 0: hash = Self.hash([])
        case 1: hash = leaves[part.lowerBound]
        default:
            let middle = Self.middle(part)
            let children = root(part.lowerBound..<middle).bytes + root(middle..<part.upperBound).bytes
            hash = Self.hash([0x01] + children)
        }
        known[part] = hash
        return hash
    }

    /// PATH of a leaf within the leaves of `part`.
    func inclusionProof(of leaf: Int, in part: Range<Int>) -> [Hash256] {
        if part.count == 1 { return [] }
        let middle = Self.middle(part)
        if leaf < middle {
            return inclusionProof(of: leaf, in: part.lowerBound..<middle) + [root(middle..<part.upperBound)]
        }
        return inclusionProof(of: leaf, in: middle..<part.upperBound) + [root(part.lowerBound..<middle)]
    }

    /// PROOF that the tree of `new` leaves begins with that of `old`, one or more.
    func consistencyProof(from old: Int, to new: Int) -> [Hash256] {
        subproof(old, 0..<new, isKnown: true)
    }

    private func subproof(_ old: Int, _ part: Range<Int>, isKnown: Bool) -> [Hash256] {
        if old == part.upperBound { return isKnown ? [] : [root(part)] }
        let middle = Self.middle(part)
        if old <= middle {
            return subproof(old, part.lowerBound..<middle, isKnown: isKnown) + [root(middle..<part.upperBound)]
        }
        return subproof(old, middle..<part.upperBound, isKnown: false) + [root(part.lowerBound..<middle)]
    }

    /// The nodes of the tree of `size` leaves that hold no leaf of `range`, while the node above them does; from left
    /// to right.
    func rangeProof(of range: Range<Int>, size: Int) -> [Hash256] {
        func isFree(_ part: Range<Int>) -> Bool {
            part.upperBound <= range.lowerBound || part.lowerBound >= range.upperBound
        }
        return nodes(0..<size, below: 0..<size).filter { isFree($0.part) && !isFree($0.parent) }
            .sorted { $0.part.lowerBound < $1.part.lowerBound }
            .map { root($0.part) }
    }

    private func nodes(
        _ part: Range<Int>, below parent: Range<Int>
    ) -> [(part: Range<Int>, parent: Range<Int>)] {
        let node = [(part: part, parent: parent)]
        if part.count < 2 { return node }
        let middle = Self.middle(part)
        return nodes(part.lowerBound..<middle, below: part) + node + nodes(middle..<part.upperBound, below: part)
    }

    private static func middle(_ part: Range<Int>) -> Int {
        var power = 1
        while power * 2 < part.count { power *= 2 }
        return part.lowerBound + power
    }

    private static func hash(_ bytes: [UInt8]) -> Hash256 { Hash256.sha256(of: bytes.rawSpan) }
}
