internal import LMDB

/// A value of a property of an event, lent where it stands.
struct PropertyValue: ~Escapable {
    /// The text, UTF-8; empty where the value is a number.
    let text: RawSpan
    /// The number, signed or not, of up to 64 bits; nil where the value is a text.
    let number: Int128?

    @_lifetime(copy text)
    init(text: RawSpan) {
        self.text = text
        number = nil
    }

    /// - Parameter wire: where it stands.
    @_lifetime(copy wire)
    init(number: Int128, in wire: RawSpan) {
        text = wire.extracting(0..<0)
        self.number = number
    }

    /// Whether it is a text without a byte.
    var isEmpty: Bool { number == nil && text.isEmpty }

    /// The value as a whole number: a text counts that is digits, perhaps with a minus sign before them. Nil where it
    /// is none. A text may say a number of more than 64 bits: then it is one beyond every `Int64`.
    var wholeNumber: Int128? {
        if let number { return number }
        return text.wholeNumber
    }

    /// Appends the text, of a number its decimal digits.
    func append(to bytes: inout [UInt8]) {
        if let number {
            bytes.append(decimal: number)
        } else {
            bytes.append(text)
        }
    }

    /// Lends the text, of a number its decimal digits, which are made for it.
    func withText<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        guard number != nil else { return try body(text) }
        var digits: [UInt8] = []
        append(to: &digits)
        let made = digits
        return try body(made.rawSpan)
    }
}

extension RawSpan {
    /// The number that a text of digits says; see ``PropertyValue/wholeNumber``.
    fileprivate var wholeNumber: Int128? {
        guard byteCount > 0 else { return nil }
        let isNegative = u8(at: 0) == UInt8(ascii: "-")
        var offset = isNegative ? 1 : 0
        guard offset < byteCount else { return nil }
        // No number of 64 bits is beyond it.
        let greatest = Int128(UInt64.max)
        var value: Int128 = 0
        while offset < byteCount {
            let digit = u8(at: offset) &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = min(value * 10 + Int128(digit), greatest)
            offset += 1
        }
        return isNegative ? -value : value
    }
}

extension [UInt8] {
    /// Appends the decimal digits of a number of up to 64 bits, behind a minus sign where it is negative.
    mutating func append(decimal number: Int128) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let magnitude = UInt64(clamping: number.magnitude)
        var length = 1
        var rest = magnitude
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        append(contentsOf: repeatElement(UInt8(ascii: "0"), count: length))
        var place = count
        rest = magnitude
        while rest > 0 {
            place -= 1
            self[place] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
