public import Foundation

/// A moment in microseconds since 1970-01-01T00:00:00Z, before it negative.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the epoch, UTC.
    public let microseconds: Int64

    @inlinable
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// The moments that ISO 8601 with four digits of year can express: 0000-01-01 up to the end of 9999.
    public static let expressible =
        Timestamp(microseconds: -62_167_219_200_000_000)...Timestamp(microseconds: 253_402_300_799_999_999)

    /// The machine's clock now.
    public static func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// The moment `duration` microseconds later.
    public func advanced(byMicroseconds duration: Int64) -> Timestamp {
        Timestamp(microseconds: microseconds + duration)
    }

    /// The same moment as Foundation's `Date`, which cannot hold every microsecond far from 2001.
    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }
}

// MARK: - ISO 8601

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC; fractions only where there are any: `2017-06-30T08:15:00Z`, `...00.000250Z`.
    public var description: String {
        let (day, microsecondOfDay) = microseconds.dividedFlooring(by: 86_400_000_000)
        let date = CivilDate(daysSinceEpoch: Int(day))
        let second = Int(microsecondOfDay / 1_000_000)
        let fraction = Int(microsecondOfDay % 1_000_000)
        var text = "\(date)T"
        text += "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        if fraction != 0 {
            text += fraction % 1000 == 0 ? ".\(padded(fraction / 1000, 3))" : ".\(padded(fraction, 6))"
        }
        return text + "Z"
    }

    /// Reads ISO 8601 with seconds (fractions optional) and `Z` or an offset like `+08:00`; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
            let date = CivilDate(String(decoding: bytes[0..<10], as: UTF8.self)),
            let hour = digits(bytes[11..<13]), let minute = digits(bytes[14..<16]), let second = digits(bytes[17..<19]),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digitBytes = rest.dropFirst().prefix { $0 >= 48 && $0 <= 57 }
            guard !digitBytes.isEmpty, digitBytes.count <= 9, let value = digits(digitBytes) else { return nil }
            var scaled = Int64(value)
            for _ in digitBytes.count..<9 { scaled *= 10 }
            fraction = scaled / 1000
            rest = rest.dropFirst(1 + digitBytes.count)
        }
        guard let offset = Self.offsetSeconds(rest) else { return nil }
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }

    private static func offsetSeconds(_ text: ArraySlice<UInt8>) -> Int? {
        if text.elementsEqual("Z".utf8) || text.elementsEqual("z".utf8) { return 0 }
        guard text.count == 6, let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hour = digits(text.dropFirst(1).prefix(2)), let minute = digits(text.suffix(2)),
            text[text.startIndex + 3] == UInt8(ascii: ":"), hour < 24, minute < 60
        else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hour * 3600 + minute * 60)
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 time: \(text)")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

func digits(_ bytes: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for byte in bytes {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int(byte - 48)
    }
    return bytes.isEmpty ? nil : value
}

func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return text.count >= width ? text : String(repeating: "0", count: width - text.count) + text
}
