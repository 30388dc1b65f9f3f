internal import Foundation

/// Where what is derived from a log is kept: its index and its read models.
final class DerivedFolder: Sendable {
    let path: String
    /// Whether it may be made and kept up to date there, or is only used as it is.
    let isWritable: Bool
    private let isTemporary: Bool

    /// The data directory itself.
    init(path: String, isWritable: Bool) {
        self.path = path
        self.isWritable = isWritable
        isTemporary = false
    }

    /// The folder of a backup, whose log nobody appends to; where it may not be written, as on a medium that is mounted
    /// read-only, a temporary folder. That one is made when it is needed and removed with this value.
    init(ofBackupIn backup: String) {
        let name = "rapport-derived-" + String(UInt64.random(in: .min ... .max), radix: 36)
        isTemporary = !FileManager.default.isWritableFile(atPath: backup)
        path = isTemporary ? FileManager.default.temporaryDirectory.appending(path: name).path : backup
        isWritable = true
    }

    deinit {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }
}
