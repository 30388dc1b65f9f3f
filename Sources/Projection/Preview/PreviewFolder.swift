internal import EventLog
internal import Foundation
internal import LMDB

/// The directories that rows are built in which are only looked at: `views/<model>/preview/`.
///
/// Where nothing may be written to the data directory, the folder for temporary files.
struct PreviewFolder {
    /// Nil where nothing may be written to it.
    private let views: String?

    private static let prefix = "rapport-preview-"

    init(_ log: EventLog) {
        views = log.keepsDerived ? log.derivedPath + "/views" : nil
    }

    private func folder(of model: ServedModel) -> String {
        guard let views else { return FileManager.default.temporaryDirectory.path }
        return Self.folder(in: views + "/" + model.model.name)
    }

    /// The folder in the directory of a read model.
    private static func folder(in directory: String) -> String { directory + "/preview" }

    /// A directory that is being looked at. Its lock keeps others from sweeping it away.
    struct Place {
        let path: String
        fileprivate let lock: FileLock

        /// Removes what was built.
        func remove() {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: path + ".lock")
        }
    }

    /// A new directory; those that killed processes have left behind are swept away before.
    func newPlace(of model: ServedModel) throws -> Place {
        let folder = folder(of: model)
        try DurableFile.createDirectory(folder)
        Self.sweep(folder: folder)
        while true {
            let path = folder + "/" + Self.prefix + String(UInt64.random(in: .min ... .max), radix: 36)
            if let lock = try FileLock.acquire(path + ".lock"), FileStamp(path + ".lock") != nil {
                return Place(path: path, lock: lock)
            }
        }
    }

    /// Removes what nobody looks at any more.
    func sweep(_ model: ServedModel) { Self.sweep(folder: folder(of: model)) }

    /// Removes what nobody looks at any more from the directory of a read model.
    static func sweep(modelIn directory: String) { sweep(folder: folder(in: directory)) }

    /// The same, durably; false when somebody still looks at something.
    static func clear(modelIn directory: String) throws -> Bool {
        let folder = folder(in: directory)
        guard FileManager.default.fileExists(atPath: folder) else { return true }
        sweep(folder: folder)
        try DurableFile.syncDirectory(of: folder + "/" + prefix)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return !names.contains { $0.hasPrefix(prefix) }
    }

    private static func sweep(folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let places = names.filter { $0.hasPrefix(prefix) }.map { $0.hasSuffix(".lock") ? String($0.dropLast(5)) : $0 }
        for path in Set(places).map({ folder + "/" + $0 }) {
            guard let lock = try? FileLock.acquire(path + ".lock") else { continue }
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: path + ".lock")
            withExtendedLifetime(lock) {}
        }
    }
}
