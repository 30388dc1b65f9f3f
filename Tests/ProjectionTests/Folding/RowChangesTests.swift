import LMDB
@testable import Projection
import Testing
import TestSupport

@Suite struct RowChangesTests {
    private func put(_ value: [UInt8], at key: [UInt8], in rows: inout RowChanges) {
        rows.put(value.rawSpan, at: key.rawSpan)
    }

    private func remove(_ key: [UInt8], from rows: inout RowChanges) {
        rows.remove(at: key.rawSpan)
    }

    @Test("of several words about a row the last one counts")
    func lastWord() throws {
        var rows = RowChanges()
        put([1], at: [9], in: &rows)
        put([2, 2], at: [9], in: &rows)
        put([3], at: [8], in: &rows)
        remove([8], from: &rows)
        remove([7], from: &rows)
        put([4], at: [7], in: &rows)
        remove([6], from: &rows)
        #expect(rows.count == 4)
        let expected = [
            ChangedRow(key: [6], value: nil), ChangedRow(key: [7], value: [4]), ChangedRow(key: [8], value: nil),
            ChangedRow(key: [9], value: [2, 2]),
        ]
        let all = try rows.all()
        #expect(all == expected)
    }

    @Test("a row without content is a row, and not one that is taken out")
    func emptyValues() throws {
        var rows = RowChanges()
        put([], at: [1], in: &rows)
        remove([2], from: &rows)
        let all = try rows.all()
        #expect(all == [ChangedRow(key: [1], value: []), ChangedRow(key: [2], value: nil)])
    }

    @Test(
        "rows come in the order of their keys with what was said last, those of other workers among them",
        arguments: 1...6 as ClosedRange<UInt64>)
    func inOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var parts = [RowChanges(), RowChanges(), RowChanges()]
        var expected: [[UInt8]: [UInt8]?] = [:]
        for _ in 0..<600 {
            let key = (0..<Int.random(in: 1...3, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random) }
            // A row is always that of one worker.
            let worker = Int(key[0]) % parts.count
            if Int.random(in: 1...3, using: &random) == 1 {
                remove(key, from: &parts[worker])
                expected.updateValue(nil, forKey: key)
            } else {
                let value = (0..<Int.random(in: 0...4, using: &random)).map { UInt8($0) }
                put(value, at: key, in: &parts[worker])
                expected.updateValue(value, forKey: key)
            }
        }
        var merged = RowChanges()
        for part in parts { merged.merge(part) }
        let sorted = expected.map { ChangedRow(key: $0.key, value: $0.value) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let all = try merged.all()
        #expect(all == sorted)
        #expect(merged.count == sorted.count)
    }
}
