import ArgumentParser
import EventLog

/// `rapport verify`: whether the log is sound.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every event of the log, and the index against it.",
        discussion: """
            Positions without gaps, each event's shape, checksum, time, type, tags and id, and the index on disk. \
            Ends with exit code 4 and the first damaged position if anything is wrong. Changes nothing.

              rapport verify --data crm
            """)

    @OptionGroup var data: DataOptions

    @Flag(help: "Answer in JSON: logId, position and, if sound, bytes and partsInClear; else damage.")
    var json = false

    func run() async throws {
        let verdict = try await DataDirectory(data).readingLog { try Verdict(verifying: $0) }
        if json {
            try Output.print(json: verdict)
        } else if verdict.damage == nil {
            try Output.print(verdict.text(for: .output))
        }
        if let damage = verdict.damaged {
            throw CommandFailure(.damaged, "\(data.path): \(damage) (\(damage.damage.rawValue))")
        }
    }
}

/// What `verify` has found; the shape of its JSON.
struct Verdict: Encodable, Equatable {
    let logId: EventID
    /// The head, or the first damaged position.
    let position: Position
    /// The kind of damage; nil when the log is sound.
    let damage: DamagedLog.Damage?
    /// Of all stored events.
    let bytes: UInt64?
    /// Personal parts that are stored in clear.
    let partsInClear: Int?

    init(verifying log: EventLog) throws {
        logId = log.logID
        let progress = ProgressLine(label: "Verifying")
        defer { progress.finish() }
        do {
            let sound = try log.verify { progress.update(done: Int($0.rawValue), of: Int($1.rawValue)) }
            (position, damage, bytes, partsInClear) = (sound.head, nil, sound.bytes, sound.unsealedParts)
        } catch let damaged as DamagedLog {
            (position, damage, bytes, partsInClear) = (damaged.position, damaged.damage, nil, nil)
        }
    }

    /// Nil when the log is sound.
    var damaged: DamagedLog? {
        damage.map { DamagedLog(position: position, damage: $0) }
    }

    func text(for terminal: Terminal) -> String {
        """
        \(terminal.styled("sound", .green)): \(NumberFormat.count(Int(position.rawValue), "event")), \
        \(NumberFormat.integer(bytes ?? 0)) bytes, \(NumberFormat.count(partsInClear ?? 0, "personal part")) in clear
        \(terminal.footer(at: position))
        """
    }
}
