import Rapport

/// Numbers as reports show them, the same in every locale, by integer arithmetic.
enum NumberFormat {
    /// What stands where there is no number.
    static let none = "–"

    /// `1,234,567`.
    static func integer(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var grouped = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return grouped
    }

    /// `part` of `whole` in percent, `61.7%`, rounded half up; ``none`` of a whole of nothing.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return none }
        return fixedPoint(rounded(Int128(part) * 1000, dividedBy: Int128(whole)), digits: 1) + "%"
    }

    /// A rate, share or probability in basis points as percent: 6,165 is `61.7%`, rounded half up.
    static func percent(basisPoints: Int) -> String {
        percent(basisPoints, of: 10_000)
    }

    /// An amount in minor units as `1,234.56 USD`, with the digits ISO 4217 gives the currency.
    static func money(minorUnits: Int64, currency: String) -> String {
        fixedPoint(Int128(minorUnits), digits: CurrencyDigits.minorUnitDigits(of: currency)) + " " + currency
    }

    /// `39.8` for 39.84 with one digit; halves are rounded away from zero.
    static func decimal(_ value: Double, fractionDigits: Int) -> String {
        let scale = (0..<fractionDigits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (value * scale).rounded(.toNearestOrAwayFromZero)
        return Int128(exactly: scaled).map { fixedPoint($0, digits: fractionDigits) } ?? none
    }

    /// A number of 10^-`digits` units, grouped: 123456 with 2 digits is `1,234.56`.
    private static func fixedPoint(_ units: Int128, digits: Int) -> String {
        if digits == 0 { return integer(units) }
        let scale = (0..<digits).reduce(UInt128(1)) { scale, _ in scale * 10 }
        let (whole, fraction) = units.magnitude.quotientAndRemainder(dividingBy: scale)
        let fractionText = String(fraction)
        let zeros = String(repeating: "0", count: digits - fractionText.count)
        return (units < 0 ? "-" : "") + integer(whole) + "." + zeros + fractionText
    }

    /// The quotient rounded to the nearest integer, halves towards positive infinity; `divisor` is positive.
    private static func rounded(_ dividend: Int128, dividedBy divisor: Int128) -> Int128 {
        let (quotient, remainder) = (2 * dividend + divisor).quotientAndRemainder(dividingBy: 2 * divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension NumberFormat {
    /// A length of time in the two units or the one decimal that matter: `850 µs`, `12.3 ms`, `4.2 s`, `12 min 5 s`,
    /// `3 h 20 min`, `51.8 d`.
    static func duration(microseconds: Int64) -> String {
        let sign = microseconds < 0 ? "-" : ""
        return sign + magnitude(Int128(microseconds.magnitude))
    }

    /// Each unit is chosen by the rounded value, so that 59.97 s is `1 min` and never `60.0 s`.
    private static func magnitude(_ microseconds: Int128) -> String {
        if microseconds == 0 { return "0 s" }
        if microseconds < 1000 { return "\(microseconds) µs" }
        let tenthsOfMillisecond = rounded(microseconds, dividedBy: 100)
        if tenthsOfMillisecond < 10_000 { return fixedPoint(tenthsOfMillisecond, digits: 1) + " ms" }
        let tenthsOfSecond = rounded(microseconds, dividedBy: 100_000)
        if tenthsOfSecond < 600 { return fixedPoint(tenthsOfSecond, digits: 1) + " s" }
        let seconds = rounded(microseconds, dividedBy: 1_000_000)
        if seconds < 3600 { return pair(seconds, of: 60, "min", "s") }
        let minutes = rounded(microseconds, dividedBy: 60_000_000)
        if minutes < 24 * 60 { return pair(minutes, of: 60, "h", "min") }
        return fixedPoint(rounded(microseconds, dividedBy: 8_640_000_000), digits: 1) + " d"
    }

    private static func pair(_ value: Int128, of size: Int128, _ large: String, _ small: String) -> String {
        let (whole, rest) = value.quotientAndRemainder(dividingBy: size)
        return rest == 0 ? "\(whole) \(large)" : "\(whole) \(large) \(rest) \(small)"
    }
}
