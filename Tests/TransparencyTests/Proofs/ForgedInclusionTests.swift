import LMDB
import Testing
import Transparency

/// Claims that a leaf is in a tree, each wrong in one respect.
@Suite struct ForgedInclusionTests {
    private struct Claim {
        var leaf: Hash256
        var index: UInt64
        var size: UInt64
        var proof: [Hash256]
        var root: Hash256

        func check() throws(ProofError) {
            try MerkleProof.verifyInclusion(leaf: leaf, index: index, size: size, proof: proof, root: root)
        }

        /// The same claim with a change.
        func with(_ change: (inout Claim) -> Void) -> Claim {
            var changed = self
            change(&changed)
            return changed
        }
    }

    private let tree = NaiveTree(count: 40)

    @Test("no claim about a small tree holds that is wrong in one respect")
    func everyForgeryIsRefused() throws {
        var refused = 0
        for size in [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 33] {
            for index in 0..<size {
                let claim = Claim(
                    leaf: tree.leaves[index], index: UInt64(index), size: UInt64(size),
                    proof: tree.inclusionProof(of: index, in: 0..<size), root: tree.root(0..<size))
                try claim.check()
                for (reason, forged) in forgeries(of: claim) {
                    #expect(throws: ProofError.self, "leaf \(index) of \(size): \(reason)") { try forged.check() }
                    refused += 1
                }
            }
        }
        #expect(refused > 3000)
    }

    private func forgeries(of claim: Claim) -> [(reason: String, claim: Claim)] {
        let size = Int(claim.size)
        var forged: [(reason: String, claim: Claim)] = []
        func add(_ reason: String, _ change: (inout Claim) -> Void) { forged.append((reason, claim.with(change))) }
        add("a bit of the leaf") { $0.leaf = $0.leaf.flipped }
        add("the root as leaf") { $0.leaf = size > 1 ? $0.root : $0.root.flipped }
        add("a bit of the root") { $0.root = $0.root.flipped }
        add("the root of nothing") { $0.root = MerkleHash.emptyRoot }
        add("the next leaf") { $0.index += 1 }
        add("the leaf before") { $0.index &-= 1 }
        add("two leaves away") { $0.index ^= 2 }
        add("as many leaves away as there are") { $0.index += $0.size }
        add("the last number there is") { $0.index = .max }
        add("no leaves") { $0.size = 0 }
        add("half the leaves") { $0.size /= 2 }
        add("twice the leaves") { $0.size *= 2 }
        add("more leaves than there are numbers") { $0.size = .max }
        add("the tree with a leaf less") { ($0.size, $0.root) = ($0.size - 1, tree.root(0..<size - 1)) }
        add("the tree with a leaf more") { ($0.size, $0.root) = ($0.size + 1, tree.root(0..<size + 1)) }
        for (reason, proof) in claim.proof.forgeries(with: claim.leaf) {
            add(reason) { $0.proof = proof }
        }
        return forged
    }

    @Test("the error says what is wrong")
    func reasons() throws {
        let (leaf, root, proof) = (tree.leaves[4], tree.root(0..<7), tree.inclusionProof(of: 4, in: 0..<7))
        let claim = Claim(leaf: leaf, index: 4, size: 7, proof: proof, root: root)
        try claim.check()
        #expect(throws: ProofError.outOfRange(index: 7, size: 7)) { try claim.with { $0.index = 7 }.check() }
        #expect(throws: ProofError.outOfRange(index: 4, size: 0)) { try claim.with { $0.size = 0 }.check() }
        #expect(throws: ProofError.wrongLength(expected: 3, found: 2)) {
            try claim.with { $0.proof.removeLast() }.check()
        }
        #expect(throws: ProofError.wrongLength(expected: 2, found: 3)) { try claim.with { $0.index = 6 }.check() }
        #expect(throws: ProofError.wrongRoot) { try claim.with { $0.index = 5 }.check() }
        #expect(throws: ProofError.wrongRoot) { try claim.with { $0.root = $0.root.flipped }.check() }
    }
}
