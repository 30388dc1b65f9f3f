import Foundation
import TestSupport

/// A mounted file system that is soon full, unmounted with this value. Only root can make one.
final class SmallFileSystem: Sendable {
    private let directory: TemporaryDirectory

    /// Whether this process may mount one.
    static let canBeMounted = geteuid() == 0 && (try? SmallFileSystem(megabytes: 1)) != nil

    private struct MountFailed: Error {}

    init(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "rapport-tests", directory.path)
    }

    deinit {
        // Lazily, so that a file that is still open cannot keep it mounted.
        try? Self.run("umount", "-l", directory.path)
    }

    var path: String { directory.path }

    /// Takes all the room that is left.
    func fill() throws {
        let ballast = directory.path + "/ballast"
        _ = FileManager.default.createFile(atPath: ballast, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: ballast))
        while (try? file.write(contentsOf: Data(count: 4096))) != nil {}
        try file.close()
    }

    /// Lets nobody write to it any more.
    func makeReadOnly() throws {
        try Self.run("mount", "-o", "remount,ro", directory.path)
    }

    private static func run(_ command: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw MountFailed() }
    }
}
