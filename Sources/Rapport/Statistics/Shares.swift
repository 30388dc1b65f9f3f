internal import EventLog

/// `part` of `whole` in basis points, rounded half up; nil of nothing, and where it does not fit.
func basisPoints(_ part: Int64, of whole: Int64) -> Int64? {
    if whole <= 0 { return nil }
    let (part, whole) = (Int128(part), Int128(whole))
    return Int64(exactly: (part * 20_000 + whole).dividedFlooring(by: 2 * whole).quotient)
}

/// The share of wins in what was won and lost, in basis points rounded half up; nil of nothing, and where more was
/// reopened in the period than came to an end, which is no share.
func winRate(won: Int64, lost: Int64) -> Int64? {
    won >= 0 && lost >= 0 ? basisPoints(won, of: won + lost) : nil
}

/// `sum` / `count` in hundredths, rounded half up; nil of nothing.
func hundredths(_ sum: Int64, over count: Int64) -> Int64? {
    count > 0 ? (sum * 200 + count).dividedFlooring(by: 2 * count).quotient : nil
}
