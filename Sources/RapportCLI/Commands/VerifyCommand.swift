import ArgumentParser
import EventLog
import Foundation
import Projection
import Rapport

/// `rapport verify`: whether the files are sound.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every file and every event of the log, and what is derived from it.",
        discussion: """
            First the pages of each file, without trusting them. Then, in a process of its own, all that is in them: \
            positions without gaps, each event's shape, checksum, time, type, tags and id; the index on disk against \
            the log; the checksum of each row of the read models. Ends with exit code 4 and the first damage if \
            anything is wrong. Changes nothing.

              rapport verify --data crm
            """)

    @OptionGroup var data: DataOptions

    @Flag(
        help: """
            Answer in JSON: logId, position and, if sound, bytes and partsInClear; else damage, and of a damaged file \
            its name, page and what is wrong.
            """)
    var json = false

    @Flag(help: "Answer in CSV, with the values of --json.")
    var csv = false

    @Flag(help: .hidden)
    var reading = false

    func validate() throws { _ = try form }

    private var form: AnswerForm {
        get throws { try AnswerForm(json: json, csv: csv) }
    }

    func run() async throws {
        if reading { return try await VerifyingProcess.read(data, Self.models) }
        let directory = DataDirectory(data)
        try directory.requireLog()
        let verdict = try verify()
        // What is wrong is told to people as a failure.
        if json || csv || verdict.damage == nil {
            try form.print(verdict, csv: verdict.csv) { verdict.text(for: $0) }
        }
        if let complaint = verdict.complaint { throw CommandFailure(.damaged, complaint) }
    }

    private static let models = Rapport.readModels

    private func verify() throws -> Verdict {
        let progress = ProgressLine(label: "Checking pages")
        defer { progress.finish() }
        do {
            try EventLog.checkPages(at: data.path) { progress.update(done: $0, of: $1) }
            try ReadModelFiles(of: Self.models, at: data.path).checkPages { progress.update(done: $0, of: $1) }
        } catch let damage as DamagedFile {
            return Verdict(damage)
        }
        progress.finish()
        return try VerifyingProcess.run(data.path)
    }
}

/// What `verify` has found; the shape of its JSON.
struct Verdict: Codable, Equatable {
    private(set) var logId: EventID?
    /// The head, or the first damaged position.
    private(set) var position: Position?
    /// The kind of damage; nil when everything is sound.
    private(set) var damage: String?
    /// Of all stored events.
    private(set) var bytes: UInt64?
    /// Personal parts that are stored in clear.
    private(set) var partsInClear: Int?
    /// The damaged file.
    private(set) var file: String?
    /// The damaged page in it.
    private(set) var page: UInt64?
    /// What is wrong, in one line.
    private(set) var complaint: String?

    init(_ sound: VerifiedLog, of log: EventLog) {
        (logId, position, bytes, partsInClear) = (log.logID, sound.head, sound.bytes, sound.unsealedParts)
    }

    init(_ damaged: DamagedLog, of log: EventLog) {
        (logId, position, damage) = (log.logID, damaged.position, damaged.damage.rawValue)
        complaint = "\(log.path): \(damaged) (\(damaged.damage.rawValue))"
    }

    init(_ damaged: DamagedFile) {
        (damage, file, page, complaint) = ("file", damaged.path, damaged.page, damaged.description)
    }

    /// The process that read everything was ended by a signal.
    init(endedBy signal: Int32, in directory: String, behind position: Position) {
        (damage, self.position) = ("crash", position)
        complaint =
            "\(directory): the process that reads it was ended by signal \(signal), behind position \(position)"
    }

    var csv: CSVTable {
        var table = CSVTable(columns: [
            "logId", "position", "damage", "bytes", "partsInClear", "file", "page", "complaint",
        ])
        table.append(logId, position, damage, bytes, partsInClear, file, page, complaint)
        return table
    }

    func text(for terminal: Terminal) -> String {
        """
        \(terminal.styled("sound", .green)): \(NumberFormat.count(Int(position?.rawValue ?? 0), "event")), \
        \(NumberFormat.integer(bytes ?? 0)) bytes, \(NumberFormat.count(partsInClear ?? 0, "personal part")) in clear
        \(terminal.footer(at: position ?? .zero))
        """
    }
}
