internal import Foundation
internal import LMDB

/// What a backup says of itself: the file `BACKUP` in its folder, replaced as a whole. Wherever it stands, nothing is
/// appended but by a backup.
///
///     rapport-backup 1
///     log <log id>
///     position <how far the last backup that ended has come>
///     checksum <of the record there, hexadecimal; 0 at position 0>
///     chain <``RecordChain`` up to there, hexadecimal>
///     taken <when that backup ended, in ISO 8601; - before the first one has>
///     sum <XXH3-64 of the lines above, hexadecimal>
struct BackupManifest: Equatable {
    private static let format = "1"

    let logID: EventID
    var position: UInt64 = 0
    var checksum: UInt64 = 0
    var chain = RecordChain()
    var takenAt: Timestamp?

    private static func path(in folder: String) -> String { folder + "/BACKUP" }

    /// Whether `folder` is a backup, complete or not.
    static func isThere(in folder: String) -> Bool { FileManager.default.fileExists(atPath: path(in: folder)) }

    /// Replaces the manifest in `folder`, durably.
    func write(to folder: String) throws(LMDBError) {
        try DurableFile.replace(Self.path(in: folder), with: encoded)
    }

    private var encoded: [UInt8] {
        var text = "rapport-backup \(Self.format)\n"
        text += "log \(logID)\n"
        text += "position \(position)\n"
        text += "checksum \(String(checksum, radix: 16))\n"
        text += "chain \(String(chain.value, radix: 16))\n"
        text += "taken \(takenAt?.description ?? "-")\n"
        let sum = text.withRawSpan { FastHash.hash64($0) }
        return Array((text + "sum \(String(sum, radix: 16))\n").utf8)
    }
}

// MARK: - Reading

extension BackupManifest {
    /// The manifest in `folder`; nil when there is none.
    ///
    /// - Throws: ``UnreadableLog`` when it is damaged or of another format.
    static func read(from folder: String) throws -> BackupManifest? {
        guard let bytes = try DurableFile.read(path(in: folder)) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let first = (lines.first ?? "").split(separator: " ")
        guard first.count == 2, first[0] == "rapport-backup" else { throw damaged(folder) }
        guard first[1] == format else {
            throw UnreadableLog(path: folder, reason: "its format as a backup is \(first[1]), expected \(format)")
        }
        // What does not give the same bytes again has been changed somewhere; the sum is part of them.
        guard let manifest = BackupManifest(lines), manifest.encoded == bytes else { throw damaged(folder) }
        return manifest
    }

    private static func damaged(_ folder: String) -> UnreadableLog {
        UnreadableLog(path: folder, reason: "the manifest of the backup, the file BACKUP, is damaged")
    }

    private init?(_ lines: [Substring]) {
        var values: [Substring: String] = [:]
        for line in lines {
            let words = line.split(separator: " ")
            guard words.count == 2 else { return nil }
            values[words[0]] = String(words[1])
        }
        guard let logID = EventID(values["log", default: ""]),
            let position = UInt64(values["position", default: ""]),
            let checksum = UInt64(values["checksum", default: ""], radix: 16),
            let chain = UInt64(values["chain", default: ""], radix: 16),
            let taken = values["taken"]
        else { return nil }
        self.init(
            logID: logID, position: position, checksum: checksum, chain: RecordChain(value: chain),
            takenAt: Timestamp(taken))
    }
}

// MARK: - Checking

/// Compares the records of a backup, from the first one on, with what its manifest says of them.
struct ManifestCheck {
    private let manifest: BackupManifest
    private var chain = RecordChain()

    /// Nil when the log is no backup.
    init?(of log: EventLog) throws {
        guard log.isBackup, let manifest = try BackupManifest.read(from: log.path) else { return nil }
        guard manifest.logID == log.logID else {
            throw UnreadableLog(
                path: log.path, reason: "its manifest is of log \(manifest.logID), its events are of log \(log.logID)")
        }
        self.manifest = manifest
    }

    /// Takes the record that follows.
    ///
    /// - Throws: ``DamagedLog`` at the manifest's position, when these are not the records that it speaks of.
    mutating func add(_ event: borrowing EventView) throws {
        let position = event.position
        guard position.rawValue <= manifest.position else { return }
        chain.add(event)
        guard position.rawValue == manifest.position, chain != manifest.chain else { return }
        throw DamagedLog(position: position, damage: .manifest)
    }

    /// Says that `head` is the last one.
    ///
    /// - Throws: ``DamagedLog`` when the manifest speaks of more.
    func end(at head: Position) throws {
        guard head.rawValue < manifest.position else { return }
        throw DamagedLog(position: head.next, damage: .missing)
    }
}
