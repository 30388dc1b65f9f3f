internal import LMDB

/// How a message is written from a row: its fields in the order of their numbers, as SwiftProtobuf writes them.
struct MessagePlan: Sendable {
    /// One field, or one element of a list. A class, because every row asks for it.
    final class Field: Sendable {
        /// Field number and wire type.
        let key: UInt64
        let value: FieldPlan
        /// When the field is written at all.
        let when: RowCondition
        /// Whether it is an element of a list, which may be left out alone.
        let isElement: Bool

        init(key: UInt64, value: FieldPlan, when: RowCondition = .always, isElement: Bool) {
            self.key = key
            self.value = value
            self.when = when
            self.isElement = isElement
        }
    }

    private let fields: [Field]
    /// Whether the message is left out as a whole where one of its values is empty.
    private let isWhole: Bool

    init(_ fields: [Field], isWhole: Bool) {
        var ordered = fields.enumerated().map { (offset: $0.offset, field: $0.element) }
        ordered.sort { ($0.field.key, $0.offset) < ($1.field.key, $1.offset) }
        self.fields = ordered.map(\.field)
        self.isWhole = isWhole
    }

    /// Appends the message; appends nothing and is false where it is left out.
    func append(_ values: RowValues, to bytes: inout [UInt8]) throws(BadValue) -> Bool {
        let start = bytes.count
        for field in fields where field.when.holds(values) {
            let isWritten = try field.value.append(values, key: field.key, to: &bytes)
            guard !isWritten, isWhole, !field.isElement else { continue }
            bytes.removeLast(bytes.count - start)
            return false
        }
        return true
    }
}

/// What a field is made of.
indirect enum FieldPlan: Sendable {
    /// Key and value, the same for every row.
    case constant([UInt8])
    /// The text of one column.
    case column(Int)
    case scalar(RowTemplate, FieldEncoding)
    case message(MessagePlan)
    case money(MoneyPlan)
    case date(LocalDatePlan)
    case answer(AnswerPlan)

    /// Appends key and value; appends nothing and is false where the value is empty.
    func append(_ values: RowValues, key: UInt64, to bytes: inout [UInt8]) throws(BadValue) -> Bool {
        switch self {
        case .constant(let constant):
            bytes.append(contentsOf: constant)
            return true
        case .column(let slot):
            if values.isEmpty(slot) { return false }
            bytes.append(varint: key)
            bytes.append(varint: UInt64(values.ranges[slot].count))
            bytes.append(contentsOf: values.bytes(slot))
            return true
        case .scalar(let template, let encoding): return try encoding.append(template, of: values, to: &bytes)
        case .answer(let answer): return try answer.append(values, to: &bytes)
        case .message(let plan):
            return try bytes.append(message: key) { bytes throws(BadValue) in try plan.append(values, to: &bytes) }
        case .money(let plan):
            return try bytes.append(message: key) { bytes throws(BadValue) in try plan.append(values, to: &bytes) }
        case .date(let plan):
            return try bytes.append(message: key) { bytes throws(BadValue) in try plan.append(values, to: &bytes) }
        }
    }
}

/// A value of a row that cannot be used.
struct BadValue: Error {
    /// The column at fault, where there is one.
    var slot: Int?
    let reason: String
}

extension [UInt8] {
    /// Appends a field that holds a message, which `write` appends unless it is left out.
    mutating func append(
        message key: UInt64, _ write: (inout [UInt8]) throws(BadValue) -> Bool
    ) throws(BadValue) -> Bool {
        let start = count
        append(varint: key)
        append(0)
        let bodyStart = count
        guard try write(&self) else {
            removeLast(count - start)
            return false
        }
        let length = count - bodyStart
        if length < 0x80 {
            self[bodyStart - 1] = UInt8(length)
        } else {
            var prefix: [UInt8] = []
            prefix.append(varint: UInt64(length))
            replaceSubrange(bodyStart - 1..<bodyStart, with: prefix)
        }
        return true
    }
}
