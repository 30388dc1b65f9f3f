import Audit
import EventLog
import LMDB
import Transparency

/// What a file has proved, now that it was checked.
struct CheckedProof {
    /// What was proved.
    enum Kind: String, Codable {
        /// That an event is in the log.
        case event
        /// That these are all events from one position to another.
        case range
        /// That some events are in the log; whether others belong to them is not known.
        case selection
        /// What the log held.
        case checkpoint
    }

    /// A key that has signed.
    struct Signer: Codable, Equatable {
        /// The verifier key.
        let key: String
        /// Of a cosigner the time that it gives; nil of the log itself.
        let time: Timestamp?
    }

    /// An event as it was proved.
    struct Event {
        let recorded: RecordedEvent
        /// Whether it has personal parts that are not in the file.
        let isWithheld: Bool

        /// - Throws: `MalformedOpening`.
        init(_ opening: EventOpening) throws {
            recorded = try opening.recorded()
            isWithheld =
                switch opening.parts {
                case .shown: false
                case .withheld: true
                }
        }
    }

    private enum Events {
        case none
        case one(Event)
        case bundle(ProofBundle, [VerifierKey])
    }

    /// What the file is called in messages.
    let name: String
    let kind: Kind
    let checkpoint: TreeCheckpoint
    /// Those of the known keys that have signed the checkpoint.
    let signers: [Signer]
    /// How many events are proved.
    let count: UInt64
    /// Of an event its position, of a range its ends.
    let positions: ClosedRange<Position>?
    /// What a selection is about, as the maker of the file says: `customer:C-42`.
    let subject: String?
    private let events: Events

    /// Checks a file.
    ///
    /// - Throws: ``CommandFailure`` with the name of the file when it does not prove what it is said to prove.
    init(_ file: ProofFile, with keys: [VerifierKey]) throws {
        do {
            switch file.content {
            case .event(let proof): try self.init(proof, keys, file.name)
            case .bundle(let bundle): try self.init(bundle, keys, file.name)
            case .checkpoint(let note): try self.init(.checkpoint, note, keys, file.name, count: 0, .none)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.damaged, "\(file.name): proves nothing: \(error)")
        }
    }

    private init(
        _ kind: Kind, _ note: SignedNote, _ keys: [VerifierKey], _ name: String, count: UInt64,
        positions: ClosedRange<Position>? = nil, subject: String? = nil, _ events: Events
    ) throws {
        self.name = name
        self.kind = kind
        checkpoint = try note.checkpoint(named: name)
        let known = try note.requireSignature(of: keys, named: name)
        // The key of one log says nothing about another.
        let origin = checkpoint.origin
        let ofLogs = known.filter { $0.algorithm == .ed25519 }
        guard ofLogs.isEmpty || ofLogs.contains(where: { $0.name.sameBytes(as: origin) }) else {
            throw CommandFailure(
                .damaged, "\(name): is of \(origin), and signed by \(ofLogs[0].name); expected a key of \(origin)")
        }
        signers = known.map { Signer(key: "\($0)", time: Self.time(of: $0, on: note)) }
        self.count = count
        self.positions = positions
        self.subject = subject
        self.events = events
    }

    private init(_ proof: TransparencyLogProof, _ keys: [VerifierKey], _ name: String) throws {
        guard let extra = proof.extra else {
            throw CommandFailure(.badInput, "\(name): holds no event; expected a line that begins with extra")
        }
        let opening = try EventOpening(parsing: extra)
        let checkpoint = try proof.checkpoint.checkpoint(named: name)
        try MerkleProof.verifyInclusion(
            leaf: opening.leafHash, index: proof.index, size: checkpoint.size, proof: proof.hashes,
            root: checkpoint.root)
        guard opening.position.rawValue == proof.index + 1 else {
            throw CommandFailure(
                .damaged, "\(name): proves nothing: names position \(opening.position), expected \(proof.index + 1)")
        }
        try self.init(
            .event, proof.checkpoint, keys, name, count: 1, positions: opening.position...opening.position,
            .one(Event(opening)))
    }

    private init(_ bundle: ProofBundle, _ keys: [VerifierKey], _ name: String) throws {
        _ = try bundle.check(with: keys) { _ in }
        let events = Events.bundle(bundle, keys)
        switch bundle.selection {
        case .range(let positions):
            try self.init(
                .range, bundle.checkpoint, keys, name, count: bundle.count, positions: positions, events)
        case .subject(let subject):
            try self.init(.selection, bundle.checkpoint, keys, name, count: bundle.count, subject: subject, events)
        }
    }

    /// When a cosigner saw the checkpoint, as it says itself; nil of other keys.
    private static func time(of key: VerifierKey, on note: SignedNote) -> Timestamp? {
        for signature in note.signatures {
            guard let seconds = try? Cosignature.verify(signature, on: note, with: key) else { continue }
            let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            guard !overflow, let value = Int64(exactly: microseconds) else { continue }
            let time = Timestamp(microseconds: value)
            if Timestamp.expressible.contains(time) { return time }
        }
        return nil
    }

    /// Calls `body` with each event, in the order of positions. A bundle is read, and checked, once more for that.
    ///
    /// - Throws: ``CommandFailure`` when the file has changed meanwhile; what `body` throws.
    func forEachEvent(_ body: (Event) throws -> Void) throws {
        switch events {
        case .none: return
        case .one(let event): try body(event)
        case .bundle(let bundle, let keys):
            do {
                _ = try bundle.check(with: keys) { try body(Event($0)) }
            } catch let error as RefusedBundle {
                throw CommandFailure(at: name, error)
            }
        }
    }
}
