internal import EventLog

/// A way to write dates, with or without a time of day: `dd.MM.yyyy HH:mm`.
///
/// `yyyy` is the year, `MM` or `M` the month, `MMM` its English name in three letters, `dd` or `d` the day, `HH` or `H`
/// the hour, `hh` or `h` the hour of twelve with `a` for AM and PM, `mm`, `ss`, `S` a fraction of a second, `X` an
/// offset such as `Z` or `+02:00`. Other letters stand between apostrophes; anything else stands for itself. One letter
/// reads one or two digits, two letters read two.
struct DateFormat: Sendable, Equatable {
    private enum Element: Equatable {
        case literal(UInt8)
        case year
        case monthName
        /// A part of one or two digits.
        case number(Part, digits: ClosedRange<Int>)
        case fraction
        case half
        case offset
    }

    private enum Part: Int {
        case month, day, hour, hourOfTwelve, minute, second
    }

    /// `2017-06-30`.
    static let day = DateFormat(checked: "yyyy-MM-dd")

    private var elements: [Element] = []

    /// Nil when the pattern is none, or does not say year, month and day.
    init?(_ pattern: String) {
        var rest = Array(pattern.utf8)[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "'") {
                let text = rest.dropFirst().prefix { $0 != byte }
                guard rest.count > text.count + 1 else { return nil }
                elements += text.map { .literal($0) }
                rest = rest.dropFirst(text.count + 2)
                continue
            }
            let run = rest.prefix { $0 == byte }.count
            if byte.isASCIILetter {
                guard let element = Self.element(String(decoding: rest.prefix(run), as: UTF8.self)) else { return nil }
                elements.append(element)
            } else {
                elements += repeatElement(.literal(byte), count: run)
            }
            rest = rest.dropFirst(run)
        }
        guard elements.contains(.year), names(.month) || elements.contains(.monthName), names(.day),
            names(.hourOfTwelve) == elements.contains(.half)
        else { return nil }
    }

    private init(checked pattern: String) {
        guard let format = DateFormat(pattern) else { preconditionFailure("a date format, not \(pattern)") }
        self = format
    }

    private func names(_ part: Part) -> Bool {
        elements.contains { if case .number(part, _) = $0 { true } else { false } }
    }

    private static func element(_ letters: String) -> Element? {
        switch letters {
        case "yyyy": .year
        case "MMM": .monthName
        case "MM", "M": .number(.month, digits: letters.count...2)
        case "dd", "d": .number(.day, digits: letters.count...2)
        case "HH", "H": .number(.hour, digits: letters.count...2)
        case "hh", "h": .number(.hourOfTwelve, digits: letters.count...2)
        case "mm", "m": .number(.minute, digits: letters.count...2)
        case "ss", "s": .number(.second, digits: letters.count...2)
        case "S", "SS", "SSS", "SSSSSS": .fraction
        case "a": .half
        case "X": .offset
        default: nil
        }
    }

    /// What a clock on the wall showed; nil when `text` is not written this way, or there is no such date.
    func read(_ text: ArraySlice<UInt8>) -> WallTime? {
        var rest = text
        var year = 0
        var parts = [0, 0, 0, 0, 0, 0]
        var fraction: Int64 = 0
        var isAfternoon = false
        var offset: Int?
        for element in elements {
            switch element {
            case .literal(let byte):
                guard rest.popFirst() == byte else { return nil }
            case .year:
                guard let number = rest.takeNumber(4...4) else { return nil }
                year = number
            case .number(let part, let digits):
                guard let number = rest.takeNumber(digits) else { return nil }
                parts[part.rawValue] = number
            case .monthName:
                guard let month = rest.takeMonth() else { return nil }
                parts[Part.month.rawValue] = month
            case .fraction:
                guard let microseconds = rest.takeFraction() else { return nil }
                fraction = microseconds
            case .half:
                guard let half = rest.takeHalf() else { return nil }
                isAfternoon = half
            case .offset:
                guard let seconds = rest.takeOffset() else { return nil }
                offset = seconds
            }
        }
        guard rest.isEmpty else { return nil }
        var hour = parts[Part.hour.rawValue]
        if elements.contains(.half) {
            let ofTwelve = parts[Part.hourOfTwelve.rawValue]
            guard (1...12).contains(ofTwelve) else { return nil }
            hour = ofTwelve % 12 + (isAfternoon ? 12 : 0)
        }
        return WallTime(
            year: year, month: parts[Part.month.rawValue], day: parts[Part.day.rawValue], hour: hour,
            minute: parts[Part.minute.rawValue], second: parts[Part.second.rawValue], microsecond: fraction,
            offset: offset)
    }
}

// MARK: - Reading parts

extension UInt8 {
    var isASCIILetter: Bool { (self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "z") }
    fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}

extension ArraySlice<UInt8> {
    /// A number of so many digits, as many as there are.
    fileprivate mutating func takeNumber(_ digits: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while count < digits.upperBound, let byte = first, byte.isDigit {
            value = value * 10 + Int(byte - 0x30)
            removeFirst()
            count += 1
        }
        return digits.contains(count) ? value : nil
    }

    /// `Jan` to `Dec`, in any case: 1 to 12.
    fileprivate mutating func takeMonth() -> Int? {
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let name = prefix(3).map { $0 | 0x20 }
        guard let index = months.firstIndex(where: { $0.utf8.elementsEqual(name) }) else { return nil }
        removeFirst(3)
        return index + 1
    }

    /// One to nine digits behind a decimal point, in microseconds; what is finer is cut off.
    fileprivate mutating func takeFraction() -> Int64? {
        let digits = prefix { $0.isDigit }
        guard (1...9).contains(digits.count), let value = takeNumber(digits.count...digits.count) else { return nil }
        return (digits.count..<9).reduce(Int64(value)) { value, _ in value * 10 } / 1000
    }

    /// `AM` or `PM`, in any case: whether it is the second half of the day.
    fileprivate mutating func takeHalf() -> Bool? {
        let half = prefix(2).map { $0 | 0x20 }
        guard half == Array("am".utf8) || half == Array("pm".utf8) else { return nil }
        removeFirst(2)
        return half == Array("pm".utf8)
    }

    /// `Z`, `+02:00`, `+0200` or `+02`, in seconds.
    fileprivate mutating func takeOffset() -> Int? {
        guard let sign = popFirst() else { return nil }
        if sign == UInt8(ascii: "Z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = takeNumber(2...2) else { return nil }
        let hasColon = first == UInt8(ascii: ":")
        if hasColon { removeFirst() }
        let minutes = isEmpty && !hasColon ? 0 : takeNumber(2...2)
        guard let minutes, hours < 24, minutes < 60 else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
