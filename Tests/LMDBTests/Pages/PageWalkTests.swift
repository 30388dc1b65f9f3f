import Foundation
@testable import LMDB
import Synchronization
import Testing
import TestSupport

/// Files as LMDB leaves them pass, and every page is accounted for.
@Suite(.timeLimit(.minutes(5))) struct PageWalkTests {
    @Test("a walk counts the pages of every kind")
    func countsPages() throws {
        let file = try SampleFile()
        let map = PageMap(file.sound)
        let summary = try PageWalk.check(dataFile: file.path)
        for (name, counts) in summary.databases {
            #expect(counts.leafPages == map.leaves[name]?.count ?? 0, "\(name)")
            #expect(counts.branchPages == map.branches[name]?.count ?? 0, "\(name)")
        }
        #expect(summary.databases.keys.sorted() == ["events", "few", "names", "none"])
        #expect(summary.freePages == map.freePages.count)
        #expect(summary.leakedPages == 0)
        // The file is worth looking at: several levels, long values, free pages.
        #expect((map.branches["names"] ?? []).count > 2)
        #expect((map.values["events"] ?? []).count > 10)
        #expect(map.freePages.count > 10)
        #expect(summary.databases["none"] == TreeCounts())
    }

    @Test("a walk finds as many entries and pages as LMDB tells of")
    func agreesWithLMDB() throws {
        let file = try SampleFile()
        let environment = try SampleFile.open(file.folder)
        let summary = try PageWalk.check(environment)
        #expect(summary.pages == environment.mapUse().used / summary.pageSize)
        let transaction = try environment.beginRead()
        for (name, counts) in summary.databases {
            let count = try transaction.count(of: environment.database(name))
            #expect(counts.entries == count, "\(name)")
        }
        let trees = [summary.freeList, summary.main] + summary.databases.values
        let inUse = trees.reduce(0) { $0 + Int($1.branchPages + $1.leafPages + $1.overflowPages) }
        #expect(2 + inUse + summary.freePages == summary.pages)
    }

    @Test("an environment that nobody has written to has two pages")
    func newEnvironment() throws {
        let directory = try TemporaryDirectory()
        let environment = try Environment(path: directory.path, databases: [])
        let summary = try PageWalk.check(environment)
        #expect(summary == (try PageWalk.check(dataFile: directory.path + "/data.mdb")))
        #expect(summary.pages == 2)
        #expect(summary.databases.isEmpty)
    }

    @Test("whatever is put, deleted, cleared and undone, the file is sound after each commit", arguments: 1...4)
    func everyCommitIsSound(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        let environment = try SampleFile.open(directory.path)
        var random = SeededGenerator(seed: seed)
        // Some commits happen under a reader, so that the pages they give up stay in the free list.
        var reader: ReadTransaction?
        for round in 0..<60 {
            reader = round % 7 == 0 ? try environment.beginRead() : round % 7 == 4 ? nil : reader
            try? environment.write { try Self.change($0, environment, round, &random) }
            let summary = try PageWalk.check(environment)
            #expect(summary.leakedPages == 0)
            #expect(summary == (try PageWalk.check(dataFile: directory.path + "/data.mdb")))
        }
        _ = consume reader
    }

    private struct Undone: Error {}

    private static func change(
        _ transaction: borrowing WriteTransaction, _ environment: Environment, _ round: Int,
        _ random: inout SeededGenerator
    ) throws {
        let names = environment.database("names")
        let isGrowing = round / 15 % 2 == 0
        for _ in 0..<Int.random(in: 1...80, using: &random) {
            let number = Int.random(in: 0..<400, using: &random)
            let key = Array("\(number)".utf8) + [UInt8](repeating: 0x62, count: number)
            if Int.random(in: 0..<10, using: &random) < (isGrowing ? 3 : 8) {
                try transaction.delete(key.rawSpan, in: names)
            } else {
                let length = Int.random(in: 0...(number % 9 == 0 ? 20_000 : 500), using: &random)
                try transaction.put([UInt8](repeating: 1, count: length).rawSpan, in: names, for: key.rawSpan)
            }
        }
        if round % 20 == 19 { try transaction.clear(names) }
        if round % 9 == 8 { throw Undone() }
    }

    @Test("a file that lacks only free pages at its end is sound")
    func shortFileOfFreePages() throws {
        let directory = try TemporaryDirectory()
        let environment = try SampleFile.open(directory.path)
        let few = environment.database("few")
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5000 {
            try environment.write { transaction in
                for _ in 0..<20 {
                    let key = Array("key \(Int.random(in: 0..<20, using: &random))".utf8)
                    if Bool.random(using: &random) {
                        try transaction.delete(key.rawSpan, in: few)
                    } else {
                        let count = Int.random(in: 1..<(Bool.random(using: &random) ? 60_000 : 300), using: &random)
                        try transaction.put([UInt8](repeating: 1, count: count).rawSpan, in: few, for: key.rawSpan)
                    }
                }
            }
            if try FileStatus(directory.path + "/data.mdb").size < environment.mapUse().used { break }
        }
        let summary = try PageWalk.check(environment)
        #expect(try FileStatus(directory.path + "/data.mdb").size < summary.pages * summary.pageSize)
    }

    @Test("a free page that the list has forgotten is counted, and no damage")
    func forgottenFreePage() throws {
        let file = try SampleFile()
        let map = PageMap(file.sound)
        var bytes = file.sound
        let before = try PageWalk.check(dataFile: file.path)
        let list = try #require(map.places.last { $0.field == .freeCount && map.number($0) > 0 })
        bytes.store(littleEndian: map.number(list) - 1, at: list.bytes.lowerBound)
        #expect(try file.damage(in: bytes) == nil)
        let after = try PageWalk.check(dataFile: file.path)
        #expect(after.leakedPages == 1)
        #expect(after.freePages == before.freePages - 1)
    }

    @Test("a snapshot is sound while another thread writes")
    func besideAWriter() throws {
        let file = try SampleFile()
        let environment = try SampleFile.open(file.folder)
        let isDone = Mutex(false)
        let writing = DispatchGroup()
        writing.enter()
        Thread {
            defer { writing.leave() }
            var random = SeededGenerator(seed: 2)
            while !isDone.withLock({ $0 }) {
                try? environment.write { try Self.change($0, environment, 0, &random) }
            }
        }.start()
        defer {
            isDone.withLock { $0 = true }
            writing.wait()
        }
        var transactions: Set<UInt64> = []
        for _ in 0..<100 { transactions.insert(try PageWalk.check(environment).transaction) }
        #expect(transactions.count > 1)
    }

    @Test("what the progress throws ends the walk")
    func progressEndsTheWalk() throws {
        let directory = try TemporaryDirectory()
        let environment = try SampleFile.open(directory.path)
        let value = [UInt8](repeating: 1, count: 80 << 20)
        try environment.write { transaction in
            try transaction.put(value.rawSpan, in: environment.database("few"), for: Array("long".utf8).rawSpan)
            try transaction.put("short", in: environment.database("names"), for: "short")
        }
        var steps: [Int] = []
        let summary = try PageWalk.check(environment) { seen, all in steps.append(all - seen) }
        #expect(steps.count == 1)
        #expect(steps.allSatisfy { (0..<summary.pages).contains($0) })
        #expect(throws: CancellationError.self) {
            try PageWalk.check(environment) { _, _ in throw CancellationError() }
        }
    }

    @Test("a file that is not there is an error of the system")
    func missingFile() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: LMDBError.self) { try PageWalk.check(dataFile: directory.path + "/data.mdb") }
        #expect(error?.kind == .system(ENOENT))
    }
}
