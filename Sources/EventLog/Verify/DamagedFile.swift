package import LMDB
internal import Foundation

/// A file of a data directory that is not as the storage layer relies on it to be: reading it might end the process, or
/// answer wrongly.
public struct DamagedFile: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The page where it showed, from 0; nil when the file as a whole is concerned.
    public let page: UInt64?
    /// File, page, what is affected and what is wrong, in one line.
    public let description: String

    package init(_ damage: PageDamage) {
        path = damage.path
        page = damage.page.rawValue
        description = "\(damage)"
    }

    package init(_ error: LMDBError) {
        path = error.path
        page = nil
        description = "\(error)"
    }

    /// Runs `check`; what it finds is told as a ``DamagedFile``.
    package static func telling(_ check: () throws -> Void) throws {
        do {
            try check()
        } catch let damage as PageDamage {
            throw DamagedFile(damage)
        } catch let error as LMDBError where error.kind.isDamage {
            throw DamagedFile(error)
        }
    }

    /// Walks the pages of the data file in `folder`, which others may be writing to.
    package static func checkPages(in folder: String, progress: (Int, Int) throws -> Void) throws {
        try telling {
            let file = folder + "/data.mdb"
            guard try DurableFile.size(file) != 0 else { throw LMDBError(.foreign, "open", path: file) }
            // Without databases nothing but the meta pages is read through the storage layer.
            let environment = try Environment(
                path: folder, databases: [], options: EnvironmentOptions(durability: .rebuildable, readOnly: true))
            defer { environment.close() }
            _ = try PageWalk.check(environment, progress: progress)
        }
    }
}

extension EventLog {
    /// Walks the pages of the log in the data directory `path`, without mapping the file or trusting what is in it, and
    /// compares the files of its index with their hashes: what to do before anything else where damage is suspected.
    /// The log must not be open in this process; other processes may be writing.
    ///
    /// It checks what finds events: pages, their order and their keys. What is in the events
    /// ``EventLog/EventLog/verify(progress:)`` checks.
    ///
    /// - Parameter progress: told now and then how many pages of how many in the current file are done.
    /// - Throws: ``DamagedFile``; an error of the storage layer when a file cannot be read.
    public static func checkPages(at path: String, progress: (Int, Int) throws -> Void = { _, _ in }) throws {
        try DamagedFile.checkPages(in: path + "/log", progress: progress)
        // A run that is not there any more has been merged.
        guard let manifest = try Manifest.read(from: path + "/index/MANIFEST") else { return }
        for (number, run) in manifest.entries.enumerated() {
            let file = path + "/index/" + run.name + "/data.mdb"
            guard let content = try HashedFile(file) else {
                guard try Manifest.read(from: path + "/index/MANIFEST") == manifest else { continue }
                throw DamagedFile(LMDBError(.missingDatabase(run.name), "open", path: file))
            }
            try progress(number + 1, manifest.entries.count)
            guard try content.hash() == run.fileHash else {
                throw DamagedFile(LMDBError(.corrupted, "compare with its hash", path: file))
            }
        }
    }
}
