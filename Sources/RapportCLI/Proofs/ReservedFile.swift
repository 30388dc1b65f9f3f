import Foundation
import LMDB

/// A file that is made empty before the work whose outcome it is to hold: whether it can be made is known by then, and
/// nobody else makes one in its place.
final class ReservedFile {
    private let path: String
    private var isWritten = false

    /// Makes the file, readable by its owner only.
    ///
    /// - Throws: ``CommandFailure`` when something is there; `LMDBError` when no file can be made there.
    init(at path: String) throws {
        do throws(LMDBError) {
            try DurableFile.makeFile(path)
        } catch {
            guard error.kind == .system(EEXIST) else { throw error }
            throw CommandFailure(.conflict, "\(path): is there already, and is never replaced; expected a new file")
        }
        self.path = path
    }

    /// Writes what it is to hold, durably.
    func write(_ text: String) throws {
        try DurableFile.replace(path, with: Array(text.utf8))
        isWritten = true
    }

    /// Takes it away again, unless it was written.
    func discard() {
        if !isWritten { try? DurableFile.remove(path) }
    }
}
