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

    @Test("an item matches by the texts of all its tags")
    func itemsCompareTexts() throws {
        let record = try storedRecord(event("A", "a", "bc", "c"))
        func matches(_ texts: String...) -> Bool {
            CompiledQuery.Item(
                typeNumbers: nil, typeKeys: [], tagKeys: [], tagTexts: texts.map { Array($0.utf8) }
            ).matches(EventView(record.rawSpan))
        }
        #expect(matches("a") && matches("bc") && matches("c") && matches("c", "a"))
        #expect(!matches("b") && !matches("ab") && !matches("abc") && !matches("") && !matches("a", "b"))
    }

    @Test("reads, conditions and decisions over colliding tags answer for the text that was asked")
    func wholeLog() async throws {
        do {
            let log = try EventLog(at: directory.path, options: .small)
            // Events 2, 4 and 6 to 60 are about "b".
            try await log.append((1...60).map { event("A", $0 == 1 || $0 == 3 || $0 == 5 ? "a" : "b") })
            log.close()
        }
        // As if "b" had the hash of "a".
        try writeIndex(of: directory.path) { record in
            record[EventView.headerLength + EventView.tagEndLength] = UInt8(ascii: "a")
        }
        let log = try EventLog(at: directory.path, options: .small)
        let query = try Query.of(tags: ["a"])
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
