@testable import EventLog
import Foundation
import LMDB
import Logging
import Testing
import TestSupport

/// A process takes over the runs that another one writes and merges meanwhile.
@Suite struct AdoptionTests {
    private let directory: TemporaryDirectory
    private let store: LogStore
    private let index: EventIndex
    private let indexer: Indexer

    /// A log of 90 events, without any index.
    init() async throws {
        directory = try TemporaryDirectory()
        var world = RandomWorld(seed: 2)
        do {
            let log = try EventLog(at: directory.path, options: .small)
            try await log.append((0..<90).map { _ in world.event() })
            log.close()
        }
        store = try LogStore(folder: directory.path + "/log", mapSize: 1 << 30, readOnly: false)
        index = EventIndex(folder: directory.path + "/index")
        indexer = Indexer(store, index, pacing: 0, logger: Logger(label: "test"))
    }

    /// Writes a run of the events of `range`.
    private func run(_ range: ClosedRange<UInt64>) throws -> Manifest.Entry {
        let types = TypeTable()
        let transaction = try store.environment.beginRead()
        try store.refresh(types, in: transaction)
        let table = TailTable(base: range.lowerBound - 1)
        var checksum: UInt64 = 0
        for position in range {
            guard let record = try transaction.value(in: store.events, for: position) else {
                throw DamagedLog(position: Position(position), damage: .missing)
            }
            table.insert(EventView(record), typeKey: types.keys[Int(EventView(record).typeNumber) - 1])
            checksum = EventView(record).checksum
        }
        let run = try RunWriter(folder: index.folder).write(table, above: 0)
        return Manifest.Entry(
            name: run.name, first: run.first, last: run.last, lastChecksum: checksum, fileHash: run.fileHash)
    }

    private func manifest(_ entries: Manifest.Entry...) -> Manifest {
        Manifest(logID: store.logID, entries: entries)
    }

    /// What the process that merges runs does once the merged one is written.
    private func replace(_ swept: [Manifest.Entry], with manifest: Manifest) throws {
        try manifest.write(to: index.folder + "/MANIFEST")
        for entry in swept { try FileManager.default.removeItem(atPath: index.folder + "/" + entry.name) }
    }

    @Test("runs that are merged away before they are opened are found in the newer manifest")
    func mergedMeanwhile() throws {
        let (first, second, third) = try (run(1...30), run(31...60), run(61...90))
        let stale = manifest(first, second, third)
        let merged = try run(31...90)
        try replace([second, third], with: manifest(first, merged))
        try indexer.adopt(stale)
        #expect(index.runs.map(\.name) == [first.name, merged.name])
        #expect(index.runsEnd == 90)
        indexer.close()
    }

    @Test("a newer manifest that is already in use changes nothing")
    func newerIsInUse() throws {
        let (small, large) = try (run(1...90), run(1...90))
        try replace([small], with: manifest(large))
        try indexer.adoptManifest()
        try indexer.adopt(manifest(small))
        #expect(index.runs.map(\.name) == [large.name])
        indexer.close()
    }

    @Test("runs are taken over up to the first one that is gone under an unchanged manifest")
    func damaged() throws {
        let (first, second, third) = try (run(1...30), run(31...60), run(61...90))
        try replace([second], with: manifest(first, second, third))
        try indexer.adoptManifest()
        #expect(index.runs.map(\.name) == [first.name])
        indexer.close()
    }

    @Test("a manifest that ends before the runs in use, or is of another log, is passed over")
    func passedOver() throws {
        let (half, whole) = try (run(1...45), run(1...90))
        try indexer.adopt(manifest(whole))
        try indexer.adopt(manifest(half))
        try indexer.adopt(Manifest(logID: EventID(), entries: [half, whole]))
        #expect(index.runs.map(\.name) == [whole.name])
        indexer.close()
    }

    @Test("however often runs are merged while they are taken over, the whole index is found")
    func mergedAgainAndAgain() async throws {
        let source = try run(1...90)
        let (folder, logID) = (index.folder, store.logID)
        let original = folder + "/" + source.name
        try manifest(source).write(to: folder + "/MANIFEST")
        let merging = Task.detached {
            var current = source.name
            for round in 1...100 {
                let next = "run-1-90-round\(round)"
                try FileManager.default.copyItem(atPath: original, toPath: folder + "/" + next)
                let entry = Manifest.Entry(
                    name: next, first: 1, last: 90, lastChecksum: source.lastChecksum, fileHash: source.fileHash)
                try Manifest(logID: logID, entries: [entry]).write(to: folder + "/MANIFEST")
                if current != source.name { try FileManager.default.removeItem(atPath: folder + "/" + current) }
                current = next
            }
        }
        for _ in 0..<100 {
            let index = EventIndex(folder: folder)
            let indexer = Indexer(store, index, pacing: 0, logger: Logger(label: "test"))
            try indexer.adoptManifest()
            #expect(index.runsEnd == 90)
            indexer.close()
        }
        try await merging.value
        indexer.close()
    }
}
