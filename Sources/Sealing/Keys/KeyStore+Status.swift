public import EventLog
internal import LMDB

/// What a key store holds.
public struct KeyStoreStatus: Codable, Equatable, Sendable {
    /// The number of its generation; each destruction of keys makes another one.
    public let epoch: UInt64
    /// Keys, one for each subject and category.
    public let keys: Int
    /// Subjects that have a key.
    public let subjects: Int
    /// Subjects that are erased.
    public let erased: Int
    /// Erasures up to here are carried out.
    public let replayedTo: Position
    /// Bytes on disk, without the table of readers.
    public let bytes: Int
}

extension KeyStore {
    /// What the key store holds. Needs no master key. O(number of keys).
    public func status() throws -> KeyStoreStatus {
        let generation = try generation(checkingNow: true)
        let sizes = try ["data.mdb", KeyEncryptionFile.name].map {
            try DurableFile.size(generation.folder + "/" + $0) ?? 0
        }
        let counts = try generation.counts()
        return KeyStoreStatus(
            epoch: generation.epoch, keys: counts.keys, subjects: counts.subjects, erased: counts.erased,
            replayedTo: try generation.replayed().position, bytes: sizes.reduce(0, +))
    }

    /// Erasures of the log up to here are carried out.
    public var replayed: ReplayedErasures {
        get throws { try generation(checkingNow: true).replayed() }
    }

    /// The position of ``replayed``.
    public var replayedTo: Position {
        get throws { try replayed.position }
    }

    /// The folders of generations that do not count any more and are still there: what was to be destroyed in them is
    /// not.
    public func leftovers() throws -> [String] {
        try folder.leftovers(besides: generation(checkingNow: true).epoch)
    }

    /// Whether a subject has a key of another category than those `retained`. O(log n).
    public func hasKey(of subject: String, besides retained: Set<String>) throws -> Bool {
        try generation(checkingNow: false).hasKey(
            of: Array(subject.utf8), besides: retained.map { Array($0.utf8) })
    }

    /// Says, durably, that the log holds no erasure up to `position` that is not carried out. One that is known to be
    /// farther stays, unless `checksum`, of the record there, says that the whole log was looked at.
    ///
    /// - Throws: ``KeyStoreRefusal`` and errors of the storage layer.
    public func noteReplayed(to position: Position, checksum: UInt64? = nil) throws {
        try requireWritable()
        let replayed = ReplayedErasures(position: position, checksum: checksum)
        while true {
            let generation = try generation(checkingNow: true)
            let isDone = try generation.environment.write { transaction throws -> Bool in
                guard try folder.current() == generation.epoch else { return false }
                try generation.note(replayed, in: transaction)
                return true
            }
            if isDone { return }
        }
    }
}

extension KeyGeneration {
    /// How many keys, subjects with keys, and erased subjects there are. O(number of keys).
    fileprivate func counts() throws -> (keys: Int, subjects: Int, erased: Int) {
        let transaction = try environment.beginRead()
        var subjects = 0
        var last: [UInt8] = []
        var cursor = try transaction.cursor(over: keys)
        var isOnEntry = try cursor.first()
        while isOnEntry {
            let subject = cursor.key.copy().prefix { $0 != 0 }
            if !subject.elementsEqual(last) {
                subjects += 1
                last = Array(subject)
            }
            isOnEntry = try cursor.next()
        }
        return (try transaction.count(of: keys), subjects, try transaction.count(of: erased))
    }
}

// MARK: - For tests

/// What must be nowhere once a key is destroyed.
package struct ExposedSecrets: Sendable {
    /// The key of the subject, and how it stands in the key store.
    package let dataKey: [UInt8]
    package let wrappedDataKey: [UInt8]
    /// The key-encryption key, and how it stands in its file.
    package let keyEncryptionKey: [UInt8]
    package let wrappedKeyEncryptionKey: [UInt8]
    /// All of them.
    package var all: [[UInt8]] { [dataKey, wrappedDataKey, keyEncryptionKey, wrappedKeyEncryptionKey] }
}

extension KeyStore {
    /// The bytes behind a key, for tests that look for them afterwards; nil when there is no such key.
    package func exposedSecrets(of name: KeyName) throws -> ExposedSecrets? {
        let generation = try generation(checkingNow: true)
        let unlocked = try unlocked(generation)
        guard let wrapped = try generation.find([name]).first?.wrapped else { return nil }
        guard let key = unlocked.key.unwrap(wrapped, for: .part(name.row)) else {
            throw generation.damagedKey(name.row)
        }
        let context = KeyEncryptionFile.context(logID: logID, epoch: generation.epoch)
        return ExposedSecrets(
            dataKey: key, wrappedDataKey: wrapped,
            keyEncryptionKey: try unlocked.master.unwrap(generation.wrappedKey, for: context),
            wrappedKeyEncryptionKey: generation.wrappedKey)
    }
}
