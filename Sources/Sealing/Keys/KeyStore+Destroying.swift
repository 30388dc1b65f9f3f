public import EventLog
internal import LMDB
internal import Logging
internal import Synchronization

extension KeyStore {
    /// Destroys the keys of erased subjects, but those of the categories that their erasures retain.
    ///
    /// What stays is written as a new generation under a new key-encryption key, while nobody can add keys; the file
    /// that names the generation is replaced; then the old generation is destroyed, its key-encryption key first. Each
    /// step is durable before the next one begins. Killed at any point, the key store is the old one or the new one,
    /// and what is left of the other is destroyed by whoever opens it next. Where the erasures are known already and no
    /// key is to go, no generation is made. Once more with the same erasures does no harm.
    ///
    /// Another process may open parts with destroyed keys for ten milliseconds yet.
    ///
    /// - Parameters:
    ///   - erasures: in the order of the log. The categories that a later one retains take the place of those before.
    ///   - position: all erasures of the log up to here are among these, or were carried out before.
    ///   - checksum: of the record there, so that another history of the log is noticed; nil where it is not known.
    /// - Throws: ``MasterKeyRefusal``, ``UnusableKeyName``, ``KeyStoreRefusal`` and errors of the storage layer. When
    ///   the keys are gone from the new generation and the old one could not be destroyed, that is an error, too;
    ///   calling again destroys it.
    /// - Complexity: O(number of keys in the store): erase many at once.
    public func destroy(
        _ erasures: [KeyErasure], replayedTo position: Position, checksum: UInt64? = nil
    ) throws -> DestroyedKeys {
        let replayed = ReplayedErasures(position: position, checksum: checksum)
        for erasure in erasures { try erasure.check() }
        try requireWritable()
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        // Whoever makes another one current holds the lock.
        let generation = try generation(checkingNow: true)
        try folder.sweep(besides: generation.epoch)
        let count = try generation.environment.write { transaction throws -> Int? in
            let burial = try Burial(erasures, in: generation)
            guard burial.isNeeded else {
                try generation.note(replayed, in: transaction)
                return nil
            }
            return try replace(generation, burial, replayed, under: unlocked(generation).master)
        }
        guard let count else { return DestroyedKeys(epoch: generation.epoch, count: 0) }
        let epoch = try succeed(generation)
        logger.notice(
            "destroyed keys of erased persons", metadata: ["keys": "\(count)", "generation": "\(epoch)"])
        return DestroyedKeys(epoch: epoch, count: count)
    }

    /// Puts all keys under another master key, by a new generation with a new key-encryption key: what the old master
    /// key has opened opens nothing here any more. Copies of the old files still open with it.
    ///
    /// - Throws: ``MasterKeyRefusal``, ``KeyStoreRefusal`` and errors of the storage layer.
    /// - Complexity: O(number of keys in the store).
    public func rotate(to master: any MasterKey) throws {
        try requireWritable()
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        let generation = try generation(checkingNow: true)
        try folder.sweep(besides: generation.epoch)
        _ = try unlocked(generation)
        // Both serve until it is done: other threads may open the new generation as soon as it is named.
        masters.withLock { $0.insert(master, at: 0) }
        _ = try generation.environment.write { _ throws -> Int in
            try replace(generation, Burial(), ReplayedErasures(position: .zero), under: master)
        }
        let epoch = try succeed(generation)
        masters.withLock { $0 = [master] }
        logger.notice("put the keys under another master key", metadata: ["generation": "\(epoch)"])
    }

    /// Writes the next generation and says that it counts. The write transaction of the old one is held meanwhile.
    ///
    /// - Returns: how many keys were left out.
    private func replace(
        _ old: KeyGeneration, _ burial: Burial, _ replayed: ReplayedErasures, under master: any MasterKey
    ) throws -> Int {
        let oldKey = try unlocked(old).key
        guard old.epoch < .max else { throw old.damaged("no number is left for another generation") }
        let epoch = old.epoch + 1
        guard let blindIndexKey = try oldKey.unwrap(old.wrappedBlindIndexKey(), for: .blindIndex) else {
            throw old.damaged("the key of blind indexes is not what was written")
        }
        let (key, wrappedKey) = try newKeyEncryptionKey(epoch: epoch, under: master)
        let draft = try GenerationDraft(in: folder, epoch: epoch, logID: logID, wrappedKey: wrappedKey)
        try draft.put(replayed.after(old.replayed()), blindIndexKey: key.wrap(blindIndexKey, for: .blindIndex))
        _ = try draft.copy(.erased, of: old) { subject, stored in burial.tombstones[subject]?.encoded ?? stored }
        try draft.add(burial.newTombstones)
        let count = try draft.copy(.keys, of: old) { row, stored in
            guard try burial.keeps(row, of: old) else { return nil }
            guard let secret = oldKey.unwrap(stored, for: .part(row)) else { throw old.damagedKey(row) }
            return try key.wrap(secret, for: .part(row))
        }
        try draft.finish()
        return count
    }

    /// Opens the new generation in the place of the old one, which is destroyed.
    ///
    /// - Returns: the new one's number.
    private func succeed(_ old: KeyGeneration) throws -> UInt64 {
        let epoch = try generation(checkingNow: true).epoch
        try folder.sweep(besides: epoch)
        return epoch
    }

    /// Destroys what was left by somebody who was interrupted.
    func sweepLeftovers(besides epoch: UInt64) {
        do {
            guard try !folder.leftovers(besides: epoch).isEmpty else { return }
            let lock = try folder.lock()
            defer { withExtendedLifetime(lock) {} }
            // If another one counts by now, somebody else has been at work, and has swept.
            guard try folder.current() == epoch else { return }
            let leftovers = try folder.leftovers(besides: epoch)
            try folder.sweep(besides: epoch)
            if leftovers.isEmpty { return }
            logger.notice(
                "destroyed what was left of an interrupted destruction of keys", metadata: ["folder": "\(folder.path)"])
        } catch {
            logger.error(
                "keys that were to be destroyed are still there: what is left of an old generation cannot be removed",
                metadata: ["folder": "\(folder.path)", "error": "\(error)"])
        }
    }
}
