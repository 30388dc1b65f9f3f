@testable import Audit
@testable import EventLog
import Foundation
import LMDB
import TestSupport

/// A data directory whose log is opened and closed, and whose files are changed in between.
struct TreeFixture {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// The data directory.
    var path: String { directory.path + "/data" }

    func opened(readOnly: Bool = false) throws -> EventLog {
        var options = EventLogOptions(readOnly: readOnly)
        options.mapSize = 1 << 30
        return try EventLog(at: path, options: options)
    }

    /// Opens the log for the time of the call.
    @discardableResult
    func withLog<Result>(readOnly: Bool = false, _ body: (EventLog) throws -> Result) throws -> Result {
        let log = try opened(readOnly: readOnly)
        defer { log.close() }
        return try body(log)
    }

    /// A log with so many events, and its whole tree; both closed again. Answers the reference.
    @discardableResult
    func makeTree(of count: Int) throws -> ReferenceTree {
        try withLog { log in
            try append(count, to: log)
            try LogTree(of: log, isWritable: true).extend(to: log.head)
            return try ReferenceTree(of: log)
        }
    }

    /// Appends events that differ in type, tags and data; each fifth is about a person.
    func append(_ count: Int, to log: EventLog, saying word: String = "payload") throws {
        var left = count
        while left > 0 {
            let first = log.head.rawValue + 1
            let events = (0..<UInt64(min(left, 5000))).map { offset in
                let number = first + offset
                var event = NewEvent(
                    type: EventType(unchecked: "Type\(number % 3)"), tags: [Tag(unchecked: "number:\(number)")],
                    data: Array("\(word) \(number)".utf8))
                if number % 5 == 0 { event.subjects = [Subject(id: "person:\(number)", part: .unsealed([1, 2, 3]))] }
                return event
            }
            try log.appendBlocking(events)
            left -= events.count
        }
    }

    // MARK: The tree's files

    /// The files of hashes.
    func levelFile(_ level: Int) throws -> String {
        let tree = path + "/tree"
        let folders = try FileManager.default.contentsOfDirectory(atPath: tree).filter { $0.hasPrefix("hashes-") }
        guard folders.count == 1, let folder = folders.first else { throw Surprise("\(folders.count) generations") }
        return "\(tree)/\(folder)/level-\(level)"
    }

    func state() throws -> [UInt8] { try bytes(of: path + "/tree/STATE") }

    func replaceState(with bytes: [UInt8]) throws { try DurableFile.replace(path + "/tree/STATE", with: bytes) }

    func bytes(of file: String) throws -> [UInt8] {
        guard let bytes = try DurableFile.read(file) else { throw Surprise("no file \(file)") }
        return bytes
    }

    /// Writes over a file in place: whoever has it open sees it.
    func overwrite(_ file: String, with bytes: [UInt8]) throws {
        guard let handle = FileHandle(forWritingAtPath: file) else { throw Surprise("no file \(file)") }
        defer { try? handle.close() }
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(bytes))
    }

    // MARK: The log's files

    /// Keeps the files of a log that is closed.
    func keepLog() throws { try FileManager.default.copyItem(atPath: path + "/log", toPath: path + "/kept") }

    /// Puts the kept files back.
    func bringLogBack() throws {
        try FileManager.default.removeItem(atPath: path + "/log")
        try FileManager.default.moveItem(atPath: path + "/kept", toPath: path + "/log")
    }

    /// Changes the record at a position of a log that is closed, past all checks.
    func changeRecord(at position: UInt64, isSealed: Bool = false, _ edit: (inout [UInt8]) -> Void) throws {
        let store = try LogStore(folder: path + "/log", mapSize: 1 << 30, readOnly: false)
        defer { store.environment.close() }
        var record = try storedRecord(at: position, in: store)
        edit(&record)
        if isSealed {
            let checksum = RecordEncoder.checksum(of: record.rawSpan)
            record.store(littleEndian: checksum, at: 0)
        }
        var key: [UInt8] = []
        key.append(littleEndian: position)
        let (changed, place) = (record, key)
        try store.environment.write { transaction in
            try transaction.put(changed.rawSpan, in: store.events, for: place.rawSpan)
        }
    }

    private func storedRecord(at position: UInt64, in store: LogStore) throws -> [UInt8] {
        let transaction = try store.environment.beginRead()
        guard let record = try transaction.value(in: store.events, for: position) else {
            throw Surprise("no record at \(position)")
        }
        return record.copy()
    }

    /// Something that a test relies on is not so.
    struct Surprise: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}
