internal import EventLog
internal import Foundation
internal import LMDB

/// The folder of a key store, or of a backup of one.
///
///     CURRENT          names the generation that counts: epoch-3
///     epoch-3/         data.mdb, lock.mdb, KEK
///     new/             a generation in the making; worth nothing
///
/// Whoever makes or removes a generation holds the lock on the folder. So does whoever removes what others have left,
/// and nobody's work is taken for a leftover.
struct KeyFolder: Sendable {
    let path: String

    init(_ path: String) { self.path = path }

    init(in dataDirectory: String) { path = dataDirectory + "/keys" }

    var currentPath: String { path + "/CURRENT" }
    var draftPath: String { path + "/new" }

    func generationPath(_ epoch: UInt64) -> String { path + "/" + Self.name(epoch) }

    private static func name(_ epoch: UInt64) -> String { "epoch-\(epoch)" }

    private static func epoch(named name: String) -> UInt64? {
        guard name.utf8.starts(with: "epoch-".utf8), let epoch = UInt64(name.dropFirst(6)),
            Self.name(epoch) == name
        else { return nil }
        return epoch
    }

    /// Whether a key store was made here, sound or not.
    var isThere: Bool {
        get throws { try DurableFile.size(currentPath) != nil || !epochs().isEmpty }
    }

    /// Waits for the right to make and remove generations; it lasts as long as the value.
    func lock() throws -> FileLock { try FileLock.wait(forDirectory: path) }

    /// The generation that counts; nil when no file says so.
    ///
    /// - Throws: ``KeyStoreRefusal`` when the file says something else.
    func current() throws -> UInt64? {
        guard let bytes = try DurableFile.read(currentPath) else { return nil }
        guard bytes.last == UInt8(ascii: "\n"),
            let epoch = Self.epoch(named: String(decoding: bytes.dropLast(), as: UTF8.self))
        else {
            throw KeyStoreRefusal(path, .damaged("its file CURRENT names no generation; expected epoch-NUMBER"))
        }
        return epoch
    }

    /// Says, durably, which generation counts from now on.
    func setCurrent(_ epoch: UInt64) throws {
        try DurableFile.replace(currentPath, with: Array((Self.name(epoch) + "\n").utf8))
    }

    private func names() throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path)
    }

    /// The generations whose folders are here.
    func epochs() throws -> [UInt64] { try names().compactMap { Self.epoch(named: $0) }.sorted() }

    /// The folders that hold another generation than `epoch`, or one that was never completed.
    func leftovers(besides epoch: UInt64) throws -> [String] {
        try names().filter { $0 == "new" || (Self.epoch(named: $0) ?? epoch) != epoch }.map { path + "/" + $0 }
    }

    /// Destroys all generations but `epoch`, which counts. The caller holds the lock.
    func sweep(besides epoch: UInt64) throws {
        for folder in try leftovers(besides: epoch) { try Self.shred(generation: folder) }
    }

    /// Destroys a generation: first the file without which nothing else in it can be opened, then the rest.
    static func shred(generation folder: String) throws {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        for name in [KeyEncryptionFile.name, KeyEncryptionFile.name + ".new"] {
            try KeyEncryptionFile.shred(folder + "/" + name)
        }
        for name in ["data.mdb", "lock.mdb"] { try DurableFile.remove(folder + "/" + name) }
        // A process that is just opening it may put an empty file there again; whoever opens the store next sweeps it.
        try? FileManager.default.removeItem(atPath: folder)
        try DurableFile.syncDirectory(of: folder)
    }
}
