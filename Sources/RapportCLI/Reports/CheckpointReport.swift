import LMDB
import Transparency

/// What `checkpoint` tells of a checkpoint; the shape of its JSON.
struct CheckpointReport: Codable, Equatable {
    /// The log's name; nil when nobody has signed.
    let origin: String?
    /// How many events it is of.
    let size: UInt64
    /// The root of the tree over them, in base64.
    let root: String
    /// Who has signed, as their verifier keys begin.
    let signers: [String]
    /// The signed note; nil when nobody has signed.
    let note: String?

    init(_ note: SignedNote) throws {
        let checkpoint = try note.checkpoint(named: "the checkpoint")
        origin = checkpoint.origin
        size = checkpoint.size
        root = checkpoint.root.base64Text
        signers = note.signers
        self.note = note.encoded
    }

    init(size: UInt64, root: Hash256) {
        self.size = size
        self.root = root.base64Text
        (origin, signers, note) = (nil, [], nil)
    }

    /// The note as it is, or the short form that `verify --against` takes, on a line.
    var text: String { note ?? "\(size):\(root)\n" }

    static let columns = ["origin", "size", "root", "signers", "note"]

    /// One cell for each of ``columns``; signers are separated by spaces.
    var cells: [String] { [origin ?? "", String(size), root, signers.joined(separator: " "), note ?? ""] }

    var csv: CSVTable {
        var table = CSVTable(columns: Self.columns)
        table.append(row: cells)
        return table
    }
}

/// A checkpoint that the data directory keeps; the shape of one element of the JSON of `checkpoint --list`.
struct KeptCheckpoint: Codable, Equatable {
    enum Source: String, Codable {
        /// Signed here.
        case signed
        /// Kept by somebody else, and remembered here.
        case seen
    }

    let source: Source
    let origin: String
    let size: UInt64
    let root: String
    let signers: [String]

    /// What the notes of one file say; notes of the same text are one checkpoint with the signatures of all.
    static func all(of notes: [SignedNote], _ source: Source) throws -> [KeptCheckpoint] {
        var merged: [SignedNote] = []
        var places: [[UInt8]: Int] = [:]
        for note in notes {
            let key = Array(note.text.utf8)
            if let place = places[key] {
                for signature in note.signatures { try merged[place].add(signature) }
            } else {
                places[key] = merged.count
                merged.append(note)
            }
        }
        return try merged.map { try KeptCheckpoint($0, source) }
    }

    private init(_ note: SignedNote, _ source: Source) throws {
        let report = try CheckpointReport(note)
        self.source = source
        (origin, size, root, signers) = (report.origin ?? "", report.size, report.root, report.signers)
    }

    static func text(of checkpoints: [KeptCheckpoint], for terminal: Terminal) -> String {
        if checkpoints.isEmpty { return "no checkpoints; rapport checkpoint --key FILE signs one" }
        var table = TextTable(columns: [.init("Size", .right), .whole("Root"), .init("Source"), .whole("Signers")])
        for checkpoint in checkpoints {
            table.append(row: [
                NumberFormat.integer(checkpoint.size), checkpoint.root, checkpoint.source.rawValue,
                checkpoint.signers.joined(separator: " "),
            ])
        }
        return table.render(colour: terminal.showsColour)
    }

    static func csv(of checkpoints: [KeptCheckpoint]) -> CSVTable {
        var table = CSVTable(columns: ["source", "origin", "size", "root", "signers"])
        for checkpoint in checkpoints {
            table.append(
                checkpoint.source.rawValue, checkpoint.origin, checkpoint.size, checkpoint.root,
                checkpoint.signers.joined(separator: " "))
        }
        return table
    }
}
