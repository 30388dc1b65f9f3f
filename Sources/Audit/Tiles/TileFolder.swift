internal import Foundation
internal import LMDB
internal import Transparency

/// A folder that tiles are published from. Each file is written beside its place and moved there, so that who fetches
/// it gets all of it or nothing.
struct TileFolder {
    /// The fewest bytes of an entry with its length: that of a type whose name has one byte.
    private static let leastEntry = 2 + 1 + 8 + 8 + 16 + 2 + 1 + 3 * Hash256.byteCount

    private let path: String
    /// Whether what stands there is of this log, and so need not be written again.
    private let isCarriedOn: Bool

    /// - Parameter isCarriedOn: whether full tiles that are there are kept.
    init(_ path: String, isCarriedOn: Bool) {
        self.path = path
        self.isCarriedOn = isCarriedOn
    }

    /// The checkpoint that was published last; nil when there is none.
    ///
    /// - Throws: ``TileExportRefusal``; an error of the storage layer.
    static func checkpoint(in path: String) throws -> TreeCheckpoint? {
        let file = path + "/checkpoint"
        guard let bytes = try DurableFile.read(file) else { return nil }
        do {
            return try TreeCheckpoint(parsing: SignedNote(parsing: String(decoding: bytes, as: UTF8.self)).text)
        } catch let error {
            throw TileExportRefusal.unreadableCheckpoint(path: file, reason: "\(error)")
        }
    }

    /// Whether the hashes of a tile are there; only a full one is kept.
    func hasHashes(_ name: TileName) throws -> Bool {
        guard isCarriedOn, name.isFull else { return false }
        return try DurableFile.size(path + "/" + name.path) == name.width * Hash256.byteCount
    }

    /// Whether the entries of a full tile are there.
    func hasEntries(_ name: TileName) throws -> Bool {
        guard isCarriedOn, name.isFull else { return false }
        return try DurableFile.size(path + "/" + name.entriesPath) ?? 0 >= name.width * Self.leastEntry
    }

    /// Writes a file below the folder.
    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url, options: .atomic)
    }

    /// Publishes the checkpoint: the tiles that it speaks of are there.
    func write(_ note: SignedNote) throws { try write(Array(note.encoded.utf8), to: "checkpoint") }
}
