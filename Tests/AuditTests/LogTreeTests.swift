@testable import Audit
import EventLog
import LMDB
import TestSupport
import Testing
import Transparency

@Suite struct LogTreeTests {
    // MARK: Roots

    @Test("at every size the root is that of RFC 6962, also for whoever opens the tree later")
    func roots() throws {
        let fixture = try TreeFixture()
        let reference = try fixture.makeTree(of: 600)
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: false)
            #expect(tree.size == 600)
            let wrong = try (0...600).filter { try tree.root(size: UInt64($0)) != reference.root($0) }
            #expect(wrong == [])
            #expect(throws: ProofError.self) { try tree.root(size: 601) }
        }
    }

    @Test("however it is extended, the tree becomes the same", arguments: [1, 2, 3])
    func steps(seed: UInt64) throws {
        let fixture = try TreeFixture()
        var random = SeededGenerator(seed: seed)
        try fixture.withLog { log throws in
            try fixture.append(1500, to: log)
            let reference = try ReferenceTree(of: log)
            var tree = try LogTree(of: log, isWritable: true)
            var size = 0
            while size < 1500 {
                size = min(1500, size + Int.random(in: 1...300, using: &random))
                try tree.extend(to: Position(UInt64(size)))
                #expect(try tree.root(size: UInt64(size)) == reference.root(size))
                if Bool.random(using: &random) { tree = try LogTree(of: log, isWritable: true) }
                #expect(tree.size == UInt64(size))
            }
        }
    }

    @Test("a tree of more than two levels of tiles, made in many batches, in steps and with an interruption")
    func large() throws {
        let fixture = try TreeFixture()
        try fixture.withLog { log throws in
            try fixture.append(66_000, to: log)
            let reference = try ReferenceTree(of: log)
            let tree = try LogTree(of: log, isWritable: true)
            var steps: [UInt64] = []
            #expect(throws: CancellationError.self) {
                try tree.extend(
                    to: log.head, isCancelled: { !steps.isEmpty }, progress: { done, _ in steps.append(done) })
            }
            #expect(steps == [65_536])
            // What was hashed before is kept.
            #expect(try LogTree(of: log, isWritable: false).size == 65_536)
            try tree.extend(to: log.head)
            for size in [255, 256, 257, 8192, 65_535, 65_536, 65_537, 66_000] {
                #expect(try tree.root(size: UInt64(size)) == reference.root(size))
            }
            #expect(try tree.hash(level: 16, index: 0) == reference.root(over: 0..<65_536))
            #expect(try tree.tile(TileName(level: 2, index: 0, width: 1)) == reference.root(65_536).bytes)
        }
    }

    // MARK: Hashes, tiles and proofs

    @Test("the hash of each complete subtree, and of no other")
    func subtrees() throws {
        let fixture = try TreeFixture()
        let reference = try fixture.makeTree(of: 1100)
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: false)
            for level in 0...10 {
                let complete = 1100 >> level
                for index in 0..<min(complete, 40) {
                    let leaves = index << level..<(index + 1) << level
                    #expect(try tree.hash(level: level, index: UInt64(index)) == reference.root(over: leaves))
                }
                #expect(throws: ProofError.self) { try tree.hash(level: level, index: UInt64(complete)) }
            }
            let missing: [(Int, UInt64)] = [(11, 0), (63, 0), (64, 0), (-1, 0), (3, .max), (63, .max)]
            for (level, index) in missing {
                #expect(throws: ProofError.self) { try tree.hash(level: level, index: index) }
            }
        }
    }

    @Test("tiles are cut from the hashes, and no tile is longer than the tree")
    func tiles() throws {
        let fixture = try TreeFixture()
        let reference = try fixture.makeTree(of: 600)
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: false)
            func leaves(_ range: Range<Int>) -> [UInt8] { reference.leaves[range].flatMap(\.bytes) }
            #expect(try tree.tile(TileName(level: 0, index: 0)) == leaves(0..<256))
            #expect(try tree.tile(TileName(level: 0, index: 1)) == leaves(256..<512))
            #expect(try tree.tile(TileName(level: 0, index: 2, width: 88)) == leaves(512..<600))
            #expect(try tree.tile(TileName(level: 0, index: 1, width: 3)) == leaves(256..<259))
            let runs = reference.root(over: 0..<256).bytes + reference.root(over: 256..<512).bytes
            #expect(try tree.tile(TileName(level: 1, index: 0, width: 2)) == runs)
            let missing = [
                TileName(level: 0, index: 2, width: 89), TileName(level: 0, index: 3, width: 1),
                TileName(level: 1, index: 0, width: 3), TileName(level: 2, index: 0, width: 1),
                TileName(level: 9, index: 0, width: 1), TileName(level: 0, index: .max, width: 1),
            ]
            for name in missing {
                #expect(throws: ProofError.self) { try tree.tile(name) }
            }
        }
    }

    @Test("proofs lead to the root of the log")
    func proofs() throws {
        let fixture = try TreeFixture()
        let reference = try fixture.makeTree(of: 600)
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: false)
            for size: UInt64 in [1, 2, 255, 256, 257, 600] {
                let root = reference.root(size)
                for index in stride(from: 0, to: size, by: 37) {
                    let proof = try tree.inclusionProof(of: Position(index + 1), size: size)
                    let leaf = reference.leaves[Int(index)]
                    try MerkleProof.verifyInclusion(leaf: leaf, index: index, size: size, proof: proof, root: root)
                }
                let consistency = try tree.consistencyProof(from: size, to: 600)
                try MerkleProof.verifyConsistency(
                    oldSize: size, oldRoot: root, newSize: 600, newRoot: reference.root(600), proof: consistency)
            }
            let range = try tree.rangeProof(of: Position(101)...Position(300), size: 600)
            let leaves = Array(reference.leaves[100..<300])
            let root = try MerkleProof.rootOfRange(leaves: leaves, from: 100, size: 600, proof: range)
            #expect(root == reference.root(600))
        }
    }

    @Test("what is not in the tree has no proof")
    func noProofs() throws {
        let fixture = try TreeFixture()
        try fixture.makeTree(of: 10)
        try fixture.withLog { log throws in
            let tree = try LogTree(of: log, isWritable: false)
            #expect(throws: ProofError.self) { try tree.inclusionProof(of: .zero, size: 10) }
            #expect(throws: ProofError.self) { try tree.inclusionProof(of: Position(11), size: 10) }
            #expect(throws: ProofError.self) { try tree.inclusionProof(of: Position(1), size: 11) }
            #expect(throws: ProofError.self) { try tree.consistencyProof(from: 5, to: 11) }
            #expect(throws: ProofError.self) { try tree.rangeProof(of: Position.zero...Position(3), size: 10) }
            #expect(throws: ProofError.self) { try tree.rangeProof(of: Position(9)...Position(11), size: 10) }
        }
    }

    // MARK: Several values

    @Test("another value on the same files learns of what was added when it asks")
    func refresh() throws {
        let fixture = try TreeFixture()
        try fixture.withLog { log throws in
            try fixture.append(300, to: log)
            let tree = try LogTree(of: log, isWritable: true)
            let other = try LogTree(of: log, isWritable: false)
            try tree.extend(to: Position(200))
            #expect(other.size == 0)
            try other.refresh()
            #expect(other.size == 200)
            try tree.extend(to: Position(300))
            try other.refresh()
            let reference = try ReferenceTree(of: log)
            #expect(try other.root(size: other.size) == reference.root(300))
            // The lease is free in between: the other one may go on.
            try fixture.append(50, to: log)
            try LogTree(of: log, isWritable: true).extend(to: log.head)
            try tree.refresh()
            #expect(tree.size == 350)
        }
    }

    @Test("of a log that is only read the tree is what is on disk")
    func readOnly() throws {
        let fixture = try TreeFixture()
        try fixture.withLog { log throws in try fixture.append(20, to: log) }
        try fixture.withLog(readOnly: true) { log throws in
            let tree = try LogTree(of: log, isWritable: true)
            #expect(!tree.isWritable)
            #expect(tree.size == 0)
            let expected = TreeUnavailable(reason: .readOnly, path: fixture.path + "/tree", size: 0, wanted: 20)
            #expect(throws: expected) { try tree.extend(to: Position(20)) }
            #expect(try LogTree.asStored(of: log) == nil)
        }
        try fixture.withLog { log throws in try LogTree(of: log, isWritable: true).extend(to: Position(10)) }
        try fixture.withLog(readOnly: true) { log throws in
            let tree = try LogTree(of: log, isWritable: false)
            #expect(tree.size == 10)
            try tree.extend(to: Position(10))
            #expect(throws: TreeUnavailable.self) { try tree.rebuild(to: Position(10)) }
        }
    }

    @Test("the tree does not go beyond the log")
    func beyondHead() throws {
        let fixture = try TreeFixture()
        try fixture.withLog { log throws in
            try fixture.append(20, to: log)
            let tree = try LogTree(of: log, isWritable: true)
            let reason = TreeUnavailable.Reason.beyondHead(Position(20))
            let expected = TreeUnavailable(reason: reason, path: fixture.path + "/tree", size: 0, wanted: 21)
            #expect(throws: expected) { try tree.extend(to: Position(21)) }
            #expect(throws: expected) { try tree.rebuild(to: Position(21)) }
        }
    }
}
