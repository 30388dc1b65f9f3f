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
            Looks and changes nothing: read models that lag are brought up to date by the next question, or by a \
            process that follows. The digest of a read model is over its rows alone; the same \
            log always gives the same digest, however often its rows are built.

              rapport status --data crm --digest
            """)

    @OptionGroup var data: DataOptions

    @Flag(help: "Show the digest of each read model, which reads all its rows.")
    var digest = false

    @Flag(help: "Answer in JSON: logId, head, bytes, notIndexed, and readModels.")
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
        let name: String
        let version: Int
        /// Nil before it was first built.
        let position: Position?
        /// Events it has not folded yet.
        let lag: UInt64
        let state: ProjectionStatus.State
        let failure: String?
        let digest: String?
    }

    let logId: EventID
    let head: Position
    /// Used of the log's file.
    let bytes: Int
    /// Events that the index on disk does not cover yet; a few thousand are usual.
    let notIndexed: UInt64
    let readModels: [ReadModel]

    init(_ crm: Rapport, digests: Bool) throws {
        let head = crm.log.head
        logId = crm.log.logID
        self.head = head
        bytes = crm.log.mapUse.used
        notIndexed = crm.log.backlog.unindexed
        readModels = try crm.projections.status().map { status in
            let position = status.position ?? .zero
            let hasDigest = digests && status.position != nil
            return try ReadModel(
                name: status.name, version: status.version, position: status.position,
                lag: head.rawValue - min(head.rawValue, position.rawValue), state: status.state,
                failure: status.failure?.description,
                digest: hasDigest ? crm.projections.digest(of: status.name).digest : nil)
        }
    }

    func text(for terminal: Terminal) -> String {
        let facts = """
            Log          \(logId)
            Size         \(NumberFormat.integer(bytes)) bytes
            Not indexed  \(NumberFormat.integer(notIndexed)) events
            """
        var columns: [TextTable.Column] = [
            .init("Read model"), .init("Version", .right), .init("Position", .right), .init("Lag", .right),
        ]
        let hasDigests = readModels.contains { $0.digest != nil }
        if hasDigests { columns.append(.init("Digest")) }
        var table = TextTable(columns: columns)
        for model in readModels {
            let cells = [
                model.name, "\(model.version)", model.position?.description ?? "not built",
                NumberFormat.integer(model.lag),
            ]
            table.append(row: cells + (hasDigests ? [model.digest ?? NumberFormat.none] : []))
        }
        let failures = readModels.compactMap(\.failure).map { terminal.styled($0, .red) }
        return ([facts, "", table.render(colour: terminal.showsColour)] + failures + [terminal.footer(at: head)])
            .joined(separator: "\n")
    }
}
