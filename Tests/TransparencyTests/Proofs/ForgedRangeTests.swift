import LMDB
import Testing
import Transparency

/// Claims that leaves follow each other in a tree, each wrong in one respect.
@Suite struct ForgedRangeTests {
    private struct Claim {
        var leaves: [Hash256]
        var from: UInt64
        var size: UInt64
        var proof: [Hash256]

        func root() throws(ProofError) -> Hash256 {
            try MerkleProof.rootOfRange(leaves: leaves, from: from, size: size, proof: proof)
        }

        /// The same claim with a change.
        func with(_ change: (inout Claim) -> Void) -> Claim {
            var changed = self
            change(&changed)
            return changed
        }
    }

    private let tree = NaiveTree(count: 12)

    private func honestClaim(_ range: Range<Int>, of size: Int) -> Claim {
        Claim(
            leaves: Array(tree.leaves[range]), from: UInt64(range.lowerBound), size: UInt64(size),
            proof: tree.rangeProof(of: range, size: size))
    }

    @Test("no claim about a small tree leads to its root that is wrong in one respect", arguments: [1, 2, 5, 8, 11])
    func everyForgeryIsRefused(size: Int) throws {
        let root = tree.root(0..<size)
        for lower in 0..<size {
            for upper in lower + 1...size {
                let claim = honestClaim(lower..<upper, of: size)
                let found = try claim.root()
                #expect(found == root)
                for (reason, forged) in forgeries(of: claim) {
                    let forgedRoot = try? forged.root()
                    #expect(forgedRoot != root, "\(lower)..<\(upper) of \(size): \(reason)")
                }
            }
        }
    }

    private func forgeries(of claim: Claim) -> [(reason: String, claim: Claim)] {
        var forged: [(reason: String, claim: Claim)] = []
        func add(_ reason: String, _ change: (inout Claim) -> Void) { forged.append((reason, claim.with(change))) }
        add("the first leaf left out") { $0.leaves.removeFirst() }
        add("the last leaf left out") { $0.leaves.removeLast() }
        add("the first leaf twice") { $0.leaves.insert($0.leaves[0], at: 0) }
        add("the last leaf twice") { $0.leaves.append($0.leaves[$0.leaves.count - 1]) }
        add("a place further") { $0.from += 1 }
        add("a place back") { $0.from &-= 1 }
        add("the last place there is") { $0.from = .max }
        add("twice the leaves") { $0.size *= 2 }
        add("no leaves") { $0.size = 0 }
        for place in claim.leaves.indices {
            add("a bit of leaf \(place)") { $0.leaves[place] = $0.leaves[place].flipped }
            if place > 0 {
                add("leaves \(place - 1) and \(place) swapped") { $0.leaves.swapAt(place - 1, place) }
            }
        }
        for (reason, proof) in claim.proof.forgeries(with: claim.leaves[0]) {
            add(reason) { $0.proof = proof }
        }
        return forged
    }

    @Test("the error says what is wrong")
    func reasons() throws {
        let claim = honestClaim(3..<5, of: 8)
        #expect(throws: ProofError.emptyRange) { try claim.with { $0.leaves = [] }.root() }
        #expect(throws: ProofError.outOfRange(index: 8, size: 8)) { try claim.with { $0.from = 7 }.root() }
        #expect(throws: ProofError.wrongLength(expected: 4, found: 3)) {
            try claim.with { $0.proof.removeLast() }.root()
        }
    }
}
