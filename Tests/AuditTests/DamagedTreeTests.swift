@testable import Audit
import EventLog
import LMDB
import TestSupport
import Testing
import Transparency

/// Stored hashes that are damaged are told from a log that was changed.
@Suite struct DamagedTreeTests {
    private let fixture: SignedFixture
    private let note: SignedNote

    /// A log that was signed when it had 300 events.
    init() throws {
        fixture = try SignedFixture()
        try fixture.makeKey()
        note = try fixture.sign(after: 300)
    }

    private func remakeTree() throws {
        try fixture.withTrail { _, trail throws in try trail.rebuildTree() }
    }

    private func flip(_ byte: Int, ofLevel level: Int) throws {
        let file = try fixture.tree.levelFile(level)
        var bytes = try fixture.tree.bytes(of: file)
        bytes[byte] ^= 0x10
        try fixture.tree.overwrite(file, with: bytes)
    }

    @Test("a damaged hash is no forgery: the tree is made again, and all is well")
    func damagedLeafHash() throws {
        let folder = fixture.data + "/tree"
        try flip(136 * 32 + 5, ofLevel: 0)
        #expect(throws: DamagedTree(folder, .leaf(Position(137)))) { try fixture.verify() }
        try remakeTree()
        #expect(try fixture.verify().leavesCompared == 300)
    }

    @Test("damaged hashes above the leaves are found, too")
    func damagedUpperHash() throws {
        try flip(7, ofLevel: 8)
        #expect(throws: DamagedTree(fixture.data + "/tree", .tile(level: 0, index: 0))) { try fixture.verify() }
    }

    @Test("a damaged hash of the last leaves passes for a forgery, unless somebody remembers what the log is")
    func damagedLastLeaf() throws {
        try flip(290 * 32, ofLevel: 0)
        #expect(throws: TamperedLog(.edited(Position(291)))) { try fixture.verify() }
        #expect(throws: DamagedTree(fixture.data + "/tree", .leaf(Position(291)))) {
            try fixture.verify(against: [try note.remembered()])
        }
    }

    @Test("a tree of another log is left out, and that is said")
    func foreignTree() throws {
        var state = try #require(try TreeState.read(from: fixture.data + "/tree"))
        state.logID = EventID()
        try state.write(to: fixture.data + "/tree")
        let verified = try fixture.verify()
        #expect(verified.leavesCompared == 0)
        #expect(verified.treeLeftOut?.contains("another log") ?? false)
        #expect(verified.checkpointsChecked == 1)
    }
}
