/// How alike two words are, by the characters that they share.
///
/// Jaro's measure counts characters that stand in both words not too far apart, and those of them that stand in another
/// order (M. A. Jaro, "Advances in Record-Linkage Methodology as Applied to Matching the 1985 Census of Tampa,
/// Florida", JASA 84, 1989). Winkler adds a tenth of what is missing for each of up to four characters at the beginning
/// that are the same (W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model
/// of Record Linkage", 1990); as in his program, only where the words are alike at all.
enum JaroWinkler {
    /// The similarity of two equal words.
    static let whole = 10_000
    /// Characters behind these are not looked at; so many fit into a machine word.
    private static let longest = 64
    /// Digits are kept beyond those of the answer, so that it is rounded once.
    private static let scale = 1_000_000
    /// Words less alike than that get nothing for their beginning.
    private static let leastForPrefix = 700_000
    private static let longestPrefix = 4

    /// From 0 for words that share nothing to ``whole`` for equal ones, in ten-thousandths, rounded. The same for
    /// either order. O(characters of one × characters of the other).
    static func similarity<Symbol: Equatable>(_ left: [Symbol], _ right: [Symbol]) -> Int {
        if left == right { return whole }
        let (leftCount, rightCount) = (min(left.count, longest), min(right.count, longest))
        if leftCount == 0 || rightCount == 0 { return 0 }
        let (inLeft, inRight) = matches(left, leftCount, right, rightCount)
        let matched = inLeft.nonzeroBitCount
        if matched == 0 { return 0 }
        let inOrder = matched - transpositions(left, inLeft, right, inRight)
        // (m/a + m/b + (m - t)/m) / 3 as one fraction.
        let numerator =
            matched * matched * rightCount + matched * matched * leftCount + inOrder * leftCount * rightCount
        var similarity = scale * numerator / (3 * leftCount * rightCount * matched)
        if similarity > leastForPrefix {
            var prefix = 0
            while prefix < min(longestPrefix, leftCount, rightCount), left[prefix] == right[prefix] { prefix += 1 }
            similarity += prefix * (scale - similarity) / 10
        }
        return (similarity * whole + scale / 2) / scale
    }

    /// Which characters of each have one of their own in the other, as bits.
    private static func matches<Symbol: Equatable>(
        _ left: [Symbol], _ leftCount: Int, _ right: [Symbol], _ rightCount: Int
    ) -> (UInt64, UInt64) {
        let window = max(0, max(leftCount, rightCount) / 2 - 1)
        var inLeft: UInt64 = 0
        var inRight: UInt64 = 0
        for index in 0..<leftCount {
            var place = max(0, index - window)
            let end = min(rightCount, index + window + 1)
            while place < end {
                let bit = UInt64(1) << UInt64(place)
                if inRight & bit == 0, left[index] == right[place] {
                    inRight |= bit
                    inLeft |= UInt64(1) << UInt64(index)
                    break
                }
                place += 1
            }
        }
        return (inLeft, inRight)
    }

    /// Half of the matched characters that stand in another order.
    private static func transpositions<Symbol: Equatable>(
        _ left: [Symbol], _ inLeft: UInt64, _ right: [Symbol], _ inRight: UInt64
    ) -> Int {
        var (restOfLeft, restOfRight) = (inLeft, inRight)
        var displaced = 0
        while restOfLeft != 0, restOfRight != 0 {
            if left[restOfLeft.trailingZeroBitCount] != right[restOfRight.trailingZeroBitCount] { displaced += 1 }
            restOfLeft &= restOfLeft - 1
            restOfRight &= restOfRight - 1
        }
        return displaced / 2
    }
}
