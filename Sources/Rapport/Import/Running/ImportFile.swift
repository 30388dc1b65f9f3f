internal import Foundation

/// A data file of an import: its shape is known, and its columns are checked.
final class ImportFile {
    let path: String
    /// The file's name without its folder.
    let name: String
    /// Which section of the mapping it belongs to.
    let section: Int
    var mapper: RowMapper
    private let header: FileHeader
    private var reader: CSVReader?

    /// Finds the section for the file at `path` and checks the columns that it uses.
    ///
    /// - Throws: ``ImportMappingError`` when no section fits or a column is missing; ``ImportFileError`` when the file
    ///   or a look-up table cannot be read.
    init(_ path: String, _ mapping: ImportMapping, warn: (ImportWarning) -> Void) throws {
        let url = URL(filePath: path)
        self.path = path
        name = url.lastPathComponent
        var hasOtherColumns = false
        for (number, section) in mapping.sections.enumerated() where section.matches(fileName: name) {
            let header = try Self.header(path, section)
            guard section.having.allSatisfy({ header.names.contains($0) }) else {
                hasOtherColumns = true
                continue
            }
            let folder = url.deletingLastPathComponent()
            let tables = try section.lookups.map { plan in
                try Self.table(plan, in: folder, warn: warn)
            }
            self.section = number
            self.header = header
            mapper = try RowMapper(section, header: header, tables: tables, source: mapping.source)
            return
        }
        let columns = hasOtherColumns ? " with the columns it has" : ""
        throw MappingPlace().error("no section of the mapping is about \(name)\(columns)")
    }

    private static func header(_ path: String, _ section: FileSection) throws -> FileHeader {
        let name = URL(filePath: path).lastPathComponent
        do {
            var reader = try CSVReader(path: path, delimiter: section.delimiter)
            if let header = section.header { return FileHeader(header, of: name) }
            return FileHeader(try reader.next()?.fields ?? [], of: name)
        } catch {
            throw ImportFileError(path: path, error: error)
        }
    }

    private static func table(
        _ plan: LookupPlan, in folder: URL, warn: (ImportWarning) -> Void
    ) throws -> LookupTable? {
        let path = folder.appending(path: plan.file).path
        guard FileManager.default.fileExists(atPath: path) else {
            let reason = "look-up file is not there; the columns of '\(plan.name)' stay empty"
            warn(ImportWarning(reason: reason, file: plan.file, line: nil))
            return nil
        }
        do {
            return try LookupTable(plan, path: path) { line, reason in
                warn(ImportWarning(reason: "row is left out: \(reason)", file: plan.file, line: line))
            }
        } catch let error as CSVError {
            throw ImportFileError(path: path, error: error)
        }
    }

    /// The row that is no CSV.
    func badRow(_ error: CSVError) -> BadRow {
        var column: String?
        if case .invalidUTF8(let field) = error.reason, field <= header.names.count { column = header.names[field - 1] }
        let place = error.column > 1 ? "byte \(error.column) of the line: " : ""
        return BadRow(file: name, line: error.line, column: column, reason: "\(place)\(error.reason)")
    }

    /// The row that was read last, which has a bad value.
    func badRow(_ error: BadValue) -> BadRow {
        let column = error.slot.map { mapper.section.columns[$0].shown }
        return BadRow(file: name, line: mapper.values.row.line, column: column, reason: error.reason)
    }

    // MARK: Reading

    /// Reads the next row into the mapper's values.
    func read() throws(CSVError) -> CSVReader.Outcome {
        if reader == nil { reader = try open() }
        return try reader?.read(into: &mapper.values.row) ?? .end
    }

    func close() {
        reader = nil
    }

    private func open() throws(CSVError) -> CSVReader {
        let section = mapper.section
        var reader = try CSVReader(path: path, delimiter: section.delimiter, fieldCount: section.header?.count)
        if section.header == nil { _ = try reader.next() }
        return reader
    }
}
