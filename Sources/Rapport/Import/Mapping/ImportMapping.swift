internal import EventLog
internal import Foundation
internal import LMDB

/// How the rows of CSV files become events: a YAML file, described on the page <doc:Importing>.
public struct ImportMapping: Sendable {
    /// The name of the source; it enters the id of every event.
    public let source: String
    /// One for each shape of file; the first that fits is taken.
    let sections: [FileSection]
    /// SHA-256 of its text.
    let sha256: Hash256
    /// Where it was read from, if from a file.
    private(set) var file: String?

    /// Reads a mapping and checks all that can be checked without data.
    ///
    /// - Throws: ``ImportMappingError`` for the first thing that is wrong, with its place.
    public init(yaml: String) throws(ImportMappingError) {
        let fields = try MappingNode(yaml: yaml)
            .fields("source", "delimiter", "zone", "trim", "lookups", "columns", "files", "events")
        let source = try fields.required("source")
        self.source = try source.name()
        guard self.source.utf8.count <= Limits.envelopeFieldBytes else {
            throw source.error("the name of a source has at most \(Limits.envelopeFieldBytes) bytes")
        }
        let files = try fields.required("files")
        var sections: [FileSection] = []
        for item in try files.items() { sections.append(try FileSection(item, defaults: fields)) }
        guard !sections.isEmpty else { throw files.error("a mapping is about at least one file") }
        self.sections = sections
        let text = Array(yaml.utf8)
        sha256 = Hash256.sha256(of: text.rawSpan)
    }

    /// Reads the mapping in a file.
    ///
    /// - Throws: ``ImportMappingError`` with the file's name, also when it cannot be read.
    public init(path: String) throws(ImportMappingError) {
        do {
            let yaml: String
            do {
                yaml = try String(contentsOf: URL(filePath: path), encoding: .utf8)
            } catch {
                throw MappingPlace().error("cannot be read: \((error as NSError).localizedDescription)")
            }
            try self.init(yaml: yaml)
            file = path
        } catch {
            var error = error as? ImportMappingError ?? MappingPlace().error(String(describing: error))
            error.file = path
            throw error
        }
    }
}
