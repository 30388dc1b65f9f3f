public import EventLog
internal import Foundation
internal import LMDB
public import Logging
internal import Synchronization

/// What a key store answers about a key.
public enum KeyLookup: Sendable {
    /// The key. Of an erased subject as well, where a law has it kept.
    case key(SubjectKey)
    /// The subject is erased, and the key destroyed.
    case erased(at: Position)
    /// There is no such key, and the subject is not erased.
    case missing
}

/// The keys of the persons whose data a log holds, in `<data>/keys`: apart from the log and from its backups.
///
/// Each key is stored wrapped by the key-encryption key of its generation, and that one by the master key, which lies
/// elsewhere. Destroying keys writes a new generation without them and destroys the old one. Safe to use from any
/// thread. Several processes may open the same key store; in one process it is opened once.
public final class KeyStore: Sendable {
    struct State {
        var generation: KeyGeneration?
        /// Of the file that names the generation.
        var stamp: FileStamp?
        var checkedAt = ContinuousClock.now
        var cache = KeyCache()
        var isClosed = false
    }

    /// For so long it may go unnoticed that another process has destroyed keys.
    private static let checkInterval = Duration.milliseconds(10)

    let folder: KeyFolder
    let dataDirectory: String
    let logID: EventID
    let logger: Logger
    /// Whether nothing is written.
    public let isReadOnly: Bool
    let state = Mutex(State())
    private let source: MasterKeySource
    /// The master keys that were given, the newest one first.
    let masters = Mutex<[any MasterKey]>([])
    private let blindIndexes = Mutex<BlindIndexKey?>(nil)
    /// Names of keys that somebody waits for.
    let wanted = Mutex<Set<KeyName>>([])
    /// Held while keys are made.
    let making = Mutex(())

    /// Whether a key store was made in a data directory.
    public static func isThere(in dataDirectory: String) -> Bool {
        // What cannot be looked at is not taken for nothing: opening it tells what is wrong.
        (try? KeyFolder(in: dataDirectory).isThere) ?? true
    }

    /// Opens the key store of a data directory.
    ///
    /// - Parameters:
    ///   - logID: the log whose personal data the keys open; others are refused.
    ///   - masterKey: asked for the master key when it is needed first: at once where the key store is made, else when
    ///     the first key is asked for.
    ///   - creating: makes the key store where there is none.
    ///   - readOnly: writes nothing. So is a key store whose folder cannot be written.
    ///   - logger: told what was made, destroyed and left by others.
    /// - Throws: ``KeyStoreRefusal``, ``MasterKeyRefusal``, and errors of the storage layer.
    public init(
        in dataDirectory: String, logID: EventID, masterKey: MasterKeySource = .standard, creating: Bool,
        readOnly: Bool = false, logger: Logger = Logger(label: "rapport.keys")
    ) throws {
        let folder = KeyFolder(in: dataDirectory)
        self.folder = folder
        self.dataDirectory = dataDirectory
        self.logID = logID
        self.logger = logger
        source = masterKey
        let files = FileManager.default
        let isLocked = files.fileExists(atPath: folder.path) && !files.isWritableFile(atPath: folder.path)
        isReadOnly = readOnly || isLocked
        if try folder.current() == nil {
            guard !isReadOnly, try creating || folder.isThere else { throw KeyStoreRefusal(folder.path, .notThere) }
            try make(creating: creating)
        }
        let generation = try generation()
        if !isReadOnly { sweepLeftovers(besides: generation.epoch) }
    }

    /// Lets the files go. Who is just using them comes to an end; who asks afterwards is refused.
    public func close() {
        state.withLock { state in
            state.isClosed = true
            state.generation = nil
            state.cache = KeyCache()
        }
        masters.withLock { $0 = [] }
        blindIndexes.withLock { $0 = nil }
    }

    // MARK: The generation

    /// The generation that counts, opened. What another process has changed is noticed within ten milliseconds.
    func generation(checkingNow: Bool = false) throws -> KeyGeneration {
        try state.withLock { state throws -> KeyGeneration in try refreshed(&state, checkingNow: checkingNow) }
    }

    func refreshed(_ state: inout State, checkingNow: Bool) throws -> KeyGeneration {
        guard !state.isClosed else { throw KeyStoreRefusal(folder.path, .closed) }
        if let generation = state.generation {
            let now = ContinuousClock.now
            if !checkingNow, now - state.checkedAt < Self.checkInterval { return generation }
            if let stamp = state.stamp, stamp == FileStamp(folder.currentPath) {
                state.checkedAt = now
                return generation
            }
        }
        // The old one is let go first: the new one may have got its place in the file system.
        state.generation = nil
        state.cache = KeyCache()
        let checkedAt = ContinuousClock.now
        let opened = try openCurrent()
        state.generation = opened.generation
        state.stamp = opened.stamp
        state.checkedAt = checkedAt
        return opened.generation
    }

    /// Opens the generation that counts: one that was named before and after it was opened, so that nobody has
    /// destroyed it meanwhile.
    private func openCurrent() throws -> (generation: KeyGeneration, stamp: FileStamp) {
        var attempts = 0
        while true {
            guard let stamp = FileStamp(folder.currentPath), let epoch = try folder.current() else {
                throw KeyStoreRefusal(folder.path, .notThere)
            }
            do {
                let generation = try KeyGeneration(
                    at: folder.generationPath(epoch), epoch: epoch, logID: logID, readOnly: isReadOnly)
                if FileStamp(folder.currentPath) == stamp { return (generation, stamp) }
            } catch {
                attempts += 1
                guard attempts < 100, FileStamp(folder.currentPath) != stamp else { throw error }
            }
        }
    }

    // MARK: The master key

    /// The key-encryption key of a generation.
    ///
    /// - Throws: ``MasterKeyRefusal``.
    func unlocked(_ generation: KeyGeneration) throws -> KeyGeneration.Unlocked {
        try generation.keyEncryptionKey { wrapped throws -> KeyGeneration.Unlocked in
            for master in masters.withLock({ $0 }) {
                if let key = try? open(wrapped, of: generation, with: master) {
                    return KeyGeneration.Unlocked(key: key, master: master)
                }
            }
            // None yet, or the keys were put under another one since.
            let master = try source.key(for: dataDirectory, makesNew: false)
            let key = try open(wrapped, of: generation, with: master)
            masters.withLock { $0 = [master] }
            return KeyGeneration.Unlocked(key: key, master: master)
        }
    }

    private func open(
        _ wrapped: [UInt8], of generation: KeyGeneration, with master: any MasterKey
    ) throws -> KeyEncryptionKey {
        let context = KeyEncryptionFile.context(logID: logID, epoch: generation.epoch)
        let bytes = try master.unwrap(wrapped, for: context)
        guard let key = KeyEncryptionKey(bytes, logID: logID) else { throw MasterKeyRefusal(master.name, .wrongKey) }
        return key
    }

    /// The master key for a new key store.
    func newMaster() throws -> any MasterKey {
        let master = try source.key(for: dataDirectory, makesNew: true)
        masters.withLock { $0 = [master] }
        return master
    }

    // MARK: Asking for keys

    /// The key of a name. Kept in memory for the next time.
    ///
    /// - Throws: ``MasterKeyRefusal`` when the master key is not there or another one: whatever is asked for is then
    ///   neither missing nor erased. ``UnusableKeyName``, ``KeyStoreRefusal`` and errors of the storage layer.
    /// - Complexity: O(1) for one that is in memory, else O(log n).
    public func key(_ name: KeyName) throws -> KeyLookup {
        let (generation, entry) = try state.withLock { state throws -> (KeyGeneration, KeyCache.Entry?) in
            let generation = try refreshed(&state, checkingNow: false)
            return (generation, state.cache.find(name))
        }
        if let entry { return .key(entry.key) }
        try name.check()
        guard let found = try read([name], from: generation).first else { return .missing }
        if let key = found.key { return .key(key) }
        if let position = found.erasedAt { return .erased(at: position) }
        return .missing
    }

    /// What is stored of a name, opened.
    struct Found {
        let name: KeyName
        let key: SubjectKey?
        let erasedAt: Position?
    }

    /// What a generation has of `names`, in their order. Keys are kept in memory.
    func read(_ names: [KeyName], from generation: KeyGeneration) throws -> [Found] {
        let unlocked = try unlocked(generation)
        var found: [Found] = []
        found.reserveCapacity(names.count)
        for (name, stored) in try zip(names, generation.find(names)) {
            let key = try stored.wrapped.map { wrapped throws -> SubjectKey in
                guard let bytes = unlocked.key.unwrap(wrapped, for: .part(name.row)) else {
                    throw generation.damagedKey(name.row)
                }
                return SubjectKey(dataKey: bytes)
            }
            found.append(Found(name: name, key: key, erasedAt: stored.tombstone?.position))
        }
        remember(found, of: generation)
        return found
    }

    private func remember(_ found: [Found], of generation: KeyGeneration) {
        state.withLock { state in
            // A key that was read before it was destroyed must not come back.
            guard state.generation === generation else { return }
            for entry in found {
                guard let key = entry.key else { continue }
                state.cache.insert(KeyCache.Entry(key: key, erasedAt: entry.erasedAt), for: entry.name)
            }
        }
    }

    /// The key of this installation for blind indexes. It stays the same for as long as the key store lives.
    ///
    /// - Throws: ``MasterKeyRefusal``, ``KeyStoreRefusal`` and errors of the storage layer.
    public func blindIndexKey() throws -> BlindIndexKey {
        if let known = blindIndexes.withLock({ $0 }) { return known }
        let generation = try generation()
        let wrapped = try generation.wrappedBlindIndexKey()
        guard let bytes = try unlocked(generation).key.unwrap(wrapped, for: .blindIndex) else {
            throw generation.damaged("the key of blind indexes is not what was written")
        }
        let key = BlindIndexKey(bytes)
        blindIndexes.withLock { $0 = key }
        return key
    }
}
