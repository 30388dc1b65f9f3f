import ArgumentParser
import Audit
import EventLog

/// `rapport backup`: the log copied, or what is new of it.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the log into a backup, or what is new since the last one.",
        discussion: """
            The first backup into a directory copies every event, each later one those that are new. Appends and \
            questions go on meanwhile. Each event is checked before it is copied. A backup that is stopped, or dies, \
            leaves what was there, and the next one goes on from where it was. A directory that holds something else, \
            or the backup of another log, is refused with exit code 3.

            A backup is a data directory that is only read: verify checks it, status says when it was taken, and every \
            question can be asked of it. restore makes a data directory of it. Personal values are sealed in it, and \
            their keys are not with them: `rapport keys backup` copies these, to another place.

              rapport backup /mnt/backup/crm --data crm
              rapport verify --data /mnt/backup/crm
              rapport funnel --data /mnt/backup/crm
            """)

    @OptionGroup var data: DataOptions

    @Argument(
        help: ArgumentHelp("The directory of the backup, not of the data; made where it is missing.", valueName: "dir"),
        completion: .directory)
    var directory: String

    @Flag(help: "Check the whole backup at the end, as verify does, not only what is new.")
    var verify = false

    @Flag(help: "Answer in JSON: logId, position, added, bytes, takenAt and verified.")
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    func validate() throws { _ = try form }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        let stop = StopSignals()
        let summary = try await DataDirectory(data).readingLog { try backUp($0, until: stop) }
        try CheckpointStore(at: data.path + "/checkpoints")
            .copy(into: CheckpointStore(at: directory + "/checkpoints"), upTo: summary.position.rawValue)
        if verify { try check(until: stop) }
        let report = BackupReport(summary, verified: verify)
        try form.print(report, csv: report.csv) { report.text(for: $0) }
    }

    private func backUp(_ log: EventLog, until stop: StopSignals) throws -> BackupSummary {
        let progress = ProgressLine(label: "Backing up")
        defer { progress.finish() }
        var start: Position?
        var reached = Position.zero
        do {
            return try log.backUp(to: directory) { position, head in
                let first = start ?? position
                start = first
                reached = position
                progress.update(
                    done: Int(position.rawValue - first.rawValue), of: Int(head.rawValue - first.rawValue))
                if stop.isStopped { throw CancellationError() }
            }
        } catch is CancellationError {
            progress.finish()
            try stop.throwIfStopped("the backup has come to position \(reached); the next one goes on from there")
            throw CancellationError()
        } catch let damage as DamagedLog {
            throw CommandFailure(at: data.path, damage)
        }
    }

    private func check(until stop: StopSignals) throws {
        let progress = ProgressLine(label: "Verifying")
        defer { progress.finish() }
        let backup = try EventLog(at: directory, options: EventLogOptions(readOnly: true))
        defer { backup.close() }
        do {
            _ = try backup.verify { position, head in
                progress.update(done: Int(position.rawValue), of: Int(head.rawValue))
                if stop.isStopped { throw CancellationError() }
            }
        } catch is CancellationError {
            progress.finish()
            try stop.throwIfStopped("the backup is complete, but not verified as a whole")
            throw CancellationError()
        } catch let damage as DamagedLog {
            throw CommandFailure(at: directory, damage)
        }
    }
}

/// What `backup` has done; the shape of its JSON.
struct BackupReport: Codable, Equatable {
    let logId: EventID
    /// Every event up to here is in the backup.
    let position: Position
    /// Events that were not in the backup before.
    let added: UInt64
    /// Of these events, as they are stored.
    let bytes: UInt64
    let takenAt: Timestamp
    /// Whether all of it was checked, not only what is new.
    let verified: Bool

    init(_ summary: BackupSummary, verified: Bool) {
        logId = summary.logID
        position = summary.position
        added = summary.added
        bytes = summary.bytes
        takenAt = summary.takenAt
        self.verified = verified
    }

    func text(for terminal: Terminal) -> String {
        let news =
            added == 0
            ? "nothing is new"
            : "\(NumberFormat.count(Int(added), "event")) added, \(NumberFormat.integer(bytes)) bytes"
        let whole = "\(NumberFormat.count(Int(position.rawValue), "event")) in the backup"
        let verdict = verified ? ", all of them " + terminal.styled("sound", .green) : ""
        return "\(news); \(whole)\(verdict)\n" + terminal.footer(at: position)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["logId", "position", "added", "bytes", "takenAt", "verified"])
        table.append(logId, position, added, bytes, takenAt, verified)
        return table
    }
}
