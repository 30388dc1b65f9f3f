import Foundation

/// A directory that is removed with this object.
final class TemporaryDirectory {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "rapport-tests-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
