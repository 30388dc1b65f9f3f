@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Testing
import TestSupport

/// The rows that were replaced last are kept, and can serve again.
@Suite(.timeLimit(.minutes(5))) struct RollBackTests {
    private var files: FileManager { .default }

    private func names(_ hosted: HostedLog) throws -> GenerationNames {
        try GenerationNames(of: "ledger", at: hosted.directory.path)
    }

    private func refusal(
        _ reason: NoPreviousGeneration.Reason, version: Int = 1
    ) -> NoPreviousGeneration {
        NoPreviousGeneration(model: "ledger", version: version, reason: reason)
    }

    /// A ledger whose rows have been built twice.
    private func rebuilt(after events: [NewEvent]) async throws -> (HostedLog, first: String, second: String) {
        let hosted = try HostedLog(after: events)
        try await hosted.settle()
        let first = try hosted.currentGeneration()
        try hosted.host.rebuild()
        return (hosted, first, try hosted.currentGeneration())
    }

    @Test("there and back: the rows that served before serve again, with all that was appended meanwhile")
    func thereAndBack() async throws {
        var ledger = RandomLedger(seed: 1)
        var events = ledger.events(300)
        let (hosted, first, second) = try await rebuilt(after: events)
        defer { hosted.close() }
        #expect(try names(hosted) == GenerationNames(serving: second, previous: first))
        for (serving, previous) in [(first, second), (second, first), (first, second)] {
            let more = ledger.events(70)
            try await hosted.log.append(more)
            events += more
            try await hosted.settle()
            let position = try hosted.host.rollBack("ledger")
            #expect(position == hosted.log.head)
            #expect(try names(hosted) == GenerationNames(serving: serving, previous: previous))
            let (served, fresh) = (try hosted.host.digest(of: "ledger"), try hosted.freshDigest())
            #expect(served.digest == fresh)
            #expect(served.position == position)
        }
        // Whoever follows goes on in them.
        let more = ledger.events(40)
        try await hosted.log.append(more)
        events += more
        try await hosted.settle()
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events))
        #expect(try hosted.generations() == [first, second].sorted())
        let locks = try files.contentsOfDirectory(atPath: hosted.folder()).filter { $0.hasSuffix(".lock") }
        #expect(locks == [])
    }

    @Test("what was gone back to is what serves after opening again, and can be left again")
    func overOpening() async throws {
        var ledger = RandomLedger(seed: 2)
        let (hosted, first, second) = try await rebuilt(after: ledger.events(100))
        defer { hosted.close() }
        try hosted.host.rollBack("ledger")
        hosted.close()
        try hosted.open(after: ledger.events(20))
        try await hosted.settle()
        #expect(try hosted.currentGeneration() == first)
        try hosted.host.rollBack("ledger")
        #expect(try hosted.currentGeneration() == second)
        let (served, fresh) = (try hosted.host.digest(of: "ledger").digest, try hosted.freshDigest())
        #expect(served == fresh)
    }

    @Test("while events are appended, no query goes back in time, however often rows are gone back to")
    func noOlder() async throws {
        var ledger = RandomLedger(seed: 3)
        let (hosted, _, _) = try await rebuilt(after: ledger.events(500))
        defer { hosted.close() }
        let (log, host) = (hosted.log, hosted.host)
        let batches = (0..<60).map { _ in ledger.events(20) }
        async let appending: Void = onThread { for batch in batches { try log.appendBlocking(batch) } }
        async let goingBack: Void = onThread { for _ in 0..<12 { try host.rollBack("ledger") } }
        var last = Position.zero
        while last < Position(1_700) {
            let position = try host.read("ledger") { reader in reader.position }
            #expect(position >= last)
            last = max(last, position)
            await Task.yield()
        }
        try await appending
        try await goingBack
        try await hosted.settle()
        let (served, fresh) = (try host.digest(of: "ledger"), try hosted.freshDigest())
        #expect(served.position == Position(1_700))
        #expect(served.digest == fresh)
    }

    @Test("a reader that holds on to the rows from before keeps nobody from going back to them")
    func heldByAReader() async throws {
        let hosted = try HostedLog(after: [Ledger.event(1, "account:a")])
        defer { hosted.close() }
        try await hosted.settle()
        let host = hosted.host
        let first = try hosted.currentGeneration()
        let position = try host.read("ledger") { reader in
            try host.rebuild()
            try host.rollBack("ledger")
            return reader.position
        }
        #expect(position == Position(1))
        #expect(try hosted.currentGeneration() == first)
        let (served, fresh) = (try host.digest(of: "ledger").digest, try hosted.freshDigest())
        #expect(served == fresh)
    }

    @Test("the first rows have none before them, and names that nobody has defined have none at all")
    func noneBefore() async throws {
        let hosted = try HostedLog(after: [Ledger.event(1)])
        defer { hosted.close() }
        try await hosted.settle()
        let host = hosted.host
        #expect(throws: refusal(.notKept)) { try host.rollBack("ledger") }
        #expect(throws: ProjectionUnavailable.unknown(model: "ledgers")) { try host.rollBack("ledgers") }
        let position = try host.read("ledger") { reader in reader.position }
        #expect(position == Position(1))
    }

    /// What may be wrong with the rows from before.
    enum Damage: CaseIterable {
        case cut, foreign, noData, gone, otherStart
    }

    @Test("rows from before that are damaged are refused; those that serve go on", arguments: Damage.allCases)
    func damaged(damage: Damage) async throws {
        let (hosted, first, second) = try await rebuilt(after: [Ledger.event(1, "account:a"), Ledger.event(2)])
        defer { hosted.close() }
        hosted.close()
        let folder = hosted.folder() + "/" + first
        let data = URL(fileURLWithPath: folder + "/data.mdb")
        switch damage {
        case .cut: try Data(contentsOf: data).prefix(9_000).write(to: data)
        case .foreign: try Data(repeating: 0x5A, count: 50_000).write(to: data)
        case .noData: try files.removeItem(at: data)
        case .gone: try files.removeItem(atPath: folder)
        case .otherStart:
            try DurableFile.replace(DirtyMarker(generation: folder).path, with: Array("another start".utf8))
        }
        try hosted.open()
        try await hosted.settle()
        let host = hosted.host
        #expect(throws: refusal(.unusable)) { try host.rollBack("ledger") }
        #expect(try hosted.currentGeneration() == second)
        let (served, fresh) = (try host.digest(of: "ledger").digest, try hosted.freshDigest())
        #expect(served == fresh)
    }

    @Test("rows that do not serve any more are brought to rest, so that a restart of the machine does not take them")
    func broughtToRest() async throws {
        let (hosted, first, second) = try await rebuilt(after: [Ledger.event(1, "account:a")])
        defer { hosted.close() }
        let markers = [first, second].map { DirtyMarker(generation: hosted.folder() + "/" + $0).path }
        let isAtRest = try await eventually {
            !files.fileExists(atPath: markers[0]) && files.fileExists(atPath: markers[1])
        }
        #expect(isAtRest)
        try hosted.host.rollBack("ledger")
        let isAtRestAgain = try await eventually {
            files.fileExists(atPath: markers[0]) && !files.fileExists(atPath: markers[1])
        }
        #expect(isAtRestAgain)
    }

    @Test("a process that was killed between noting the rows that serve and replacing them leaves both that there were")
    func interrupted() async throws {
        let (hosted, first, second) = try await rebuilt(after: [Ledger.event(1, "account:a")])
        defer { hosted.close() }
        let served = try hosted.host.served("ledger")
        try served.notePrevious()
        #expect(try names(hosted) == GenerationNames(serving: second, previous: first))
        try served.sweep()
        #expect(try hosted.generations() == [first, second].sorted())
        try hosted.host.rollBack("ledger")
        #expect(try names(hosted) == GenerationNames(serving: first, previous: second))
    }

    @Test("what must be forgotten is not kept in rows from before, nor in what a killed preview has left")
    func forgotten() async throws {
        let (hosted, _, second) = try await rebuilt(after: [Ledger.event(1, "account:a")])
        defer { hosted.close() }
        let left = hosted.folder() + "/preview/rapport-preview-killed"
        try files.createDirectory(atPath: left, withIntermediateDirectories: true)
        let host = hosted.host
        try host.forgetPast()
        #expect(try hosted.generations() == [second])
        #expect(!files.fileExists(atPath: left))
        #expect(throws: refusal(.notKept)) { try host.rollBack("ledger") }
        try host.rebuild()
        try host.rollBack("ledger")
        #expect(try hosted.currentGeneration() == second)
    }

    @Test("rows that somebody else goes back to just now are neither gone back to nor forgotten before that is over")
    func busy() async throws {
        let (hosted, first, second) = try await rebuilt(after: [Ledger.event(1, "account:a")])
        defer { hosted.close() }
        let host = hosted.host
        let served = try host.served("ledger")
        let swaps = SwapLock(in: hosted.directory.path + "/views")
        let place = try #require(try swaps.hold(unless: false) { try served.place(of: first) })
        #expect(throws: refusal(.busy)) { try host.rollBack("ledger") }
        let isForgotten = try swaps.hold(unless: false) { try served.forgetPrevious() }
        #expect(!isForgotten)
        #expect(try hosted.generations() == [first, second].sorted())
        place.release()
        try host.forgetPast()
        #expect(try hosted.generations() == [second])
    }

    @Test("where nothing may be written, nothing is gone back to")
    func readOnly() async throws {
        let (hosted, _, second) = try await rebuilt(after: [Ledger.event(1, "account:a")])
        hosted.close()
        let opened = try OpenedHost([Ledger.model], at: hosted.directory.path, readOnly: true)
        let refused = #expect(throws: LMDBError.self) { try opened.host.rollBack("ledger") }
        #expect(refused?.kind == .readOnly)
        #expect(try hosted.currentGeneration() == second)
    }
}
