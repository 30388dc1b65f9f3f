/// The column names of a file, without the blanks around them.
struct FileHeader: Sendable {
    let names: [String]
    private let file: String

    init(_ names: [String], of file: String) {
        self.names = names.map { $0.trimmingBlanks() }
        self.file = file
    }

    /// The place of a column that is named at `place`.
    func index(of name: String, at place: MappingPlace) throws(ImportMappingError) -> Int {
        let found = names.indices.filter { names[$0] == name }
        if found.count > 1 { throw place.error("column '\(name)' stands \(found.count) times in \(file)") }
        guard let index = found.first else {
            let names = self.names.map { "'\($0)'" }.joined(separator: ", ")
            throw place.error("\(file) has no column '\(name)'; it has \(names.isEmpty ? "none" : names)")
        }
        return index
    }
}

extension MappingNode {
    /// A delimiter: one character, or one of the words `tab` and `blanks`.
    func delimiter() throws(ImportMappingError) -> CSVDelimiter {
        let text = try text()
        if text == "tab" { return .tab }
        if text == "blanks" { return .blanks }
        let bytes = Array(text.utf8)
        guard bytes.count == 1, let byte = bytes.first, byte < 0x80, !text.contains(where: { "\"\n\r".contains($0) })
        else { throw error("a delimiter is one ASCII character, or one of the words tab and blanks") }
        return .character(byte)
    }
}
