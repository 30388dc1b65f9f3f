internal import Foundation

extension Double {
    /// This number, above 0, to the power of `exponent`.
    func raised(to exponent: Double) -> Double { pow(self, exponent) }

    /// Refuses a number that is not finite and above 0.
    ///
    /// - Parameter name: what the number is, for the error.
    func requirePositive(_ name: String) throws(LifetimeError) {
        guard isFinite, self > 0 else {
            throw LifetimeError.outOfRange(name: name, value: self, expected: "a finite number above 0")
        }
    }

    /// Refuses a number that is not finite, or below 0.
    ///
    /// - Parameter name: what the number is, for the error.
    func requireNotNegative(_ name: String) throws(LifetimeError) {
        guard isFinite, self >= 0 else {
            throw LifetimeError.outOfRange(name: name, value: self, expected: "a finite number of at least 0")
        }
    }
}
