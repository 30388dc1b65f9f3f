internal import Foundation

extension StandardNormal {
    /// The probability of more than `z`: ½ erfc(z/√2), which keeps its digits far out in the tail; 0 from about 38 on.
    static func upperTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    /// The probability of being as far from 0 as `z` or farther, on either side: erfc(|z|/√2).
    static func bothTails(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }
}
