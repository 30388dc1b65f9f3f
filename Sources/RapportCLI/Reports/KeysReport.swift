import EventLog
import Rapport
import Sealing

/// What the commands of `keys` tell; the shape of their JSON.
struct KeysReport: Encodable, Equatable {
    let logId: EventID
    /// The last position of the log.
    let head: Position
    /// They stand in the JSON beside the rest.
    let facts: KeyStoreFacts
    /// Erasures in the log that are not carried out in the keys.
    let pendingErasures: Int
    /// Persons whose keys came back from a backup and were destroyed again; nil where none came back.
    let erasedAgain: Int?
    /// Whether the master key opens the keys; nil where nobody has tried.
    let opens: Bool?

    init(of store: KeyStore, in log: EventLog, erasedAgain: Int? = nil, opens: Bool? = nil) throws {
        logId = log.logID
        head = log.head
        facts = KeyStoreFacts(try store.status())
        pendingErasures = try Self.erasures(after: facts.replayedTo, in: log)
        self.erasedAgain = erasedAgain
        self.opens = opens
    }

    private static func erasures(after position: Position, in log: EventLog) throws -> Int {
        let query = try Query(types: [SubjectErased.eventType])
        var count = 0
        try log.read(query, from: position.next, headersOnly: true) { _ in
            count += 1
            return true
        }
        return count
    }

    // MARK: As JSON

    private enum CodingKeys: String, CodingKey {
        case logId, head, pendingErasures, erasedAgain, opens
    }

    func encode(to encoder: any Encoder) throws {
        try facts.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(logId, forKey: .logId)
        try container.encode(head, forKey: .head)
        try container.encode(pendingErasures, forKey: .pendingErasures)
        try container.encodeIfPresent(erasedAgain, forKey: .erasedAgain)
        try container.encodeIfPresent(opens, forKey: .opens)
    }

    // MARK: As text and CSV

    private var erasuresText: String {
        if pendingErasures == 0 { return "all that the log holds are carried out" }
        return "\(NumberFormat.count(pendingErasures, "erasure")) of the log not carried out yet"
    }

    func text(for terminal: Terminal) -> String {
        var lines = [
            "Log     \(logId)",
            "Keys    \(facts.keysText)",
            "Erased  \(NumberFormat.count(facts.erased, "person")); \(erasuresText)",
            "Store   generation \(NumberFormat.integer(facts.epoch)), \(NumberFormat.integer(facts.bytes)) bytes",
        ]
        if let erasedAgain {
            lines.append("Again   \(NumberFormat.count(erasedAgain, "person")) erased since the backup, erased again")
        }
        if let opens { lines.append("Master  the master key \(opens ? "opens them" : "does not open them")") }
        return (lines + [terminal.footer(at: head)]).joined(separator: "\n")
    }

    var csv: CSVTable {
        var table = CSVTable(columns: [
            "logId", "head", "epoch", "keys", "persons", "erased", "replayedTo", "bytes", "pendingErasures",
            "erasedAgain", "opens",
        ])
        table.append(
            logId, head, facts.epoch, facts.keys, facts.persons, facts.erased, facts.replayedTo, facts.bytes,
            pendingErasures, erasedAgain, opens)
        return table
    }
}
