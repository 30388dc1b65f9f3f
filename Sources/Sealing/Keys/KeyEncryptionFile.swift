internal import EventLog
internal import Foundation
internal import LMDB

/// The file `KEK` of a generation: its key-encryption key as the master key has wrapped it. Without this file nobody
/// opens the keys of the generation, whatever else they have.
///
/// Format (4 bytes, little endian), the wrapped key, XXH3-64 of all before it (8): so damage is known as damage, and
/// not taken for a wrong master key.
enum KeyEncryptionFile {
    private static let format: UInt32 = 1
    static let name = "KEK"

    /// What binds the wrapped key to its place: the log, and the generation.
    static func context(logID: EventID, epoch: UInt64) -> [UInt8] {
        var bytes = Array("rapport/key encryption key/v1".utf8)
        bytes.append(0)
        bytes.append(bigEndian: logID.high)
        bytes.append(bigEndian: logID.low)
        bytes.append(bigEndian: epoch)
        return bytes
    }

    /// Writes the file, durably.
    static func write(_ wrapped: [UInt8], in folder: String) throws {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: format)
        bytes += wrapped
        bytes.append(littleEndian: FastHash.hash64(bytes.rawSpan))
        try DurableFile.replace(folder + "/" + name, with: bytes)
    }

    /// The wrapped key.
    ///
    /// - Throws: ``KeyStoreRefusal`` when it is not there, damaged or of another format.
    static func read(in folder: String) throws -> [UInt8] {
        guard let bytes = try DurableFile.read(folder + "/" + name) else {
            throw KeyStoreRefusal(folder, .damaged("its file \(name) is missing"))
        }
        let end = bytes.count - 8
        let span = bytes.rawSpan
        guard end > 4, span.u64(at: end) == FastHash.hash64(span.extracting(0..<end)) else {
            throw KeyStoreRefusal(folder, .damaged("its file \(name) is not what was written"))
        }
        guard span.u32(at: 0) == format else {
            throw KeyStoreRefusal(folder, .unknownFormat(span.u32(at: 0), known: format))
        }
        return span.copy(4..<end)
    }

    /// Destroys a file: its bytes are overwritten in place by random ones, durably, before its name is removed.
    static func shred(_ path: String) throws {
        guard let size = try DurableFile.size(path) else { return }
        if size > 0 {
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.write(contentsOf: Data(SecretBytes.random(size)))
            try file.synchronize()
        }
        try DurableFile.remove(path)
    }
}
