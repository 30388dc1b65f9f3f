import ArgumentParser
import EventLog
import Projection
import Rapport

/// `rapport status`: the log and how far what is derived from it has come.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the log and how far the read models have come.",
        discussion: """
            Looks and changes nothing: read models that are behind are brought up to date by the next question, or by \
            a process that follows; the first question builds them. The digest of a read model is over its rows \
            alone; the same log always gives the same digest, however often its rows are built.

              rapport status --data crm --digest
            """)

    @OptionGroup var data: DataOptions

    @Flag(help: "Show the digest of each read model, which reads all its rows.")
    var digest = false

    @Flag(help: "Answer in JSON: logId, head, bytes, notIndexed, readModels and, of a backup, takenAt.")
    var json = false

    func run() async throws {
        let status = try await DataDirectory(data).withCRM(readOnly: true) { try LogStatus($0, digests: digest) }
        if json { return try Output.print(json: status) }
        try Output.print(status.text(for: .output))
    }
}

/// What `status` tells; the shape of its JSON.
struct LogStatus: Codable, Equatable {
    struct ReadModel: Codable, Equatable {
        enum State: String, Codable {
            case notBuilt, building, upToDate, behind, stopped
        }

        let name: String
        let version: Int
        /// Nil before it was first built.
        let position: Position?
        /// Events it has not folded yet.
        let lag: UInt64
        let state: State
        let failure: String?
        let digest: String?
    }

    let logId: EventID
    let head: Position
    /// Used of the log's file.
    let bytes: Int
    /// Events that the index on disk does not cover yet.
    let notIndexed: UInt64
    /// When the last backup ended; nil of what is no backup, and before the first one has ended.
    let takenAt: Timestamp?
    let readModels: [ReadModel]

    /// The index is written in stretches of as many events; those behind the last one are looked up in memory.
    private static let indexStretch: UInt64 = 131_072

    init(_ crm: Rapport, digests: Bool) throws {
        let head = crm.log.head
        logId = crm.log.logID
        self.head = head
        bytes = crm.log.mapUse.used
        notIndexed = crm.log.backlog.unindexed
        takenAt = crm.log.isBackup ? try Backup(at: crm.log.path).takenAt : nil
        readModels = try crm.projections.status().map { status in
            let position = status.position ?? .zero
            let lag = head.rawValue - min(head.rawValue, position.rawValue)
            let hasDigest = digests && status.position != nil
            return try ReadModel(
                name: status.name, version: status.version, position: status.position, lag: lag,
                state: ReadModel.State(status, lag: lag), failure: status.failure?.description,
                digest: hasDigest ? crm.projections.digest(of: status.name).digest : nil)
        }
    }

    private var indexText: String {
        notIndexed > Self.indexStretch ? NumberFormat.count(Int(notIndexed), "event") + " behind" : "up to date"
    }

    func text(for terminal: Terminal) -> String {
        let facts = """
            Log    \(logId)
            Size   \(NumberFormat.integer(bytes)) bytes
            Index  \(indexText)
            """ + (takenAt.map { "\nBackup \($0)" } ?? "")
        var columns: [TextTable.Column] = [
            .init("Read model"), .init("Version", .right), .init("Position", .right), .init("State"),
        ]
        let hasDigests = readModels.contains { $0.digest != nil }
        if hasDigests { columns.append(.init("Digest")) }
        var table = TextTable(columns: columns)
        for model in readModels {
            let cells = [
                model.name, "\(model.version)", model.position?.description ?? NumberFormat.none, model.stateText,
            ]
            table.append(row: cells + (hasDigests ? [model.digest ?? NumberFormat.none] : []))
        }
        let failures = readModels.compactMap(\.failure).map { terminal.styled($0, .red) }
        return ([facts, "", table.render(colour: terminal.showsColour)] + failures + [terminal.footer(at: head)])
            .joined(separator: "\n")
    }
}

extension LogStatus.ReadModel.State {
    init(_ status: ProjectionStatus, lag: UInt64) {
        switch status.state {
        case .stopped: self = .stopped
        case .building: self = .building
        case .following, .waiting: self = status.position == nil ? .notBuilt : lag == 0 ? .upToDate : .behind
        }
    }
}

extension LogStatus.ReadModel {
    fileprivate var stateText: String {
        switch state {
        case .notBuilt: "not built yet"
        case .building: "being built"
        case .upToDate: "up to date"
        case .behind: NumberFormat.count(Int(lag), "event") + " behind"
        case .stopped: "stopped"
        }
    }
}
