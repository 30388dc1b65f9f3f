public import EventLog
internal import LMDB

/// An import that the log has.
public struct RecordedImport: Codable, Hashable, Sendable {
    /// A file that was imported.
    public struct File: Codable, Hashable, Sendable {
        /// Its name without its folder.
        public let name: String
        /// SHA-256 of its bytes, in hexadecimal.
        public let sha256: String
        /// How many bytes it has.
        public let bytes: UInt64
    }

    /// What came of an import that read its files to their ends.
    public struct Outcome: Codable, Hashable, Sendable {
        /// Where the last run has said so.
        public let position: Position
        /// Rows that the last run has read.
        public let rows: UInt64
        /// Rows that the last run could not use.
        public let badRows: UInt64
        /// Events that were appended by the runs that came to their end.
        public let appended: UInt64
    }

    /// How an import was reverted.
    public struct Revert: Codable, Hashable, Sendable {
        /// Where the log says so.
        public let position: Position
        /// When it was recorded.
        public let recordedAt: Timestamp
        /// Why; empty where that is not said.
        public let reason: String
        /// How many of its events were kept.
        public let kept: Int
    }

    /// Its id: `imp-` and 16 hexadecimal digits.
    public let importID: String
    /// The system that its rows come from.
    public let source: String
    /// Where the log has its beginning.
    public let position: Position
    /// When it began.
    public let recordedAt: Timestamp
    /// Its files, in the order in which they were read.
    public let files: [File]
    /// What came of it; nil of one that is running, or was interrupted.
    public internal(set) var outcome: Outcome?
    /// How it was reverted, the last time; nil when it was not.
    public internal(set) var revert: Revert?

    /// All imports of a log, in the order in which they began. What nobody can read is left out. O(imports).
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    public static func all(in log: EventLog) throws -> [RecordedImport] { try imports(in: log, tags: []) }

    /// The import with this id; nil when the log has none. O(log n).
    static func named(_ importID: String, in log: EventLog) throws -> RecordedImport? {
        guard let tag = try? Tag(ImportID.correlationID(of: importID)) else { return nil }
        return try imports(in: log, tags: [tag]).first { $0.importID.sameBytes(as: importID) }
    }

    private static func imports(in log: EventLog, tags: [Tag]) throws -> [RecordedImport] {
        let types = [ImportStarted.eventType, ImportCompleted.eventType, ImportReverted.eventType]
        var imports: [RecordedImport] = []
        var places: [String: Int] = [:]
        for recorded in try log.events(try Query(types: types, tags: tags)) {
            switch recorded.event.type {
            case ImportStarted.eventType:
                guard let message = try? recorded.message(ImportStarted.self), places[message.importID] == nil
                else { continue }
                places[message.importID] = imports.count
                imports.append(RecordedImport(message, recorded))
            case ImportCompleted.eventType:
                guard let message = try? recorded.message(ImportCompleted.self), let place = places[message.importID]
                else { continue }
                imports[place].complete(message, at: recorded.position)
            default:
                guard let message = try? recorded.message(ImportReverted.self), let place = places[message.importID]
                else { continue }
                imports[place].revert = Revert(
                    position: recorded.position, recordedAt: recorded.recordedAt, reason: message.reason,
                    kept: message.kept.count)
            }
        }
        return imports
    }

    private init(_ message: ImportStarted, _ recorded: RecordedEvent) {
        importID = message.importID
        source = message.source
        position = recorded.position
        recordedAt = recorded.recordedAt
        files = message.files.map { File(name: $0.name, sha256: $0.sha256, bytes: $0.bytes) }
    }

    private mutating func complete(_ message: ImportCompleted, at position: Position) {
        let (sum, isTooMuch) = (outcome?.appended ?? 0).addingReportingOverflow(message.appended)
        outcome = Outcome(
            position: position, rows: message.rows, badRows: message.badRows, appended: isTooMuch ? .max : sum)
    }
}

extension Rapport {
    /// All imports, in the order in which they began. O(imports).
    ///
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    public func imports() throws -> [RecordedImport] { try RecordedImport.all(in: log) }
}
