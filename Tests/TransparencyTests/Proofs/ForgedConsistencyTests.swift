import LMDB
import Testing
import Transparency

/// Claims that a tree begins with an older one, each wrong in one respect.
@Suite struct ForgedConsistencyTests {
    private struct Claim {
        var oldSize: UInt64
        var oldRoot: Hash256
        var newSize: UInt64
        var newRoot: Hash256
        var proof: [Hash256] = []

        func check() throws(ProofError) {
            try MerkleProof.verifyConsistency(
                oldSize: oldSize, oldRoot: oldRoot, newSize: newSize, newRoot: newRoot, proof: proof)
        }

        /// The same claim with a change.
        func with(_ change: (inout Claim) -> Void) -> Claim {
            var changed = self
            change(&changed)
            return changed
        }
    }

    private let tree = NaiveTree(count: 40)

    private func honestClaim(_ old: Int, _ new: Int) -> Claim {
        Claim(
            oldSize: UInt64(old), oldRoot: tree.root(0..<old), newSize: UInt64(new), newRoot: tree.root(0..<new),
            proof: old == 0 ? [] : tree.consistencyProof(from: old, to: new))
    }

    @Test("no claim about two small trees holds that is wrong in one respect")
    func everyForgeryIsRefused() throws {
        var refused = 0
        for new in [2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31] {
            for old in 1..<new {
                let claim = honestClaim(old, new)
                try claim.check()
                for (reason, forged) in forgeries(of: claim) {
                    #expect(throws: ProofError.self, "\(old) to \(new): \(reason)") { try forged.check() }
                    refused += 1
                }
            }
        }
        #expect(refused > 3000)
    }

    private func forgeries(of claim: Claim) -> [(reason: String, claim: Claim)] {
        let new = Int(claim.newSize)
        var forged: [(reason: String, claim: Claim)] = []
        func add(_ reason: String, _ change: (inout Claim) -> Void) { forged.append((reason, claim.with(change))) }
        add("a bit of the old root") { $0.oldRoot = $0.oldRoot.flipped }
        add("a bit of the new root") { $0.newRoot = $0.newRoot.flipped }
        add("the roots swapped") { ($0.oldRoot, $0.newRoot) = ($0.newRoot, $0.oldRoot) }
        add("the old root twice") { $0.newRoot = $0.oldRoot }
        add("the new root twice") { $0.oldRoot = $0.newRoot }
        add("the old root of nothing") { $0.oldRoot = MerkleHash.emptyRoot }
        add("the new root of nothing") { $0.newRoot = MerkleHash.emptyRoot }
        add("an old leaf less") { $0.oldSize -= 1 }
        add("an old leaf more") { $0.oldSize += 1 }
        add("two old leaves apart") { $0.oldSize ^= 2 }
        add("nothing old") { ($0.oldSize, $0.oldRoot) = (0, MerkleHash.emptyRoot) }
        add("half the new leaves") { $0.newSize /= 2 }
        add("twice the new leaves") { $0.newSize *= 2 }
        add("nothing new") { $0.newSize = 0 }
        add("more new leaves than there are numbers") { $0.newSize = .max }
        add("the sizes swapped") { ($0.oldSize, $0.newSize) = ($0.newSize, $0.oldSize) }
        add("the new size twice") { $0.oldSize = $0.newSize }
        add("the new tree with a leaf less") { ($0.newSize, $0.newRoot) = ($0.newSize - 1, tree.root(0..<new - 1)) }
        add("the new tree with a leaf more") { ($0.newSize, $0.newRoot) = ($0.newSize + 1, tree.root(0..<new + 1)) }
        for (reason, proof) in claim.proof.forgeries(with: tree.leaves[0]) {
            add(reason) { $0.proof = proof }
        }
        return forged
    }

    @Test("every tree begins with the one without leaves, and nothing is needed to show it", arguments: [0, 1, 2, 7])
    func fromNothing(size: Int) throws {
        let claim = honestClaim(0, size)
        try claim.check()
        let leaf = tree.leaves[0]
        #expect(throws: ProofError.wrongLength(expected: 0, found: 1)) {
            try claim.with { $0.proof = [leaf] }.check()
        }
        #expect(throws: ProofError.wrongOldRoot) { try claim.with { $0.oldRoot = leaf }.check() }
    }

    @Test("a tree of no leaves has one root only")
    func nothingFromNothing() {
        let claim = honestClaim(0, 0)
        let leaf = tree.leaves[0]
        #expect(throws: ProofError.wrongRoot) { try claim.with { $0.newRoot = leaf }.check() }
        #expect(throws: ProofError.wrongOldRoot) {
            try claim.with { ($0.oldRoot, $0.newRoot) = (leaf, leaf) }.check()
        }
    }

    @Test("trees of one size are the same tree", arguments: [1, 2, 7, 8])
    func sameSize(size: Int) throws {
        let claim = honestClaim(size, size)
        try claim.check()
        #expect(throws: ProofError.wrongRoot) { try claim.with { $0.newRoot = $0.newRoot.flipped }.check() }
        #expect(throws: ProofError.wrongLength(expected: 0, found: 1)) {
            try claim.with { $0.proof = [$0.newRoot] }.check()
        }
    }

    @Test("the error says what is wrong")
    func reasons() throws {
        let claim = honestClaim(6, 11)
        #expect(throws: ProofError.shrunk(oldSize: 12, newSize: 11)) { try claim.with { $0.oldSize = 12 }.check() }
        #expect(throws: ProofError.shrunk(oldSize: 6, newSize: 0)) { try claim.with { $0.newSize = 0 }.check() }
        let count = claim.proof.count
        #expect(throws: ProofError.wrongLength(expected: count, found: 0)) {
            try claim.with { $0.proof = [] }.check()
        }
        #expect(throws: ProofError.wrongOldRoot) { try claim.with { $0.oldRoot = $0.oldRoot.flipped }.check() }
        #expect(throws: ProofError.wrongRoot) { try claim.with { $0.newRoot = $0.newRoot.flipped }.check() }
    }
}
