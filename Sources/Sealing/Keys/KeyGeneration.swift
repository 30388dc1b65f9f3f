internal import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// One generation of a key store: an LMDB environment whose keys are all wrapped by one key-encryption key.
///
/// - `keys`: subject, 0, category -> the key, wrapped as ``KeyEncryptionKey`` says
/// - `erased`: subject -> ``Tombstone``
/// - `meta`: "format" -> u32, "log id" -> 16 bytes, "epoch" -> u64, "replayed to" -> u64, and the checksum of the
///   record there (u64) where it is known, "blind index key" -> wrapped
///
/// Keys are only ever added. What takes one away, and every new tombstone, makes another generation; so whoever has
/// seen that ``KeyFolder/current()`` is still the same knows that nobody was erased since.
final class KeyGeneration: Sendable {
    /// Counts up whenever the way of storing changes.
    static let format: UInt32 = 1

    enum Meta {
        static let format = "format"
        static let logID = "log id"
        static let epoch = "epoch"
        static let replayedTo = "replayed to"
        static let blindIndexKey = "blind index key"
    }

    /// Address space for a generation; it grows by itself. `RAPPORT_MAP_SIZE` in the environment names another size, as
    /// for the log.
    private static let mapSize =
        ProcessInfo.processInfo.environment["RAPPORT_MAP_SIZE"].flatMap { Int($0) } ?? 16 << 30

    /// The key-encryption key, and which master key has opened it.
    struct Unlocked: Sendable {
        let key: KeyEncryptionKey
        let master: any MasterKey
    }

    let folder: String
    let epoch: UInt64
    let environment: Environment
    let keys: Database
    let erased: Database
    let meta: Database
    /// The key-encryption key as the master key has wrapped it. Read at once: when the file is destroyed, this value is
    /// of no more use to anybody who looks at ``KeyFolder/current()``.
    let wrappedKey: [UInt8]
    private let unlocked = Mutex<Unlocked?>(nil)

    /// Opens a generation of the keys of the log `logID`.
    ///
    /// - Parameter immutable: nobody writes to it, and nothing is written for reading it: a backup.
    /// - Throws: ``KeyStoreRefusal``, and errors of the storage layer.
    init(at folder: String, epoch: UInt64, logID: EventID, readOnly: Bool, immutable: Bool = false) throws {
        // LMDB would make an empty environment of nothing.
        guard try (DurableFile.size(folder + "/data.mdb") ?? 0) > 0 else {
            throw KeyStoreRefusal(folder, .damaged("its file data.mdb is missing or has no bytes"))
        }
        wrappedKey = try KeyEncryptionFile.read(in: folder)
        let environment = try Self.environment(at: folder, readOnly: readOnly, immutable: immutable)
        self.folder = folder
        self.epoch = epoch
        self.environment = environment
        keys = environment.database("keys")
        erased = environment.database("erased")
        meta = environment.database("meta")
        try checkMeta(logID)
    }

    /// The environment of a generation, made where it is missing unless it is only read.
    static func environment(at folder: String, readOnly: Bool, immutable: Bool = false) throws -> Environment {
        try Environment(
            path: folder,
            databases: [DatabaseDefinition("meta"), DatabaseDefinition("keys"), DatabaseDefinition("erased")],
            options: EnvironmentOptions(
                mapSize: mapSize, durability: .full, readOnly: readOnly, immutable: immutable))
    }

    private func checkMeta(_ logID: EventID) throws {
        let transaction = try environment.beginRead()
        guard let format = try transaction.value(in: meta, for: Meta.format), format.byteCount == 4 else {
            throw damaged("it does not say of which format it is")
        }
        guard format.u32(at: 0) == Self.format else {
            throw KeyStoreRefusal(folder, .unknownFormat(format.u32(at: 0), known: Self.format))
        }
        guard let stored = try transaction.value(in: meta, for: Meta.logID), stored.byteCount == 16 else {
            throw damaged("it does not say of which log it is")
        }
        let found = EventID(high: stored.u64BigEndian(at: 0), low: stored.u64BigEndian(at: 8))
        guard found == logID else { throw KeyStoreRefusal(folder, .otherLog(found: found, expected: logID)) }
        guard let number = try transaction.value(in: meta, for: Meta.epoch), number.byteCount == 8,
            number.u64(at: 0) == epoch
        else { throw damaged("it is not the generation \(epoch), which its folder names") }
    }

    func damaged(_ what: String) -> KeyStoreRefusal { KeyStoreRefusal(folder, .damaged(what)) }

    /// The key-encryption key; `unlock` is asked for it once.
    func keyEncryptionKey(_ unlock: ([UInt8]) throws -> Unlocked) throws -> Unlocked {
        try unlocked.withLock { unlocked throws -> Unlocked in
            if let known = unlocked { return known }
            let opened = try unlock(wrappedKey)
            unlocked = opened
            return opened
        }
    }
}

// MARK: - Reading

extension KeyGeneration {
    /// What is stored of one name.
    struct Stored {
        let wrapped: [UInt8]?
        let tombstone: Tombstone?
    }

    /// What is stored of `names`, in their order.
    func find(_ names: [KeyName]) throws -> [Stored] {
        let transaction = try environment.beginRead()
        var found: [Stored] = []
        found.reserveCapacity(names.count)
        for name in names {
            let row = name.row
            let wrapped = try transaction.value(in: keys, for: row.rawSpan)?.copy()
            let buried = try tombstone(of: Array(name.subject.utf8), in: transaction)
            found.append(Stored(wrapped: wrapped, tombstone: buried))
        }
        return found
    }

    /// The tombstone of a subject, if it is erased.
    func tombstone(of subject: [UInt8], in transaction: borrowing ReadTransaction) throws -> Tombstone? {
        guard let stored = try transaction.value(in: erased, for: subject.rawSpan) else { return nil }
        guard let tombstone = Tombstone(stored) else { throw damagedTombstone(of: subject) }
        return tombstone
    }

    private func damagedTombstone(of subject: [UInt8]) -> KeyStoreRefusal {
        damaged("what it says of the erasure of \(String(decoding: subject, as: UTF8.self)) is not what was written")
    }

    /// The refusal to take a row for a key.
    func damagedKey(_ row: [UInt8]) -> KeyStoreRefusal {
        let name = row.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
        return damaged("the key of \(name) is not what was written")
    }

    /// Erasures up to here are carried out.
    func replayed() throws -> ReplayedErasures {
        let transaction = try environment.beginRead()
        guard let stored = try transaction.value(in: meta, for: Meta.replayedTo) else {
            return ReplayedErasures(position: .zero)
        }
        guard let replayed = ReplayedErasures(stored) else {
            throw damaged("the position of the last erasure is not what was written")
        }
        return replayed
    }

    /// The key of blind indexes, as it is wrapped.
    func wrappedBlindIndexKey() throws -> [UInt8] {
        let transaction = try environment.beginRead()
        guard let stored = try transaction.value(in: meta, for: Meta.blindIndexKey) else {
            throw damaged("the key of blind indexes is missing")
        }
        return stored.copy()
    }

    /// Whether a subject has a key of another category than those `retained`. O(log n).
    func hasKey(of subject: [UInt8], besides retained: [[UInt8]]) throws -> Bool {
        let transaction = try environment.beginRead()
        let start = subject + [0]
        var cursor = try transaction.cursor(over: keys)
        var isOnEntry = try cursor.seek(start.rawSpan)
        while isOnEntry {
            let row = cursor.key.copy()
            guard row.starts(with: start) else { return false }
            if !retained.contains(Array(row.dropFirst(start.count))) { return true }
            isOnEntry = try cursor.next()
        }
        return false
    }
}

// MARK: - Writing

extension KeyGeneration {
    /// Makes a key unless it is there, or its subject is erased.
    func make(
        _ name: KeyName, under key: KeyEncryptionKey, in transaction: borrowing WriteTransaction
    ) throws {
        let row = name.row
        let subject = Array(name.subject.utf8)
        let isErased = try transaction.value(in: erased, for: subject.rawSpan)?.byteCount != nil
        let isThere = try transaction.value(in: keys, for: row.rawSpan)?.byteCount != nil
        if isErased || isThere { return }
        let wrapped = try key.wrap(SecretBytes.random(), for: .part(row))
        try transaction.put(wrapped.rawSpan, in: keys, for: row.rawSpan)
    }

    /// Says that erasures up to there are carried out, as ``ReplayedErasures/after(_:)`` has it.
    func note(_ replayed: ReplayedErasures, in transaction: borrowing WriteTransaction) throws {
        let known = try self.replayed()
        let next = replayed.after(known)
        if next == known { return }
        let bytes = next.encoded
        try transaction.put(bytes.rawSpan, in: meta, for: Meta.replayedTo)
    }
}
