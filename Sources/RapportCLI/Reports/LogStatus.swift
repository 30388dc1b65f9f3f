import EventLog
import Projection
import Rapport
import Sealing

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

    /// When it was looked at.
    let time: Timestamp
    let logId: EventID
    let head: Position
    /// Events appended a second since the look before; nil when there was none.
    var eventsPerSecond: Double?
    /// Used of the log's file.
    let bytes: Int
    /// Address space for the log's file.
    let mapBytes: Int
    /// What the disk can still take; nil when the system does not say.
    let freeBytes: UInt64?
    /// Events that the index on disk does not cover yet.
    let notIndexed: UInt64
    /// Reads of the log that are open, in all processes.
    let readers: Int
    /// Commits since the oldest of them began.
    let oldestReaderLag: UInt64
    /// When the last backup ended; nil of what is no backup, and before the first one has ended.
    let takenAt: Timestamp?
    /// The keys of persons; nil where there are none, and when nobody has looked.
    let keyStore: KeyStoreFacts?
    let readModels: [ReadModel]

    /// The index is written in stretches of as many events; those behind the last one are looked up in memory.
    private static let indexStretch: UInt64 = 131_072

    /// - Parameter keys: whether to look at the key store, which takes longer the more keys there are.
    init(_ crm: Rapport, digests: Bool, keys: Bool = false) throws {
        let log = try crm.log.metrics()
        time = .now()
        logId = crm.log.logID
        head = log.head
        bytes = log.storage.mapUsed
        mapBytes = log.storage.mapReserved
        freeBytes = log.storage.diskFree
        notIndexed = log.index.lag
        readers = log.readers.open
        oldestReaderLag = log.readers.oldestLag
        takenAt = crm.log.isBackup ? try Backup(at: crm.log.path).takenAt : nil
        keyStore = keys ? try crm.personal.keyStore().map { KeyStoreFacts(try $0.status()) } : nil
        let states = try crm.projections.status()
        let withDigest = Set(crm.projections.readModels.filter(\.hasDigest).map(\.name))
        readModels = try states.map { status in
            let lag = log.head.rawValue - min(log.head.rawValue, status.position?.rawValue ?? 0)
            let hasDigest = digests && status.position != nil && withDigest.contains(status.name)
            return try ReadModel(
                name: status.name, version: status.version, position: status.position, lag: lag,
                state: ReadModel.State(status, lag: lag), failure: status.failure?.description ?? status.unavailability,
                digest: hasDigest ? crm.projections.digest(of: status.name).digest : nil)
        }
    }
}

// MARK: - As text

extension LogStatus {
    private var rateText: String? {
        eventsPerSecond.map { rate in
            NumberFormat.decimal(rate, fractionDigits: rate > 0 && rate < 10 ? 1 : 0) + " events/s"
        }
    }

    private var sizeText: String {
        "\(NumberFormat.integer(bytes)) bytes, \(NumberFormat.percent(bytes, of: mapBytes)) of the map"
    }

    private var indexText: String {
        notIndexed > Self.indexStretch ? NumberFormat.count(Int(notIndexed), "event") + " behind" : "up to date"
    }

    private var readersText: String {
        if readers == 0 { return "none open" }
        let oldest = "the oldest \(NumberFormat.count(Int(oldestReaderLag), "commit")) behind"
        return "\(NumberFormat.integer(readers)) open, \(oldest)"
    }

    private var facts: [String] {
        var facts = ["Log    \(logId)"]
        if let rateText { facts.append("Rate   \(rateText)") }
        facts += ["Size   \(sizeText)", "Index  \(indexText)", "Reads  \(readersText)"]
        if let freeBytes { facts.append("Free   \(NumberFormat.integer(freeBytes)) bytes on the disk") }
        if let keyStore { facts.append("Keys   \(keyStore.text)") }
        if let takenAt { facts.append("Backup \(takenAt)") }
        return facts
    }

    func text(for terminal: Terminal) -> String {
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
        let rows = ["", table.render(colour: terminal.showsColour)]
        return (facts + rows + failures + [terminal.footer(at: head)]).joined(separator: "\n")
    }

    /// All of it in one line, where nothing can be redrawn.
    var line: String {
        let second = Timestamp(microseconds: time.microseconds / 1_000_000 * 1_000_000)
        let models = readModels.map { "\($0.name) \($0.stateText)" }
        let parts = ["\(second)", "position \(head)", rateText ?? NumberFormat.none, "index \(indexText)"]
        return (parts + models + [sizeText]).joined(separator: "  ")
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
