/// Durations as definitions spell them: `30 min`, `14 d`.
enum DefinitionDuration {
    /// From the largest on, in microseconds.
    private static let units: [(name: String, microseconds: Int64)] = [
        ("w", 604_800_000_000), ("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000),
        ("ms", 1_000), ("us", 1),
    ]

    /// The names of the units.
    static var unitNames: String { units.map(\.name).joined(separator: ", ") }

    /// Reads a whole number and a unit, in microseconds; nil for anything else. Nothing, and what is less, needs no
    /// unit. What is more than a number holds counts as the most that it holds.
    static func microseconds(_ text: String) -> Int64? {
        guard let (count, name) = parts(of: text) else { return nil }
        if name.isEmpty { return count <= 0 ? count : nil }
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.microseconds)
        return overflow ? (count < 0 ? .min : .max) : product
    }

    /// Reads a number of sessions; nil for anything else.
    static func sessions(_ text: String) -> Int? {
        guard let (count, name) = parts(of: text), name == "sessions" || name == "session" else { return nil }
        return Int(clamping: count)
    }

    /// In the largest unit of which it is a whole number: 90 minutes are `90 min`, 120 are `2 h`.
    static func text(_ microseconds: Int64) -> String {
        if microseconds == 0 { return "0 s" }
        for unit in units where microseconds % unit.microseconds == 0 {
            return "\(microseconds / unit.microseconds) \(unit.name)"
        }
        return "\(microseconds) us"
    }

    /// A whole number, and what stands behind it and blanks.
    private static func parts(of text: String) -> (count: Int64, unit: String)? {
        let sign = text.first == "-" ? "-" : ""
        let digits = text.dropFirst(sign.count).prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return nil }
        let unit = text.dropFirst(sign.count + digits.count).drop { $0 == " " }
        return (Int64(sign + digits) ?? (sign.isEmpty ? .max : .min), String(unit))
    }
}
