import ArgumentParser
import Audit
import EventLog
import Rapport

/// `rapport restore`: a data directory made of a backup.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data directory of a backup.",
        discussion: """
            Everything that the backup holds goes into a directory that has no log, and each event is checked on the \
            way. The log keeps its id: it takes the place of one that was lost.

            With --to or --to-time only the events up to there are taken. What is appended then differs from what the \
            log has from there on, so this needs --fork: the result is another log with an id of its own, and its next \
            event, rapport.log.v1.LogForked, names the log and the position that it comes from.

            Personal values open when `rapport keys restore` has brought back their keys, before anything is appended. \
            Keys of one log do not open another.

              rapport restore /mnt/backup/crm --into crm
              rapport restore /mnt/backup/crm --into crm-may --to-time 2017-05-31 --fork

            A restore that is stopped, or dies, leaves a directory that no command opens; restoring into it again \
            begins anew.
            """)

    @Argument(
        help: ArgumentHelp("The directory of the backup.", valueName: "backup"), completion: .directory)
    var backup: String

    @Option(
        help: ArgumentHelp("The data directory to make; it has no log yet.", valueName: "dir"), completion: .directory)
    var into: String

    @Option(help: ArgumentHelp("The last position to take.", valueName: "position"))
    var to: Position?

    @Option(
        help: ArgumentHelp(
            "Take the events that were recorded then or earlier; a day counts to its end.", valueName: "time"))
    var toTime: TimeBound?

    @Option(
        help: ArgumentHelp("The IANA zone that the day of --to-time belongs to.", valueName: "zone"),
        transform: { try ZonedCalendar(zone: $0).name })
    var zone = "UTC"

    @Flag(help: "Make another log of it, with an id of its own.")
    var fork = false

    @Flag(help: "Answer in JSON: logId, restored, position and, of another log, forkedFrom.")
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    @OptionGroup var logging: LoggingOptions

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func validate() throws {
        _ = try form
        guard to == nil || toTime == nil else { throw ValidationError("--to and --to-time exclude each other.") }
        if let to, to == .zero { throw ValidationError("--to takes 1 or more, not 0.") }
    }

    func run() async throws {
        logging.start()
        let restored = try restore()
        try CheckpointStore(at: backup + "/checkpoints")
            .copy(into: CheckpointStore(at: into + "/checkpoints"), upTo: restored.restored.rawValue)
        let report = RestoreReport(restored)
        try form.print(report, csv: report.csv) { report.text(for: $0) }
    }

    private func restore() throws -> RestoredLog {
        let point = try point()
        let stop = StopSignals()
        let progress = ProgressLine(label: "Restoring")
        defer { progress.finish() }
        do {
            return try Backup(at: backup).restore(into: into, to: point, asFork: fork) { position, last in
                progress.update(done: Int(position.rawValue), of: Int(last.rawValue))
                if stop.isStopped { throw CancellationError() }
            }
        } catch is CancellationError {
            progress.finish()
            try stop.throwIfStopped("\(into) is not complete; restore into it again, or remove it")
            throw CancellationError()
        } catch let refusal as RestoreRefusal {
            guard case .needsFork = refusal else { throw refusal }
            throw CommandFailure(ExitStatus(of: refusal), "\(refusal); --fork makes one")
        }
    }

    private func point() throws -> RestorePoint {
        if let to { return .position(to) }
        guard let toTime else { return .end }
        let calendar = try ZonedCalendar(zone: zone)
        return .time(toTime.end(in: calendar))
    }
}

/// What `restore` has made; the shape of its JSON.
struct RestoreReport: Codable, Equatable {
    let logId: EventID
    /// The last position taken from the backup.
    let restored: Position
    /// The last position of the log.
    let position: Position
    /// Nil when the log is the one that was backed up.
    let forkedFrom: EventID?

    init(_ log: RestoredLog) {
        logId = log.logID
        restored = log.restored
        position = log.head
        forkedFrom = log.forkedFrom
    }

    func text(for terminal: Terminal) -> String {
        let count = NumberFormat.count(Int(restored.rawValue), "event")
        let origin = forkedFrom.map { ", which goes its own way from \($0)" } ?? ""
        return "\(count) restored as log \(logId)\(origin)\n" + terminal.footer(at: position)
    }

    var csv: CSVTable {
        var table = CSVTable(columns: ["logId", "restored", "position", "forkedFrom"])
        table.append(logId, restored, position, forkedFrom)
        return table
    }
}
