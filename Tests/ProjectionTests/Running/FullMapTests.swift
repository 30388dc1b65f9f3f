@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Testing
import TestSupport

/// Rows that outgrow the address space reserved for them.
@Suite(.timeLimit(.minutes(5))) struct FullMapTests {
    /// Makes the file of an environment that nobody has open look as if its pages filled a map of `bytes`, so that
    /// whatever comes next does not fit. The pages in between are a hole: the file takes no more room on disk.
    private func fill(_ directory: String, _ bytes: Int) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: directory + "/data.mdb"))
        defer { try? file.close() }
        try file.seek(toOffset: 40)
        let stored = try #require(try file.read(upToCount: 4))
        let pageSize = stored.reversed().reduce(0) { $0 << 8 | Int($1) }
        try #require(pageSize >= 512)
        // Each of the two meta pages, which are the first ones, says at byte 136 which page is the last.
        let last = UInt64(bytes / pageSize - 1)
        let lastPage = (0..<8).map { byte in UInt8(truncatingIfNeeded: last >> UInt64(8 * byte)) }
        for page in 0..<2 {
            try file.seek(toOffset: UInt64(page * pageSize + 136))
            try file.write(contentsOf: Data(lastPage))
        }
        try file.truncate(atOffset: UInt64(bytes))
    }

    private func reserved(_ hosted: HostedLog) throws -> Int {
        let current = try #require(try hosted.host.served("ledger").current())
        return current.environment.mapUse().reserved
    }

    @Test("a live batch that does not fit is written once the map has grown")
    func live() async throws {
        var ledger = RandomLedger(seed: 1)
        let hosted = try HostedLog(after: ledger.events(50))
        defer { hosted.close() }
        try await hosted.settle()
        let generation = try hosted.currentGeneration()
        let before = try reserved(hosted)
        hosted.close()
        try fill(hosted.folder() + "/" + generation, before)
        try hosted.open()
        try await hosted.log.append(ledger.events(50))
        try await hosted.settle()
        #expect(try hosted.currentGeneration() == generation)
        #expect(try reserved(hosted) == 2 * before)
        let (followed, fresh) = (try hosted.host.digest(of: "ledger").digest, try hosted.freshDigest())
        #expect(followed == fresh)
    }

    @Test("a build that does not fit is made again with a larger map, until it fits")
    func build() throws {
        var ledger = RandomLedger(seed: 2)
        let hosted = try HostedLog(after: ledger.events(3_000))
        defer { hosted.close() }
        let apart = try TemporaryDirectory()
        let build = Build(
            log: hosted.log, models: [Ledger.model], directories: [apart.path + "/rows"], upTo: hosted.log.head,
            isCancelled: { false }, progress: { _ in }, mapSize: 1 << 15)
        let built = try build.run()
        #expect(built[0].environment.mapUse().reserved >= 4 << 15)
        let (rows, fresh) = (try ContentDigest.of(built[0]), try hosted.freshDigest())
        #expect(rows == fresh)
    }
}
