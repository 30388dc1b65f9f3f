@testable import EventLog
import Foundation
@testable import Projection
import Synchronization
import Testing

@Suite struct RebuildTests {
    @Test("a rebuild gives rows of the same digest, in a new generation; the one before is kept, older ones are not")
    func sameDigest() async throws {
        var ledger = RandomLedger(seed: 1)
        let hosted = try HostedLog()
        try await hosted.follow()
        for _ in 0..<20 { try await hosted.log.append(ledger.events(20)) }
        try await hosted.settle()
        let live = try hosted.host.digest(of: "ledger")
        var generations = [try hosted.currentGeneration()]
        for _ in 0..<3 {
            try hosted.host.rebuild()
            let rebuilt = try hosted.host.digest(of: "ledger")
            #expect(rebuilt.digest == live.digest)
            #expect(rebuilt.position == live.position)
            generations.append(try hosted.currentGeneration())
        }
        #expect(Set(generations).count == 4)
        #expect(try hosted.generations() == generations.suffix(2).sorted())
    }

    @Test("a digest is that of the content: other rows, another digest; the same rows of another log, the same one")
    func digestIsOfContent() async throws {
        let events = [Ledger.event(1, "account:a"), Ledger.event(2, "account:b", at: 9)]
        var digests: [String] = []
        for appended in [events, events, [events[0]], [Ledger.event(3, "account:a"), events[1]]] {
            let hosted = try HostedLog(after: appended)
            try await hosted.settle()
            digests.append(try hosted.host.digest(of: "ledger").digest)
        }
        #expect(digests[0] == digests[1])
        #expect(Set(digests).count == 3)
        #expect(digests[0].count == 64)
    }

    @Test("while appends go on, a rebuild loses none of them")
    func whileAppending() async throws {
        var ledger = RandomLedger(seed: 2)
        let hosted = try HostedLog(after: ledger.events(2_000))
        defer { hosted.close() }
        try await hosted.settle()
        let (log, host) = (hosted.log, hosted.host)
        let before = log.head
        let isDone = Flag()
        async let rebuilds: Void = onThread {
            defer { isDone.set() }
            for _ in 0..<3 { try host.rebuild() }
        }
        var appended: UInt64 = 0
        while !isDone.isSet || appended < 100 {
            let events = ledger.events(7)
            try await log.append(events)
            appended += 7
        }
        try await rebuilds
        #expect(log.head == Position(before.rawValue + appended))
        try await hosted.settle()
        let live = try host.digest(of: "ledger")
        let fresh = try hosted.freshDigest()
        #expect(live.digest == fresh)
        #expect(live.position == log.head)
    }

    @Test("a rebuild that is cancelled leaves the generation that serves, which goes on following")
    func cancelled() async throws {
        let hosted = try HostedLog(after: [Ledger.event(1, "account:a")])
        defer { hosted.close() }
        try await hosted.settle()
        let host = hosted.host
        let generation = try hosted.currentGeneration()
        #expect(throws: CancellationError.self) { try host.rebuild(isCancelled: { true }) }
        #expect(try hosted.currentGeneration() == generation)
        #expect(try hosted.generations() == [generation])
        let status = try host.status()
        #expect(status[0].state == .following)
        let position = try await hosted.log.append([Ledger.event(2, "account:a")]).last
        try await host.wait(for: position, of: ["ledger"], seconds: 60)
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: [Ledger.event(1, "account:a"), Ledger.event(2, "account:a")]))
    }

    @Test("rebuilds at the same time end with one that serves, and whose rows are there after opening again")
    func atTheSameTime() async throws {
        var ledger = RandomLedger(seed: 3)
        let hosted = try HostedLog(after: ledger.events(300))
        defer { hosted.close() }
        try await hosted.settle()
        let digest = try hosted.host.digest(of: "ledger").digest
        for _ in 0..<4 { try await rebuildFourTimes(hosted, digest) }
        let current = try hosted.currentGeneration()
        hosted.close()
        try hosted.open()
        try await hosted.settle()
        #expect(try hosted.currentGeneration() == current)
        let reopened = try hosted.host.digest(of: "ledger").digest
        #expect(reopened == digest)
    }

    private func rebuildFourTimes(_ hosted: HostedLog, _ digest: String) async throws {
        let host = hosted.host
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await onThread { try host.rebuild() } } }
            try await group.waitForAll()
        }
        let current = try hosted.currentGeneration()
        #expect(try hosted.generations().contains(current))
        let rebuilt = try host.digest(of: "ledger").digest
        #expect(rebuilt == digest)
    }

    @Test("only the read models that were named are built again")
    func named() async throws {
        let hosted = try HostedLog([Ledger.model, Brittle.mended], after: [Ledger.event(1)])
        defer { hosted.close() }
        try await hosted.settle()
        let (ledger, brittle) = (try hosted.currentGeneration(), try hosted.currentGeneration(of: "brittle"))
        try hosted.host.rebuild(["brittle"])
        #expect(try hosted.currentGeneration() == ledger)
        #expect(try hosted.currentGeneration(of: "brittle") != brittle)
    }

    @Test("a rebuild of no read model is over at once")
    func none() async {
        await #expect(processExitsWith: .success) {
            let hosted = try HostedLog(after: [Ledger.event(1)])
            try await hosted.settle()
            let generation = try hosted.currentGeneration()
            try hosted.host.rebuild([])
            #expect(try hosted.currentGeneration() == generation)
        }
    }

    @Test("progress ends with all events done")
    func progress() async throws {
        let hosted = try HostedLog(after: (0..<50).map { Ledger.event(UInt8($0)) })
        defer { hosted.close() }
        try await hosted.settle()
        let reports = Reports()
        try hosted.host.rebuild(progress: { reports.add($0) })
        let all = reports.all
        #expect(all.map(\.done).max() == 50)
        #expect(all.allSatisfy { $0.total == 50 && $0.done <= 50 && $0.elapsed >= 0 })
    }
}

/// Set once, by whichever thread.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}

private final class Reports: Sendable {
    private let reports = Mutex<[BuildProgress]>([])

    var all: [BuildProgress] { reports.withLock { $0 } }
    func add(_ report: BuildProgress) { reports.withLock { $0.append(report) } }
}
