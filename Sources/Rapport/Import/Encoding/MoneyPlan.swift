internal import LMDB

/// An amount of money: a decimal number and a currency become minor units, by arithmetic on digits.
struct MoneyPlan: Sendable {
    let amount: RowTemplate
    let currency: RowTemplate
    /// Characters that may stand in the amount and say nothing, as `$,`.
    let ignored: [UInt8]
    /// What stands before the digits of the minor unit: a point in most places.
    let decimalPoint: UInt8
    let minorUnitsField: FieldEncoding
    let currencyField: FieldEncoding

    /// Appends the fields of the message; appends nothing and is false where amount or currency is empty.
    func append(_ values: RowValues, to bytes: inout [UInt8]) throws(BadValue) -> Bool {
        guard let code = values.text(currency), let text = values.text(amount) else { return false }
        guard code.utf8.count == 3, code.utf8.allSatisfy({ $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) else {
            throw BadValue(slot: currency.firstColumn, reason: "'\(code)' is no currency code, as EUR is")
        }
        let digits = CurrencyDigits.minorUnitDigits(of: code)
        do {
            let minorUnits = try DecimalText.minorUnits(try plain(text), digits: digits)
            minorUnitsField.append(number: UInt64(bitPattern: minorUnits), to: &bytes)
        } catch {
            throw BadValue(slot: amount.firstColumn, reason: "'\(text)' \(error.reason(currency: code, digits))")
        }
        return try currencyField.append(currency, of: values, to: &bytes)
    }

    /// The amount with a point for its decimal point, and nothing that says nothing.
    private func plain(_ text: String) throws(DecimalText.Mistake) -> [UInt8] {
        let point = UInt8(ascii: ".")
        var bytes = text.utf8.filter { !ignored.contains($0) }
        guard decimalPoint != point else { return bytes }
        if bytes.contains(point) { throw .notDecimal }
        for index in bytes.indices where bytes[index] == decimalPoint { bytes[index] = point }
        return bytes
    }
}

/// Decimal numbers as text: `-1234.50`.
enum DecimalText {
    /// Why a text is not so many minor units.
    enum Mistake: Error, Equatable {
        case notDecimal
        case tooManyDigits
        case tooLarge
    }

    /// The number times ten to the power of `digits`, exactly.
    ///
    /// - Throws: ``Mistake`` when that is no whole number, or none of 64 bits.
    static func minorUnits(_ text: [UInt8], digits: Int) throws(Mistake) -> Int64 {
        var rest = text[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let whole = rest.prefix { $0 != UInt8(ascii: ".") }
        let fraction = rest.dropFirst(whole.count + 1)
        guard !whole.isEmpty || !fraction.isEmpty, rest.count == whole.count || !fraction.isEmpty else {
            throw .notDecimal
        }
        guard (whole + fraction).allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { throw .notDecimal }
        guard fraction.dropFirst(digits).allSatisfy({ $0 == 0x30 }) else { throw .tooManyDigits }
        var value: Int64 = 0
        let zeros = repeatElement(UInt8(ascii: "0"), count: max(0, digits - fraction.count))
        for digit in [UInt8](whole) + fraction.prefix(digits) + zeros {
            let (product, isOver) = value.multipliedReportingOverflow(by: 10)
            let step = Int64(digit - 0x30)
            let (sum, isOverAgain) = product.addingReportingOverflow(isNegative ? -step : step)
            if isOver || isOverAgain { throw .tooLarge }
            value = sum
        }
        return value
    }
}

extension DecimalText.Mistake {
    fileprivate func reason(currency: String, _ digits: Int) -> String {
        switch self {
        case .notDecimal: "is not an amount such as 1234.50"
        case .tooManyDigits: "has more than the \(digits) decimal digits of \(currency)"
        case .tooLarge: "is too large"
        }
    }
}
