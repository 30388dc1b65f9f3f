internal import LMDB
internal import Transparency

/// A checkpoint that the log is compared with.
struct KnownCheckpoint {
    let size: UInt64
    let root: Hash256
    /// Where it was found.
    let source: String
    /// Whether it was kept outside the data directory.
    let isRemembered: Bool
}

/// Everything that is known of what the log was: what it has stored itself, and what others remember.
struct KnownCheckpoints {
    /// Each size and root once, the smallest first.
    let all: [KnownCheckpoint]
    /// The first stored note that no listed key has signed.
    let wrongSignature: TamperedLog.Finding?

    init(in store: CheckpointStore, and remembered: [RememberedCheckpoint]) throws {
        let (signed, seen, keys) = (try store.signed(), try store.seen(), try store.keys())
        let (signedSource, seenSource) = (store.path + "/signed.notes", store.path + "/seen.notes")
        wrongSignature =
            try Self.firstWrong(signed, signedSource, keys, mustBeKnown: true)
            ?? Self.firstWrong(seen, seenSource, keys, mustBeKnown: false)
        // The remembered ones first: where a stored one says the same, they are the better evidence.
        var found = remembered.map {
            KnownCheckpoint(size: $0.size, root: $0.root, source: $0.source, isRemembered: true)
        }
        found += try signed.map { try Self.known($0, signedSource) }
        found += try seen.map { try Self.known($0, seenSource) }
        var known: Set<SizedRoot> = []
        let different = found.filter { known.insert(SizedRoot(size: $0.size, root: $0.root)).inserted }
        all = different.enumerated().sorted { ($0.element.size, $0.offset) < ($1.element.size, $1.offset) }
            .map { $0.element }
    }

    private static func known(_ note: SignedNote, _ source: String) throws -> KnownCheckpoint {
        let checkpoint = try TreeCheckpoint(parsing: note.text)
        return KnownCheckpoint(size: checkpoint.size, root: checkpoint.root, source: source, isRemembered: false)
    }

    /// - Parameter mustBeKnown: whether a note that only strangers have signed is wrong.
    private static func firstWrong(
        _ notes: [SignedNote], _ source: String, _ keys: [VerifierKey], mustBeKnown: Bool
    ) throws -> TamperedLog.Finding? {
        for note in notes {
            do {
                _ = try note.verify(with: keys)
            } catch NoteError.noKnownSignature where !mustBeKnown {
                continue
            } catch {
                let size = try TreeCheckpoint(parsing: note.text).size
                return .signature(size: size, source: source, reason: "\(error)")
            }
        }
        return nil
    }
}
