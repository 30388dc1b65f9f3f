import LMDB
@testable import Projection
import Testing

@Suite struct ByteKeyTableTests {
    private func entry(_ text: String, hash: UInt64, in table: inout ByteKeyTable) -> (number: Int, isNew: Bool) {
        let key = Array(text.utf8)
        return table.number(of: key.rawSpan, hash: hash)
    }

    private func text(_ number: Int, in table: ByteKeyTable) -> String { table.withBytes(number) { $0.text() } }

    @Test("keys are numbered in the order in which they come, each once")
    func numbers() {
        var table = ByteKeyTable()
        var found: [Int] = []
        var new: [Bool] = []
        for key in ["b", "a", "", "b", "ab", "", "a"] {
            // The table looks at the upper half of a hash alone.
            let (number, isNew) = entry(key, hash: UInt64(key.utf8.count) &* 77 << 32, in: &table)
            found.append(number)
            new.append(isNew)
        }
        #expect(found == [0, 1, 2, 0, 3, 2, 1])
        #expect(new == [true, true, true, false, true, false, false])
        #expect(table.count == 4)
        #expect((0..<4).map { text($0, in: table) } == ["b", "a", "", "ab"])
    }

    @Test(
        "many keys are told apart through all growing, with good hashes and with bad ones",
        arguments: [.max, 0xFFFF_FFFF << 32, 0xFF << 32, 0x3 << 32, 0xFFFF_FFFF, 0] as [UInt64])
    func manyKeys(usedBitsOfHash: UInt64) {
        var table = ByteKeyTable()
        let keys = (0..<600).map { "key-\($0 * 7919)" }
        for areNew in [true, false] {
            var wrong: [String] = []
            for (index, key) in keys.enumerated() {
                let bytes = Array(key.utf8)
                let hash = FastHash.hash64(bytes.rawSpan) & usedBitsOfHash
                let (number, isNew) = table.number(of: bytes.rawSpan, hash: hash)
                if number != index || isNew != areNew { wrong.append(key) }
            }
            #expect(wrong == [])
        }
        #expect(table.count == keys.count)
        #expect(keys.indices.allSatisfy { text($0, in: table) == keys[$0] })
    }

    @Test("a key given as bytes is the one that is given with its hash")
    func ownHash() {
        var table = ByteKeyTable()
        for (number, key) in ["b", "", "a"].enumerated() {
            let bytes = Array(key.utf8)
            let new = table.number(of: bytes)
            #expect(new.number == number)
            #expect(new.isNew)
            let known = table.number(of: bytes.rawSpan, hash: FastHash.hash64(bytes.rawSpan))
            #expect(known.number == number)
            #expect(!known.isNew)
        }
    }

    @Test("numbers sort by the bytes of their keys; a beginning comes first")
    func sorts() {
        var table = ByteKeyTable()
        for key in ["b", "ab", "a", "", "ÿ", "a\u{0}"] { _ = entry(key, hash: 1, in: &table) }
        #expect(table.sortedNumbers().map { text($0, in: table) } == ["", "a", "a\u{0}", "ab", "b", "ÿ"])
    }

    @Test("an emptied table begins anew")
    func emptied() {
        var table = ByteKeyTable()
        for key in ["a", "b"] { _ = entry(key, hash: 5, in: &table) }
        table.removeAll()
        #expect(table.count == 0)
        #expect(table.sortedNumbers().isEmpty)
        let first = entry("b", hash: 5, in: &table)
        #expect(first.number == 0)
        #expect(first.isNew)
    }
}
