import LMDB
import Testing
import Transparency

/// The text in which a log says how large it is.
@Suite struct TreeCheckpointTests {
    private static let root64 = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
    private static let rootHex = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"

    @Test("a checkpoint of another program is read, and written the same")
    func known() throws {
        let note = try SignedNote(parsing: SampleNotes.checkpoint)
        let checkpoint = try TreeCheckpoint(parsing: note.text)
        #expect(checkpoint.origin == "crm.example/acme")
        #expect(checkpoint.size == 8)
        #expect(checkpoint.root.hex == Self.rootHex)
        #expect(checkpoint.extensions == [])
        #expect(checkpoint.body == note.text)
        #expect(
            TreeCheckpoint(origin: "crm.example/acme", size: 8, root: checkpoint.root) == checkpoint)
    }

    @Test(
        "sizes and origins come back", arguments: ["crm.example/acme", "a", "two words + more", "Zoë 漢字"],
        [0, 1, 9, 10, 1_000_000, 1 << 63, .max] as [UInt64])
    func roundTrip(origin: String, size: UInt64) throws {
        let checkpoint = TreeCheckpoint(origin: origin, size: size, root: MerkleHash.emptyRoot)
        #expect(try TreeCheckpoint(parsing: checkpoint.body) == checkpoint)
        #expect(try SignedNote(text: checkpoint.body).text == checkpoint.body)
    }

    @Test("further lines are kept, and make another checkpoint")
    func furtherLines() throws {
        let body = "origin\n8\n\(Self.root64)\nfirst\n second line \n"
        let checkpoint = try TreeCheckpoint(parsing: body)
        #expect(checkpoint.extensions == ["first", " second line "])
        #expect(checkpoint.body == body)
        #expect(checkpoint != TreeCheckpoint(origin: "origin", size: 8, root: checkpoint.root))
        #expect(try TreeCheckpoint(parsing: body) == checkpoint)
    }

    @Test("origins are compared by their bytes, not by how they look")
    func sameLook() {
        let composed = TreeCheckpoint(origin: "caf\u{E9}", size: 1, root: MerkleHash.emptyRoot)
        let decomposed = TreeCheckpoint(origin: "cafe\u{301}", size: 1, root: MerkleHash.emptyRoot)
        #expect(composed.origin == decomposed.origin)
        #expect(composed != decomposed)
    }

    @Test(
        "an origin is a line",
        arguments: [
            ("a", true), ("two words", true), ("漢字", true), ("", false), ("a\n", false), ("a\nb", false),
            ("\t", false), ("a\r\nb", false), ("a\u{0}", false),
        ])
    func origins(text: String, isOrigin: Bool) {
        #expect(TreeCheckpoint.isOrigin(text) == isOrigin)
    }

    private static func malformed(_ line: Int, _ expected: String) -> NoteError {
        .malformed(.checkpoint, line: line, expected: expected)
    }

    private static let size = malformed(2, "the size of the tree in decimal digits, below 2^64")
    private static let root = malformed(3, "the base64 of a root of 32 bytes")

    @Test(
        "a size that is not written in digits alone is refused",
        arguments: [
            "08", "00", "+8", "-8", " 8", "8 ", "8.0", "8_0", "0x8", "eight", "８", "٨", "18446744073709551616",
            "99999999999999999999999",
        ])
    func malformedSizes(text: String) {
        #expect(throws: Self.size) { try TreeCheckpoint(parsing: "origin\n\(text)\n\(Self.root64)\n") }
    }

    @Test(
        "a root that is not the base64 of 32 bytes is refused",
        arguments: [
            "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg", "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=",
            "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz-Nw7_RgQyg=", "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/Rg",
            " XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=", "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQygA",
            rootHex, "root",
        ])
    func malformedRoots(text: String) {
        #expect(throws: Self.root) { try TreeCheckpoint(parsing: "origin\n8\n\(text)\n") }
    }

    @Test(
        "what has not three lines or more is refused",
        arguments: [
            ("", malformed(1, "the origin of the log and a line end")),
            ("origin", malformed(1, "the origin of the log and a line end")),
            ("\n8\n\(root64)\n", malformed(1, "the origin of the log, not empty and without control characters")),
            ("a\tb\n8\n\(root64)\n", malformed(1, "the origin of the log, not empty and without control characters")),
            ("origin\n", malformed(2, "the size of the tree and a line end")),
            ("origin\n8", malformed(2, "the size of the tree and a line end")),
            ("origin\n\n\(root64)\n", malformed(2, "the size of the tree, not empty and without control characters")),
            ("origin\n8\n", malformed(3, "the root of the tree and a line end")),
            ("origin\n8\n\(root64)", malformed(3, "the root of the tree and a line end")),
            ("origin\n8\n\(root64)\n\n", malformed(4, "a further line, not empty and without control characters")),
            ("origin\n8\n\(root64)\nmore", malformed(4, "a further line and a line end")),
            ("origin\n8\n\(root64)\na\n\r\n", malformed(5, "a further line, not empty and without control characters")),
        ])
    func malformedLines(body: String, error: NoteError) {
        #expect(throws: error) { try TreeCheckpoint(parsing: body) }
    }
}
