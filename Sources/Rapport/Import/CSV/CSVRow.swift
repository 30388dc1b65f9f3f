/// One row of a CSV file.
///
/// It keeps the bytes of its fields, and makes a `String` of a field only when asked for it.
public struct CSVRow: Sendable {
    /// The line it begins on, from 1.
    public internal(set) var line = 1
    /// The fields without their quotation marks, a delimiter behind each but the last; the columns that a mapping
    /// derives from them come behind.
    var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    private(set) var ends: [Int] = []

    /// How many fields it has.
    public var count: Int { ends.count }

    /// A field, counted from 0.
    public subscript(index: Int) -> String { String(decoding: bytes[range(of: index)], as: UTF8.self) }

    /// All fields.
    public var fields: [String] { (0..<count).map { self[$0] } }

    func range(of index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1] + 1)..<ends[index] }

    mutating func begin(on line: Int) {
        self.line = line
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    mutating func endField(at end: Int) {
        ends.append(end)
    }

    /// Ends a field where `bytes` end, and puts `delimiter` between it and the next one.
    mutating func endField(before delimiter: UInt8) {
        ends.append(bytes.count)
        bytes.append(delimiter)
    }

    /// A mistake of the row as a whole.
    func mistake(_ reason: CSVError.Reason) -> CSVError { CSVError(line: line, column: 1, reason: reason) }

    /// The first field that is not UTF-8.
    var firstInvalidField: Int? {
        var union: UInt8 = 0
        for byte in bytes { union |= byte }
        if union < 0x80 { return nil }
        return (0..<count).first { String(validating: bytes[range(of: $0)], as: UTF8.self) == nil }
    }
}
