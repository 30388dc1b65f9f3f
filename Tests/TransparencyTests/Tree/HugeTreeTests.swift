import LMDB
import TestSupport
import Testing
import Transparency

/// Trees of sizes that no log will have: the arithmetic has no room left there.
@Suite struct HugeTreeTests {
    private static let sizes: [UInt64] = [
        .max, .max - 1, 1 << 63, (1 << 63) + 1, (1 << 63) - 1, 0xAAAA_AAAA_AAAA_AAAA, 0x5555_5555_5555_5555,
        (1 << 32) + 1,
    ]

    private let source = UniformTree()

    @Test("leaves are proved to be there", arguments: sizes)
    func inclusion(size: UInt64) throws {
        let tree = MerkleTree(source)
        let root = try tree.root(size: size)
        let indexes: [UInt64] = [0, 1, size / 3, size / 2, size / 2 + 1, size - 2, size - 1]
        for index in indexes {
            let proof = try tree.inclusionProof(of: index, size: size)
            #expect(proof.count <= 64)
            try MerkleProof.verifyInclusion(leaf: source.leaf, index: index, size: size, proof: proof, root: root)
            let more = proof + [root]
            #expect(throws: ProofError.wrongLength(expected: proof.count, found: more.count)) {
                try MerkleProof.verifyInclusion(leaf: source.leaf, index: index, size: size, proof: more, root: root)
            }
            #expect(throws: ProofError.wrongRoot) {
                try MerkleProof.verifyInclusion(
                    leaf: source.leaf.flipped, index: index, size: size, proof: proof, root: root)
            }
        }
    }

    @Test("sizes are proved to be of one log", arguments: sizes)
    func consistency(size: UInt64) throws {
        let tree = MerkleTree(source)
        let root = try tree.root(size: size)
        let oldSizes: [UInt64] = [0, 1, 2, 3, 1 << 32, size / 3, size / 2, size / 2 + 1, size - 1, size]
        for old in oldSizes {
            let oldRoot = try tree.root(size: old)
            let proof = try tree.consistencyProof(from: old, to: size)
            #expect(proof.count <= 65)
            try MerkleProof.verifyConsistency(
                oldSize: old, oldRoot: oldRoot, newSize: size, newRoot: root, proof: proof)
            #expect(throws: ProofError.self) {
                try MerkleProof.verifyConsistency(
                    oldSize: old, oldRoot: oldRoot.flipped, newSize: size, newRoot: root, proof: proof)
            }
        }
    }

    @Test("ranges are proved to be there", arguments: sizes)
    func ranges(size: UInt64) throws {
        let tree = MerkleTree(source)
        let root = try tree.root(size: size)
        let (third, half) = (size / 3, size / 2)
        let ranges: [Range<UInt64>] = [0..<1, 0..<5, third..<third + 9, half - 3..<half + 4, size - 5..<size]
        for range in ranges {
            let proof = try tree.rangeProof(of: range, size: size)
            #expect(proof.count <= 128)
            let leaves = [Hash256](repeating: source.leaf, count: Int(range.upperBound - range.lowerBound))
            let found = try MerkleProof.rootOfRange(leaves: leaves, from: range.lowerBound, size: size, proof: proof)
            #expect(found == root)
        }
    }

    @Test("a range beyond the last number is out of range")
    func rangeBeyondTheLastNumber() {
        let leaves = [source.leaf, source.leaf]
        #expect(throws: ProofError.outOfRange(index: .max, size: .max)) {
            try MerkleProof.rootOfRange(leaves: leaves, from: .max, size: .max, proof: [])
        }
        #expect(throws: ProofError.outOfRange(index: .max - 1, size: 7)) {
            try MerkleProof.rootOfRange(leaves: leaves, from: .max - 2, size: 7, proof: [])
        }
    }

    @Test("random claims of any shape are refused", arguments: 1...4 as ClosedRange<UInt64>)
    func randomClaims(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func number() -> UInt64 {
            let word: UInt64 = random.next()
            return word >> UInt64.random(in: 0...63, using: &random)
        }
        for _ in 0..<500 {
            let (first, second) = (number(), number())
            let proof = (0..<Int.random(in: 0...66, using: &random)).map { _ in Hash256.random(using: &random) }
            let (one, other) = (Hash256.random(using: &random), Hash256.random(using: &random))
            #expect(throws: ProofError.self) {
                try MerkleProof.verifyInclusion(leaf: one, index: first, size: second, proof: proof, root: other)
            }
            #expect(throws: ProofError.self) {
                try MerkleProof.verifyConsistency(
                    oldSize: first, oldRoot: one, newSize: second, newRoot: other, proof: proof)
            }
            let root = try? MerkleProof.rootOfRange(leaves: [one, other], from: first, size: second, proof: proof)
            #expect(root != one)
        }
    }
}
