/// A row that is no CSV, or a file that cannot be read.
public struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// A field begins with a quotation mark and the file ends before its second one.
        case unterminatedQuote
        /// A quotation mark in a field that does not begin with one, or text behind the one that ends a field.
        case strayQuote
        /// The row has more or fewer fields than the first row.
        case fieldCount(found: Int, expected: Int)
        /// The field, counted from 1, is not UTF-8.
        case invalidUTF8(field: Int)
        /// The row has more bytes than one row may have.
        case rowTooLong(limit: Int)
        /// The file cannot be read, for the reason the system gives.
        case unreadable(String)
    }

    /// The line of the mistake, from 1.
    public let line: Int
    /// Where in the line the mistake is: its first byte, from 1.
    public let column: Int
    /// What is wrong.
    public let reason: Reason

    /// Whether nothing can be read behind it; after the other mistakes the next row is as good as ever.
    public var isFinal: Bool {
        switch reason {
        case .unterminatedQuote, .rowTooLong, .unreadable: true
        case .strayQuote, .fieldCount, .invalidUTF8: false
        }
    }

    public var description: String { "\(line):\(column): \(reason)" }
}

extension CSVError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unterminatedQuote: "a quotation mark begins a field that does not end"
        case .strayQuote: "a quotation mark stands where none may; within a quoted field it is doubled"
        case .fieldCount(let found, let expected): "the row has \(found) fields instead of \(expected)"
        case .invalidUTF8(let field): "field \(field) is not UTF-8"
        case .rowTooLong(let limit): "the row has more than \(limit) bytes; is a quotation mark missing?"
        case .unreadable(let cause): "cannot be read: \(cause)"
        }
    }
}
