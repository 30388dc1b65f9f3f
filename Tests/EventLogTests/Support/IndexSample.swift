@testable import EventLog
import LMDB

/// Records for tests of the index, with the plain truth about which positions have which key and id.
struct IndexSample {
    /// The record at position n is `records[n - 1]`.
    private(set) var records: [[UInt8]] = []
    private(set) var typeKeys: [TagKey] = []
    private(set) var positions: [TagKey: [UInt64]] = [:]
    private(set) var ids: [EventID: UInt64] = [:]

    /// A record for each of the events, at the positions from 1 on.
    init(_ events: [NewEvent]) throws {
        for event in events {
            let position = UInt64(records.count) + 1
            records.append(try storedRecord(event, position: position))
            typeKeys.append(TagKey(event.type))
            ids[event.id] = position
            for key in [TagKey(event.type)] + event.tags.map({ TagKey($0) }) {
                positions[key, default: []].append(position)
            }
        }
    }

    static func random(_ count: Int, seed: UInt64) throws -> IndexSample {
        var world = RandomWorld(seed: seed)
        return try IndexSample((0..<count).map { _ in world.event() })
    }

    /// Calls `body` with the records of `range` and the keys of their types.
    func forEach(in range: ClosedRange<UInt64>, _ body: (borrowing EventView, TagKey) throws -> Void) rethrows {
        for position in range {
            let record = records[Int(position) - 1]
            try body(EventView(record.rawSpan), typeKeys[Int(position) - 1])
        }
    }

    /// A table of the tail that holds `range`.
    func table(_ range: ClosedRange<UInt64>) -> TailTable {
        let table = TailTable(base: range.lowerBound - 1)
        forEach(in: range) { event, typeKey in table.insert(event, typeKey: typeKey) }
        return table
    }

    /// Runs that follow each other and together hold everything.
    func runs(_ count: Int, in folder: String) throws -> [IndexRun] {
        let writer = RunWriter(folder: folder)
        return try (0..<count).map { number in
            let (first, last) = (records.count * number / count + 1, records.count * (number + 1) / count)
            return try writer.write(table(UInt64(first)...UInt64(last)), above: 0)
        }
    }

    /// What `positions` of an index should answer.
    func expected(_ key: TagKey, in range: ClosedRange<UInt64>, newestFirst: Bool, limit: Int) -> [UInt64] {
        let within = (positions[key] ?? []).filter { range.contains($0) }
        return Array((newestFirst ? within.reversed() : within).prefix(limit))
    }
}
