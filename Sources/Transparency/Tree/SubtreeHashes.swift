public import LMDB

/// Where a ``MerkleTree`` gets its hashes from: those of complete subtrees, which never change once they are complete.
///
/// The subtree of level L and index i covers the leaves from i · 2^L up to, not including, (i + 1) · 2^L. Level 0 are
/// the leaves' own hashes.
public protocol SubtreeHashes {
    /// The hash of a complete subtree.
    ///
    /// A tree asks only for subtrees whose leaves are all within the size it was asked about.
    ///
    /// - Parameters:
    ///   - level: 0 for a leaf, at most 63.
    ///   - index: which subtree of that level, from 0.
    /// - Throws: whatever keeps the source from answering.
    func hash(level: Int, index: UInt64) throws -> Hash256
}

extension Range where Bound == UInt64 {
    /// Where RFC 6962 section 2.1 splits a subtree over these leaves, two or more: behind the largest power of two that
    /// is smaller than their number.
    var splitPoint: UInt64 {
        let highestBit = 63 - (upperBound - lowerBound - 1).leadingZeroBitCount
        return lowerBound + (UInt64(1) << UInt64(highestBit))
    }
}
