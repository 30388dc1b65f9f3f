internal import EventLog
internal import LMDB

/// A date that a column holds, in one of several formats.
struct DatePlan: Sendable {
    let template: RowTemplate
    let formats: [DateFormat]
    let zone: ZonedCalendar

    /// Nil where the column is empty.
    func read(_ values: RowValues) throws(BadValue) -> WallTime? {
        if let slot = template.onlyColumn {
            return values.isEmpty(slot) ? nil : try read(values.bytes(slot))
        }
        var text: [UInt8] = []
        return values.append(template, to: &text) ? try read(text[...]) : nil
    }

    private func read(_ text: ArraySlice<UInt8>) throws(BadValue) -> WallTime {
        for format in formats {
            if let time = format.read(text) { return time }
        }
        throw BadValue(
            slot: template.firstColumn,
            reason: "'\(String(decoding: text, as: UTF8.self))' is no date of the mapping's format")
    }
}

/// When an event happened.
enum MomentPlan: Sendable {
    case fixed(Timestamp)
    /// The fallback is for rows without a date.
    case column(DatePlan, fallback: Timestamp?)
    /// No row has a date.
    case unknown(Timestamp)

    /// The moment, and whether it is the fallback.
    func moment(_ values: RowValues) throws(BadValue) -> (time: Timestamp, isUnknown: Bool) {
        switch self {
        case .fixed(let time): return (time, false)
        case .unknown(let time): return (time, true)
        case .column(let plan, let fallback):
            if let time = try plan.read(values) { return (time.moment(in: plan.zone), false) }
            guard let fallback else {
                throw BadValue(slot: plan.template.firstColumn, reason: "is empty, and the mapping has no fallback")
            }
            return (fallback, true)
        }
    }
}

/// A day in the calendar of a place, as a message.
struct LocalDatePlan: Sendable {
    let date: DatePlan
    let dateField: FieldEncoding
    let zoneField: FieldEncoding

    /// Appends the fields of the message; appends nothing and is false where the column is empty.
    func append(_ values: RowValues, to bytes: inout [UInt8]) throws(BadValue) -> Bool {
        guard let time = try date.read(values) else { return false }
        bytes.append(varint: dateField.key)
        bytes.append(prefixed: time.date.description)
        bytes.append(varint: zoneField.key)
        bytes.append(prefixed: date.zone.name)
        return true
    }
}
