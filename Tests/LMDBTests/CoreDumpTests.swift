import Foundation
import LMDB
import Testing

@Suite struct CoreDumpTests {
    /// The limits of this process on the sizes of core files, soft and hard.
    private static func limits() throws -> [Substring] {
        let text = try String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
        return line.dropFirst("Max core file size".count).split(separator: " ").prefix(2).map { $0 }
    }

    @Test("switched off, no memory of this process or its children is written to a file, and nobody turns that back")
    func off() throws {
        #expect(CoreDumps.switchOff())
        #expect(try Self.limits() == ["0", "0"])
        #expect(CoreDumps.switchOff(), "once more")
    }
}
