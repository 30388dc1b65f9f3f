@testable import Audit
@testable import EventLog
import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

/// What an outsider makes of a bundle of a range: a log.
@Suite struct UnpackTests {
    private let bundles: BundleFixture

    init() throws {
        bundles = try BundleFixture()
    }

    private var fixture: SignedFixture { bundles.signed }
    private var key: VerifierKey { bundles.key }

    private func openedCopy(_ name: String) throws -> EventLog {
        var options = EventLogOptions()
        options.mapSize = 1 << 30
        return try EventLog(at: fixture.path(name), options: options)
    }

    @discardableResult
    private func unpack(_ text: String, into name: String = "copy") throws -> CheckedBundle {
        var options = EventLogOptions()
        options.mapSize = 1 << 30
        return try AuditTrail.unpack(
            try ProofBundle(parsing: text), into: fixture.path(name), keys: [key], options: options)
    }

    @Test("a bundle of everything becomes a log with the same events, the same tree, and an identity of its own")
    func unpackAll() throws {
        let checked = try unpack(try bundles.range(1...300))
        #expect(checked.isComplete)
        let (events, id) = try fixture.tree.withLog { log throws in (try log.events(), log.logID) }
        let copy = try openedCopy("copy")
        #expect(try copy.events() == events)
        #expect(try copy.verify().head == Position(300))
        #expect(copy.logID != id)
        let trail = try AuditTrail(copy, follows: false)
        try trail.tree.extend(to: copy.head)
        #expect(try trail.tree.root(size: 300) == checked.checkpoint.root)
        // Tags, ids and types are found.
        #expect(try copy.position(of: events[41].event.id) == Position(42))
        let verified = try AuditTrail.verify(copy)
        #expect(verified.checkpointsChecked == 1)
        #expect(verified.coveredUpTo == 300)
        #expect(try trail.checkpoints.keys() == [key])
        // It goes on.
        try copy.appendBlocking([NewEvent(type: EventType("Type1"), data: [1])])
        #expect(copy.head == Position(301))
    }

    @Test("the copy of a beginning is carried on by what follows")
    func unpackInSteps() throws {
        try unpack(try bundles.range(1...120))
        // Nothing is stored that speaks of more than there is.
        do {
            let beginning = try openedCopy("copy")
            #expect(try AuditTrail.verify(beginning).checkpointsChecked == 0)
        }
        try unpack(try bundles.range(121...121))
        #expect(throws: CopyRefusal.gap(expected: Position(122), found: Position(123))) {
            try unpack(try bundles.range(123...300))
        }
        try fixture.sign(after: 40)
        try unpack(try bundles.range(122...340))
        let events = try fixture.tree.withLog { try $0.events() }
        let copy = try openedCopy("copy")
        #expect(try copy.events() == events)
        #expect(try AuditTrail.verify(copy).coveredUpTo == 340)
    }

    @Test("what no log can be made of is refused, and nothing is made")
    func notUnpacked() throws {
        let some = try bundles.selection()
        #expect(throws: RefusedBundle(.selection)) { try unpack(some) }
        let withheld = try bundles.range(1...10, personalParts: false)
        #expect(throws: RefusedBundle(.withheld(Position(5)))) { try unpack(withheld) }
        let middle = try bundles.range(2...10)
        #expect(throws: CopyRefusal.gap(expected: Position(1), found: Position(2))) { try unpack(middle) }
        var forged = BundleFixture.lines(try bundles.range(1...10))
        forged[forged.count - 2] = BundleFixture.lines(try noteOfAnotherLog())[4]
        #expect(throws: RefusedBundle.self) { try unpack(forged.joined(separator: "\n")) }
        #expect(!FileManager.default.fileExists(atPath: fixture.path("copy")))
    }

    /// A note of another log, five lines and its end.
    private func noteOfAnotherLog() throws -> String {
        let other = try SignedFixture()
        try other.makeKey()
        return try other.sign(after: 1).encoded
    }

    @Test("nothing is unpacked into a log that is open, or into a backup")
    func occupiedPlaces() throws {
        let first = try bundles.range(1...100)
        let second = try bundles.range(101...200)
        try unpack(first)
        do {
            let copy = try openedCopy("copy")
            #expect(throws: CopyRefusal.inUse(fixture.path("copy"))) { try unpack(second) }
            #expect(copy.head == Position(100))
            try copy.backUp(to: fixture.path("backup"))
            copy.close()
        }
        #expect(throws: CopyRefusal.backup(fixture.path("backup"))) { try unpack(second, into: "backup") }
        #expect(try unpack(second).count == 100)
    }

    @Test("events with whatever they may hold are copied as they are")
    func allShapes() throws {
        var random = SeededGenerator(seed: 12)
        let shapes = [LeafSample.event] + (0..<200).map { _ in LeafSample.randomEvent(&random) }
        try fixture.tree.withLog { log throws in _ = try log.appendBlocking(shapes) }
        try fixture.sign(after: 0)
        try unpack(try bundles.range(1...501))
        let events = try fixture.tree.withLog { try $0.events() }
        let copy = try openedCopy("copy")
        #expect(try copy.events() == events)
        #expect(try copy.verify().head == Position(501))
    }

    @Test("a copy is written in several commits; one that is broken off is no log, and made anew")
    func brokenOff() throws {
        let events = try fixture.tree.withLog { try $0.events(limit: 50) }
        var options = EventLogOptions()
        options.mapSize = 1 << 30
        do {
            let copy = try LogCopyWriter(
                into: fixture.path("copy"), from: Position(1), options: options, eventsAtOnce: 7)
            for event in events.prefix(40) { try copy.append(event) }
            #expect(throws: CopyRefusal.gap(expected: Position(41), found: Position(43))) {
                try copy.append(events[42])
            }
        }
        #expect(throws: UnreadableLog.self) { try openedCopy("copy") }
        do {
            let copy = try LogCopyWriter(
                into: fixture.path("copy"), from: Position(1), options: options, eventsAtOnce: 7)
            for event in events { try copy.append(event) }
            let earlier = RecordedEvent(
                position: Position(51), recordedAt: Timestamp(microseconds: 0), event: events[0].event)
            #expect(throws: CopyRefusal.recordedEarlier(Position(51))) { try copy.append(earlier) }
            #expect(try copy.finish() == Position(50))
        }
        let copy = try openedCopy("copy")
        #expect(try copy.events() == events)
        _ = try copy.verify()
    }
}
