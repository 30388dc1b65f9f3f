@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Synchronization
import Testing
import TestSupport

/// Another generation comes to serve while somebody follows, in this process or in another one, which the test plays.
@Suite(.timeLimit(.minutes(5))) struct SwapTests {
    private static let name = "gen-50-other"

    @Test("while another process follows, the rows swapped in are no older than those that served")
    func noOlder() async throws {
        var ledger = RandomLedger(seed: 1)
        let hosted = try HostedLog(after: ledger.events(300))
        defer { hosted.close() }
        try await hosted.settle()
        let first = try hosted.currentGeneration()
        hosted.close()
        var lease = try FileLock.acquire(hosted.directory.path + "/views/LEASE")
        #expect(lease != nil)
        try hosted.open()
        let other = try OtherFollower(hosted)
        // It commits whenever the rebuild looks up.
        try hosted.host.rebuild(isCancelled: {
            other.step()
            return false
        })
        let swappedIn = try hosted.currentGeneration()
        #expect(swappedIn != first)
        let rebuilt = try hosted.host.digest(of: "ledger")
        #expect(other.position > Position(300))
        #expect(rebuilt.position >= other.position)
        #expect(rebuilt.position == hosted.log.head)
        let fresh = try hosted.freshDigest()
        #expect(rebuilt.digest == fresh)

        // Once the other process is gone, this one goes on in them.
        withExtendedLifetime(lease) {}
        lease = nil
        var later = RandomLedger(seed: 3)
        try await hosted.log.append(later.events(50))
        try await hosted.settle()
        #expect(try hosted.currentGeneration() == swappedIn)
        let followed = try hosted.host.digest(of: "ledger").digest
        let freshAgain = try hosted.freshDigest()
        #expect(followed == freshAgain)
    }

    @Test("whoever follows goes on in the generation that another process has swapped in")
    func goesOn() async throws {
        var ledger = RandomLedger(seed: 4)
        var events = ledger.events(200)
        let hosted = try HostedLog(after: events)
        defer { hosted.close() }
        try await hosted.settle()
        try swapInElsewhere(Ledger.model, upTo: hosted.log.head, hosted)
        let more = ledger.events(60)
        try await hosted.log.append(more)
        events += more
        try await hosted.settle()
        #expect(try hosted.currentGeneration() == Self.name)
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events))
        let (live, fresh) = (try hosted.host.digest(of: "ledger").digest, try hosted.freshDigest())
        #expect(live == fresh)
    }

    @Test("a read model that has stopped tries again in a generation that another process has swapped in")
    func triesAgain() async throws {
        let hosted = try HostedLog([Brittle.model])
        defer { hosted.close() }
        try await hosted.follow()
        let events = (1...10).map { Ledger.event($0 == 6 ? Brittle.unfoldable : UInt8($0), "account:a") }
        try await hosted.log.append(events)
        let isStopped = try await eventually { try hosted.host.status()[0].state == .stopped }
        #expect(isStopped)
        try swapInElsewhere(Brittle.model, upTo: Position(2), hosted)
        let hasComeFurther = try await eventually { try hosted.host.status()[0].position == Position(5) }
        #expect(hasComeFurther)
        let isStoppedAgain = try await eventually { try hosted.host.status()[0].state == .stopped }
        #expect(isStoppedAgain)
        #expect(try hosted.currentGeneration(of: "brittle") == Self.name)
    }

    /// What a rebuild by another process comes to: `CURRENT` names a generation that this process has not opened.
    private func swapInElsewhere(_ model: ReadModel, upTo position: Position, _ hosted: HostedLog) throws {
        let folder = hosted.folder(of: model.name)
        let build = Build(
            log: hosted.log, models: [model], directories: [folder + "/" + Self.name], upTo: position,
            isCancelled: { false }, progress: { _ in })
        _ = try build.run()
        try SwapLock(in: hosted.directory.path + "/views").hold(unless: false) {
            try DurableFile.replace(folder + "/CURRENT", with: Array(Self.name.utf8))
        }
    }

    @Test("places for new generations differ, and are not swept away while they are held")
    func places() async throws {
        let hosted = try HostedLog()
        defer { hosted.close() }
        try await hosted.follow()
        let served = try hosted.host.served("ledger")
        let (first, second) = (try served.newPlace(), try served.newPlace())
        #expect(first.path != second.path)
        let files = FileManager.default
        try files.createDirectory(atPath: first.path, withIntermediateDirectories: false)
        try served.sweep()
        #expect(files.fileExists(atPath: first.path))
        #expect(files.fileExists(atPath: second.path + ".lock"))
        first.remove()
        second.release()
        let current = try hosted.currentGeneration()
        #expect(try hosted.generations() == [current])
        let locks = try files.contentsOfDirectory(atPath: hosted.folder()).filter { $0.hasSuffix(".lock") }
        #expect(locks == [])
    }

    @Test("the swap lock is had by one at a time, and waiting for it can be cancelled")
    func lock() throws {
        let directory = try TemporaryDirectory()
        let swaps = SwapLock(in: directory.path)
        let result = try swaps.hold(unless: true) { () throws -> Int in
            #expect(throws: CancellationError.self) { try swaps.hold(unless: true) {} }
            return 7
        }
        #expect(result == 7)
        let again = try swaps.hold(unless: true) { 8 }
        #expect(again == 8)
    }
}

/// What follows in another process: it commits to the generation that serves, for as long as that one serves.
private final class OtherFollower: Sendable {
    private struct State {
        let live: LiveModel
        var ledger = RandomLedger(seed: 2)
        var steps = 0
    }

    private let log: EventLog
    private let served: ServedModel
    private let swap: String
    private let state: Mutex<State>

    init(_ hosted: HostedLog) throws {
        let served = try hosted.host.served("ledger")
        let current = try #require(try served.current())
        let checkpoint = try #require(try current.checkpoint())
        self.log = hosted.log
        self.served = served
        swap = hosted.directory.path + "/views/SWAP"
        state = Mutex(State(live: LiveModel(Ledger.model, current, checkpoint)))
    }

    var position: Position { state.withLock { Position($0.live.checkpoint.position) } }

    /// Appends and folds, unless somebody is about to make another generation serve, or has done so.
    func step() {
        state.withLock { state in
            do {
                guard let lock = try FileLock.acquire(swap) else { return }
                defer { withExtendedLifetime(lock) {} }
                guard state.steps < 20, try served.current() === state.live.generation else { return }
                state.steps += 1
                let events = state.ledger.events(700)
                try log.appendBlocking(events)
                let batch = LiveBatch(log: log, models: [state.live], upTo: log.head)
                let outcome = try batch.run { commits in try commits() }
                if !outcome.halts.isEmpty { Issue.record("the other process cannot go on") }
            } catch {
                Issue.record(error)
            }
        }
    }
}
