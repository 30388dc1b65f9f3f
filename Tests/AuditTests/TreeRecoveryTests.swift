@testable import Audit
import EventLog
import Foundation
import LMDB
import TestSupport
import Testing

@Suite struct TreeRecoveryTests {
    // MARK: Crashes

    @Test("what was hashed after the last commit is cut off and hashed again")
    func filesAhead() throws {
        let fixture = try TreeFixture()
        try fixture.makeTree(of: 300)
        let state = try fixture.state()
        try fixture.withLog { log throws in
            try fixture.append(400, to: log)
            try LogTree(of: log, isWritable: true).extend(to: log.head)
        }
        // As a crash would leave it: the state of before, and half of a hash at the end.
        try fixture.replaceState(with: state)
        let leaves = try fixture.levelFile(0)
        try fixture.overwrite(leaves, with: Array(try fixture.bytes(of: leaves)[..<(500 * 32 + 7)]))
        try fixture.withLog { log throws in
            let reference = try ReferenceTree(of: log)
            let tree = try LogTree(of: log, isWritable: true)
            #expect(tree.size == 300)
            #expect(try tree.root(size: 300) == reference.root(300))
            try tree.extend(to: Position(310))
            #expect(try fixture.bytes(of: leaves).count == 310 * 32)
            try tree.extend(to: log.head)
            #expect(try tree.root(size: 700) == reference.root(700))
        }
    }

    @Test("a state that cannot be read, or whose files are gone, is no tree; another one is made")
    func unreadable() throws {
        let fixture = try TreeFixture()
        let reference = try fixture.makeTree(of: 300)
        let state = try fixture.state()
        var otherFormat = Array(state[..<48])
        otherFormat[0] = 2
        let checksum = FastHash.hash64(otherFormat.rawSpan)
        otherFormat.append(littleEndian: checksum)
        var unreadable: [[UInt8]] = [[], Array(state.dropLast()), state + [0], otherFormat]
        for index in state.indices {
            var flipped = state
            flipped[index] ^= 1
            unreadable.append(flipped)
        }
        try fixture.withLog { log throws in
            for bytes in unreadable {
                try fixture.replaceState(with: bytes)
                #expect(try LogTree(of: log, isWritable: false).size == 0)
                #expect(try LogTree.asStored(of: log) == nil)
            }
        }
        try makeAgain(fixture, reference)
        try fixture.withLog { log throws in #expect(try LogTree(of: log, isWritable: false).size == 300) }
        try FileManager.default.removeItem(atPath: try fixture.levelFile(16))
        try makeAgain(fixture, reference)
        try FileManager.default.removeItem(atPath: fixture.path + "/tree")
        try makeAgain(fixture, reference)
    }

    /// There is no tree; it is made, and what was there is removed.
    private func makeAgain(_ fixture: TreeFixture, _ reference: ReferenceTree) throws {
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: true)
            #expect(tree.size == 0)
            try tree.extend(to: log.head)
            #expect(try tree.root(size: tree.size) == reference.root(reference.leaves.count))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.path + "/tree")
        #expect(names.filter { $0.hasPrefix("hashes-") }.count == 1)
    }

    @Test("a file that has become shorter is noticed, also by who has it open")
    func shortened() throws {
        let fixture = try TreeFixture()
        let reference = try fixture.makeTree(of: 300)
        let leaves = try fixture.levelFile(0)
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: false)
            try fixture.overwrite(leaves, with: Array(try fixture.bytes(of: leaves).dropLast()))
            let expected = LMDBError(
                .truncated(expectedBytes: 300 * 32, actualBytes: 300 * 32 - 1), "read", path: leaves)
            #expect(throws: expected) { try tree.hash(level: 0, index: 299) }
            #expect(try tree.hash(level: 0, index: 298) == reference.leaves[298])
        }
        try makeAgain(fixture, reference)
    }

    // MARK: Other logs

    @Test("a log that was put back to an earlier state gets a tree of its own", arguments: [0, 100, 300, 400])
    func otherHistory(appended: Int) throws {
        let fixture = try TreeFixture()
        try fixture.makeTree(of: 300)
        try fixture.keepLog()
        try fixture.withLog { log throws in
            try fixture.append(300, to: log)
            try LogTree(of: log, isWritable: true).extend(to: log.head)
        }
        try fixture.bringLogBack()
        try fixture.withLog { log throws in
            try fixture.append(appended, to: log, saying: "something else")
            #expect(try LogTree(of: log, isWritable: false).size == 0)
            #expect(try LogTree.asStored(of: log)?.size == 600)
            let reference = try ReferenceTree(of: log)
            let tree = try LogTree(of: log, isWritable: true)
            try tree.extend(to: log.head)
            #expect(try tree.root(size: tree.size) == reference.root(300 + appended))
        }
    }

    @Test("the tree of another log is not used, even if both hold the same events")
    func otherLog() throws {
        let (one, other) = (try TreeFixture(), try TreeFixture())
        try one.makeTree(of: 20)
        let reference = try other.makeTree(of: 30)
        try FileManager.default.removeItem(atPath: other.path + "/tree")
        try FileManager.default.copyItem(atPath: one.path + "/tree", toPath: other.path + "/tree")
        try other.withLog { log throws in #expect(try LogTree.asStored(of: log) == nil) }
        try makeAgain(other, reference)
    }

    // MARK: Damaged events

    @Test("no tree is made over an event that is not sound", arguments: [false, true])
    func damagedEvent(isSealed: Bool) throws {
        let fixture = try TreeFixture()
        try fixture.withLog { log throws in try fixture.append(300, to: log) }
        // Sealed: the checksum fits, but the record says that it has more tags than it has.
        try fixture.changeRecord(at: 270, isSealed: isSealed) { record in record[29] = 200 }
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: true)
            let damage = DamagedLog(position: Position(270), damage: isSealed ? .malformed : .checksum)
            #expect(throws: damage) { try tree.extend(to: log.head) }
            #expect(tree.size == 0)
            // The lease was let go of, and what is sound has a tree.
            let other = try LogTree(of: log, isWritable: true)
            try other.extend(to: Position(269))
            #expect(other.size == 269)
            #expect(throws: damage) { try other.extend(to: Position(270)) }
            #expect(other.size == 269)
        }
    }

    @Test("an event whose type has no name is not sound")
    func unknownType() throws {
        let fixture = try TreeFixture()
        try fixture.withLog { log throws in try fixture.append(30, to: log) }
        try fixture.changeRecord(at: 12, isSealed: true) { record in record[24] = 77 }
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: true)
            let damage = DamagedLog(position: Position(12), damage: .unknownType)
            #expect(throws: damage) { try tree.extend(to: log.head) }
        }
    }

    @Test("a tree that ends at a damaged event is not used, and not thrown away either")
    func damagedEnd() throws {
        let fixture = try TreeFixture()
        try fixture.makeTree(of: 30)
        let state = try fixture.state()
        try fixture.changeRecord(at: 30) { record in record[40] ^= 1 }
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: true)
            #expect(tree.size == 0)
            let damage = DamagedLog(position: Position(30), damage: .checksum)
            #expect(throws: damage) { try tree.extend(to: Position(20)) }
        }
        #expect(try fixture.state() == state)
    }

    // MARK: Made anew

    @Test("a damaged hash is put right by making the tree anew, while others read")
    func rebuild() throws {
        let fixture = try TreeFixture()
        let reference = try fixture.makeTree(of: 300)
        let leaves = try fixture.levelFile(0)
        var damaged = try fixture.bytes(of: leaves)
        damaged[299 * 32] ^= 1
        try fixture.overwrite(leaves, with: damaged)
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: true)
            let reader = try LogTree(of: log, isWritable: false)
            let wrong = try tree.root(size: 300)
            #expect(wrong != reference.root(300))
            try tree.rebuild(to: log.head)
            #expect(try tree.root(size: 300) == reference.root(300))
            // Who reads in the old files goes on until it looks for new ones.
            #expect(reader.size == 300)
            #expect(try reader.root(size: 300) == wrong)
            try reader.refresh()
            #expect(try reader.root(size: 300) == reference.root(300))
            #expect(try fixture.levelFile(0) != leaves)
        }
    }

    @Test("nobody makes the tree anew while another one extends it")
    func rebuildElsewhere() throws {
        let fixture = try TreeFixture()
        try fixture.makeTree(of: 30)
        try fixture.withLog { log throws in
            let holder = try LogTree(of: log, isWritable: true)
            _ = try holder.keepLease()
            let other = try LogTree(of: log, isWritable: true)
            let expected = TreeUnavailable(
                reason: .heldElsewhere, path: fixture.path + "/tree", size: 30, wanted: 30)
            #expect(throws: expected) { try other.rebuild(to: log.head) }
            try holder.letGo()
            try other.rebuild(to: log.head)
            #expect(other.size == 30)
        }
    }
}
