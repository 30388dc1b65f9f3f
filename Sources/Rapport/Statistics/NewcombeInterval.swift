/// The difference of two independent shares with its 95 % interval.
///
/// From the Wilson intervals l₁...u₁ and l₂...u₂ of the shares p₁ and p₂: p₁ − p₂ − √((p₁ − l₁)² + (u₂ − p₂)²) to
/// p₁ − p₂ + √((u₁ − p₁)² + (p₂ − l₂)²). It stays within −1...1 and has a width at shares of 0 and 1 too.
///
/// Source: R. G. Newcombe, "Interval Estimation for the Difference Between Independent Proportions: Comparison of
/// Eleven Methods", Statistics in Medicine 17 (1998), method 10.
struct NewcombeInterval: Hashable, Sendable {
    /// The share from which the other is taken.
    let first: WilsonInterval
    /// The share that is taken from it.
    let second: WilsonInterval
    /// The first share less the second one, −1 to 1.
    let difference: Double
    /// The lower bound, −1 to 1.
    let lower: Double
    /// The upper bound, −1 to 1.
    let upper: Double

    /// `successes` of `n` in the first group less those in the second; nil where a group is empty. Successes must lie
    /// between 0 and how many there are.
    init?(successes: Int, of n: Int, less otherSuccesses: Int, of otherN: Int) {
        guard let first = WilsonInterval(successes: successes, of: n),
            let second = WilsonInterval(successes: otherSuccesses, of: otherN)
        else { return nil }
        self.init(first, less: second)
    }

    /// The difference of two shares.
    init(_ first: WilsonInterval, less second: WilsonInterval) {
        let difference = first.share - second.share
        let below = Self.length(first.share - first.lower, second.upper - second.share)
        let above = Self.length(first.upper - first.share, second.share - second.lower)
        self.first = first
        self.second = second
        self.difference = difference
        self.lower = max(difference - below, -1)
        self.upper = min(difference + above, 1)
    }

    /// √(a² + b²).
    private static func length(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
}
