/// A table beside the data file, as a mapping declares it.
struct LookupPlan: Sendable {
    let name: String
    /// The file's name, in the folder of the data file.
    let file: String
    /// The column of the table whose values are looked up.
    let key: String
    /// The slot of the row's value to look up.
    let by: Int
    let delimiter: CSVDelimiter
    /// Whether a value that is not in the table is nothing to warn of.
    let isPartial: Bool
    let place: MappingPlace
    /// The columns of the table that are used.
    private(set) var columns: [(name: String, place: MappingPlace)] = []

    init(
        named name: String, _ node: MappingNode, delimiter: CSVDelimiter, _ columns: inout ColumnTable
    ) throws(ImportMappingError) {
        let fields = try node.fields("file", "key", "by", "delimiter", "partial")
        let key = try fields.required("key")
        self.name = name
        self.file = try fields.required("file").name()
        self.key = try key.name()
        self.delimiter = try fields["delimiter"]?.delimiter() ?? delimiter
        isPartial = try fields["partial"]?.flag() ?? false
        self.place = node.place
        let by = fields["by"] ?? key
        self.by = try columns.slot(of: try by.name(), at: by.place)
    }

    /// The number of a column, which is used from now on.
    mutating func number(of column: String, at place: MappingPlace) -> Int {
        if let known = columns.firstIndex(where: { $0.name == column }) { return known }
        columns.append((column, place))
        return columns.count - 1
    }
}

/// A look-up table in memory.
struct LookupTable: Sendable {
    private let columnCount: Int
    private var numbers: [ArraySlice<UInt8>: Int] = [:]
    /// The used columns of all rows, row by row.
    private var values: [[UInt8]] = []

    /// Reads the table at `path`; rows that are no CSV and keys that come again are told to `notice`.
    ///
    /// - Throws: ``ImportMappingError`` when the file has not the columns that the mapping uses; ``CSVError`` when it
    ///   cannot be read.
    init(_ plan: LookupPlan, path: String, notice: (_ line: Int, _ reason: String) -> Void) throws {
        columnCount = plan.columns.count
        var reader = try CSVReader(path: path, delimiter: plan.delimiter)
        let header = FileHeader(try reader.next()?.fields ?? [], of: plan.file)
        let key = try header.index(of: plan.key, at: plan.place)
        let indexes = try plan.columns.map { try header.index(of: $0.name, at: $0.place) }
        var row = CSVRow()
        while true {
            switch try reader.read(into: &row) {
            case .end: return
            case .mistake(let mistake): notice(mistake.line, String(describing: mistake.reason))
            case .row:
                let key = trimmed(row, key)
                guard numbers[key] == nil else {
                    notice(row.line, "'\(String(decoding: key, as: UTF8.self))' stands in the table already")
                    continue
                }
                numbers[key] = numbers.count
                values.append(contentsOf: indexes.map { Array(trimmed(row, $0)) })
            }
        }
    }

    /// The number of the row with this key.
    func row(of key: ArraySlice<UInt8>) -> Int? { numbers[key] }

    func value(_ column: Int, of row: Int) -> [UInt8] { values[row * columnCount + column] }

    private func trimmed(_ row: CSVRow, _ index: Int) -> ArraySlice<UInt8> {
        Array(row[index].trimmingBlanks().utf8)[...]
    }
}

extension StringProtocol {
    /// Without blanks and tabs at both ends.
    func trimmingBlanks() -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var rest = self[...].drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(rest)
    }
}
