public import LMDB

/// Roots and proofs of a growing list of leaves, at any size it ever had (RFC 6962 section 2.1, RFC 9162 section 2.1).
///
/// Every answer asks its source for a number of subtrees that is logarithmic in the tree's size.
public struct MerkleTree<Source: SubtreeHashes> {
    private let source: Source

    /// A tree over the subtrees of `source`.
    public init(_ source: Source) {
        self.source = source
    }

    /// The root over the first `size` leaves; ``MerkleHash/emptyRoot`` of none.
    ///
    /// - Throws: what the source throws.
    public func root(size: UInt64) throws -> Hash256 {
        try root(of: 0..<size)
    }

    /// The proof that leaf `index` is in the tree over the first `size` leaves: the hashes beside the path from the
    /// leaf to the root, the leaf's sibling first (PATH of RFC 6962 section 2.1.1). At most 64 of them.
    ///
    /// - Throws: ``ProofError/outOfRange(index:size:)`` when the tree has no such leaf; what the source throws.
    public func inclusionProof(of index: UInt64, size: UInt64) throws -> [Hash256] {
        guard index < size else { throw ProofError.outOfRange(index: index, size: size) }
        var part: Range<UInt64> = 0..<size
        var proof: [Hash256] = []
        while part.upperBound - part.lowerBound > 1 {
            let middle = part.splitPoint
            if index < middle {
                proof.append(try root(of: middle..<part.upperBound))
                part = part.lowerBound..<middle
            } else {
                proof.append(try root(of: part.lowerBound..<middle))
                part = middle..<part.upperBound
            }
        }
        return proof.reversed()
    }

    /// The proof that the tree over the first `new` leaves begins with the tree over the first `old` ones (PROOF of RFC
    /// 6962 section 2.1.2). At most 65 hashes; none from an old size of 0, which RFC 6962 leaves open and C2SP
    /// tlog-witness settles so, and none between equal sizes.
    ///
    /// - Throws: ``ProofError/shrunk(oldSize:newSize:)`` when `old` is the larger one; what the source throws.
    public func consistencyProof(from old: UInt64, to new: UInt64) throws -> [Hash256] {
        guard old <= new else { throw ProofError.shrunk(oldSize: old, newSize: new) }
        guard old > 0 else { return [] }
        var part: Range<UInt64> = 0..<new
        var proof: [Hash256] = []
        while part.upperBound != old {
            let middle = part.splitPoint
            if old <= middle {
                proof.append(try root(of: middle..<part.upperBound))
                part = part.lowerBound..<middle
            } else {
                proof.append(try root(of: part.lowerBound..<middle))
                part = middle..<part.upperBound
            }
        }
        // Where the old tree is itself a subtree of the new one, whoever checks the proof has its root.
        if part.lowerBound > 0 { proof.append(try root(of: part)) }
        return proof.reversed()
    }

    /// The proof that the leaves of `range` follow each other in the tree over the first `size` leaves: from left to
    /// right, the hashes of the largest subtrees that hold none of them. At most 128.
    ///
    /// - Throws: ``ProofError/emptyRange``; ``ProofError/outOfRange(index:size:)`` when the range goes beyond the tree;
    ///   what the source throws.
    public func rangeProof(of range: Range<UInt64>, size: UInt64) throws -> [Hash256] {
        guard !range.isEmpty else { throw ProofError.emptyRange }
        guard range.upperBound <= size else {
            throw ProofError.outOfRange(index: range.upperBound - 1, size: size)
        }
        var proof: [Hash256] = []
        try addRoots(outside: range, in: 0..<size, to: &proof)
        return proof
    }

    private func addRoots(
        outside range: Range<UInt64>, in part: Range<UInt64>, to proof: inout [Hash256]
    ) throws {
        if !part.overlaps(range) {
            proof.append(try root(of: part))
        } else if part.clamped(to: range) != part {
            let middle = part.splitPoint
            try addRoots(outside: range, in: part.lowerBound..<middle, to: &proof)
            try addRoots(outside: range, in: middle..<part.upperBound, to: &proof)
        }
    }

    /// The root over the leaves of `part`, a subtree of a tree: it begins at a multiple of a power of two that is no
    /// smaller than it. Its complete subtrees, one for each bit of its size, are put together from the right.
    private func root(of part: Range<UInt64>) throws -> Hash256 {
        var end = part.upperBound
        var rest = end - part.lowerBound
        var root: Hash256?
        while rest != 0 {
            let level = rest.trailingZeroBitCount
            let hash = try source.hash(level: level, index: (end >> UInt64(level)) - 1)
            root = root.map { MerkleHash.node(hash, $0) } ?? hash
            end -= UInt64(1) << UInt64(level)
            rest &= rest - 1
        }
        return root ?? MerkleHash.emptyRoot
    }
}

extension MerkleTree: Sendable where Source: Sendable {}
