internal import EventLog
internal import LMDB
internal import Logging
internal import Synchronization

extension KeyStore {
    /// The keys of `names`; those that are missing are made, and are durable before they are answered.
    ///
    /// Threads that ask at the same time share a commit. Two processes agree on one key: who comes second finds that of
    /// the first.
    ///
    /// - Throws: ``ErasedSubject`` when one of the subjects is erased, even where it has keys that a law keeps: nothing
    ///   is sealed under them any more. ``MasterKeyRefusal``, ``UnusableKeyName``, ``KeyStoreRefusal`` and errors of
    ///   the storage layer.
    /// - Complexity: O(number of names) for those that are in memory; else a look-up for each, and for missing ones a
    ///   durable commit.
    public func keys(makingMissing names: Set<KeyName>) throws -> [KeyName: SubjectKey] {
        if names.isEmpty { return [:] }
        for name in names { try name.check() }
        if let found = try existing(names) { return found }
        try requireWritable()
        wanted.withLock { $0.formUnion(names) }
        return try making.withLock { _ throws -> [KeyName: SubjectKey] in
            while true {
                // Whoever was here before may have made them.
                if let found = try existing(names) { return found }
                let others = wanted.withLock { wanted in
                    defer { wanted = [] }
                    return wanted
                }
                let generation = try generation()
                if try !make(others.union(names), in: generation) { _ = try self.generation(checkingNow: true) }
            }
        }
    }

    /// Those keys of `names` that are in memory and seal, in their order; nil for others, which
    /// ``keys(makingMissing:)`` finds. O(number of names).
    public func keysInMemory(_ names: [KeyName]) throws -> [SubjectKey?] {
        try state.withLock { state throws -> [SubjectKey?] in
            _ = try refreshed(&state, checkingNow: false)
            return names.map { name in
                guard let entry = state.cache.find(name), entry.erasedAt == nil else { return nil }
                return entry.key
            }
        }
    }

    /// The keys of `names`; nil when one of them is missing.
    private func existing(_ names: Set<KeyName>) throws -> [KeyName: SubjectKey]? {
        var keys: [KeyName: SubjectKey] = [:]
        keys.reserveCapacity(names.count)
        var erased: ErasedSubject?
        var unknown: [KeyName] = []
        let (generation, entries) = try cached(names)
        for (name, entry) in entries {
            if let entry {
                keys[name] = entry.key
                if let position = entry.erasedAt { erased = ErasedSubject(subject: name.subject, position: position) }
            } else {
                unknown.append(name)
            }
        }
        var isComplete = true
        if !unknown.isEmpty {
            for found in try read(unknown, from: generation) {
                if let position = found.erasedAt {
                    erased = ErasedSubject(subject: found.name.subject, position: position)
                }
                keys[found.name] = found.key
                if found.key == nil { isComplete = false }
            }
        }
        if let erased { throw erased }
        return isComplete ? keys : nil
    }

    private typealias CachedEntries = [(name: KeyName, entry: KeyCache.Entry?)]

    private func cached(_ names: Set<KeyName>) throws -> (KeyGeneration, CachedEntries) {
        try state.withLock { state throws -> (KeyGeneration, CachedEntries) in
            let generation = try refreshed(&state, checkingNow: false)
            var entries: CachedEntries = []
            for name in names { entries.append((name, state.cache.find(name))) }
            return (generation, entries)
        }
    }

    /// Makes the keys that are missing, but none of erased subjects: who waits for one finds the tombstone. Says
    /// whether this generation still counts; if not, nothing was made.
    private func make(_ names: Set<KeyName>, in generation: KeyGeneration) throws -> Bool {
        let unlocked = try unlocked(generation)
        let ordered = names.map { (row: $0.row, name: $0) }.sorted { $0.row.lexicographicallyPrecedes($1.row) }
        return try generation.environment.write { transaction throws -> Bool in
            // Whoever says that another one counts holds this transaction meanwhile.
            guard try folder.current() == generation.epoch else { return false }
            for entry in ordered { try generation.make(entry.name, under: unlocked.key, in: transaction) }
            return true
        }
    }

    func requireWritable() throws(KeyStoreRefusal) {
        if isReadOnly { throw KeyStoreRefusal(folder.path, .readOnly) }
    }
}

// MARK: - Making a key store

extension KeyStore {
    /// Makes the key store, or completes what somebody has left who was interrupted.
    func make(creating: Bool) throws {
        // Before anything is written: without a master key there is no key store.
        let master: (any MasterKey)? = try creating && folder.epochs().isEmpty ? newMaster() : nil
        try DurableFile.createDirectory(folder.path)
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        if try folder.current() != nil { return }
        let epochs = try folder.epochs()
        if let epoch = epochs.first {
            try adopt(epoch, of: epochs)
        } else if let master {
            try makeFirst(under: master)
        } else {
            throw KeyStoreRefusal(folder.path, .notThere)
        }
    }

    /// Whoever made the first generation did not come to say that it counts. Of several nobody can tell which one does.
    private func adopt(_ epoch: UInt64, of epochs: [UInt64]) throws {
        guard epochs.count == 1 else {
            throw KeyStoreRefusal(
                folder.path,
                .damaged(
                    "its file CURRENT is missing, and there are \(epochs.count) generations; expected one that "
                        + "names the one that counts"))
        }
        let generation = try KeyGeneration(
            at: folder.generationPath(epoch), epoch: epoch, logID: logID, readOnly: true)
        generation.environment.close()
        try folder.setCurrent(epoch)
    }

    private func makeFirst(under master: any MasterKey) throws {
        let (key, wrappedKey) = try newKeyEncryptionKey(epoch: 1, under: master)
        let draft = try GenerationDraft(in: folder, epoch: 1, logID: logID, wrappedKey: wrappedKey)
        try draft.put(
            ReplayedErasures(position: .zero), blindIndexKey: key.wrap(SecretBytes.random(), for: .blindIndex))
        try draft.finish()
        logger.notice("made the key store of personal data", metadata: ["folder": "\(folder.path)"])
    }

    /// A new key-encryption key for a generation, and how the master key has wrapped it.
    func newKeyEncryptionKey(
        epoch: UInt64, under master: any MasterKey
    ) throws -> (key: KeyEncryptionKey, wrapped: [UInt8]) {
        let bytes = SecretBytes.random()
        guard let key = KeyEncryptionKey(bytes, logID: logID) else {
            throw KeyStoreRefusal(folder.path, .damaged("no new key could be made"))
        }
        return (key, try master.wrap(bytes, for: KeyEncryptionFile.context(logID: logID, epoch: epoch)))
    }
}
