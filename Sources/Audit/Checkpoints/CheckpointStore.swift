internal import LMDB
public import Transparency

/// The checkpoints of a log that were signed or seen, and the keys that sign: the folder `checkpoints` of a data
/// directory.
///
/// It is not derived from the log and never thrown away. Files only grow, and each change is durable when it is
/// answered:
///
///     signed.notes    notes signed by this log's keys, one behind the other, an empty line after each; one that comes
///                     again with more signatures stands there again
///     seen.notes      checkpoints that others kept and that were brought back, in the same form
///     keys            the verifier keys of all that have signed, one a line; old ones stay
///
/// Whoever can write to the data directory can change or delete them. They tell of accidents and of clumsy forgers; a
/// checkpoint that was kept elsewhere tells of all others.
public struct CheckpointStore: Sendable {
    /// The folder.
    public let path: String
    private let signedFile: NoteFile
    private let seenFile: NoteFile

    private var keysPath: String { path + "/keys" }

    /// The store in the folder `path`, which is made when something is stored.
    public init(at path: String) {
        self.path = path
        signedFile = NoteFile(path + "/signed.notes")
        seenFile = NoteFile(path + "/seen.notes")
    }

    // MARK: Reading

    /// The notes that were signed here, in the order they were stored. Linear in their number.
    ///
    /// - Throws: ``DamagedCheckpoints``; errors of the storage layer.
    public func signed() throws -> [SignedNote] { try signedFile.notes() }

    /// The checkpoints that others brought, in the order they were stored.
    ///
    /// - Throws: ``DamagedCheckpoints``; errors of the storage layer.
    public func seen() throws -> [SignedNote] { try seenFile.notes() }

    /// The keys that have signed, in the order they were first used.
    ///
    /// - Throws: ``DamagedCheckpoints``; errors of the storage layer.
    public func keys() throws -> [VerifierKey] {
        guard let bytes = try DurableFile.read(keysPath) else { return [] }
        var keys: [VerifierKey] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do {
                keys.append(try VerifierKey(String(decoding: line, as: UTF8.self)))
            } catch {
                throw DamagedCheckpoints(keysPath, line: index + 1, "expected a verifier key: \(error)")
            }
        }
        return keys
    }

    /// The largest signed checkpoint, with the signatures of all notes of the same text, the newest one of each key;
    /// nil when there is none. Of two different texts of one size it is the one that was stored first.
    ///
    /// - Throws: ``DamagedCheckpoints``; errors of the storage layer.
    public func newest() throws -> SignedNote? {
        let notes = try signedFile.newest()
        guard var merged = notes.first else { return nil }
        for note in notes.dropFirst() where note.text.sameBytes(as: merged.text) {
            for signature in note.signatures { try merged.add(signature) }
        }
        return merged
    }

    // MARK: Storing

    /// Stores a checkpoint that somebody else has kept, unless it is there already.
    ///
    /// Nothing is compared: whoever calls this has compared it with the log
    /// (``AuditTrail/verify(_:against:progress:)``).
    ///
    /// - Throws: `NoteError` when the note is no checkpoint; errors of the storage layer.
    public func remember(_ note: SignedNote) throws {
        try whileLocked {
            if try !seenFile.notes().contains(note) { try seenFile.append(note) }
        }
    }

    /// Stores a note signed by this log, or one that was signed before and has more signatures now.
    ///
    /// - Throws: `NoteError` when the note is no checkpoint; errors of the storage layer.
    public func append(signed note: SignedNote) throws {
        try whileLocked { try signedFile.append(note) }
    }

    /// Lists a key, unless it is there already.
    ///
    /// - Throws: ``DamagedCheckpoints``; errors of the storage layer.
    public func add(key: VerifierKey) throws {
        try whileLocked {
            let keys = try keys()
            if keys.contains(key) { return }
            let lines = (keys + [key]).map { "\($0)\n" }.joined()
            try DurableFile.replace(keysPath, with: Array(lines.utf8))
        }
    }

    /// Copies what is not there yet into another store: the checkpoints of at most `size` events, and all keys. For
    /// backups, and for what is made of them.
    ///
    /// - Throws: ``DamagedCheckpoints``; errors of the storage layer.
    public func copy(into other: CheckpointStore, upTo size: UInt64) throws {
        func isCovered(_ note: SignedNote) throws -> Bool { try TreeCheckpoint(parsing: note.text).size <= size }
        let known = Set(try other.signed())
        for note in try signed() where try !known.contains(note) && isCovered(note) { try other.append(signed: note) }
        for note in try seen() where try isCovered(note) { try other.remember(note) }
        for key in try keys() { try other.add(key: key) }
    }

    /// One process and thread at a time changes the files.
    private func whileLocked(_ body: () throws -> Void) throws {
        try DurableFile.createDirectory(path)
        let lock = try FileLock.wait(forDirectory: path)
        defer { withExtendedLifetime(lock) {} }
        try body()
    }
}
