/// What stands between the fields of a row.
public enum CSVDelimiter: Hashable, Sendable {
    /// One ASCII character, but neither a quotation mark nor an end of line. A quoted field may hold it.
    case character(UInt8)
    /// One or more blanks or tabs. Those at the start and the end of a line say nothing, a line of nothing else is no
    /// row, and a quotation mark is a character like any other: no field is empty, and none holds a blank.
    case blanks

    /// A comma.
    public static let comma = CSVDelimiter.character(UInt8(ascii: ","))
    /// A tab.
    public static let tab = CSVDelimiter.character(0x09)

    /// What is written between two fields.
    var byte: UInt8 {
        switch self {
        case .character(let byte): byte
        case .blanks: UInt8(ascii: " ")
        }
    }
}

extension UInt8 {
    /// A blank or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}
