internal import Crypto
internal import Foundation
internal import LMDB

/// A data file as an import names it: its content tells it apart, wherever it lies.
struct HashedFile {
    /// The file's name without its folder.
    let name: String
    /// SHA-256 of its bytes.
    let sha256: [UInt8]
    /// How many bytes it has.
    let byteCount: UInt64

    /// Reads the file at `path` once. Memory does not grow with it.
    ///
    /// - Throws: ``ImportFileError``.
    init(_ path: String) throws {
        name = URL(filePath: path).lastPathComponent
        var hash = SHA256()
        var count: UInt64 = 0
        do {
            var chunks = try ByteChunks(path: path)
            while true {
                let chunk = try chunks.next()
                if chunk.isEmpty { break }
                hash.update(data: chunk)
                count += UInt64(chunk.count)
            }
        } catch {
            throw ImportFileError(path: path, error: error)
        }
        sha256 = Array(hash.finalize())
        byteCount = count
    }

    /// The file as the event of an import names it.
    var message: ImportedFile {
        var file = ImportedFile()
        file.name = name
        file.sha256 = Hash256(sha256)?.hex ?? ""
        file.bytes = byteCount
        return file
    }
}
