internal import Crypto
internal import Foundation
internal import LMDB

/// A data file as an import names it: its content tells it apart, wherever it lies.
struct HashedFile {
    /// The file's name without its folder; one that looks personal is replaced by its number in the import.
    let name: String
    /// SHA-256 of its bytes.
    let sha256: [UInt8]
    /// How many bytes it has.
    let byteCount: UInt64

    /// Reads the file at `path` once. Memory does not grow with it.
    ///
    /// - Parameter number: which one of the import it is, from 1.
    /// - Throws: ``ImportFileError``.
    init(_ path: String, number: Int) throws {
        name = Self.storedName(of: URL(filePath: path).lastPathComponent, number: number)
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

    /// The name of a file as the log may have it for ever: `file-2.csv` where its own looks personal.
    static func storedName(of name: String, number: Int) -> String {
        guard PersonalLooking(fileName: name) != nil else { return name }
        let ending = URL(filePath: name).pathExtension.lowercased()
        return "file-\(number)" + (endings.contains(ending) ? ".\(ending)" : "")
    }

    /// What ends the names of data files, and says nothing of anybody.
    static let endings: Set<String> = ["csv", "tsv", "tab", "txt", "psv", "dat"]

    /// The file as the event of an import names it.
    var message: ImportedFile {
        var file = ImportedFile()
        file.name = name
        file.sha256 = Hash256(sha256)?.hex ?? ""
        file.bytes = byteCount
        return file
    }
}
