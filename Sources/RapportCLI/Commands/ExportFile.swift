import EventLog
import Foundation
import LMDB

/// A file that is written beside its place and gets its name when it is complete: nobody ever sees half of it.
struct ExportFile {
    let path: String
    /// Where to write to, until ``finish()``.
    let handle: FileHandle
    private let draft: String

    /// Begins a file for `path`, readable by its owner only.
    ///
    /// - Throws: ``CommandFailure`` when something is there that is not to be replaced; `LMDBError` when the disk
    ///   refuses.
    init(at path: String, replacing: Bool) throws {
        if let there = try? FileManager.default.attributesOfItem(atPath: path) {
            // A device or a link is never replaced by a file.
            guard there[.type] as? FileAttributeType == .typeRegular else {
                throw CommandFailure(.badInput, "\(path): is no file of its own; expected a file to write")
            }
            guard replacing else {
                throw CommandFailure(.conflict, "\(path): is there already; --force replaces it")
            }
        }
        self.path = path
        draft = path + ".part"
        // What a process that was killed has left there is written over.
        try DurableFile.replace(draft, with: [])
        guard let handle = FileHandle(forWritingAtPath: draft) else {
            throw CommandFailure(.notPermitted, "\(draft): cannot be opened for writing")
        }
        self.handle = handle
    }

    /// Makes what was written durable and gives it its name.
    func finish() throws {
        try handle.synchronize()
        try handle.close()
        try DurableFile.move(draft, to: path)
    }

    /// Takes away what was written without having got its name.
    func discard() {
        try? handle.close()
        try? FileManager.default.removeItem(atPath: draft)
    }

    /// What to tell of an error that came up while the file was written: where it was the disk, that it is full.
    func failure(_ error: any Error) -> any Error {
        let isFull =
            (error._domain, error._code) == (NSCocoaErrorDomain, CocoaError.Code.fileWriteOutOfSpace.rawValue)
            || (error._domain, error._code) == (NSPOSIXErrorDomain, Int(ENOSPC))
        return isFull ? CommandFailure(.full, "\(path): write: the disk is full; nothing was exported") : error
    }
}
