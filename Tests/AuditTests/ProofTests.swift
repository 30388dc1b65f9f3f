@testable import Audit
import EventLog
import Foundation
import LMDB
import TestSupport
import Testing
import Transparency

/// Proofs of single events, and what they are made from.
@Suite struct ProofTests {
    private let fixture: SignedFixture

    init() throws {
        fixture = try SignedFixture()
        try fixture.makeKey()
    }

    /// What somebody who knows nothing but the key makes of a proof.
    private func checked(_ text: String, by key: VerifierKey) throws -> (opening: EventOpening, size: UInt64) {
        let proof = try TransparencyLogProof(parsing: text)
        _ = try proof.checkpoint.verify(with: [key])
        let checkpoint = try TreeCheckpoint(parsing: proof.checkpoint.text)
        let opening = try EventOpening(parsing: try #require(proof.extra))
        try MerkleProof.verifyInclusion(
            leaf: opening.leafHash, index: proof.index, size: checkpoint.size, proof: proof.hashes,
            root: checkpoint.root)
        #expect(opening.position == Position(proof.index + 1))
        return (opening, checkpoint.size)
    }

    // MARK: Events

    @Test("each event of a checkpoint is proved to somebody who has nothing but the key")
    func everyEvent() throws {
        let signer = try fixture.signer()
        try fixture.withTrail { log, trail throws in
            try fixture.tree.append(300, to: log)
            let note = try trail.checkpoint(signedBy: signer)
            // Appended since: not in the checkpoint.
            try fixture.tree.append(50, to: log)
            for number in [1, 2, 3, 128, 255, 256, 257, 299, 300] as [UInt64] {
                let proof = try trail.prove(Position(number), in: note, personalParts: true)
                let (opening, size) = try checked(proof.encoded, by: signer.verifier)
                #expect(try opening.recorded() == log.event(at: Position(number)))
                #expect(size == 300)
            }
        }
    }

    @Test("an old checkpoint proves as well as a new one")
    func oldCheckpoint() throws {
        let old = try fixture.sign(after: 200)
        try fixture.sign(after: 200)
        try fixture.withTrail { _, trail throws in
            let proof = try trail.prove(Position(150), in: old, personalParts: false)
            let key = try #require(try trail.checkpoints.keys().first)
            #expect(try checked(proof.encoded, by: key).size == 200)
        }
    }

    @Test("parts about persons are withheld unless they are asked for, and all else is proved")
    func personalParts() throws {
        let note = try fixture.sign(after: 10)
        try fixture.withTrail { log, trail throws in
            let key = try #require(try trail.checkpoints.keys().first)
            for (shows, part) in [(true, SealedPart.unsealed([1, 2, 3])), (false, nil)] as [(Bool, SealedPart?)] {
                let proof = try trail.prove(Position(5), in: note, personalParts: shows)
                let opening = try checked(proof.encoded, by: key).opening
                let event = try opening.recorded().event
                #expect(event.subjects == [Subject(id: "person:5", part: part)])
                #expect(event.data == Array("payload 5".utf8))
            }
        }
    }

    @Test("without a tree, as it was deleted, it is made for the proof")
    func treeIsGone() throws {
        let note = try fixture.sign(after: 300)
        try fixture.remove("tree")
        try fixture.withTrail { _, trail throws in
            #expect(trail.tree.size == 0)
            #expect(try trail.prove(Position(7), in: note, personalParts: false).index == 6)
            #expect(trail.tree.size == 300)
        }
    }

    // MARK: Refusals

    @Test("what the checkpoint does not cover is not proved, and both numbers are told")
    func beyondTheCheckpoint() throws {
        let note = try fixture.sign(after: 20)
        try fixture.append(10)
        try fixture.withTrail { _, trail throws in
            #expect(throws: ProofRefusal.beyondCheckpoint(Position(21), size: 20)) {
                try trail.prove(Position(21), in: note, personalParts: false)
            }
            #expect(throws: ProofRefusal.noSuchPosition) {
                try trail.prove(.zero, in: note, personalParts: false)
            }
        }
    }

    @Test("a checkpoint of more events than the log has is refused, and one of another log")
    func otherCheckpoint() throws {
        let other = try SignedFixture()
        try other.makeKey()
        let note = try other.sign(after: 30)
        try fixture.append(20)
        try fixture.withTrail { log, trail throws in
            #expect(throws: ProofRefusal.beyondLog(size: 30, head: Position(20))) {
                try trail.prove(Position(3), in: note, personalParts: false)
            }
            try fixture.tree.append(10, to: log)
            #expect(throws: ProofRefusal.disagrees(size: 30)) {
                try trail.prove(Position(3), in: note, personalParts: false)
            }
        }
    }

    @Test("where the tree may not be extended, that is said")
    func readOnly() throws {
        let note = try fixture.sign(after: 20)
        try fixture.tree.withLog(readOnly: true) { log throws in
            let trail = try AuditTrail(log, follows: false)
            #expect(try trail.prove(Position(3), in: note, personalParts: false).index == 2)
        }
        try fixture.remove("tree")
        try fixture.tree.withLog(readOnly: true) { log throws in
            let trail = try AuditTrail(log, follows: false)
            #expect(throws: ProofRefusal.behind(size: 20, tree: 0)) {
                try trail.prove(Position(3), in: note, personalParts: false)
            }
        }
    }

    // MARK: Damage

    private func flip(_ byte: Int, ofLevel level: Int) throws {
        let file = try fixture.tree.levelFile(level)
        var bytes = try fixture.tree.bytes(of: file)
        bytes[byte] ^= 1
        try fixture.tree.overwrite(file, with: bytes)
    }

    @Test(
        "a damaged hash makes no wrong proof: it is told, and goes when the tree is made again",
        arguments: [(0, 40), (0, 41), (0, 255), (8, 0), (8, 1)])
    func damagedHash(level: Int, hash: Int) throws {
        let note = try fixture.sign(after: 600)
        try flip(hash * 32 + 9, ofLevel: level)
        try fixture.withTrail { _, trail throws in
            for number in [41, 42] as [UInt64] {
                // A proof holds all of its tile but the leaf itself.
                let isHarmed = level == 8 || hash != Int(number) - 1
                do {
                    let proof = try trail.prove(Position(number), in: note, personalParts: false)
                    let key = try #require(try trail.checkpoints.keys().first)
                    _ = try checked(proof.encoded, by: key)
                    #expect(isHarmed == false)
                } catch let damage as DamagedTree {
                    #expect(isHarmed)
                    #expect(damage.path == trail.tree.folder)
                    #expect("\(damage)".contains("rapport rebuild"))
                }
            }
            try trail.rebuildTree()
            for number in [41, 42] as [UInt64] {
                #expect(try trail.prove(Position(number), in: note, personalParts: false).index == number - 1)
            }
        }
    }

    @Test("an event that was changed is not proved, and named")
    func editedEvent() throws {
        let note = try fixture.sign(after: 600)
        try Forger(path: fixture.data).change { records in
            let last = records[40].count - 1
            records[40][last] ^= 1
        }
        try fixture.withTrail { _, trail throws in
            #expect(throws: TamperedLog(.edited(Position(41)))) {
                try trail.prove(Position(41), in: note, personalParts: false)
            }
            #expect(try trail.prove(Position(42), in: note, personalParts: false).index == 41)
        }
    }

    // MARK: Ranges

    /// A tree over an array of leaves.
    private struct Leaves: SubtreeHashes {
        let hashes: [Hash256]

        func hash(level: Int, index: UInt64) throws -> Hash256 {
            if level == 0 { return hashes[Int(index)] }
            return MerkleHash.node(
                try hash(level: level - 1, index: 2 * index), try hash(level: level - 1, index: 2 * index + 1))
        }

        static func counting(to count: Int) -> Leaves {
            Leaves(
                hashes: (0..<count).map { number in
                    let bytes = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
                    return MerkleHash.leaf(bytes.rawSpan)
                })
        }
    }

    @Test("the root of a range is put together leaf by leaf: of every range in every tree of up to 34 leaves")
    func everyRange() throws {
        let leaves = Leaves.counting(to: 34)
        let tree = MerkleTree(leaves)
        for size in UInt64(1)...34 {
            let root = try tree.root(size: size)
            for first in 0..<size {
                for end in first + 1...size {
                    let proof = try tree.rangeProof(of: first..<end, size: size)
                    var builder = RangeRootBuilder(from: first)
                    for index in first..<end { builder.append(leaves.hashes[Int(index)]) }
                    let range = builder
                    #expect(try range.root(size: size, proof: proof) == root, "\(first)..<\(end) of \(size)")
                    let same = try MerkleProof.rootOfRange(
                        leaves: Array(leaves.hashes[Int(first)..<Int(end)]), from: first, size: size, proof: proof)
                    #expect(same == root)
                    #expect(throws: ProofError.wrongLength(expected: proof.count, found: proof.count + 1)) {
                        try range.root(size: size, proof: proof + [root])
                    }
                }
            }
        }
    }

    @Test("ranges that no tree has, and proofs of the wrong length, are refused")
    func impossibleRanges() throws {
        let leaf = MerkleHash.emptyRoot
        let empty = RangeRootBuilder(from: 3)
        #expect(throws: ProofError.emptyRange) { try empty.root(size: 10, proof: []) }
        func single(at index: UInt64) -> RangeRootBuilder {
            var builder = RangeRootBuilder(from: index)
            builder.append(leaf)
            return builder
        }
        let fourth = single(at: 3)
        #expect(throws: ProofError.outOfRange(index: 3, size: 3)) { try fourth.root(size: 3, proof: []) }
        #expect(throws: ProofError.outOfRange(index: 3, size: 0)) { try fourth.root(size: 0, proof: []) }
        #expect(throws: ProofError.wrongLength(expected: 2, found: 0)) { try fourth.root(size: 4, proof: []) }
        // At the far end of what a number can say.
        let last = single(at: .max - 1)
        #expect(throws: ProofError.self) { try last.root(size: .max, proof: []) }
        #expect(throws: ProofError.self) { try last.root(size: .max - 1, proof: [leaf]) }
    }
}
