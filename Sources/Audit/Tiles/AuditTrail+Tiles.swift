internal import EventLog
internal import LMDB
public import Transparency

extension AuditTrail {
    /// Writes the tree as static files that other tools read and verify (C2SP tlog-tiles v0.1.0): `checkpoint`,
    /// `tile/<level>/<n>` with up to 256 hashes each, `tile/entries/<n>` with the entries of up to 256 leaves, each
    /// behind its length (2, big endian).
    ///
    /// A second export into the same folder writes what is new: full tiles stay, partial ones and the checkpoint are
    /// written. The checkpoint comes last, so what is published is whole whenever somebody looks.
    ///
    /// The entries hold hashes of the events and of the parts about persons, not the events.
    ///
    /// - Parameters:
    ///   - directory: made where it is missing.
    ///   - checkpoint: a signed checkpoint of this log.
    ///   - progress: told now and then how many events are done, with how many there are; what it throws ends the
    ///     export.
    /// - Returns: how many files were written.
    /// - Throws: ``ProofRefusal``, ``TileExportRefusal``, ``DamagedTree``, ``TamperedLog``; `NoteError` when the note
    ///   is no checkpoint; errors of the storage layer and of writing files.
    @discardableResult
    public func exportTiles(
        to directory: String, checkpoint: SignedNote,
        progress: (UInt64, UInt64) throws -> Void = { _, _ in }
    ) throws -> Int {
        let target = try TreeCheckpoint(parsing: checkpoint.text)
        try requireRoot(of: target)
        try StoredHashes(tree).requireSound(to: target.size)
        let published = try TileFolder.checkpoint(in: directory)
        if let published { try require(target, goesOnFrom: published, in: directory) }
        let folder = TileFolder(directory, isCarriedOn: published != nil)
        var files = 0
        for name in TileName.names(forSize: target.size) {
            if name.level == 0, try !folder.hasEntries(name) {
                try folder.write(try entries(of: name), to: name.entriesPath)
                files += 1
            }
            if try !folder.hasHashes(name) {
                try folder.write(try tree.tile(name), to: name.path)
                files += 1
            }
            if name.level == 0, name.index % 64 == 0 {
                try progress(name.index * UInt64(TileName.fullWidth), target.size)
            }
        }
        try folder.write(checkpoint)
        return files + 1
    }

    private func require(
        _ target: TreeCheckpoint, goesOnFrom published: TreeCheckpoint, in directory: String
    ) throws {
        guard published.origin.sameBytes(as: target.origin) else {
            throw TileExportRefusal.otherLog(path: directory, size: published.size)
        }
        guard published.size <= target.size else {
            throw TileExportRefusal.larger(path: directory, size: published.size, wanted: target.size)
        }
        guard try tree.root(size: published.size) == published.root else {
            throw TileExportRefusal.otherLog(path: directory, size: published.size)
        }
    }

    /// The entries of a tile's leaves, each behind its length; compared with the hashes of the tile.
    private func entries(of name: TileName) throws -> [UInt8] {
        let hashes = try tree.tile(name)
        let first = name.index * UInt64(TileName.fullWidth) + 1
        var bytes: [UInt8] = []
        var count = 0
        try log.read(from: Position(first), to: Position(first + UInt64(name.width) - 1)) { event in
            let opening = EventOpening(of: event, type: log.type(of: event), withPersonalParts: false)
            guard opening.leafHash == Hash256(hashes.rawSpan, at: count * Hash256.byteCount) else {
                throw try whyNotProved(opening)
            }
            let entry = opening.entry
            guard let length = UInt16(exactly: entry.count) else {
                throw DamagedLog(position: event.position, damage: .malformed)
            }
            bytes.append(bigEndian: length)
            bytes.append(contentsOf: entry)
            count += 1
            return true
        }
        guard count == name.width else {
            throw DamagedLog(position: Position(first + UInt64(count)), damage: .missing)
        }
        return bytes
    }
}
