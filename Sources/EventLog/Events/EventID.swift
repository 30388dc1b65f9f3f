internal import Synchronization

/// The identity of an event: a 16-byte UUID chosen by whoever appends it, unique for ever.
public struct EventID: Hashable, Sendable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension EventID: Comparable {
    @inlinable
    public static func < (left: EventID, right: EventID) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

// MARK: - Making new ones

extension EventID {
    /// A new UUIDv7 (RFC 9562, 5.7): milliseconds, then a random start that counts up, so ids of one process ascend.
    public init() {
        self = Self.generator.withLock { $0.next(at: Timestamp.now()) }
    }

    /// A UUIDv8 (RFC 9562, 5.8) made of 122 bits of a digest: the same digest always gives the same id.
    public init(digestHigh: UInt64, digestLow: UInt64) {
        self.high = digestHigh & ~0xF000 | 0x8000
        self.low = digestLow & ~(3 << 62) | 2 << 62
    }

    private static let generator = Mutex(Generator())

    private struct Generator {
        var millisecond: UInt64 = 0
        /// 74 bits: 12 in `sequenceHigh`, 62 in `sequenceLow`.
        var sequenceHigh: UInt64 = 0
        var sequenceLow: UInt64 = 0

        mutating func next(at time: Timestamp) -> EventID {
            let now = UInt64(max(0, time.microseconds / 1000))
            if now > millisecond {
                millisecond = now
                // The top bits start at zero, which leaves room to count up within the millisecond.
                sequenceHigh = UInt64.random(in: 0..<1 << 11)
                sequenceLow = UInt64.random(in: 0..<1 << 62)
            } else {
                sequenceLow += UInt64(1) << 30 | 1
                if sequenceLow >= 1 << 62 {
                    sequenceLow &= (1 << 62) - 1
                    sequenceHigh += 1
                    if sequenceHigh >= 1 << 12 {
                        sequenceHigh = 0
                        millisecond += 1
                    }
                }
            }
            return EventID(high: millisecond << 16 | 7 << 12 | sequenceHigh, low: 2 << 62 | sequenceLow)
        }
    }
}

// MARK: - Text

extension EventID: CustomStringConvertible {
    /// The usual form: `0190b5d8-7c1e-7a51-9f2e-3b1f5c2d9e77`.
    public var description: String {
        let hex = hexDigits(high) + hexDigits(low)
        var text = ""
        for (index, character) in hex.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
            text.append(character)
        }
        return text
    }

    /// Reads the usual form, in either case; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        var value: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
            value = (value.0 << 4 | value.1 >> 60, value.1 << 4 | UInt64(digit))
        }
        self.init(high: value.0, low: value.1)
    }

    private func hexDigits(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension EventID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = EventID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID: \(text)")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
