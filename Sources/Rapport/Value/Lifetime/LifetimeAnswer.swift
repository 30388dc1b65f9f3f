/// Where numbers of the models become answers.
enum LifetimeAnswer {
    /// The nearest whole minor unit, halves away from 0.
    ///
    /// - Throws: `LifetimeError` when it is no number, or does not fit into 64 bits.
    static func minorUnits(_ amount: Double) throws(LifetimeError) -> Int64 { try whole(amount, "an amount") }

    /// The nearest millionth, halves away from 0: of a parameter, a probability or an expected number of purchases.
    ///
    /// - Throws: `LifetimeError` when it is no number, or does not fit into 64 bits.
    static func millionths(_ number: Double) throws(LifetimeError) -> Int64 {
        try whole(number * 1_000_000, "a number in millionths")
    }

    /// The nearest whole number.
    private static func whole(_ number: Double, _ name: String) throws(LifetimeError) -> Int64 {
        guard number.isFinite else {
            throw LifetimeError.outOfRange(name: name, value: number, expected: "a finite number")
        }
        guard let rounded = Int64(exactly: number.rounded()) else { throw LifetimeError.amountTooLarge }
        return rounded
    }
}
