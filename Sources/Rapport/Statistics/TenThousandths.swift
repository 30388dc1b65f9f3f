/// The greatest number that `tenThousandths` takes: its sums fit into 128 bits.
private let greatest = Int128.max / 40_000

/// `part` / `whole` in ten-thousandths, rounded half up; exact.
///
/// Nil where `whole` is not above 0, `part` is negative, one of them is above 4 · 10³³, or the answer does not fit into
/// 64 bits.
func tenThousandths(_ part: Int128, of whole: Int128) -> Int64? {
    guard part >= 0, part <= greatest, whole > 0, whole <= greatest else { return nil }
    return Int64(exactly: (part * 20_000 + whole) / (2 * whole))
}
