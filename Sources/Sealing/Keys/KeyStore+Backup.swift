public import EventLog
internal import Foundation
internal import LMDB

extension KeyStore {
    /// Copies the key store into a new folder. The keys in it are wrapped as they are here: with the backup and the
    /// master key everything opens that opened when it was made, whoever is erased afterwards. So keep it apart from
    /// the backups of the log, and not for long.
    ///
    /// - Throws: ``KeyStoreRefusal`` when something stands at `target`, or it lies in the data directory, and errors of
    ///   the storage layer.
    /// - Complexity: O(number of keys in the store).
    public func backup(to target: String) throws {
        guard !SecretFile(target).isWithin(dataDirectory) else { throw KeyStoreRefusal(target, .inDataDirectory) }
        guard !FileManager.default.fileExists(atPath: target) else { throw KeyStoreRefusal(target, .occupied) }
        // Nobody destroys keys while they are copied.
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        let generation = try generation(checkingNow: true)
        try DurableFile.createDirectory(target)
        do {
            try Self.copy(generation, of: logID, into: KeyFolder(target))
        } catch {
            try? KeyFolder.shred(generation: KeyFolder(target).draftPath)
            try? KeyFolder.shred(generation: KeyFolder(target).generationPath(generation.epoch))
            try? FileManager.default.removeItem(atPath: target)
            throw error
        }
    }

    /// Makes the key store of a data directory from a backup. Erasures that the log holds from behind
    /// ``replayedTo`` must be carried out then, before anything is opened.
    ///
    /// - Throws: ``KeyStoreRefusal`` when there is a key store already, no complete backup in `source`, or one of
    ///   another log than `logID`; and errors of the storage layer.
    /// - Complexity: O(number of keys in the backup).
    public static func restore(from source: String, into dataDirectory: String, logID: EventID) throws {
        let folder = KeyFolder(in: dataDirectory)
        guard try !folder.isThere else { throw KeyStoreRefusal(folder.path, .alreadyThere) }
        let backup = KeyFolder(source)
        guard let epoch = try backup.current() else { throw KeyStoreRefusal(source, .noBackup) }
        let generation = try KeyGeneration(
            at: backup.generationPath(epoch), epoch: epoch, logID: logID, readOnly: true, immutable: true)
        try DurableFile.createDirectory(folder.path)
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        guard try !folder.isThere else { throw KeyStoreRefusal(folder.path, .alreadyThere) }
        try copy(generation, of: logID, into: folder)
    }

    /// Writes the rows of a generation, as they are, into a new environment: no bytes but theirs come along.
    private static func copy(_ generation: KeyGeneration, of logID: EventID, into target: KeyFolder) throws {
        let draft = try GenerationDraft(
            in: target, epoch: generation.epoch, logID: logID, wrappedKey: generation.wrappedKey)
        try draft.put(generation.replayed(), blindIndexKey: generation.wrappedBlindIndexKey())
        _ = try draft.copy(.erased, of: generation) { _, stored in stored }
        _ = try draft.copy(.keys, of: generation) { _, stored in stored }
        try draft.finish()
    }
}
