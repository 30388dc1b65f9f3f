internal import Foundation

/// A new folder that is removed with this value.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        _ = Self.smallMaps
        path = FileManager.default.temporaryDirectory.appendingPathComponent("rapport-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Hundreds of tests wait at the same time, each with a CRM of many environments: with maps of the usual size they
    /// would need more address space than a process has. A size that is set already stays.
    private static let smallMaps = unsafe setenv("RAPPORT_MAP_SIZE", String(8 << 30), 0)
}
