@testable import EventLog
import Foundation
import Testing
import TestSupport

/// What a write transaction has written counts in its own look-ups, and in nobody else's.
@Suite struct TransactionIndexTests {
    private static let durable: UInt64 = 200

    private let directory: TemporaryDirectory
    private let events: [NewEvent]
    private let sample: IndexSample
    /// Holds the first 200 events, the first 120 of them in a run.
    private let index: EventIndex

    init() throws {
        directory = try TemporaryDirectory()
        var world = RandomWorld(seed: 5)
        events = (0..<300).map { _ in world.event() }
        sample = try IndexSample(events)
        index = EventIndex(folder: directory.path, tableCapacity: 30)
        index.adopt(runs: [try RunWriter(folder: directory.path).write(sample.table(1...120), above: 0)])
        insert(121...Self.durable)
    }

    private func insert(_ range: ClosedRange<UInt64>) {
        index.lock.withLock {
            sample.forEach(in: range) { event, typeKey in index.insertLocked(event, typeKey: typeKey) }
        }
    }

    /// An append of `events` as the writer leaves it when it has put them from `first` on.
    private func written(_ events: some Collection<NewEvent>, from first: UInt64) throws -> AppendRequest {
        let request = try AppendRequest(Array(events), condition: nil, knownEvents: .refuse)
        for record in 0..<request.recordCount {
            let (offset, bodyHash) = (request.range(of: record).lowerBound, request.bodyHashes[record])
            RecordEncoder.assign(
                position: first + UInt64(record), recordedAt: 0, typeNumber: 1, bodyHash: bodyHash,
                to: &request.bytes, at: offset)
        }
        return request
    }

    @Test("look-ups answer for the durable events and for those written since, as one")
    func answersForBoth() throws {
        var transaction = TransactionIndex(index, base: Self.durable)
        for first in stride(from: Self.durable + 1, through: 300, by: 20) {
            transaction.insert(try written(events[Int(first) - 1..<Int(first) + 19], from: first))
        }
        var world = RandomWorld(seed: 6)
        for key in sample.positions.keys.sorted() + [TagKey(EntityTag(unchecked: "nobody"))] {
            let all = sample.positions[key] ?? []
            for _ in 0..<12 {
                let after = world.number(in: 0...300)
                let has = try transaction.has(key, above: after)
                #expect(has == all.contains { $0 > after }, "above \(after)")
                let ends = [world.number(in: 1...300), world.number(in: 1...300)].sorted()
                let limit = world.count(in: 1...40)
                let found = try transaction.positions(of: key, in: ends[0]...ends[1], limit: limit)
                let expected = sample.expected(key, in: ends[0]...ends[1], newestFirst: false, limit: limit)
                #expect(found == expected, "\(ends), limit: \(limit)")
            }
        }
        for (id, position) in sample.ids {
            let found = try transaction.position(of: id)
            #expect(found == position)
        }
        let unknown = try transaction.position(of: EventID())
        #expect(unknown == nil)
    }

    @Test("a transaction that writes nothing sees what is durable")
    func nothingWritten() throws {
        let transaction = TransactionIndex(index, base: Self.durable)
        for (key, all) in sample.positions {
            let found = try transaction.positions(of: key, in: 1...300, limit: .max)
            #expect(found == all.filter { $0 <= Self.durable })
            let has = try transaction.has(key, above: Self.durable)
            #expect(!has)
        }
    }

    @Test("events of a transaction that fails were never in the tail, and others come to stand at their positions")
    func failedTransaction() throws {
        let lost = (0..<40).map { event("Lost", "lost:\($0)", "entity:0") }
        do {
            var transaction = TransactionIndex(index, base: Self.durable)
            transaction.insert(try written(lost, from: Self.durable + 1))
            let position = try transaction.position(of: lost[39].id)
            #expect(position == Self.durable + 40)
            #expect(index.end == Self.durable)
            #expect(try index.position(of: lost[39].id, head: Self.durable) == nil)
        }
        insert(Self.durable + 1...300)
        for event in lost {
            #expect(try index.position(of: event.id, head: 300) == nil)
            #expect(try index.newest(of: TagKey(event.tags[0]), above: 0, head: 300) == nil)
        }
        for (key, all) in sample.positions {
            #expect(try index.positions(of: key, in: 1...300, newestFirst: false, limit: .max) == all)
        }
    }

    @Test(
        "durable appends enter the tail as far as no reader was faster",
        arguments: [0, 1, 15, 20, 21, 40, 60] as [UInt64])
    func readerWasFaster(read: UInt64) throws {
        let requests = try [201, 221, 241].map { first in
            try written(events[first - 1..<first + 19], from: UInt64(first))
        }
        if read > 0 { insert(Self.durable + 1...Self.durable + read) }
        var isAnnounced = false
        index.insert(requests) { isAnnounced = true }
        #expect(isAnnounced)
        #expect(index.end == 260)
        for (key, all) in sample.positions {
            let expected = all.filter { $0 <= 260 }
            #expect(try index.positions(of: key, in: 1...300, newestFirst: false, limit: .max) == expected)
        }
    }
}
