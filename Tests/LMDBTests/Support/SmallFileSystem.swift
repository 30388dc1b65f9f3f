import Foundation
import TestSupport

/// A mounted file system that is soon full, unmounted with this value. Only root can make one.
final class SmallFileSystem {
    private let directory: TemporaryDirectory

    /// Whether this process may mount one.
    static let canBeMounted = geteuid() == 0 && (try? SmallFileSystem(megabytes: 1)) != nil

    private struct MountFailed: Error {}

    init(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        let arguments = ["-t", "tmpfs", "-o", "size=\(megabytes)m", "rapport-tests", directory.path]
        guard try Self.run("mount", arguments) == 0 else { throw MountFailed() }
    }

    deinit {
        // Lazily, so that a file that is still open cannot keep it mounted.
        _ = try? Self.run("umount", ["-l", directory.path])
    }

    var path: String { directory.path }

    private static func run(_ command: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [command] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
