import EventLog
import Foundation
import Rapport
import Synchronization
import Testing

/// A folder of data files, and what importing them appended: events by id, in order, as the log would keep them.
final class ImportFolder: Sendable {
    private let directory = TemporaryFolder()
    private let log = Mutex<(events: [NewEvent], byID: [EventID: Int])>(([], [:]))
    private let calls = Mutex<[Int]>([])

    /// What was appended, in order.
    var events: [NewEvent] { log.withLock { $0.events } }

    /// How many events each append had, refused ones included.
    var appendSizes: [Int] { calls.withLock { $0 } }

    /// Writes a file; returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let path = directory.path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    func path(_ name: String) -> String { directory.path + "/" + name }

    /// Imports files of the folder.
    @discardableResult
    func run(_ yaml: String, _ files: String..., options: ImportOptions = ImportOptions()) async throws -> ImportReport
    {
        try await run(try ImportMapping(yaml: yaml), files.map { path($0) }, options: options)
    }

    @discardableResult
    func run(
        _ mapping: ImportMapping, _ paths: [String], options: ImportOptions = ImportOptions()
    ) async throws -> ImportReport {
        try await Importer(mapping, options: options).run(files: paths) { [self] events in
            calls.withLock { $0.append(events.count) }
            return try append(events)
        }
    }

    /// As the log does: all or nothing, known events skipped.
    private func append(_ events: [NewEvent]) throws -> ImportBatchResult {
        try log.withLock { log in
            var staged = log
            let first = log.events.count
            for event in events {
                if let known = staged.byID[event.id] {
                    guard staged.events[known] == event else {
                        if known >= first { throw AppendError.idTwice(event.id) }
                        throw AppendError.idTaken(event.id, at: Position(UInt64(known + 1)))
                    }
                } else {
                    staged.byID[event.id] = staged.events.count
                    staged.events.append(event)
                }
            }
            log = staged
            return ImportBatchResult(appended: staged.events.count - first)
        }
    }
}

extension NewEvent {
    /// The data in JSON.
    var json: String {
        get throws {
            let type = try #require(EventCatalogue.type(named: type.name))
            return String(decoding: try EventCatalogue.json(of: type, data: data), as: UTF8.self)
        }
    }

    /// Time and tags in one line.
    var head: String { "\(occurredAt) " + tags.map(\.text).joined(separator: " ") }
}

/// A directory that is removed with this object.
private final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "rapport-tests-" + UUID().uuidString

    init() {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
