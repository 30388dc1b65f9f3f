import LMDB
import Testing
import Transparency

/// Proofs in files.
@Suite struct TransparencyLogProofTests {
    /// That the sixth of the eight leaves of the reference tree is there.
    private static let sixthLeaf = """
        c2sp.org/tlog-proof@v1
        extra Y3VzdG9tZXI6Qy00Mg==
        index 5
        vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=
        yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=
        037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=


        """ + SampleNotes.checkpoint

    @Test("a proof is read, holds, and is written the same")
    func known() throws {
        let proof = try TransparencyLogProof(parsing: Self.sixthLeaf)
        #expect(proof.index == 5)
        #expect(proof.extra == Array("customer:C-42".utf8))
        #expect(proof.hashes.count == 3)
        #expect(proof.checkpoint.encoded == SampleNotes.checkpoint)
        #expect(proof.encoded == Self.sixthLeaf)
        let log = try VerifierKey(SampleNotes.logKey)
        #expect(try proof.checkpoint.verify(with: [log]) == [log])
        let checkpoint = try TreeCheckpoint(parsing: proof.checkpoint.text)
        let entry: [UInt8] = [0x40, 0x41, 0x42, 0x43]
        try MerkleProof.verifyInclusion(
            leaf: MerkleHash.leaf(entry.rawSpan), index: proof.index, size: checkpoint.size, proof: proof.hashes,
            root: checkpoint.root)
    }

    @Test("every leaf of a small log can be proved by a file", arguments: [1, 2, 3, 7, 8])
    func roundTrip(size: Int) throws {
        let key = try SigningKey(name: "crm.example/acme")
        let naive = NaiveTree(count: size)
        let tree = MerkleTree(MemoryTree(naive.leaves))
        let checkpoint = TreeCheckpoint(
            origin: "crm.example/acme", size: UInt64(size), root: try tree.root(size: UInt64(size)))
        var note = try SignedNote(text: checkpoint.body)
        try note.sign(with: key)
        for index in 0..<UInt64(size) {
            let proof = TransparencyLogProof(
                index: index, hashes: try tree.inclusionProof(of: index, size: UInt64(size)), checkpoint: note)
            let read = try TransparencyLogProof(parsing: proof.encoded)
            #expect(read == proof)
            #expect(read.extra == nil)
            #expect(try read.checkpoint.verify(with: [key.verifier]) == [key.verifier])
            #expect(try TreeCheckpoint(parsing: read.checkpoint.text) == checkpoint)
            try MerkleProof.verifyInclusion(
                leaf: naive.leaves[Int(index)], index: read.index, size: checkpoint.size, proof: read.hashes,
                root: checkpoint.root)
        }
    }

    @Test("no extra bytes are the same as none being there")
    func noExtra() throws {
        let note = try SignedNote(parsing: SampleNotes.checkpoint)
        let proof = TransparencyLogProof(index: .max, extra: [], hashes: [], checkpoint: note)
        #expect(proof.extra == nil)
        #expect(proof.encoded == "c2sp.org/tlog-proof@v1\nindex 18446744073709551615\n\n" + SampleNotes.checkpoint)
        #expect(try TransparencyLogProof(parsing: proof.encoded) == proof)
    }

    @Test("sixty-four hashes fit, and one more does not")
    func manyHashes() throws {
        let note = try SignedNote(parsing: SampleNotes.checkpoint)
        let hashes = [Hash256](repeating: MerkleHash.emptyRoot, count: 64)
        let proof = TransparencyLogProof(index: 0, hashes: hashes, checkpoint: note)
        #expect(try TransparencyLogProof(parsing: proof.encoded) == proof)
        let more = TransparencyLogProof(index: 0, hashes: hashes + hashes.prefix(1), checkpoint: note)
        let text = more.encoded
        #expect(throws: Self.malformedHash(67)) { try TransparencyLogProof(parsing: text) }
    }

    private static let hash = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="

    private static func malformed(_ line: Int, _ expected: String) -> NoteError {
        .malformed(.proof, line: line, expected: expected)
    }

    private static func malformedHash(_ line: Int) -> NoteError {
        malformed(line, "the base64 of a hash of 32 bytes, 64 at most, or an empty line")
    }

    private static let firstLine = malformed(1, "c2sp.org/tlog-proof@v1")
    private static let indexLine = malformed(2, "index <decimal digits, below 2^64>")
    private static let extraLine = malformed(2, "extra <base64 of a byte or more>")
    private static let note = NoteError.malformed(
        .note, line: 1, expected: "a text, an empty line and signatures")

    @Test(
        "what is no proof is refused",
        arguments: [
            ("", firstLine), ("c2sp.org/tlog-proof@v1", firstLine), ("c2sp.org/tlog-proof@v2\nindex 1\n\n", firstLine),
            ("c2sp.org/tlog-proof@v1 \nindex 1\n\n", firstLine), ("\nc2sp.org/tlog-proof@v1\nindex 1\n\n", firstLine),
            ("c2sp.org/tlog-proof@v1\r\nindex 1\n\n", firstLine), ("c2sp.org/tlog-proof@v1\n", indexLine),
            ("c2sp.org/tlog-proof@v1\nindex 1", indexLine), ("c2sp.org/tlog-proof@v1\n\n", indexLine),
            ("c2sp.org/tlog-proof@v1\nindex \n\n", indexLine), ("c2sp.org/tlog-proof@v1\nindex 01\n\n", indexLine),
            ("c2sp.org/tlog-proof@v1\nindex -1\n\n", indexLine), ("c2sp.org/tlog-proof@v1\nindex  1\n\n", indexLine),
            ("c2sp.org/tlog-proof@v1\nIndex 1\n\n", indexLine),
            ("c2sp.org/tlog-proof@v1\nindex 18446744073709551616\n\n", indexLine),
            ("c2sp.org/tlog-proof@v1\nextra \nindex 1\n\n", extraLine),
            ("c2sp.org/tlog-proof@v1\nextra AA\nindex 1\n\n", extraLine),
            ("c2sp.org/tlog-proof@v1\nextra AB==\nindex 1\n\n", extraLine),
            (
                "c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 1\n\n",
                malformed(3, "index <decimal digits, below 2^64>")
            ),
            ("c2sp.org/tlog-proof@v1\nindex 1\nextra AA==\n\n", malformedHash(3)),
            ("c2sp.org/tlog-proof@v1\nindex 1\n\(hash)\n\(hash) \n\n", malformedHash(4)),
            ("c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\n", malformedHash(3)),
            ("c2sp.org/tlog-proof@v1\nindex 1\n", note), ("c2sp.org/tlog-proof@v1\nindex 1\n\n", note),
            ("c2sp.org/tlog-proof@v1\nindex 1\n\(hash)\n\ntext\n", note),
            (
                "c2sp.org/tlog-proof@v1\nindex 1\n\ntext\n\n\u{2014} a AAAAAAE=\n",
                .malformed(.checkpoint, line: 2, expected: "the size of the tree and a line end")
            ),
        ] as [(String, NoteError)])
    func malformedProofs(text: String, error: NoteError) {
        #expect(throws: error) { try TransparencyLogProof(parsing: text) }
    }
}
