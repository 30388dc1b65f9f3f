public import LMDB

extension MerkleProof {
    /// The root that `proof` leads to from leaves that follow each other: compare it with one that is known to be
    /// right.
    ///
    /// Linear in the number of leaves.
    ///
    /// - Parameters:
    ///   - leaves: the hashes of one leaf or more.
    ///   - from: the place of the first one, from 0.
    ///   - size: the number of the tree's leaves.
    ///   - proof: from left to right, the hashes of the largest subtrees without any of the leaves.
    /// - Throws: ``ProofError/emptyRange``, ``ProofError/outOfRange(index:size:)`` or
    ///   ``ProofError/wrongLength(expected:found:)``.
    public static func rootOfRange(
        leaves: [Hash256], from: UInt64, size: UInt64, proof: [Hash256]
    ) throws(ProofError) -> Hash256 {
        guard !leaves.isEmpty else { throw .emptyRange }
        let (end, isTooLarge) = from.addingReportingOverflow(UInt64(leaves.count))
        guard !isTooLarge, end <= size else { throw .outOfRange(index: isTooLarge ? .max : end - 1, size: size) }
        // Left of the first leaf a subtree for each bit of its index; right of the last one those siblings of its path
        // that do not stand left of it.
        let last = end - 1
        let right = ProofPath(index: last, size: size).length - last.nonzeroBitCount
        let expected = from.nonzeroBitCount + right
        guard proof.count == expected else { throw .wrongLength(expected: expected, found: proof.count) }
        var hashes = RangeHashes(leaves: leaves, range: from..<end, rest: proof[...])
        return hashes.root(of: 0..<size)
    }
}

/// The hashes that a range's proof is made of, used up from left to right.
private struct RangeHashes {
    let leaves: [Hash256]
    let range: Range<UInt64>
    /// What is left of the proof.
    var rest: ArraySlice<Hash256>

    /// The root over `part`, a subtree; at most 64 of them lie within each other.
    mutating func root(of part: Range<UInt64>) -> Hash256 {
        if !part.overlaps(range) { return rest.removeFirst() }
        if part.clamped(to: range) == part {
            var frontier = MerkleFrontier()
            let first = Int(part.lowerBound - range.lowerBound)
            for leaf in leaves[first..<Int(part.upperBound - range.lowerBound)] { frontier.append(leaf) }
            return frontier.root
        }
        let middle = part.splitPoint
        let left = root(of: part.lowerBound..<middle)
        return MerkleHash.node(left, root(of: middle..<part.upperBound))
    }
}
