import Audit
import EventLog

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
    /// The root of the hash tree over all events, in base64.
    private(set) var root: String?
    /// How many events it is of.
    private(set) var treeSize: UInt64?
    /// How many checkpoints agree with it, stored ones and given ones.
    private(set) var checkpoints: Int?
    /// Why the events were not compared with the hash tree on disk, where there is one.
    private(set) var treeLeftOut: String?
    /// The damaged file.
    private(set) var file: String?
    /// The damaged page in it.
    private(set) var page: UInt64?
    /// What is wrong, in one line.
    private(set) var complaint: String?

    init(_ sound: VerifiedLog, _ tree: TreeVerification, of log: EventLog) {
        (logId, position, bytes, partsInClear) = (log.logID, sound.head, sound.bytes, sound.unsealedParts)
        (root, treeSize, checkpoints) = (tree.root.base64Text, tree.size, tree.checkpointsChecked)
        treeLeftOut = tree.treeLeftOut
    }

    init(_ damaged: DamagedLog, of log: EventLog) {
        (logId, position, damage) = (log.logID, damaged.position, damaged.damage.rawValue)
        complaint = "\(log.path): \(damaged) (\(damaged.damage.rawValue))"
    }

    init(_ tampered: TamperedLog, of log: EventLog) {
        (logId, position, damage) = (log.logID, tampered.position, tampered.kind)
        complaint = "\(log.path): \(tampered) (\(tampered.kind))"
    }

    init(_ damaged: DamagedTree, of log: EventLog) {
        (logId, damage, file, complaint) = (log.logID, "tree", damaged.path, damaged.description)
    }

    init(_ damaged: DamagedCheckpoints, of log: EventLog) {
        (logId, damage, file, complaint) = (log.logID, "checkpoints", damaged.path, damaged.description)
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
            "logId", "position", "damage", "bytes", "partsInClear", "root", "treeSize", "checkpoints", "treeLeftOut",
            "file", "page", "complaint",
        ])
        table.append(
            logId, position, damage, bytes, partsInClear, root, treeSize, checkpoints, treeLeftOut, file, page,
            complaint)
        return table
    }

    func text(for terminal: Terminal) -> String {
        """
        \(terminal.styled("sound", .green)): \(NumberFormat.count(Int(position?.rawValue ?? 0), "event")), \
        \(NumberFormat.integer(bytes ?? 0)) bytes, \(NumberFormat.count(partsInClear ?? 0, "personal part")) in clear
        \(agreement)\(terminal.footer(at: position ?? .zero))
        """
    }

    /// Lines about the hash tree and checkpoints, where there is something to say.
    private var agreement: String {
        let leftOut = treeLeftOut.map { "not compared: \($0)\n" } ?? ""
        guard let checkpoints, checkpoints > 0 else { return leftOut }
        let agree = checkpoints == 1 ? "1 checkpoint agrees" : "\(NumberFormat.integer(checkpoints)) checkpoints agree"
        return "\(leftOut)\(agree); the tree over \(NumberFormat.events(treeSize ?? 0)) has the root \(root ?? "")\n"
    }
}

extension TamperedLog {
    /// What was done, in a word for programs.
    fileprivate var kind: String {
        switch finding {
        case .edited: "edited"
        case .dropped: "dropped"
        case .inserted: "inserted"
        case .swapped: "swapped"
        case .disagrees: "disagrees"
        case .signature: "signature"
        }
    }
}
