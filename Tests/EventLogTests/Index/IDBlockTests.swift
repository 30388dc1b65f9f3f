@testable import EventLog
import LMDB
import Testing

/// Blocks of ids give back what was put into them, whatever the ids have in common.
@Suite struct IDBlockTests {
    private typealias Entry = (id: EventID, distance: UInt64)

    /// Ids in order that agree in their first `shared` bytes and differ in those behind them.
    private func entries(_ count: Int, shared: Int, greatestDistance: UInt64, seed: UInt64) -> [Entry] {
        var world = RandomWorld(seed: seed)
        let mask: (high: UInt64, low: UInt64) =
            shared < 8 ? (.max >> UInt64(shared * 8), .max) : (0, shared == 16 ? 0 : .max >> UInt64((shared - 8) * 8))
        let base = EventID(high: world.number(in: 0 ... .max) & ~mask.high, low: 0x0123_4567_89AB_CDEF & ~mask.low)
        let ids = (0..<count).map { _ in
            EventID(
                high: base.high | world.number(in: 0 ... .max) & mask.high,
                low: base.low | world.number(in: 0 ... .max) & mask.low)
        }
        return Set(ids).sorted().map { ($0, world.number(in: 0...greatestDistance)) }
    }

    /// The blocks that `entries` fill, each under its key.
    private func blocks(_ entries: [Entry], distanceLength: Int) -> [(key: [UInt8], bytes: [UInt8])] {
        var rest = entries[...]
        var pending: Entry? = rest.popFirst()
        var blocks: [(key: [UInt8], bytes: [UInt8])] = []
        while let first = pending {
            var block: (key: [UInt8], bytes: [UInt8]) = ([], [])
            block.key.append(bigEndian: first.id.high)
            block.key.append(bigEndian: first.id.low)
            IDBlock.fill(&pending, distanceLength: distanceLength, to: &block.bytes) { rest.popFirst() }
            blocks.append(block)
        }
        return blocks
    }

    @Test("every id is found with its distance, and no other is", arguments: 0...15, [1, 3, 8])
    func roundTrip(shared: Int, distanceLength: Int) throws {
        let greatest: UInt64 = distanceLength == 8 ? .max : 1 << UInt64(8 * distanceLength) - 1
        let entries = entries(700, shared: shared, greatestDistance: greatest, seed: UInt64(shared))
        var read: [Entry] = []
        for (key, bytes) in blocks(entries, distanceLength: distanceLength) {
            #expect(bytes.count <= 2014)
            let block = try IDBlock(bytes.rawSpan, under: key.rawSpan)
            for index in 0..<block.count {
                let entry = (id: block.id(index), distance: try block.position(index, base: 0))
                read.append(entry)
                #expect(try block.position(of: entry.id, base: 0) == entry.distance)
            }
            #expect(try block.position(of: EventID(), base: 5) == nil)
            #expect(try block.position(of: EventID(high: .max, low: .max), base: 5) == nil)
            #expect(try block.position(of: EventID(high: 0, low: 0), base: 5) == nil)
        }
        #expect(read.map(\.id) == entries.map(\.id))
        #expect(read.map(\.distance) == entries.map(\.distance))
    }

    @Test("what ids have in common is stored once")
    func sharedBytes() {
        let apart = blocks(entries(700, shared: 0, greatestDistance: 9, seed: 1), distanceLength: 3)
        let alike = blocks(entries(700, shared: 6, greatestDistance: 9, seed: 1), distanceLength: 3)
        #expect(apart.count == 7)
        #expect(alike.count == 5)
    }

    @Test(
        "bytes that are no block are refused",
        arguments: [[], [0], [0, 1], [16, 1, 1], [0, 0, 1], [0, 9, 1], [8, 1, 1, 2, 3]] as [[UInt8]])
    func refused(bytes: [UInt8]) {
        let key = [UInt8](repeating: 7, count: 16)
        #expect(throws: MalformedBytes.self) { _ = try IDBlock(bytes.rawSpan, under: key.rawSpan).count }
        let long = [0, 1] + [UInt8](repeating: 1, count: 17)
        #expect(throws: MalformedBytes.self) { _ = try IDBlock(long.rawSpan, under: bytes.rawSpan).count }
    }
}
