@testable import EventLog
import Testing
import TestSupport

/// Whatever way a read takes, over the tail in memory or the runs on disk, it delivers what a plain filter would.
@Suite struct RandomQueryTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func opened() throws -> EventLog { try EventLog(at: directory.path, options: .small) }

    /// Asks random questions and compares the answers with a filter over `events`.
    private func expectFiltered(_ log: EventLog, _ events: [NewEvent], questions: Int, seed: UInt64) throws {
        var world = RandomWorld(seed: seed)
        let head = UInt64(events.count)
        for _ in 0..<questions {
            let query = try world.query()
            let from = world.chance(2) ? 1 : world.number(in: 0...head + 2)
            let to: UInt64? = world.chance(2) ? nil : world.number(in: 0...head + 2)
            let matches = events.indices.lazy.map { UInt64($0 + 1) }.filter { position in
                position >= from && position <= to ?? head && query.accepts(events[Int(position) - 1])
            }
            let ascending = Array(matches)
            let limit: Int? =
                world.chance(2) ? nil : world.chance(2) ? world.count(in: 1...5) : world.count(in: 1...400)
            for backwards in [false, true] {
                let expected = (backwards ? ascending.reversed() : ascending).prefix(limit ?? .max)
                var found: [UInt64] = []
                let extent = try log.read(
                    query, from: Position(from), to: to.map { Position($0) }, limit: limit, backwards: backwards
                ) { event in
                    found.append(event.position.rawValue)
                    return true
                }
                #expect(found == Array(expected), "\(query) from \(from) to \(to ?? 0), backwards: \(backwards)")
                #expect(extent.last?.rawValue == expected.last)
                #expect(extent.head.rawValue == head)
            }
        }
    }

    @Test(
        "random questions to a log of 2,000 events, and again after it was opened anew", arguments: [1, 2] as [UInt64])
    func tailOnly(seed: UInt64) async throws {
        var world = RandomWorld(seed: seed)
        var events: [NewEvent] = []
        do {
            let log = try opened()
            while events.count < 2000 {
                let batch = (0..<world.count(in: 1...120)).map { _ in world.event() }
                try await log.append(batch)
                events += batch
            }
            try expectFiltered(log, events, questions: 25, seed: seed + 100)
            log.close()
            try expectFiltered(log, events, questions: 5, seed: seed + 200)
        }
        let log = try opened()
        try expectFiltered(log, events, questions: 25, seed: seed + 300)
        #expect(log.index.runs.isEmpty)
    }

    @Test("a log of 17,000 events writes its index out when it closes, and answers the same from disk")
    func runAndTail() async throws {
        var world = RandomWorld(seed: 3)
        var events = (0..<17_000).map { _ in world.event() }
        do {
            let log = try opened()
            try await log.append(Array(events[..<9000]))
            try await log.append(Array(events[9000...]))
            log.close()
            #expect(log.index.runs.map(\.last) == [17_000])
            try expectFiltered(log, events, questions: 2, seed: 31)
        }
        let log = try opened()
        #expect(log.index.runsEnd == 17_000)
        #expect(log.backlog.unindexed == 0)
        try expectFiltered(log, events, questions: 3, seed: 32)

        // What is on disk counts for ids and conditions as what is in memory.
        #expect(try await log.append([events[16_999], events[0]]).numbers == [17_000, 1])
        for position in [1, 8999, 17_000] {
            #expect(try log.position(of: events[position - 1].id) == Position(UInt64(position)))
        }
        var other = events[0]
        other.data = []
        await #expect(throws: AppendError.idTaken(other.id, at: Position(1))) { try await log.append([other]) }
        let query = try Query(tags: [world.tags[11]])
        let last = UInt64(try #require(events.lastIndex { query.accepts($0) })) + 1
        let conflict = AppendConflict(
            condition: AppendCondition(query, after: last - 1), conflicting: Position(last))
        await #expect(throws: AppendError.conflict(conflict)) {
            try await log.append([event()], condition: conflict.condition)
        }

        // A scan over several stretches of the log leaves nothing out.
        #expect(try log.positions() == Array(1...17_000))
        #expect(try log.positions(backwards: true) == Array((1...17_000).reversed()))
        #expect(try log.positions(from: 16_380, limit: 10) == Array(16_380...16_389))

        // A tail above the run.
        let more = (0..<300).map { _ in world.event() }
        try await log.append(more, condition: AppendCondition(query, after: last))
        events += more
        try expectFiltered(log, events, questions: 3, seed: 33)
        #expect(try log.verify().head == Position(17_300))
    }
}
