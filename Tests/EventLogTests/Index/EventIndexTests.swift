@testable import EventLog
import Foundation
import LMDB
import Testing
import TestSupport

/// Runs and tail together answer as a dictionary would, wherever the border between them lies.
@Suite struct EventIndexTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// An index of the whole sample: runs up to `covered`, a tail that begins after `tailBase`.
    private func makeIndex(
        _ sample: IndexSample, runs: Int, covered: UInt64, tailBase: UInt64,
        tableCapacity: Int = TailTable.standardCapacity
    ) throws -> EventIndex {
        let index = EventIndex(folder: directory.path, tableCapacity: tableCapacity)
        let last = UInt64(sample.records.count)
        let writer = RunWriter(folder: directory.path)
        let all = try (0..<UInt64(runs)).map { number in
            let range = covered * number / UInt64(runs) + 1...covered * (number + 1) / UInt64(runs)
            return try writer.write(sample.table(range), above: 0)
        }
        // As in a log, the tail is filled first and the runs that cover its beginning come later.
        index.adopt(runs: all.filter { $0.last <= tailBase })
        try #require(index.end == tailBase)
        index.lock.withLock {
            sample.forEach(in: tailBase + 1...last) { event, typeKey in index.insertLocked(event, typeKey: typeKey) }
        }
        index.adopt(runs: all)
        return index
    }

    private func expectSame(_ index: EventIndex, _ sample: IndexSample) throws {
        var world = RandomWorld(seed: 9)
        let last = UInt64(sample.records.count)
        for key in sample.positions.keys.sorted() + [TagKey(Tag(unchecked: "nobody"))] {
            let all = sample.positions[key] ?? []
            #expect(try index.estimatedCount(of: key) >= all.count)
            for _ in 0..<12 {
                let head = world.number(in: 0...last)
                let after = world.number(in: 0...last)
                let newest = all.last { $0 <= head }.flatMap { $0 > after ? $0 : nil }
                #expect(try index.newest(of: key, above: after, head: head) == newest)
                let ends = [world.number(in: 1...last + 5), world.number(in: 1...last + 5)].sorted()
                let limit = world.chance(2) ? Int.max : world.count(in: 1...30)
                for newestFirst in [false, true] {
                    let range = ends[0]...ends[1]
                    let expected = sample.expected(key, in: range, newestFirst: newestFirst, limit: limit)
                    let found = try index.positions(of: key, in: range, newestFirst: newestFirst, limit: limit)
                    #expect(found == expected, "\(range), newest first: \(newestFirst), limit: \(limit)")
                }
            }
        }
        for (id, position) in sample.ids where position % 5 == 0 {
            #expect(try index.position(of: id, head: last) == position)
            #expect(try index.position(of: id, head: position) == position)
            #expect(try index.position(of: id, head: position - 1) == nil)
        }
        #expect(try index.position(of: EventID(), head: last) == nil)
    }

    @Test("without runs the tail answers everything")
    func tailOnly() throws {
        let sample = try IndexSample.random(500, seed: 1)
        let index = try makeIndex(sample, runs: 0, covered: 0, tailBase: 0)
        #expect(index.end == 500 && index.runsEnd == 0)
        try expectSame(index, sample)
    }

    @Test(
        "runs and tail answer together, apart or overlapping",
        arguments: [(1, 200, 200), (3, 300, 300), (2, 300, 150), (4, 200, 50), (1, 499, 0), (2, 500, 250)]
            as [(Int, UInt64, UInt64)])
    func runsAndTail(runs: Int, covered: UInt64, tailBase: UInt64) throws {
        let sample = try IndexSample.random(500, seed: covered)
        let index = try makeIndex(sample, runs: runs, covered: covered, tailBase: tailBase)
        #expect(index.end == 500 && index.runsEnd == covered)
        #expect(index.tables.isEmpty == (covered == 500))
        try expectSame(index, sample)
    }

    @Test(
        "a tail of many small tables answers as one table does",
        arguments: [(0, 0, 0, 40), (0, 0, 0, 1), (2, 120, 120, 33), (4, 200, 100, 40), (1, 499, 0, 40)]
            as [(Int, UInt64, UInt64, Int)])
    func smallTables(runs: Int, covered: UInt64, tailBase: UInt64, capacity: Int) throws {
        let sample = try IndexSample.random(500, seed: covered + UInt64(capacity))
        let index = try makeIndex(sample, runs: runs, covered: covered, tailBase: tailBase, tableCapacity: capacity)
        #expect(index.end == 500 && index.runsEnd == covered)
        // Those that the runs cover as a whole are dropped.
        let dropped = Int(covered - tailBase) / capacity
        #expect(index.tables.count == (500 - Int(tailBase) + capacity - 1) / capacity - dropped)
        try expectSame(index, sample)
    }

    @Test("reading on from page to page gives every position once, whatever the page's size", arguments: [1, 7, 64])
    func pages(size: Int) throws {
        let sample = try IndexSample.random(500, seed: 21)
        let index = try makeIndex(sample, runs: 2, covered: 150, tailBase: 150, tableCapacity: 60)
        for (key, expected) in sample.positions {
            var found: [UInt64] = []
            while true {
                let range = (found.last ?? 0) + 1...501
                let page = try index.positions(of: key, in: range, newestFirst: false, limit: size)
                #expect(page.count <= size)
                found += page
                if page.count < size { break }
            }
            #expect(found == expected)
            found = []
            while true {
                let range = 1...(found.last ?? 501) - 1
                let page = try index.positions(of: key, in: range, newestFirst: true, limit: size)
                found += page
                if page.count < size || page.last == 1 { break }
            }
            #expect(found == Array(expected.reversed()))
        }
    }

    @Test("a table that was written out is used again, and nothing of before is left in it")
    func recycledTable() throws {
        let sample = try IndexSample.random(900, seed: 11)
        let index = EventIndex(folder: directory.path)
        func insert(_ range: ClosedRange<UInt64>) {
            index.lock.withLock {
                sample.forEach(in: range) { event, typeKey in index.insertLocked(event, typeKey: typeKey) }
            }
        }
        insert(1...500)
        let written = index.tables[0]
        let run = try RunWriter(folder: directory.path).write(written, above: 0)
        index.adopt(runs: [run])
        insert(501...900)
        #expect(index.tables.count == 1 && index.tables[0] === written)
        #expect(written.base == 500 && written.end == 900)
        try expectSame(index, sample)
    }

    @Test("the oldest table is due only above the end of the runs")
    func oldestTable() throws {
        let sample = try IndexSample.random(500, seed: 8)
        let index = try makeIndex(sample, runs: 1, covered: 300, tailBase: 0)
        #expect(index.oldestTable(fullOnly: true) == nil)
        let due = try #require(index.oldestTable(fullOnly: false))
        #expect(due.table.base == 0 && due.table.end == 500 && due.floor == 300)
        let run = try RunWriter(folder: directory.path).write(due.table, above: due.floor)
        index.adopt(runs: index.runs + [run])
        #expect(index.oldestTable(fullOnly: false) == nil)
        #expect(index.tables.isEmpty)
        try expectSame(index, sample)
    }
}

@Suite struct IDFilterTests {
    @Test("every id that was put in may be contained, and few others", arguments: [0, 1, 43, 5000])
    func membership(count: Int) {
        var random = SeededGenerator(seed: 2)
        let ids = (0..<count).map { $0 % 2 == 0 ? EventID() : .version4(using: &random) }
        var built = IDFilter(count: ids.count)
        for id in ids { built.insert(id) }
        let filter = built.bytes
        #expect(filter.count % 64 == 0 && filter.count >= 64)
        let missing = ids.count { !IDFilter.mayContain($0, in: filter.rawSpan) }
        #expect(missing == 0)
        var mistaken = 0
        for _ in 0..<4000 where IDFilter.mayContain(.version4(using: &random), in: filter.rawSpan) { mistaken += 1 }
        for _ in 0..<4000 where IDFilter.mayContain(EventID(), in: filter.rawSpan) { mistaken += 1 }
        // About one in 200 when full; three times that is far beyond chance.
        #expect(mistaken < 120, "\(mistaken) of 8000")
    }
}
