@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Testing
import TestSupport

/// Which rows a host trusts when it opens, and which it throws away and builds again.
@Suite struct GenerationTests {
    private var files: FileManager { .default }

    private func replace(_ path: String, by other: String) throws {
        if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
        try files.copyItem(atPath: other, toPath: path)
    }

    private func digest(_ hosted: HostedLog) async throws -> String {
        try await hosted.settle()
        return try hosted.host.digest(of: "ledger").digest
    }

    @Test("rows are kept over closing and opening, and what was appended meanwhile is folded")
    func kept() async throws {
        var ledger = RandomLedger(seed: 1)
        var events = ledger.events(100)
        let hosted = try HostedLog(after: events)
        let digest = try await digest(hosted)
        let generation = try hosted.currentGeneration()
        hosted.close()
        try hosted.open()
        let sameDigest = try await self.digest(hosted)
        #expect(sameDigest == digest)
        hosted.close()
        let more = ledger.events(50)
        events += more
        try hosted.open(after: more)
        try await hosted.settle()
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events))
        #expect(try hosted.currentGeneration() == generation)
        #expect(try hosted.generations() == [generation])
    }

    @Test("a generation is marked while it is written, and no longer when it was closed")
    func marked() async throws {
        let hosted = try HostedLog(after: [Ledger.event(1)])
        try await hosted.settle()
        let marker = hosted.folder() + "/" + (try hosted.currentGeneration()) + "/DIRTY"
        let isMarked = try await eventually { files.fileExists(atPath: marker) }
        #expect(isMarked)
        hosted.close()
        #expect(!files.fileExists(atPath: marker))
    }

    @Test("another version of a read model is built again at open; others are kept")
    func otherVersion() async throws {
        var ledger = RandomLedger(seed: 2)
        let events = ledger.events(80)
        let hosted = try HostedLog([Ledger.model, Brittle.model], after: events)
        try await hosted.settle()
        let (old, kept) = (try hosted.currentGeneration(), try hosted.currentGeneration(of: "brittle"))
        hosted.close()
        let doubled = ReadModel(name: "ledger", version: 2, folds: Ledger.folds + [TypeFold()])
        try hosted.open([doubled, Brittle.model])
        try await hosted.settle()
        let count = try hosted.host.read("ledger") { reader in try reader.sum(Ledger.types, [Ledger.noted.name]).first }
        #expect(count == 2 * Int64(events.count { $0.type == Ledger.noted }))
        #expect(try hosted.currentGeneration() != old)
        #expect(try hosted.currentGeneration(of: "brittle") == kept)
    }

    @Test("rows of another log are thrown away and built again")
    func foreignRows() async throws {
        var ledger = RandomLedger(seed: 3)
        let foreign = try HostedLog(after: ledger.events(60))
        try await foreign.settle()
        let events = ledger.events(60)
        let hosted = try HostedLog(after: events)
        try await hosted.settle()
        hosted.close()
        foreign.close()
        try replace(hosted.directory.path + "/views", by: foreign.directory.path + "/views")
        let generation = try hosted.currentGeneration()
        try hosted.open()
        let isReplaced = try await eventually { try hosted.currentGeneration() != generation }
        #expect(isReplaced)
        try await hosted.settle()
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events))
        let (live, fresh) = (try await digest(hosted), try hosted.freshDigest())
        #expect(live == fresh)
    }

    @Test("rows of another log are never served, not even while the own ones are being built")
    func foreignRowsAreNotServed() async throws {
        let foreign = try HostedLog(after: [Ledger.event(1), Ledger.event(2)])
        try await foreign.settle()
        let hosted = try HostedLog(after: [Ledger.event(3)])
        try await hosted.settle()
        hosted.close()
        foreign.close()
        try replace(hosted.directory.path + "/views", by: foreign.directory.path + "/views")
        let door = Door()
        try hosted.open([ReadModel(name: "ledger", version: 1, folds: Ledger.folds + [DoorFold(door: door)])])
        defer {
            door.open()
            hosted.close()
        }
        let host = hosted.host
        let building = ProjectionUnavailable.rebuilding(model: "ledger")
        #expect(throws: building) { try host.read("ledger") { reader in reader.position } }
        await #expect(throws: building) {
            try await host.wait(for: Position(1), of: ["ledger"], seconds: 0.3)
        }
        door.open()
        let isServed = try await eventually { try host.status()[0].position == Position(1) }
        #expect(isServed)
    }

    @Test(
        "rows that have seen more than a log which was put back, or something else, are thrown away",
        arguments: [0, 3, 20, 45])
    func olderLog(otherEvents: Int) async throws {
        var ledger = RandomLedger(seed: 4)
        let events = ledger.events(30)
        let hosted = try HostedLog(after: events)
        try await hosted.settle()
        hosted.close()
        let copy = try TemporaryDirectory()
        try replace(copy.path + "/log", by: hosted.directory.path + "/log")
        try hosted.open(after: ledger.events(20))
        try await hosted.settle()
        hosted.close()
        let generation = try hosted.currentGeneration()
        try replace(hosted.directory.path + "/log", by: copy.path + "/log")
        try files.removeItem(atPath: hosted.directory.path + "/index")
        let others = ledger.events(otherEvents)
        try hosted.open(after: others)
        let isReplaced = try await eventually { try hosted.currentGeneration() != generation }
        #expect(isReplaced)
        try await hosted.settle()
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events + others))
    }

    @Test("a generation that was not closed is trusted within one start of the machine, and built again after another")
    func notClosed() async throws {
        let events = [Ledger.event(1, "account:a"), Ledger.event(2, "account:a", at: -5)]
        let hosted = try HostedLog(after: events)
        try await hosted.settle()
        hosted.close()
        let first = try hosted.currentGeneration()
        let marker = DirtyMarker(generation: hosted.folder() + "/" + first)
        try marker.set()
        try hosted.open()
        try await hosted.settle()
        #expect(try hosted.currentGeneration() == first)
        hosted.close()
        try DurableFile.replace(marker.path, with: Array("another start".utf8))
        try hosted.open()
        try await hosted.settle()
        let second = try hosted.currentGeneration()
        #expect(second != first)
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events))
    }

    /// What may be wrong with the files of a generation.
    enum Damage: CaseIterable {
        case cut, foreign, noData, noCurrent, currentNamesNothing, empty
    }

    @Test("rows that cannot be opened are built again", arguments: Damage.allCases)
    func damaged(damage: Damage) async throws {
        let events = [Ledger.event(1, "account:a"), Ledger.event(2, "account:b")]
        let hosted = try HostedLog(after: events)
        let digest = try await digest(hosted)
        hosted.close()
        let data = hosted.folder() + "/" + (try hosted.currentGeneration()) + "/data.mdb"
        let current = hosted.folder() + "/CURRENT"
        switch damage {
        case .cut: try Data(contentsOf: URL(fileURLWithPath: data)).prefix(9_000).write(to: URL(fileURLWithPath: data))
        case .foreign: try Data(repeating: 0x5A, count: 50_000).write(to: URL(fileURLWithPath: data))
        case .noData: try files.removeItem(atPath: data)
        case .noCurrent: try files.removeItem(atPath: current)
        case .currentNamesNothing: try DurableFile.replace(current, with: Array("gen-77-x".utf8))
        case .empty: try DurableFile.replace(current, with: [])
        }
        try hosted.open()
        let after = try await self.digest(hosted)
        #expect(after == digest)
        let generation = try hosted.currentGeneration()
        #expect(try hosted.generations().contains(generation))
    }

    @Test(
        "what an interrupted build has left behind is swept by the next one; what CURRENT names survives",
        arguments: [true, false])
    func leftovers(atOpen: Bool) async throws {
        let hosted = try HostedLog(after: [Ledger.event(1, "account:a")])
        try await hosted.settle()
        hosted.close()
        let first = try hosted.currentGeneration()
        let stray = hosted.folder() + "/gen-9-stray"
        try files.createDirectory(atPath: stray, withIntermediateDirectories: false)
        try Data(count: 100).write(to: URL(fileURLWithPath: stray + "/data.mdb"))
        try Data().write(to: URL(fileURLWithPath: stray + ".lock"))
        if atOpen {
            try hosted.open([ReadModel(name: "ledger", version: 2, folds: Ledger.folds)])
        } else {
            try hosted.open()
            try hosted.host.rebuild()
        }
        try await hosted.settle()
        let second = try hosted.currentGeneration()
        #expect(second != first)
        #expect(try hosted.generations() == [first, second].sorted())
        #expect(!files.fileExists(atPath: stray + ".lock"))
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: [Ledger.event(1, "account:a")]))
    }
}

/// A door that a fold waits at until the test opens it.
private final class Door: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func pass() {
        semaphore.wait()
        semaphore.signal()
    }

    func open() { semaphore.signal() }
}

private struct DoorFold: EventFold {
    let types = Ledger.wanted
    let door: Door

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) {
        door.pass()
    }
}
