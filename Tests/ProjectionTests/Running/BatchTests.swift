@testable import EventLog
@testable import Projection
import Testing
import TestSupport

@Suite struct BatchTests {
    /// A read model with rows up to `position` in a folder of its own, to be followed from there.
    private func live(
        _ model: ReadModel = Ledger.model, in folder: String, upTo position: UInt64, _ log: EventLog
    ) throws -> LiveModel {
        let build = Build(
            log: log, models: [model], directories: [folder], upTo: Position(position),
            isCancelled: { false }, progress: { _ in })
        let generation = try build.run()[0]
        return LiveModel(model, generation, try #require(try generation.checkpoint()))
    }

    @Test("a batch ends with the event that makes it too large; the next goes on behind it")
    func limitedInBytes() throws {
        var ledger = RandomLedger(seed: 5)
        let hosted = try HostedLog(after: ledger.events(40))
        defer { hosted.close() }
        let apart = try TemporaryDirectory()
        let live = try live(in: apart.path + "/rows", upTo: 10, hosted.log)
        var ends: [UInt64] = []
        while live.checkpoint.position < 40 {
            let before = live.checkpoint.position
            let batch = LiveBatch(log: hosted.log, models: [live], upTo: Position(40), maximumBytes: 300)
            let outcome = try batch.run { commits in try commits() }
            try #require(outcome.halts.isEmpty)
            try #require(outcome.upTo > before)
            let expected = try #require(try Checkpoint(of: hosted.log, at: outcome.upTo))
            #expect(live.checkpoint == expected)
            ends.append(outcome.upTo)
        }
        // The header of a record alone has 64 bytes.
        #expect(ends.count > 5)
        #expect(ends.last == 40)
        let (followed, fresh) = (try ContentDigest.of(live.generation), try hosted.freshDigest())
        #expect(followed == fresh)
    }

    @Test("a large batch, whose read models are finished and written on several threads, gives the rows of a build")
    func onSeveralThreads() throws {
        var ledger = RandomLedger(seed: 6)
        let hosted = try HostedLog(after: ledger.events(4_000))
        defer { hosted.close() }
        let apart = try TemporaryDirectory()
        let models = try ["one", "two", "three"].map { name in
            try live(
                ReadModel(name: name, version: 1, folds: Ledger.folds), in: apart.path + "/" + name, upTo: 10,
                hosted.log)
        }
        var commits = 0
        let outcome = try LiveBatch(log: hosted.log, models: models, upTo: Position(4_000)).run { body in
            commits += 1
            try body()
        }
        #expect(outcome.upTo == 4_000)
        #expect(outcome.halts.isEmpty)
        #expect(commits == 1)
        let fresh = try hosted.freshDigest()
        for live in models {
            let digest = try ContentDigest.of(live.generation)
            #expect(digest == fresh, "\(live.model.name)")
            #expect(live.checkpoint.position == 4_000)
        }
    }

    @Test("a type that first comes up while its read model is followed is folded like any other")
    func newType() async throws {
        let hosted = try HostedLog()
        defer { hosted.close() }
        try await hosted.follow()
        var events: [NewEvent] = []
        for (number, type) in [Ledger.noted, Ledger.passedOver, Ledger.cleared, Ledger.noted].enumerated() {
            let event = Ledger.event(UInt8(number + 1), "account:a", at: Int64(number), type: type)
            events.append(event)
            try await hosted.log.append([event])
            try await hosted.settle()
            let rows = try hosted.rows()
            #expect(rows == LedgerRows(of: events))
        }
    }

    // MARK: How large batches are

    @Test("batches grow while more is waiting than one of them takes, and are short again when nothing is")
    func grow() {
        var pace = BatchPace()
        #expect(pace.events == BatchPace.usual)
        pace.adapt(took: .milliseconds(50), waiting: pace.events)
        #expect(pace.events == BatchPace.usual)
        for _ in 0..<10 { pace.adapt(took: .milliseconds(50), waiting: 1_000_000) }
        #expect(pace.events == BatchPace.greatest)
        pace.adapt(took: .milliseconds(50), waiting: 10)
        #expect(pace.events == BatchPace.greatest)
        pace.adapt(took: .milliseconds(50), waiting: 0)
        #expect(pace.events == BatchPace.usual)
    }

    @Test("batches that take long become shorter, whatever is waiting")
    func shrink() {
        var pace = BatchPace()
        pace.adapt(took: .milliseconds(1500), waiting: 1_000_000)
        #expect(pace.events == BatchPace.usual)
        pace.adapt(took: .seconds(3), waiting: 1_000_000)
        #expect(pace.events == BatchPace.usual / 2)
        for _ in 0..<20 { pace.adapt(took: .seconds(3), waiting: 1_000_000) }
        #expect(pace.events == BatchPace.least)
        for _ in 0..<20 { pace.adapt(took: .milliseconds(1), waiting: 1_000_000) }
        #expect(pace.events == BatchPace.greatest)
    }
}
