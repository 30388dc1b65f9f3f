@testable import EventLog
import LMDB
import Testing
import TestSupport

/// Tags are found by a fast hash; two tags with the same hash must cost time only, never give a wrong answer.
@Suite struct ForgedKeyTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Gives the tag at `index` of a record the key of another tag.
    private func forge(_ record: inout [UInt8], tag index: Int = 0, as other: String) {
        let key = TagKey(Tag(unchecked: other))
        record.store(littleEndian: key.high, at: EventView.headerLength + index * EventView.tagEntryLength)
        record.store(littleEndian: key.low, at: EventView.headerLength + index * EventView.tagEntryLength + 8)
        LogSurgery.seal(&record)
    }

    private func item(_ key: TagKey, _ text: String) -> CompiledQuery.Item {
        CompiledQuery.Item(typeNumbers: nil, typeKeys: [], tagKeys: [key], tagTexts: [Array(text.utf8)])
    }

    @Test("an item matches by text where keys are the same")
    func itemsCompareTexts() throws {
        let key = TagKey(Tag(unchecked: "a"))
        let first = try storedRecord(event("A", "a"))
        var second = try storedRecord(event("A", "b"))
        forge(&second, as: "a")
        let found = [
            item(key, "a").matches(EventView(first.rawSpan)), item(key, "a").matches(EventView(second.rawSpan)),
            item(key, "b").matches(EventView(first.rawSpan)), item(key, "b").matches(EventView(second.rawSpan)),
            item(key, "ab").matches(EventView(first.rawSpan)), item(key, "").matches(EventView(first.rawSpan)),
        ]
        #expect(found == [true, false, false, true, false, false])
    }

    @Test("an event with two tags of the same key is found under both texts and no third one")
    func sameKeyTwiceOnOneEvent() throws {
        let key = TagKey(Tag(unchecked: "a"))
        var record = try storedRecord(event("A", "a", "b", "c"))
        forge(&record, tag: 1, as: "a")
        forge(&record, tag: 2, as: "a")
        let found = ["a", "b", "c", "d"].map { item(key, $0).matches(EventView(record.rawSpan)) }
        #expect(found == [true, true, true, false])
    }

    @Test("a table finds the events of both tags under their key, and leaves telling them apart to the text")
    func tableHoldsBoth() throws {
        let key = TagKey(Tag(unchecked: "a"))
        var second = try storedRecord(event("A", "b"), position: 2)
        forge(&second, as: "a")
        let first = try storedRecord(event("A", "a"), position: 1)
        let table = TailTable(base: 0)
        table.insert(EventView(first.rawSpan), typeKey: TagKey(EventType(unchecked: "A")))
        table.insert(EventView(second.rawSpan), typeKey: TagKey(EventType(unchecked: "A")))
        var found: [UInt64] = []
        table.forEachNewestFirst(key) { position in
            found.append(position)
            return true
        }
        #expect(found == [2, 1])
        #expect(table.count(of: key) == 2)
    }

    @Test("reads, conditions and decisions over colliding tags answer for the text that was asked")
    func wholeLog() async throws {
        do {
            let log = try EventLog(at: directory.path, options: .small)
            // Events 2, 4 and 6 to 60 are about "b".
            try await log.append((1...60).map { event("A", $0 == 1 || $0 == 3 || $0 == 5 ? "a" : "b") })
            log.close()
        }
        let surgery = LogSurgery(path: directory.path)
        for position: UInt64 in [2, 4] + Array(6...60) {
            var record = try surgery.record(at: position)
            forge(&record, as: "a")
            try surgery.put(record, at: position)
        }
        let log = try EventLog(at: directory.path, options: .small)
        let query = try Query.of(tags: ["a"])
        #expect(try log.index.positions(of: TagKey(Tag("a")), in: 1...60, newestFirst: false, limit: 100).isEmpty)
        #expect(try log.positions(query) == [1, 3, 5])
        #expect(try log.index.positions(of: TagKey(Tag("a")), in: 1...60, newestFirst: false, limit: 100).count == 60)
        #expect(try log.positions(query, limit: 2, backwards: true) == [5, 3])
        #expect(try log.positions(query, from: 2, limit: 1) == [3])
        #expect(try log.positions(.of(types: ["A"], tags: ["a"]), from: 4) == [5])

        let condition = AppendCondition(query, after: 3)
        let conflict = AppendConflict(condition: condition, conflicting: Position(5))
        await #expect(throws: AppendError.conflict(conflict)) { try await log.append([event()], condition: condition) }
        // Only events of the other tag stand after position 5.
        #expect(try await log.append([event()], condition: AppendCondition(query, after: 5)).numbers == [61])
        var counted = 0
        try await log.decide(query, from: 0) { state, _ in
            state += 1
        } decision: { state in
            counted = state
            return []
        }
        #expect(counted == 3)
    }
}
