/// The way from a leaf to the root, as the shape of the tree alone tells it.
///
/// On its lowest `inner` steps the way may turn to either side, as the bits of the leaf's index say: 0 where it has its
/// sibling on the right. Above, on the tree's right-hand edge, it has `border` siblings left of it, and none where the
/// tree is ragged. See RFC 9162 section 2.1.3.2.
struct ProofPath {
    let index: UInt64
    let inner: Int
    let border: Int

    /// The way from leaf `index` in a tree of `size` leaves, which must be more than `index`.
    init(index: UInt64, size: UInt64) {
        self.index = index
        // Up to the highest bit in which the leaf's index differs from that of the last leaf.
        inner = UInt64.bitWidth - (index ^ (size - 1)).leadingZeroBitCount
        border = (index >> inner).nonzeroBitCount
    }

    /// The number of its steps.
    var length: Int { inner + border }

    /// Whether the hash at `step`, from 0, stands on the right.
    func hasSiblingOnTheRight(at step: Int) -> Bool {
        step < inner && (index >> step) & 1 == 0
    }
}
