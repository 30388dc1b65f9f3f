@testable import EventLog
import LMDB
import Testing
import TestSupport

/// Runs answer as a dictionary would, fresh from a table and after being merged.
@Suite struct IndexRunTests {
    private let directory: TemporaryDirectory
    private let unknown = TagKey(Tag(unchecked: "nobody"))

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Compares every look-up of `run` with the sample, for every key and random bounds.
    private func expectSame(_ run: IndexRun, _ sample: IndexSample, rounds: Int = 4) throws {
        var world = RandomWorld(seed: run.last)
        let all = run.first...run.last
        for key in sample.positions.keys.sorted() + [unknown] {
            let within = sample.expected(key, in: all, newestFirst: false, limit: .max)
            #expect(try run.estimatedCount(of: key) == within.count)
            #expect(try run.newest(of: key, notAbove: .max) == within.last)
            #expect(try run.newest(of: key, notAbove: run.first - 1) == nil)
            for _ in 0..<rounds {
                let bound = world.number(in: all)
                #expect(try run.newest(of: key, notAbove: bound) == within.last { $0 <= bound })
                let ends = [world.number(in: 1...run.last + 10), world.number(in: 1...run.last + 10)].sorted()
                let limit = world.chance(2) ? Int.max : world.count(in: 1...40)
                for newestFirst in [false, true] {
                    try expectCollected(run, sample, key, ends[0]...ends[1], newestFirst, limit)
                }
            }
        }
        for (id, position) in sample.ids where position % 5 == 0 {
            #expect(try run.position(of: id) == (all.contains(position) ? position : nil))
        }
        #expect(try run.position(of: EventID()) == nil)
    }

    private func expectCollected(
        _ run: IndexRun, _ sample: IndexSample, _ key: TagKey, _ range: ClosedRange<UInt64>, _ newestFirst: Bool,
        _ limit: Int
    ) throws {
        var found: [UInt64] = [77]
        try run.collect(key, in: range, newestFirst: newestFirst, limit: limit, into: &found)
        guard range.overlaps(run.first...run.last) else {
            #expect(found == [77])
            return
        }
        let expected = sample.expected(
            key, in: range.clamped(to: run.first...run.last), newestFirst: newestFirst, limit: limit)
        #expect(found == [77] + expected, "\(key) in \(range), newest first: \(newestFirst), limit: \(limit)")
    }

    @Test("a run of one table answers every look-up, also after it was opened anew")
    func oneTable() throws {
        let sample = try IndexSample.random(1500, seed: 1)
        let run = try sample.runs(1, in: directory.path)[0]
        #expect(run.first == 1 && run.last == 1500 && run.count == 1500)
        try expectSame(run, sample)
        try expectSame(IndexRun(name: run.name, in: directory.path, fileHash: run.fileHash), sample, rounds: 1)
    }

    @Test("a run of one event, wherever it stands in the log", arguments: [1, 77, 120] as [UInt64])
    func oneEvent(position: UInt64) throws {
        let sample = try IndexSample.random(120, seed: 9)
        let run = try RunWriter(folder: directory.path).write(sample.table(position...position), above: 0)
        #expect(run.first == position && run.last == position)
        try expectSame(run, sample)
    }

    @Test("merged runs answer as one run over everything", arguments: 2...8)
    func merged(count: Int) throws {
        let sample = try IndexSample.random(1200, seed: UInt64(count))
        let runs = try sample.runs(count, in: directory.path)
        try expectSame(runs[count / 2], sample, rounds: 1)
        let run = try RunWriter(folder: directory.path).merge(runs)
        #expect(run.first == 1 && run.last == 1200)
        try expectSame(run, sample)
    }

    @Test("runs of merged runs answer the same")
    func mergedTwice() throws {
        let sample = try IndexSample.random(1200, seed: 20)
        let runs = try sample.runs(8, in: directory.path)
        let writer = RunWriter(folder: directory.path)
        let left = try writer.merge(Array(runs[..<3]))
        let right = try writer.merge(Array(runs[3...]))
        try expectSame(writer.merge([left, right]), sample, rounds: 2)
    }

    @Test("a run leaves out what the runs before it hold already")
    func aboveAFloor() throws {
        let sample = try IndexSample.random(400, seed: 3)
        let run = try RunWriter(folder: directory.path).write(sample.table(101...400), above: 250)
        #expect(run.first == 251 && run.last == 400)
        try expectSame(run, sample)
    }

    @Test("a merged run lists every key and id once, in order")
    func mergedContent() throws {
        let sample = try IndexSample.random(600, seed: 4)
        let run = try RunWriter(folder: directory.path).merge(sample.runs(5, in: directory.path))
        var postings: [TagKey: [UInt64]] = [:]
        var keys: [TagKey] = []
        try run.forEachChunk { chunk, block in
            keys.append(chunk.key)
            postings[chunk.key, default: []] += try chunk.positions(in: block)
        }
        #expect(postings == sample.positions)
        #expect(keys == keys.sorted())
        var ids: [EventID] = []
        var positions: [EventID: UInt64] = [:]
        try run.forEachID { id, position in
            ids.append(id)
            positions[id] = position
        }
        #expect(positions == sample.ids)
        #expect(ids == ids.sorted())
        #expect(ids.count == 600)
    }

    @Test("a tag on every event fills several chunks, and look-ups around their borders are right", arguments: [1, 3])
    func severalChunks(runs: Int) throws {
        let sample = try IndexSample((0..<6000).map { event("Same", $0 % 150 == 0 ? "rare" : "often") })
        let written = try sample.runs(runs, in: directory.path)
        let run = runs == 1 ? written[0] : try RunWriter(folder: directory.path).merge(written)
        let key = TagKey(EventType(unchecked: "Same"))
        var borders: [UInt64] = []
        try run.forEachChunk { chunk, _ in
            if chunk.key == key { borders.append(chunk.first) }
        }
        #expect(borders.count > 2)
        for border in borders {
            for bound in [border - 1, border, border + 1] where bound >= 1 {
                #expect(try run.newest(of: key, notAbove: bound) == bound)
                for newestFirst in [false, true] {
                    try expectCollected(run, sample, key, 1...bound, newestFirst, 3)
                    try expectCollected(run, sample, key, bound...6000, newestFirst, 3)
                    try expectCollected(run, sample, key, bound...bound, newestFirst, 3)
                    try expectCollected(run, sample, TagKey(Tag(unchecked: "rare")), bound...6000, newestFirst, 3)
                }
            }
        }
        try expectCollected(run, sample, key, 1...6000, false, .max)
        try expectCollected(run, sample, key, 1...6000, true, .max)
        #expect(try run.estimatedCount(of: key) == 6000)
    }
}
