internal import EventLog
internal import LMDB
internal import Synchronization

/// Puts an import on record in the log: where it begins, where it ends, and that its events belong together.
final class ImportJournal: Sendable {
    private struct State {
        /// Whether the log has the beginning.
        var isBegun = false
    }

    /// Under which the log has the import.
    let importID: String
    private let tag: Tag
    private let source: String
    private let log: EventLog
    private let write: Importer.Append
    private let started: ImportStarted
    private let startID: EventID
    private let endID: EventID
    private let reverts: ImportReverts
    private let state = Mutex(State())

    /// The journal of an import of these files; reads which imports were reverted. O(reverts in the log).
    ///
    /// - Throws: ``UnreadableEvent``, and errors of the storage layer.
    init(
        _ mapping: ImportMapping, _ files: [HashedFile], in log: EventLog, _ write: @escaping Importer.Append
    ) throws {
        let reverts = try ImportReverts(in: log)
        // What was reverted and is imported once more is another import.
        var digest = Hash256(ofImportOf: files, by: mapping)
        while let revert = reverts.revert(of: digest.importID) { digest = digest.chained(to: revert.eventID) }
        let importID = digest.importID
        self.reverts = reverts
        self.importID = importID
        tag = try Tag(ImportID.correlationID(of: importID))
        source = mapping.source
        self.log = log
        self.write = write
        started = ImportStarted.with { message in
            message.importID = importID
            message.source = mapping.source
            message.files = files.map(\.message)
            message.mappingSha256 = mapping.sha256.hex
        }
        startID = digest.eventID(of: "started")
        endID = digest.eventID(of: "completed")
    }

    /// The correlation id of all events of the import.
    var correlationID: String { tag.text }

    // MARK: Running

    /// The batch as it is to be appended: what was reverted gets other ids. Appends the beginning before the first
    /// event that is new.
    func prepared(_ batch: ImportBatch) async throws -> ImportBatch {
        var batch = batch
        if !reverts.isEmpty {
            let view = try reverts.view(of: log)
            for index in batch.events.indices {
                batch.setID(try reverts.freeID(batch.events[index].id, in: log, seenThrough: view), at: index)
            }
        }
        if !state.withLock({ $0.isBegun }), try batch.events.contains(where: { try log.position(of: $0.id) == nil }) {
            try await begin()
        }
        return batch
    }

    private func begin() async throws {
        if try log.position(of: startID) == nil { try await append(started, startID) }
        state.withLock { $0.isBegun = true }
    }

    /// Appends the end, unless the import appended nothing and has ended before, or a bad row has stopped it.
    ///
    /// - Returns: the id of the import; nil where the log has no such import.
    func end(_ report: ImportReport) async throws -> String? {
        guard try state.withLock({ $0.isBegun }) || log.position(of: startID) != nil else { return nil }
        if report.isStopped { return importID }
        let hasEnded = try log.position(of: endID) != nil
        if hasEnded, report.appended == 0 { return importID }
        let message = ImportCompleted.with { message in
            message.importID = importID
            message.rows = UInt64(clamping: report.rows)
            message.badRows = UInt64(clamping: report.badRowCount)
            message.appended = UInt64(clamping: report.appended)
            message.alreadyThere = UInt64(clamping: report.alreadyThere)
            message.changedRows = UInt64(clamping: report.changedRowCount)
        }
        try await append(message, hasEnded ? EventID() : endID)
        return importID
    }

    /// Another process that runs the same import may have been first: then its event stands there, and that is as good.
    private func append<Event: CatalogueEvent>(_ message: Event, _ id: EventID) async throws {
        let provenance = Provenance(source: source, correlationID: correlationID)
        let event = try NewEvent(message, about: [tag], id: id, provenance: provenance)
        do {
            _ = try await write([event])
        } catch AppendError.idTaken {
            return
        }
    }
}

extension Hash256 {
    /// SHA-256 over the name of the source, as UTF-8 behind its length (four bytes, big-endian), the SHA-256 of the
    /// mapping, and those of the files in their order.
    fileprivate init(ofImportOf files: [HashedFile], by mapping: ImportMapping) {
        var input: [UInt8] = []
        input.append(bigEndian: UInt32(mapping.source.utf8.count))
        input.append(utf8: mapping.source)
        input.append(mapping.sha256)
        for file in files { input += file.sha256 }
        let bytes = input
        self = Hash256.sha256(of: bytes.rawSpan)
    }

    /// The id of the import that has this hash.
    fileprivate var importID: String { "imp-\(hex.prefix(16))" }

    /// The hash of this one together with an event.
    fileprivate func chained(to id: EventID) -> Hash256 {
        var input = bytes
        input.append(bigEndian: id.high)
        input.append(bigEndian: id.low)
        let bytes = input
        return Hash256.sha256(of: bytes.rawSpan)
    }

    /// The id of an event of the import that has this hash.
    fileprivate func eventID(of part: String) -> EventID {
        var input = bytes
        input.append(utf8: part)
        return EventID(hashing: input)
    }
}

extension EventID {
    /// The UUIDv8 of the SHA-256 of these bytes.
    init(hashing bytes: [UInt8]) {
        let digest = Hash256.sha256(of: bytes.rawSpan).bytes
        self.init(digestHigh: digest.rawSpan.u64BigEndian(at: 0), digestLow: digest.rawSpan.u64BigEndian(at: 8))
    }
}
