internal import LMDB

/// How a single value of a field is written.
struct FieldEncoding: Sendable {
    enum Form: Sendable {
        case text
        case integer(ClosedRange<Int64>, isZigzag: Bool)
        case flag
        /// An enumeration: its names and numbers.
        case choice([String: UInt64])
    }

    /// Field number and wire type.
    let key: UInt64
    let form: Form

    /// Whether a value of 0 is written as well.
    var writesZero = false
    /// Texts that mean something else already.
    var reserved: [String] = []

    /// How a template that is not constant is written into the field.
    func plan(_ template: RowTemplate) -> FieldPlan {
        if case .text = form, reserved.isEmpty, let slot = template.onlyColumn { return .column(slot) }
        return .scalar(template, self)
    }

    /// Appends key and value; appends nothing and is false where the value is empty.
    func append(
        _ template: RowTemplate, of values: RowValues, to bytes: inout [UInt8]
    ) throws(BadValue) -> Bool {
        guard case .text = form else {
            guard let text = values.text(template) else { return false }
            do {
                append(number: try number(text), to: &bytes)
            } catch {
                throw BadValue(slot: template.firstColumn, reason: error.reason)
            }
            return true
        }
        if !reserved.isEmpty, let text = values.text(template), reserved.contains(text) {
            throw BadValue(slot: template.firstColumn, reason: "'\(text)' is reserved; expected another name")
        }
        return try bytes.append(message: key) { bytes throws(BadValue) in values.append(template, to: &bytes) }
    }

    /// Appends key and a number already in the form of the wire.
    func append(number: UInt64, to bytes: inout [UInt8]) {
        guard number != 0 || writesZero else { return }
        bytes.append(varint: key)
        bytes.append(varint: number)
    }

    /// The number on the wire that stands for `text`.
    func number(_ text: String) throws(BadValue) -> UInt64 {
        switch form {
        case .text: preconditionFailure("a text is no number")
        case .integer(let range, let isZigzag):
            guard let value = Int64(text) else { throw BadValue(reason: "'\(text)' is not a whole number") }
            guard range.contains(value) else {
                throw BadValue(reason: "\(text) is not within \(range.lowerBound)...\(range.upperBound)")
            }
            return isZigzag ? UInt64(bitPattern: value << 1 ^ value >> 63) : UInt64(bitPattern: value)
        case .flag:
            guard text == "true" || text == "false" else {
                throw BadValue(reason: "'\(text)' is neither true nor false")
            }
            return text == "true" ? 1 : 0
        case .choice(let numbers):
            guard let number = numbers[text] else {
                throw BadValue(reason: "'\(text)' is none of \(numbers.keys.sorted().joined(separator: ", "))")
            }
            return number
        }
    }
}
