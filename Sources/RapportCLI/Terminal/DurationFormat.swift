/// Lengths of time as people say them: in days, hours, minutes and seconds, the same in every locale.
enum DurationFormat {
    private static let second: Int128 = 1000
    private static let minute = 60 * second
    private static let hour = 60 * minute
    private static let day = 24 * hour

    /// The two largest units, the smaller one rounded half up: `850 ms`, `42 s`, `12 min`, `12 min 5 s`, `3 h 20 min`,
    /// `3 d 4 h`. A rest of zero is left out, and the units are those of the rounded length.
    static func text(milliseconds: Int64) -> String {
        let length = Int128(milliseconds.magnitude)
        return (milliseconds < 0 ? "-" : "") + text(of: length)
    }

    /// As ``text(milliseconds:)``; a dash where there is no length.
    static func text(milliseconds: Int64?) -> String {
        milliseconds.map { text(milliseconds: $0) } ?? NumberFormat.none
    }

    private static func text(of length: Int128) -> String {
        if length == 0 { return "0 s" }
        if length < second { return "\(length) ms" }
        let seconds = rounded(length, to: second)
        if seconds < minute { return "\(seconds / second) s" }
        if seconds < hour { return pair(seconds, minute, "min", second, "s") }
        let minutes = rounded(length, to: minute)
        if minutes < day { return pair(minutes, hour, "h", minute, "min") }
        return pair(rounded(length, to: hour), day, "d", hour, "h")
    }

    private static func rounded(_ length: Int128, to unit: Int128) -> Int128 { (length + unit / 2) / unit * unit }

    private static func pair(
        _ length: Int128, _ unit: Int128, _ name: String, _ smallerUnit: Int128, _ smallerName: String
    ) -> String {
        let (whole, rest) = length.quotientAndRemainder(dividingBy: unit)
        let first = "\(NumberFormat.integer(whole)) \(name)"
        return rest == 0 ? first : first + " \(rest / smallerUnit) \(smallerName)"
    }
}
