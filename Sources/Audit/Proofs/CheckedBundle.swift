internal import EventLog
internal import LMDB
public import Transparency

/// What a bundle has proved.
public struct CheckedBundle: Sendable {
    /// Which events are in it.
    public let selection: ProofBundle.Selection
    /// How many there are.
    public let count: UInt64
    /// The events, in the order of their positions; empty where they were handed on one by one.
    public internal(set) var events: [EventOpening]
    /// The signed checkpoint as it stands in the bundle.
    public let note: SignedNote
    /// What it says.
    public let checkpoint: TreeCheckpoint
    /// Those of the known keys that have signed it.
    public let signedBy: [VerifierKey]
    /// The hashes around the range.
    let rangeProof: [Hash256]

    init(
        selection: ProofBundle.Selection, count: UInt64, note: SignedNote, checkpoint: TreeCheckpoint,
        signedBy: [VerifierKey], rangeProof: [Hash256]
    ) {
        self.selection = selection
        self.count = count
        events = []
        self.note = note
        self.checkpoint = checkpoint
        self.signedBy = signedBy
        self.rangeProof = rangeProof
    }

    /// Whether it is proved, too, that none is missing: of a range it is, of a selection it is not.
    public var isComplete: Bool {
        if case .range = selection { true } else { false }
    }

    /// What is proved and what is not, in one sentence.
    public var statement: String {
        let log = "the log \(checkpoint.origin) when it had \(checkpoint.size) events"
        return switch selection {
        case .range(let range):
            "all events from position \(range.lowerBound) to \(range.upperBound) of \(log), none missing"
        case .subject(let subject):
            "\(count) events of \(log), said to be about \(subject); not that none is missing"
        }
    }
}
