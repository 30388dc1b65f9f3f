import LMDB
import Testing
import Transparency

/// The tree of eight leaves that implementations of Certificate Transparency are tested with.
@Suite struct ReferenceTreeTests {
    private let entries: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57], (0x60...0x6F).map { UInt8($0) },
    ]

    private var leaves: [Hash256] { entries.map { MerkleHash.leaf($0.rawSpan) } }
    private var tree: MerkleTree<MemoryTree> { MerkleTree(MemoryTree(leaves)) }

    private func beginnings(_ hashes: [Hash256]) -> [String] { hashes.map { String($0.hex.prefix(16)) } }

    @Test("nothing has the root that SHA-256 gives it")
    func emptyTree() throws {
        let root = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(MerkleHash.emptyRoot.hex == root)
        #expect(try tree.root(size: 0).hex == root)
        #expect(MerkleFrontier().root.hex == root)
    }

    @Test(
        "the roots are known",
        arguments: [
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
            (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
            (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ] as [(UInt64, String)])
    func roots(size: UInt64, root: String) throws {
        #expect(try tree.root(size: size).hex == root)
        var frontier = MerkleFrontier()
        for leaf in leaves.prefix(Int(size)) { frontier.append(leaf) }
        #expect(frontier.root.hex == root)
        #expect(frontier.size == size)
    }

    @Test("the leaves are hashed behind a zero")
    func leafHashes() {
        #expect(
            beginnings(leaves) == [
                "6e340b9cffb37a98", "96a296d224f285c6", "0298d122906dcfc1", "07506a85fd9dd2f1", "bc1a0643b12e4d2d",
                "4271a26be0d8a84f", "b08693ec2e721597", "46f6ffadd3d06a09",
            ])
    }

    @Test(
        "the proofs of inclusion are known",
        arguments: [
            (0, 1, []),
            (2, 5, ["07506a85fd9dd2f1", "fac54203e7cc696c", "bc1a0643b12e4d2d"]),
            (5, 8, ["bc1a0643b12e4d2d", "ca854ea128ed050b", "d37ee418976dd957"]),
            (6, 7, ["0ebc5d3437fbe2db", "d37ee418976dd957"]),
        ] as [(UInt64, UInt64, [String])])
    func inclusion(index: UInt64, size: UInt64, proof: [String]) throws {
        #expect(beginnings(try tree.inclusionProof(of: index, size: size)) == proof)
    }

    @Test(
        "the proofs of consistency are known",
        arguments: [
            (0, 8, []), (8, 8, []), (4, 7, ["837dbb152e9b0790"]),
            (3, 7, ["0298d122906dcfc1", "07506a85fd9dd2f1", "fac54203e7cc696c", "837dbb152e9b0790"]),
            (6, 8, ["0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957"]),
        ] as [(UInt64, UInt64, [String])])
    func consistency(old: UInt64, new: UInt64, proof: [String]) throws {
        #expect(beginnings(try tree.consistencyProof(from: old, to: new)) == proof)
    }

    @Test("the proof of a range has what stands beside it, from left to right")
    func range() throws {
        let proof = try tree.rangeProof(of: 3..<5, size: 8)
        #expect(
            beginnings(proof) == ["fac54203e7cc696c", "0298d122906dcfc1", "4271a26be0d8a84f", "ca854ea128ed050b"])
    }
}
