public import EventLog
public import Transparency

/// Events of a log in one file that an outsider can check without the log: all about one customer, say, or all of a
/// range.
///
/// Text, a line feed at the end of every line, numbers in decimal, bytes in base64:
///
///     rapport.bundle/v1
///     selection customer:C-42            or: range 101-200
///     events 17
///
///     index 4711                         for each event its leaf, position - 1
///     event <EventOpening.encoded>
///     <hash>                             of a selection: the hashes beside the leaf's path, its sibling first
///                                        an empty line after each event
///     proof                              of a range only: the hashes of the largest subtrees without an event of it,
///     <hash>                             from left to right, and an empty line
///
///     checkpoint
///     <the signed checkpoint, verbatim, to the end>
///
/// A selection proves that its events are in the log as they are, not that none is missing: what it is called is the
/// maker's word. A range proves both.
///
/// A bundle is written and checked event by event. It may be read from a file, which is then read once to look at its
/// form and once for each check, and must not change meanwhile.
public struct ProofBundle: Sendable {
    /// Which events are in it.
    public enum Selection: Hashable, Sendable {
        /// Some events, and what they are said to be about: `customer:C-42`.
        case subject(String)
        /// All events of a range.
        case range(ClosedRange<Position>)
    }

    /// Which events are in it.
    public let selection: Selection
    /// How many there are.
    public let count: UInt64
    /// The checkpoint that they are proved against.
    public let checkpoint: SignedNote
    private let source: BundleSource

    /// A bundle that is made from a log whenever it is written or checked.
    init(_ selection: Selection, count: UInt64, checkpoint: SignedNote, source: BundleSource) {
        self.selection = selection
        self.count = count
        self.checkpoint = checkpoint
        self.source = source
    }

    private init(reading source: BundleSource) throws {
        let frame = try BundleReader.read(source) { _ in }
        self.init(frame.selection, count: frame.count, checkpoint: frame.note, source: source)
    }

    /// Reads a bundle; whether it proves anything is not checked.
    ///
    /// - Throws: ``MalformedBundle`` with the line and what was expected there.
    public init(parsing text: String) throws {
        try self.init(reading: .text(text))
    }

    /// Reads the bundle in a file, in memory that does not grow with it; whether it proves anything is not checked.
    ///
    /// - Throws: ``MalformedBundle`` with the line and what was expected there; an error when the file cannot be read.
    public init(file path: String) throws {
        try self.init(reading: .file(path))
    }

    /// Hands on the bundle piece by piece. Of a log that is not what its checkpoint says nothing is handed on that
    /// would pass for a bundle: the pieces end before the checkpoint.
    ///
    /// - Throws: when it is made from a log: ``ProofRefusal``, ``DamagedTree``, ``TamperedLog``, errors of the storage
    ///   layer; when it is in a file: what reading it throws; what `write` throws.
    public func write(to write: (String) throws -> Void) throws {
        try source.write(to: write)
    }

    /// The whole bundle in memory.
    ///
    /// - Throws: as ``write(to:)``.
    public var encoded: String {
        get throws {
            var text = ""
            try write { text += $0 }
            return text
        }
    }

    // MARK: Checking

    /// Checks that the events are in the log whose key has signed the checkpoint, and answers them.
    ///
    /// - Parameter keys: the keys known beforehand to sign for the log.
    /// - Throws: ``RefusedBundle``; ``MalformedBundle``; what reading throws.
    public func check(with keys: [VerifierKey]) throws -> CheckedBundle {
        var events: [EventOpening] = []
        var checked = try check(with: keys) { events.append($0) }
        checked.events = events
        return checked
    }

    /// The same for many events, which are handed on one by one and are not in the answer. They count for nothing
    /// before this returns.
    ///
    /// Of a range, no more is kept in memory than one event and a few dozen hashes; of a selection, the hashes of each
    /// event's proof.
    ///
    /// - Throws: ``RefusedBundle``; ``MalformedBundle``; what reading throws, and `body`.
    public func check(
        with keys: [VerifierKey], forEach body: (EventOpening) throws -> Void
    ) throws -> CheckedBundle {
        var proof = BundleProof(selection)
        let frame = try BundleReader.read(source) { event in
            proof.add(event)
            try body(event.opening)
        }
        guard frame.selection == selection, frame.count == count, frame.note == checkpoint else {
            throw RefusedBundle(.changed)
        }
        let signers = try Self.signers(of: frame.note, keys)
        try proof.check(against: frame.checkpoint, frame.rangeProof)
        return CheckedBundle(
            selection: selection, count: count, note: frame.note, checkpoint: frame.checkpoint, signedBy: signers,
            rangeProof: frame.rangeProof)
    }

    private static func signers(of note: SignedNote, _ keys: [VerifierKey]) throws -> [VerifierKey] {
        do throws(NoteError) {
            return try note.verify(with: keys)
        } catch {
            throw RefusedBundle(.signature(error))
        }
    }
}
