/// Text with the values of columns in it: `customer:{account}`.
///
/// `{{` and `}}` stand for the braces themselves. Where one of its columns is empty, all of it is.
struct RowTemplate: Sendable {
    enum Part: Sendable {
        case text([UInt8])
        /// The slot of a column.
        case column(Int)
    }

    private(set) var parts: [Part] = []

    /// Reads a template whose columns become slots of `columns`.
    init(_ node: MappingNode, _ columns: inout ColumnTable) throws(ImportMappingError) {
        var rest = try node.text()[...]
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                text.append(character)
                rest.removeFirst()
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw node.error("'{' without '}'; '{{' is a brace") }
                try append(column: String(rest[..<end]), behind: &text, node.place, &columns)
                rest = rest[rest.index(after: end)...]
            case "}": throw node.error("'}' without '{'; '}}' is a brace")
            default: text.append(character)
            }
        }
        if !text.isEmpty { parts.append(.text(Array(text.utf8))) }
    }

    /// The value of one column.
    init(column slot: Int) {
        parts = [.column(slot)]
    }

    private mutating func append(
        column name: String, behind text: inout String, _ place: MappingPlace, _ columns: inout ColumnTable
    ) throws(ImportMappingError) {
        guard !name.isEmpty else { throw place.error("'{}' names no column") }
        if !text.isEmpty { parts.append(.text(Array(text.utf8))) }
        text = ""
        parts.append(.column(try columns.slot(of: name, at: place)))
    }

    /// The first column in it; nil when it is the same for every row.
    var firstColumn: Int? {
        for case .column(let slot) in parts { return slot }
        return nil
    }

    /// The slot, when it is a column and nothing else.
    var onlyColumn: Int? { parts.count == 1 ? firstColumn : nil }

    var isConstant: Bool { firstColumn == nil }
}
