@testable import EventLog
import LMDB
import TestSupport

/// A folder for a log, backups of it and what is restored from them; each a subfolder.
struct BackupFixture {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    func path(_ folder: String) -> String { directory.path + "/" + folder }

    /// The log, or backup, in a subfolder.
    func opened(_ folder: String = "data", readOnly: Bool = false) throws -> EventLog {
        var options = EventLogOptions.small
        options.readOnly = readOnly
        return try EventLog(at: path(folder), options: options)
    }

    /// The log with so many events more, each in a commit of its own.
    func log(adding count: Int) throws -> EventLog {
        let log = try opened()
        try add(count, to: log)
        return log
    }

    /// Appends events that differ in type, tags and data, and have a personal part.
    func add(_ count: Int, to log: EventLog) throws {
        for _ in 0..<count {
            let number = log.head.rawValue + 1
            var new = event("Type\(number % 3)", "number:\(number)", "all", data: "payload \(number)")
            new.subjects = [Subject(id: "person:\(number)", part: .unsealed([1, 2, 3])), Subject(id: "person:0")]
            new.provenance.actor = "user:1"
            try log.appendBlocking([new])
        }
    }

    /// All events of the log, or backup, in a subfolder.
    func events(in folder: String) throws -> [RecordedEvent] {
        let log = try opened(folder, readOnly: true)
        return try log.events()
    }

    /// What the check of the log, or backup, in a subfolder says.
    func verified(_ folder: String) throws -> VerifiedLog {
        let log = try opened(folder, readOnly: true)
        return try log.verify()
    }

    func surgery(_ folder: String) -> LogSurgery { LogSurgery(path: path(folder)) }

    /// Thrown to end a backup or restore on its way.
    struct Interruption: Error {}

    /// Ends what `body` does after so many of its steps: `body` is to call what it gets at the start and after each.
    func interrupting(after steps: Int, _ body: ((Position, Position) throws -> Void) throws -> Void) throws {
        var calls = 0
        do {
            try body { _, _ in
                if calls == steps { throw Interruption() }
                calls += 1
            }
        } catch is Interruption {
            return
        }
        throw NotInterrupted()
    }

    struct NotInterrupted: Error {}
}
