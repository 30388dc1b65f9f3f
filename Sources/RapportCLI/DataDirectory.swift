import EventLog
import Foundation
import Logging
import Projection
import Rapport

/// The data directory of a command, opened for as long as the command needs it.
struct DataDirectory {
    /// Seconds to wait where another process would have to follow.
    private static let patience = 30.0
    /// Seconds to wait for read models to be built: as long as it takes.
    private static let buildPatience = 7 * 86_400.0

    let path: String

    /// The directory that `options` name; sets up logging as they say.
    init(_ options: DataOptions) {
        self.init(path: options.path, options.logging)
    }

    init(path: String, _ logging: LoggingOptions) {
        self.path = path
        logging.start()
    }

    /// Whether somebody has made a log here.
    var hasLog: Bool { FileManager.default.fileExists(atPath: path + "/log/data.mdb") }

    /// Whether it is there, but what is in it nobody tells this user.
    private var isHidden: Bool {
        ["", "/log"].contains { part in
            FileManager.default.fileExists(atPath: path + part)
                && !FileManager.default.isExecutableFile(atPath: path + part)
                && (try? FileManager.default.attributesOfItem(atPath: path + part)[.type] as? FileAttributeType)
                    == .typeDirectory
        }
    }

    /// - Throws: ``CommandFailure`` when nobody has made a log here.
    func requireLog() throws {
        guard !hasLog else { return }
        guard !isHidden else {
            throw CommandFailure(
                .notPermitted, "\(path): may not be looked into; expected a data directory that this user may read")
        }
        throw CommandFailure(
            .notFound, "\(path): no log here; expected a data directory that append, import or demo has made")
    }

    /// - Throws: ``CommandFailure`` when nothing can be appended to the log that is here.
    func requireWritable(_ log: EventLog) throws {
        guard !log.isBackup else {
            throw CommandFailure(
                .notPermitted,
                "\(path): a backup, which nothing is appended to; expected a data directory; restore makes one of it")
        }
        guard log.isReadOnly else { return }
        throw CommandFailure(
            .notPermitted, "\(path): cannot be written; expected a data directory that this user may write to")
    }

    /// - Throws: ``CommandFailure`` where only who was shown personal values is noted: nothing else is appended there,
    ///   and no person has an account there.
    func requireNoAccessLog() throws {
        let place = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath()
        let owner = place.deletingLastPathComponent().path
        let isWithinOther = FileManager.default.fileExists(atPath: owner + "/log/data.mdb")
        guard place.lastPathComponent == "access", isWithinOther else { return }
        throw CommandFailure(
            .notPermitted,
            "\(path): the access log of \(owner), which holds nothing but who was shown personal values; expected "
                + "that data directory")
    }

    /// Lends the log that is here, for reading.
    func readingLog<Result>(_ body: (EventLog) async throws -> Result) async throws -> Result {
        try requireLog()
        // A backup is never written to, but for the index that a question may need.
        let log = try EventLog(at: path, options: EventLogOptions(readOnly: !Backup.isThere(at: path)))
        defer { log.close() }
        return try await body(log)
    }

    /// Lends the log, made where there is none, for appending; what was handed over is durable at the end. Personal
    /// parts are sealed on the way.
    func appendingLog<Result>(_ body: (EventLog) async throws -> Result) async throws -> Result {
        try await appendingPersonalData { log, _ in try await body(log) }
    }

    /// As ``appendingLog(_:)``; lends what seals the personal parts, too, which knows who is erased, restricted or
    /// held.
    func appendingPersonalData<Result>(
        _ body: (EventLog, PersonalData) async throws -> Result
    ) async throws -> Result {
        try requireNoAccessLog()
        let log = try EventLog(at: path)
        defer { log.close() }
        try requireWritable(log)
        let personal = PersonalData(of: log)
        defer { personal.close() }
        try personal.replayErasures(in: log)
        return try await body(log, personal)
    }

    /// Opens the personal values of a log that is lent for reading, and notes whose are shown. Once for each log.
    func personalReader(for log: EventLog, as actor: String, for purpose: String?) -> PersonalReader {
        PersonalReader(
            actor, for: purpose, of: log, opening: PersonalData(of: log), noting: AccessLog(of: log))
    }

    /// Lends the CRM that is here.
    ///
    /// - Parameters:
    ///   - creating: makes it where there is none; it is to be appended to.
    ///   - readOnly: leaves the read models as they are, instead of building and following.
    func withCRM<Result>(
        creating: Bool = false, readOnly: Bool = false, _ body: (Rapport) async throws -> Result
    ) async throws -> Result {
        if creating { try requireNoAccessLog() } else { try requireLog() }
        let progress = ProgressLine(label: "Building read models")
        let crm = try Rapport(at: path, readOnly: readOnly) { progress.show($0) }
        defer {
            crm.close()
            progress.finish()
        }
        if creating { try requireWritable(crm.log) }
        return try await body(crm)
    }

    /// Waits until read models have reached `position`, or the newest event there is now: as long as it takes for
    /// events that are in the log, and `seconds` for events that are not.
    ///
    /// - Parameters:
    ///   - names: which read models; none of them is for the log alone.
    ///   - seconds: nil refuses a position that is not in the log yet.
    static func wait(
        for position: Position? = nil, of names: [String], in crm: Rapport, seconds: Int? = nil
    ) async throws {
        let head = crm.log.head
        // A directory that cannot be written has no follower here: it answers with the rows that are there.
        if position == nil, !crm.projections.follows { return }
        let wanted = position ?? head
        if wanted <= head {
            let limit = crm.projections.follows ? buildPatience : patience
            return try await crm.projections.wait(for: wanted, of: names, seconds: limit)
        }
        guard let seconds else {
            throw CommandFailure(
                .notFound,
                "position \(wanted) is not in the log, which ends at position \(head); --wait waits for one to come")
        }
        if names.isEmpty { return try await wait(for: wanted, in: crm.log, seconds: seconds) }
        try await crm.projections.wait(for: wanted, of: names, seconds: Double(seconds))
    }

    /// Waits until another process has appended as much.
    private static func wait(for position: Position, in log: EventLog, seconds: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while log.head < position {
            guard ContinuousClock.now < deadline else {
                throw CommandFailure(
                    .unavailable, "the log is at position \(log.head); position \(position) was asked for")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
