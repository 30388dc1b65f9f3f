@testable import EventLog
import LMDB
import Testing
import TestSupport

/// An index that does not say the same as the log is found, too.
@Suite struct VerifyIndexTests {
    private let directory: TemporaryDirectory
    /// The only run of the index.
    private let run: String

    /// A log of 60 events whose index stands on disk as one run, as the indexer would have written it.
    init() async throws {
        directory = try TemporaryDirectory()
        var world = RandomWorld(seed: 1)
        do {
            let log = try EventLog(at: directory.path, options: .small)
            try await log.append((0..<60).map { _ in world.event() })
            log.close()
        }
        run = try writeIndex(of: directory.path)
    }

    private func opened() throws -> EventLog { try EventLog(at: directory.path, options: .small) }

    /// Changes the value under the first key of `database` whose value `edit` wants to change.
    private func damage(
        _ database: String, key editKey: (inout [UInt8]) -> Void = { _ in }, _ edit: (inout [UInt8]) throws -> Bool
    ) throws {
        let environment = try Environment(
            path: directory.path + "/index/" + run, databases: IndexRun.databases,
            options: EnvironmentOptions(mapSize: 1 << 30))
        let database = environment.database(database)
        var entries: [(key: [UInt8], value: [UInt8])] = []
        do {
            let transaction = try environment.beginRead()
            var cursor = try transaction.cursor(over: database)
            var isOnEntry = try cursor.first()
            while isOnEntry {
                entries.append((cursor.key.copy(), cursor.value.copy()))
                isOnEntry = try cursor.next()
            }
        }
        var (key, value): ([UInt8], [UInt8]) = ([], [])
        let isChanged = try entries.contains { entry in
            (key, value) = entry
            return try edit(&value)
        }
        try #require(isChanged)
        try environment.write { transaction in
            try transaction.delete(key.rawSpan, in: database)
            editKey(&key)
            try transaction.put(value.rawSpan, in: database, for: key.rawSpan)
        }
        environment.close()
        try vouch()
    }

    /// Has the manifest say that the run is as it is now: what is wrong in it was written so.
    private func vouch() throws {
        let path = directory.path + "/index/MANIFEST"
        var manifest = try #require(try Manifest.read(from: path))
        let hash = try #require(try HashedFile(directory.path + "/index/" + run + "/data.mdb")).hash()
        let old = manifest.entries[0]
        manifest.entries = [
            Manifest.Entry(
                name: old.name, first: old.first, last: old.last, lastChecksum: old.lastChecksum, fileHash: hash)
        ]
        try manifest.write(to: path)
    }

    private let damaged = DamagedLog(position: Position(1), damage: .index)

    @Test("an index that says the same as the log passes")
    func soundIndex() throws {
        let log = try opened()
        #expect(log.index.runs.map(\.name) == [run])
        #expect(log.index.runsEnd == 60)
        #expect(try log.verify().head == Position(60))
    }

    /// Changes the bytes of the first chunk of at least `count` positions, in its block; all its varints are of one
    /// byte.
    private func damageChunk(of count: Int, _ edit: (inout [UInt8], PostingChunk) -> Void) throws {
        try damage("postings") { block in
            var found: PostingChunk?
            var chunks = PostingBlock(block.rawSpan, base: 1)
            while found == nil, let chunk = try chunks.next() { if chunk.count >= count { found = chunk } }
            guard let found else { return false }
            edit(&block, found)
            return true
        }
    }

    @Test("a posting that stands elsewhere is found")
    func movedPosting() throws {
        // One event earlier or later: the distance to the second position.
        try damageChunk(of: 3) { block, chunk in block[chunk.distances.lowerBound] ^= 1 }
        let log = try opened()
        #expect(log.index.runsEnd == 60)
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("a first posting that stands elsewhere is found")
    func movedFirstPosting() throws {
        try damageChunk(of: 2) { block, chunk in block[chunk.distances.lowerBound - 4] += 1 }
        let log = try opened()
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("a posting that is missing is found")
    func missingPosting() throws {
        try damageChunk(of: 3) { block, chunk in
            let start = chunk.distances.lowerBound
            block[start - 3] -= 1
            block[start - 2] -= block[chunk.distances.upperBound - 1]
            block[start - 1] -= 1
            block.remove(at: chunk.distances.upperBound - 1)
        }
        let log = try opened()
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("a chunk that is not what it says is damage of the index, too", arguments: [3, 2, 1])
    func malformedChunk(before: Int) throws {
        try damageChunk(of: 3) { block, chunk in block[chunk.distances.lowerBound - before] += 1 }
        let log = try opened()
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("chunks that are out of order are found")
    func chunksOutOfOrder() throws {
        try damage("postings") { block in
            var chunks = PostingBlock(block.rawSpan, base: 1)
            guard let first = try chunks.next(), let second = try chunks.next(), let third = try chunks.next() else {
                return false
            }
            let (left, right) = (block[first.end..<second.end], block[second.end..<third.end])
            block = Array(block[..<first.end] + right + left + block[third.end...])
            return true
        }
        let log = try opened()
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("an id with another position, and another id, are found", arguments: WrongByte.allCases)
    fileprivate func wrongID(_ byte: WrongByte) throws {
        try damage("ids") { block in
            // Two bytes of header; an id leaves out what all begin with, and its distance takes a byte.
            let length = 16 - Int(block[0]) + 1
            let offset =
                switch byte {
                case .firstOfID: 0
                case .lastOfID: length - 2
                case .distance: length - 1
                }
            block[2 + length * 7 + offset] ^= 1
            return true
        }
        let log = try opened()
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("an id filter that misses an id is found")
    func filterMisses() throws {
        try damage("about") { value in
            // The filter is the only value here that is made of whole blocks.
            guard value.count % 64 == 0 else { return false }
            value = [UInt8](repeating: 0, count: value.count)
            return true
        }
        let log = try opened()
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("a block under another key is found")
    func blockUnderAnotherKey() throws {
        try damage("postings", key: { $0[23] ^= 1 }) { _ in true }
        let log = try opened()
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("a block of ids under another id is found")
    func blockUnderAnotherID() throws {
        try damage("ids", key: { $0[15] ^= 1 }) { _ in true }
        let log = try opened()
        #expect(throws: damaged) { try log.verify() }
    }

    @Test("a run of which a bit is flipped is left out and made again")
    func flippedBit() throws {
        let file = directory.path + "/index/" + run + "/data.mdb"
        var bytes = try #require(try DurableFile.read(file))
        bytes[bytes.count / 2] ^= 0x10
        try DurableFile.replace(file, with: bytes)
        #expect(throws: DamagedFile.self) { try EventLog.checkPages(at: directory.path) }
        let log = try opened()
        #expect(log.index.runs.isEmpty)
        for (index, id) in try log.events().map(\.event.id).enumerated() {
            #expect(try log.position(of: id) == Position(UInt64(index) + 1))
        }
    }

    @Test("an index of another log is left out and made again")
    func foreignIndex() throws {
        let entry = Manifest.Entry(name: run, first: 1, last: 60, lastChecksum: 1, fileHash: 0)
        let path = directory.path + "/index/MANIFEST"
        let id = try #require(try Manifest.read(from: path)).logID
        for manifest in [Manifest(logID: id, entries: [entry]), Manifest(logID: EventID(), entries: [])] {
            try manifest.write(to: path)
            let log = try opened()
            #expect(log.index.runs.isEmpty)
            let type = try log.events()[0].event.type
            let expected = try log.events().filter { $0.event.type == type }.map(\.position.rawValue)
            #expect(try log.positions(Query(types: [type])) == expected)
            _ = try log.verify()
            log.close()
        }
    }

    @Test("a run that is cut short or gone is left out", arguments: [true, false])
    func unreadableRun(isGone: Bool) throws {
        let file = directory.path + "/index/" + run + "/data.mdb"
        if isGone {
            try DurableFile.remove(file)
        } else {
            try DurableFile.replace(file, with: [UInt8](repeating: 0, count: 8192))
        }
        let log = try opened()
        #expect(log.index.runs.isEmpty)
        let ids = try log.events().map(\.event.id)
        for (index, id) in ids.enumerated() { #expect(try log.position(of: id) == Position(UInt64(index) + 1)) }
        _ = try log.verify()
    }
}

private enum WrongByte: CaseIterable {
    case firstOfID, lastOfID, distance
}
