public import LMDB

/// Checks proofs that come from somebody else (RFC 9162 section 2.1).
///
/// Whatever is given, a check ends: it throws, or the proof holds. The length of a proof is compared before anything is
/// hashed. A root says nothing of its tree's size, so some proofs hold at two sizes; what ties a size to a root is the
/// signature below a ``TreeCheckpoint``, and both must come from there.
public enum MerkleProof {
    /// The root that `proof` leads to from a leaf: compare it with one that is known to be right.
    ///
    /// - Parameters:
    ///   - leaf: the hash of the leaf, see ``MerkleHash/leaf(_:)``.
    ///   - index: the leaf's place, from 0.
    ///   - size: the number of the tree's leaves.
    ///   - proof: the hashes beside the path, the leaf's sibling first.
    /// - Throws: ``ProofError/outOfRange(index:size:)`` or ``ProofError/wrongLength(expected:found:)``.
    public static func rootOfInclusion(
        leaf: Hash256, index: UInt64, size: UInt64, proof: [Hash256]
    ) throws(ProofError) -> Hash256 {
        guard index < size else { throw .outOfRange(index: index, size: size) }
        let path = ProofPath(index: index, size: size)
        guard proof.count == path.length else {
            throw .wrongLength(expected: path.length, found: proof.count)
        }
        var root = leaf
        for (step, sibling) in proof.enumerated() {
            root =
                path.hasSiblingOnTheRight(at: step) ? MerkleHash.node(root, sibling) : MerkleHash.node(sibling, root)
        }
        return root
    }

    /// Checks that the tree of `size` leaves with this root has `leaf` at `index`.
    ///
    /// - Parameters:
    ///   - leaf: the hash of the leaf, see ``MerkleHash/leaf(_:)``.
    ///   - index: the leaf's place, from 0.
    ///   - size: the number of the tree's leaves.
    ///   - proof: the hashes beside the path, the leaf's sibling first.
    ///   - root: the tree's root.
    /// - Throws: ``ProofError`` when it is not shown.
    public static func verifyInclusion(
        leaf: Hash256, index: UInt64, size: UInt64, proof: [Hash256], root: Hash256
    ) throws(ProofError) {
        let found = try rootOfInclusion(leaf: leaf, index: index, size: size, proof: proof)
        guard found == root else { throw .wrongRoot }
    }

    /// Checks that the new tree begins with the old one.
    ///
    /// The tree without leaves begins every other: its root must be ``MerkleHash/emptyRoot`` and the proof empty.
    /// Between trees of the same size the proof is empty, too, and the roots must be the same.
    ///
    /// - Parameters:
    ///   - oldSize: the number of leaves of the old tree.
    ///   - oldRoot: its root.
    ///   - newSize: the number of leaves of the new tree.
    ///   - newRoot: its root.
    ///   - proof: the hashes of PROOF in RFC 6962 section 2.1.2, in its order.
    /// - Throws: ``ProofError`` when it is not shown.
    public static func verifyConsistency(
        oldSize: UInt64, oldRoot: Hash256, newSize: UInt64, newRoot: Hash256, proof: [Hash256]
    ) throws(ProofError) {
        guard oldSize <= newSize else { throw .shrunk(oldSize: oldSize, newSize: newSize) }
        guard oldSize > 0, oldSize < newSize else {
            guard proof.isEmpty else { throw .wrongLength(expected: 0, found: proof.count) }
            if oldSize == 0, oldRoot != MerkleHash.emptyRoot { throw .wrongOldRoot }
            if oldSize == newSize, oldRoot != newRoot { throw .wrongRoot }
            return
        }
        // The proof begins at the largest complete subtree that ends the old tree. Its hash comes first, unless it is
        // all of the old tree. From there the path is that of the old tree's last leaf.
        let level = oldSize.trailingZeroBitCount
        let isComplete = oldSize.nonzeroBitCount == 1
        let path = ProofPath(index: oldSize - 1, size: newSize)
        let expected = path.length - level + (isComplete ? 0 : 1)
        guard proof.count == expected else { throw .wrongLength(expected: expected, found: proof.count) }
        let siblings = isComplete ? proof[...] : proof.dropFirst()
        var old = isComplete ? oldRoot : proof[0]
        var new = old
        for (step, sibling) in siblings.enumerated() {
            if path.hasSiblingOnTheRight(at: level + step) {
                // What stands right of the old tree is in the new one only.
                new = MerkleHash.node(new, sibling)
            } else {
                old = MerkleHash.node(sibling, old)
                new = MerkleHash.node(sibling, new)
            }
        }
        guard old == oldRoot else { throw .wrongOldRoot }
        guard new == newRoot else { throw .wrongRoot }
    }
}
