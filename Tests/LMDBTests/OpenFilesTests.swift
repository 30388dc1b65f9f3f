import Foundation
import LMDB
import Testing

@Suite struct OpenFilesTests {
    /// The limits of this process on open files, soft and hard.
    private static func limits() throws -> [UInt64] {
        let text = try String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Max open files") })
        return line.dropFirst("Max open files".count).split(separator: " ").prefix(2).compactMap { UInt64($0) }
    }

    @Test("the limit on open files is raised as far as the system allows, and not lowered")
    func raised() throws {
        #expect(OpenFiles.raiseLimit())
        let limits = try Self.limits()
        try #require(limits.count == 2)
        let greatest: UInt64 = 1 << 20
        #expect(limits[0] >= min(limits[1], greatest) && OpenFiles.limit == limits[0])
        #expect(OpenFiles.raiseLimit(), "once more")
        let again = try Self.limits()
        #expect(again == limits)
    }

    @Test("who may open no more files is told the limit")
    func told() throws {
        let limit = try #require(OpenFiles.limit)
        let error = LMDBError(.system(EMFILE), "open", path: "crm/log")
        #expect(
            "\(error)"
                == "crm/log: open: too many files are open; this process may have \(limit) (RLIMIT_NOFILE, ulimit -n)")
    }
}
