/// The columns of one row that a mapping uses, as ranges of bytes: those of the file and those derived from them.
struct RowValues {
    /// The row; derived values are written behind its fields.
    var row = CSVRow()
    /// For each slot of the column table where its value stands; empty means no value.
    private(set) var ranges: [Range<Int>]

    init(slots: Int) {
        ranges = Array(repeating: 0..<0, count: slots)
    }

    func isEmpty(_ slot: Int) -> Bool { ranges[slot].isEmpty }

    func bytes(_ slot: Int) -> ArraySlice<UInt8> { row.bytes[ranges[slot]] }

    func text(_ slot: Int) -> String { String(decoding: bytes(slot), as: UTF8.self) }

    // MARK: Filling

    /// Takes a field of the row.
    mutating func set(_ slot: Int, toField index: Int, trims: Bool) {
        var range = row.range(of: index)
        if trims {
            while !range.isEmpty, row.bytes[range.lowerBound].isBlank { range = range.dropFirst() }
            while !range.isEmpty, row.bytes[range.upperBound - 1].isBlank { range = range.dropLast() }
        }
        ranges[slot] = range
    }

    mutating func set(_ slot: Int, to bytes: [UInt8]) {
        let start = row.bytes.count
        row.bytes.append(contentsOf: bytes)
        ranges[slot] = start..<row.bytes.count
    }

    /// Takes the value of another slot.
    mutating func set(_ slot: Int, to other: Int) {
        ranges[slot] = ranges[other]
    }

    mutating func clear(_ slot: Int) {
        ranges[slot] = 0..<0
    }

    mutating func set(_ slot: Int, to template: RowTemplate) {
        if let other = template.onlyColumn { return set(slot, to: other) }
        var bytes: [UInt8] = []
        if append(template, to: &bytes) { set(slot, to: bytes) } else { clear(slot) }
    }

    // MARK: Templates

    /// Appends the template's text; appends nothing and is false when one of its columns is empty.
    func append(_ template: RowTemplate, to bytes: inout [UInt8]) -> Bool {
        let start = bytes.count
        for part in template.parts {
            switch part {
            case .text(let text): bytes.append(contentsOf: text)
            case .column(let slot):
                if isEmpty(slot) {
                    bytes.removeLast(bytes.count - start)
                    return false
                }
                bytes.append(contentsOf: row.bytes[ranges[slot]])
            }
        }
        return bytes.count > start
    }

    /// The template's text; nil when one of its columns is empty.
    func text(_ template: RowTemplate) -> String? {
        if let slot = template.onlyColumn { return isEmpty(slot) ? nil : text(slot) }
        var bytes: [UInt8] = []
        return append(template, to: &bytes) ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
