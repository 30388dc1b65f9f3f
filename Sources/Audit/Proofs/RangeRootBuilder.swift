internal import LMDB
internal import Transparency

/// Takes the leaves of a range one by one, in order, and puts their root together with the hashes around them: what
/// `MerkleProof.rootOfRange` answers, in memory logarithmic in the length of the range.
///
/// It keeps the largest complete subtrees that the leaves so far fall into, at most two of a size.
struct RangeRootBuilder {
    private struct Subtree {
        let level: UInt64
        let index: UInt64
        let hash: Hash256

        /// The leaves below it.
        var leaves: Range<UInt64> { index << level..<(index + 1) << level }
    }

    /// The place of the first leaf, from 0.
    let first: UInt64
    /// The place behind the last leaf so far.
    private(set) var end: UInt64
    /// From left to right.
    private var subtrees: [Subtree] = []

    /// A range that begins with leaf `first`, without any leaves yet.
    init(from first: UInt64) {
        self.first = first
        end = first
    }

    /// Takes the next leaf. Constant time on average.
    mutating func append(_ leaf: Hash256) {
        var next = Subtree(level: 0, index: end, hash: leaf)
        while next.index & 1 == 1, let left = subtrees.last, left.level == next.level, left.index == next.index - 1 {
            subtrees.removeLast()
            next = Subtree(
                level: next.level + 1, index: next.index >> 1, hash: MerkleHash.node(left.hash, next.hash))
        }
        subtrees.append(next)
        end += 1
    }

    /// The hashes of the largest complete subtrees that the leaves fall into, from left to right.
    var subtreeHashes: [Hash256] { subtrees.map(\.hash) }

    /// The root of the tree of `size` leaves that holds the range.
    ///
    /// - Parameter proof: the hashes of the largest subtrees without a leaf of the range, from left to right.
    /// - Throws: `ProofError` when the range is empty or goes beyond the tree, or the proof has not the right length.
    func root(size: UInt64, proof: [Hash256]) throws(ProofError) -> Hash256 {
        guard end > first else { throw .emptyRange }
        guard end <= size else { throw .outOfRange(index: end - 1, size: size) }
        let expected = subtreesOutside(0..<size)
        guard proof.count == expected else { throw .wrongLength(expected: expected, found: proof.count) }
        var (inside, outside) = (subtrees[...], proof[...])
        return root(of: 0..<size, &inside, &outside)
    }

    /// How many hashes a proof has for the part of the tree over these leaves.
    private func subtreesOutside(_ part: Range<UInt64>) -> Int {
        if !part.overlaps(first..<end) { return 1 }
        if part.clamped(to: first..<end) == part { return 0 }
        let middle = part.middle
        return subtreesOutside(part.lowerBound..<middle) + subtreesOutside(middle..<part.upperBound)
    }

    private func root(
        of part: Range<UInt64>, _ inside: inout ArraySlice<Subtree>, _ outside: inout ArraySlice<Hash256>
    ) -> Hash256 {
        if !part.overlaps(first..<end) { return outside.removeFirst() }
        if let next = inside.first, next.leaves == part {
            inside.removeFirst()
            return next.hash
        }
        let middle = part.middle
        let left = root(of: part.lowerBound..<middle, &inside, &outside)
        return MerkleHash.node(left, root(of: middle..<part.upperBound, &inside, &outside))
    }
}

extension Range where Bound == UInt64 {
    /// Where RFC 6962 splits a subtree over these leaves, two or more: behind the largest power of two that is smaller
    /// than their number.
    fileprivate var middle: UInt64 {
        let highestBit = 63 - (upperBound - lowerBound - 1).leadingZeroBitCount
        return lowerBound + (UInt64(1) << UInt64(highestBit))
    }
}
