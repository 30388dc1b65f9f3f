@testable import EventLog
import LMDB
@testable import Projection
import TestSupport
import Testing

/// What later events say of earlier ones takes effect in the rows as if it had been so from the start, and is taken
/// back exactly.
@Suite struct HindsightTests {
    private static func model() -> ReadModel { Ledger.model.looking(through: Afterthoughts.Source()) }

    /// A log whose read model has folded `events`, each append for itself.
    private static func hosted(_ appends: [[NewEvent]]) async throws -> HostedLog {
        let hosted = try HostedLog([model()])
        try await hosted.follow()
        for events in appends {
            try await hosted.log.append(events)
            try await hosted.settle()
        }
        return hosted
    }

    private static let noted = [
        Ledger.event(1, "account:a", "place:x", at: 1), Ledger.event(2, "account:b", "place:x", at: 2),
        Ledger.event(3, "account:a", "account:b", at: 3), Ledger.event(4, "account:b", at: 4),
    ]

    @Test("two entities are one, and part again exactly")
    func mergeAndPart() async throws {
        let hosted = try await Self.hosted([Self.noted])
        let before = try hosted.host.digest(of: "ledger").digest
        let rows = try hosted.rows()
        try await hosted.log.append([Afterthoughts.see("account:b", as: "account:a")])
        try await hosted.settle()
        let merged = try hosted.rows()
        #expect(merged.accounts["account:a"]?.entries.map(\.amount) == [1, 2, 3, 4])
        #expect(merged.accounts["account:b"] == nil)
        #expect(merged.summaries["account:a"]?.count == 4)
        #expect(merged.places == rows.places)
        #expect(try hosted.host.digest(of: "ledger").digest == (try hosted.freshDigest(of: Self.model())))
        try await hosted.log.append([Afterthoughts.see("account:b", as: "account:b")])
        try await hosted.settle()
        #expect(try hosted.rows() == rows)
        #expect(try hosted.host.digest(of: "ledger").digest == before)
        #expect(try hosted.freshDigest(of: Self.model()) == before)
    }

    @Test("an event that came after the merge goes where it is said to")
    func exception() async throws {
        let hosted = try await Self.hosted([Self.noted, [Afterthoughts.see("account:b", as: "account:a")]])
        let position = try await hosted.log.append([Ledger.event(9, "account:a", at: 9)]).last
        try await hosted.log.append([
            Afterthoughts.see("account:b", as: "account:b"), Afterthoughts.move(position, "account:a", to: "account:b"),
        ])
        try await hosted.settle()
        let rows = try hosted.rows()
        #expect(rows.accounts["account:a"]?.entries.map(\.amount) == [1, 3])
        #expect(rows.accounts["account:b"]?.entries.map(\.amount) == [2, 3, 4, 9])
        #expect(try hosted.host.digest(of: "ledger").digest == (try hosted.freshDigest(of: Self.model())))
    }

    @Test("what is said and what it is said of may come in one batch")
    func oneBatch() async throws {
        let events = Self.noted + [Afterthoughts.see("account:b", as: "account:a"), Afterthoughts.annul(Position(1))]
        let hosted = try await Self.hosted([events])
        #expect(try hosted.rows() == LedgerRows(of: Afterthoughts.seen(events)))
    }

    @Test("a batch that ends early takes in nothing that is said behind its end")
    func earlyEnd() async throws {
        let hosted = try HostedLog([Self.model()])
        try await hosted.follow()
        try await hosted.log.append(Self.noted)
        try await hosted.settle()
        hosted.close()
        let log = try EventLog(at: hosted.directory.path, options: .small)
        try await log.append([
            Ledger.event(5, "account:c", at: 5), Afterthoughts.see("account:b", as: "account:a"),
            Ledger.event(6, "account:b", at: 6),
        ])
        let model = Self.model()
        let build = Build(
            log: log, models: [model], directories: [hosted.directory.path + "/apart"], upTo: Position(4),
            isCancelled: { false }, progress: { _ in })
        let generation = try build.run()[0]
        let checkpoint = try #require(try generation.checkpoint())
        let live = LiveModel(model, generation, checkpoint)
        var batch = LiveBatch(log: log, models: [live], upTo: log.head)
        batch.maximumBytes = 1
        var ends: [UInt64] = []
        while live.checkpoint.position < log.head.rawValue {
            ends.append(try batch.run { try $0() }.upTo)
            let rows = try LedgerRows(ModelReader(generation))
            let events = try log.events(to: live.checkpoint.position == 0 ? nil : Position(live.checkpoint.position))
            #expect(rows == LedgerRows(of: Afterthoughts.seen(events.map(\.event))))
            batch = LiveBatch(log: log, models: [live], upTo: log.head)
            batch.maximumBytes = 1
        }
        #expect(ends == [5, 6, 7])
        generation.environment.close()
        log.close()
    }

    @Test(
        "random afterthoughts give the rows that a recomputation gives, at every step and at every past position",
        arguments: 1...8 as ClosedRange<UInt64>)
    func recomputed(seed: UInt64) async throws {
        var random = RandomAfterthoughts(seed: seed)
        let hosted = try HostedLog([Self.model()])
        try await hosted.follow()
        var all: [NewEvent] = []
        var digests: [(count: Int, digest: String)] = []
        for _ in 0..<25 {
            let events = random.append(after: all)
            all += events
            try await hosted.log.append(events)
            try await hosted.settle()
            #expect(try hosted.rows() == LedgerRows(of: Afterthoughts.seen(all)))
            digests.append((all.count, try hosted.host.digest(of: "ledger").digest))
        }
        #expect(try hosted.freshDigest(of: Self.model()) == digests.last?.digest)
        for (count, _) in digests {
            let past = hosted.host.past(PastMoment(position: Position(UInt64(count))))
            let rows = try past.read("ledger") { try LedgerRows($0) }
            #expect(rows == LedgerRows(of: Afterthoughts.seen(Array(all[..<count]))))
        }
        for tag in ["account:a", "account:b", "account:c"] {
            let position = hosted.log.head
            let past = hosted.host.past(PastMoment(position: Position(position.rawValue - 1)))
            let alone = try past.foldedTables(of: [Self.model()], around: Ledger.tag(tag))
            let folded = try LedgerRows(ModelReader(alone["ledger"] ?? MemoryRows(), at: position))
            let expected = LedgerRows(of: Afterthoughts.seen(Array(all.dropLast())))
            #expect(folded.accounts[tag] == expected.accounts[tag])
        }
    }
}

/// Appends of amounts and of what is said of earlier ones.
struct RandomAfterthoughts {
    private var random: SeededGenerator
    private static let accounts = ["account:a", "account:b", "account:c", "account:d"]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private mutating func account() -> String { Self.accounts[Int.random(in: 0..<4, using: &random)] }

    mutating func append(after all: [NewEvent]) -> [NewEvent] {
        var events: [NewEvent] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            events.append(event(after: all + events))
        }
        return events
    }

    private mutating func event(after all: [NewEvent]) -> NewEvent {
        let noted = all.indices.filter { Ledger.wanted.contains(all[$0].type) }
        let choice = Int.random(in: 0..<12, using: &random)
        guard choice < 6, let index = noted.randomElement(using: &random) else { return amount() }
        let position = Position(UInt64(index + 1))
        let tags = all[index].tags.map(\.text)
        switch choice {
        case 0, 1: return Afterthoughts.see(account(), as: account())
        case 2: return Afterthoughts.move(position, tags[0], to: account())
        case 3: return Afterthoughts.annul(position)
        case 4:
            if Bool.random(using: &random) { return Afterthoughts.restore(position) }
            return Afterthoughts.withdraw("batch-1", keeping: position)
        default:
            let amount = UInt8.random(in: 0...200, using: &random)
            return Afterthoughts.amend(position, amount, [account(), "place:y"], at: time())
        }
    }

    private mutating func time() -> Int64 { Int64.random(in: 0...4, using: &random) * LedgerRows.day / 2 }

    private mutating func amount() -> NewEvent {
        var tags = [account()]
        let other = account()
        if other != tags[0] { tags.append(other) }
        if Bool.random(using: &random) { tags.append("place:x") }
        let clears = Int.random(in: 0..<8, using: &random) == 0
        return NewEvent(
            type: clears ? Ledger.cleared : Ledger.noted, tags: tags.map { Ledger.tag($0) },
            occurredAt: Timestamp(microseconds: time()),
            provenance: Provenance(correlationID: Bool.random(using: &random) ? "batch-1" : nil),
            data: [UInt8.random(in: 0...200, using: &random)])
    }
}
