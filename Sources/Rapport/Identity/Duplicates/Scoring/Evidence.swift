/// Why two records may be the same, or may not.
public struct DuplicateReason: Codable, Sendable, Hashable {
    /// What agrees or contradicts, as a short code: `email`, `name-order`, `other-birthday`. No value of anybody.
    public let word: String
    /// How much it weighs, in hundredths of a bit: 100 makes it twice as likely, -100 half as likely.
    public let points: Int

    /// A reason with its weight.
    public init(word: String, points: Int) {
        self.word = word
        self.points = points
    }
}

/// How likely two records are the same, by everything that was compared.
///
/// The model is that of Fellegi and Sunter ("A Theory for Record Linkage", JASA 64, 1969): each thing that is compared
/// adds the logarithm of how much more often it comes out so between records of one person (m) than between others (u),
/// log2(m/u), and the sum starts with the odds before anything was compared. With the sum the odds, and so the
/// probability, are known. All of it is counted in hundredths of a bit and in integers.
struct Evidence: Equatable, Sendable {
    /// The odds of a pair that nothing is known of: one record in 2^19 is the same one. A population of 2^14, of which
    /// one in 32 has a double.
    static let prior = -1_900

    private(set) var reasons: [DuplicateReason] = []
    /// Points of everything, ``prior`` among it.
    private(set) var points = Self.prior

    /// Adds a reason; one without weight is none.
    mutating func add(_ word: String, _ points: Int) {
        if points == 0 { return }
        reasons.append(DuplicateReason(word: word, points: points))
        self.points += points
    }

    /// Adds reasons of which one explains the others, as people who live together share an address and a phone: the
    /// strongest counts whole, the others a quarter.
    mutating func add(together group: [DuplicateReason]) {
        let sorted = group.sorted { ($1.points, $0.word) < ($0.points, $1.word) }
        for (number, reason) in sorted.enumerated() {
            add(reason.word, number == 0 ? reason.points : reason.points / 4)
        }
    }

    /// The probability in basis points, 0 to 9,999.
    ///
    /// Between two powers of two the odds are taken along a straight line, which is off by at most 6 of 100 (J. N.
    /// Mitchell, "Computer Multiplication and Division Using Binary Logarithms", 1962), and the same on every machine.
    var scoreBp: Int { Self.scoreBp(ofPoints: points) }

    /// The probability in basis points that comes of so many points; never less for more of them.
    static func scoreBp(ofPoints points: Int) -> Int {
        let limited = min(max(points, leastPoints), mostPoints)
        let odds = power(limited.magnitude)
        // Of odds of 2^x : 1, x being 0 or more, the less likely share.
        let less = (10_000 * one + (one + odds) / 2) / (one + odds)
        return min(9_999, limited < 0 ? less : 10_000 - less)
    }

    /// The fewest points that make a probability of at least `score`; more than any where none do.
    static func points(forScoreBp score: Int) -> Int {
        if scoreBp(ofPoints: leastPoints) >= score { return .min }
        if scoreBp(ofPoints: mostPoints) < score { return .max }
        // Of these the first is too few, and the last is enough.
        var (few, enough) = (leastPoints, mostPoints)
        while enough - few > 1 {
            let middle = few + (enough - few) / 2
            if scoreBp(ofPoints: middle) >= score { enough = middle } else { few = middle }
        }
        return enough
    }

    /// Beyond these the probability stays what it is.
    private static let leastPoints = -2_000
    private static let mostPoints = 2_000
    private static let one = 100

    /// 2^(`points` / 100) in hundredths.
    private static func power(_ points: UInt) -> Int {
        let (whole, rest) = (Int(points) / 100, Int(points) % 100)
        return (one + rest) << whole
    }

    /// The binary logarithm of 1 and more, in hundredths, along straight lines between powers of two.
    static func log2(_ value: Int) -> Int {
        precondition(value >= 1, "a logarithm of 1 or more, not of \(value)")
        let whole = Int.bitWidth - 1 - value.leadingZeroBitCount
        let power = 1 << whole
        return 100 * whole + (value - power) * 100 / power
    }
}
