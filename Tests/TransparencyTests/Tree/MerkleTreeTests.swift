import LMDB
import Testing
import Transparency

/// Roots and proofs of many trees, compared with the recursions of RFC 6962.
@Suite struct MerkleTreeTests {
    @Test("every root to size 300 is that of the recursion, and the frontier's")
    func roots() throws {
        let naive = NaiveTree(count: 300)
        let memory = MemoryTree(naive.leaves)
        var frontier = MerkleFrontier()
        for size in 0...300 {
            let expected = naive.root(0..<size)
            let root = try MerkleTree(memory.first(size)).root(size: UInt64(size))
            #expect(root == expected, "size \(size)")
            #expect(frontier.root == expected, "size \(size)")
            #expect(frontier.size == UInt64(size))
            if size < 300 { frontier.append(naive.leaves[size]) }
        }
    }

    @Test("every leaf of every tree to size 130, and some of larger ones, is proved to be there")
    func inclusion() throws {
        let naive = NaiveTree(count: 300)
        let memory = MemoryTree(naive.leaves)
        for size in Array(1...130) + [150, 191, 192, 193, 255, 256, 257, 299, 300] {
            let tree = MerkleTree(memory.first(size))
            for index in stride(from: 0, to: size, by: size > 130 ? 7 : 1) {
                let proof = try tree.inclusionProof(of: UInt64(index), size: UInt64(size))
                let isExpected = proof == naive.inclusionProof(of: index, in: 0..<size)
                #expect(isExpected, "leaf \(index) of \(size)")
                try MerkleProof.verifyInclusion(
                    leaf: naive.leaves[index], index: UInt64(index), size: UInt64(size), proof: proof,
                    root: naive.root(0..<size))
            }
        }
    }

    @Test("every two sizes to 70, and some larger ones, are proved to be of one log")
    func consistency() throws {
        let naive = NaiveTree(count: 300)
        let memory = MemoryTree(naive.leaves)
        for new in Array(0...70) + [100, 127, 128, 129, 192, 255, 256, 257, 300] {
            let tree = MerkleTree(memory.first(new))
            for old in stride(from: 0, through: new, by: new > 70 ? 5 : 1) {
                let proof = try tree.consistencyProof(from: UInt64(old), to: UInt64(new))
                let isExpected = proof == (old == 0 ? [] : naive.consistencyProof(from: old, to: new))
                #expect(isExpected, "\(old) to \(new)")
                try MerkleProof.verifyConsistency(
                    oldSize: UInt64(old), oldRoot: naive.root(0..<old), newSize: UInt64(new),
                    newRoot: naive.root(0..<new), proof: proof)
            }
        }
    }

    @Test("every range of every tree to size 24 is proved to be there")
    func ranges() throws {
        let naive = NaiveTree(count: 24)
        let memory = MemoryTree(naive.leaves)
        for size in 1...24 {
            let tree = MerkleTree(memory.first(size))
            for lower in 0..<size {
                for upper in lower + 1...size {
                    let proof = try tree.rangeProof(of: UInt64(lower)..<UInt64(upper), size: UInt64(size))
                    let isExpected = proof == naive.rangeProof(of: lower..<upper, size: size)
                    #expect(isExpected, "\(lower)..<\(upper) of \(size)")
                    let root = try MerkleProof.rootOfRange(
                        leaves: Array(naive.leaves[lower..<upper]), from: UInt64(lower), size: UInt64(size),
                        proof: proof)
                    #expect(root == naive.root(0..<size), "\(lower)..<\(upper) of \(size)")
                }
            }
        }
    }

    /// Made once by a program in another language that follows the RFC.
    @Test("all roots and proofs of 130 trees together have a known hash")
    func everythingTogether() throws {
        let memory = MemoryTree(NaiveTree(count: 130).leaves)
        var (roots, inclusion, consistency): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        for size in 1...130 as ClosedRange<UInt64> {
            let tree = MerkleTree(memory.first(Int(size)))
            roots.append(try tree.root(size: size))
            for index in 0..<size {
                for hash in try tree.inclusionProof(of: index, size: size) { inclusion.append(hash) }
                for hash in try tree.consistencyProof(from: index, to: size) { consistency.append(hash) }
            }
        }
        #expect(hash(of: roots) == "a07c40c337fda11441862af4d94906042cd38a4975cf5ff1eb386915019775a5")
        #expect(hash(of: inclusion) == "4e0aaaab3ccd4bcb4d9fe74955f93f8607e40cad898554597ac37b5c7ad01546")
        #expect(hash(of: consistency) == "98ff67ad41e9b22923615bc1a4020022cabae28aa73e108b5f9054efa70b2263")
    }

    @Test("there is no proof of what a tree does not have")
    func outOfRange() throws {
        let tree = MerkleTree(MemoryTree(NaiveTree(count: 8).leaves))
        #expect(throws: ProofError.outOfRange(index: 5, size: 5)) { try tree.inclusionProof(of: 5, size: 5) }
        #expect(throws: ProofError.outOfRange(index: 0, size: 0)) { try tree.inclusionProof(of: 0, size: 0) }
        #expect(throws: ProofError.outOfRange(index: .max, size: 8)) { try tree.inclusionProof(of: .max, size: 8) }
        #expect(throws: ProofError.shrunk(oldSize: 6, newSize: 5)) { try tree.consistencyProof(from: 6, to: 5) }
        #expect(throws: ProofError.emptyRange) { try tree.rangeProof(of: 3..<3, size: 8) }
        #expect(throws: ProofError.outOfRange(index: 8, size: 8)) { try tree.rangeProof(of: 3..<9, size: 8) }
    }

    @Test("what the source of the hashes says is passed on")
    func missingSubtree() throws {
        let tree = MerkleTree(MemoryTree(NaiveTree(count: 8).leaves).first(5))
        #expect(throws: MemoryTree.MissingSubtree(level: 3, index: 0)) { try tree.root(size: 8) }
        #expect(throws: MemoryTree.MissingSubtree(level: 2, index: 1)) { try tree.inclusionProof(of: 1, size: 8) }
        #expect(throws: MemoryTree.MissingSubtree(level: 2, index: 1)) { try tree.consistencyProof(from: 4, to: 8) }
        #expect(throws: MemoryTree.MissingSubtree(level: 2, index: 1)) { try tree.rangeProof(of: 0..<4, size: 8) }
    }

    private func hash(of bytes: [UInt8]) -> String { Hash256.sha256(of: bytes.rawSpan).hex }
}
