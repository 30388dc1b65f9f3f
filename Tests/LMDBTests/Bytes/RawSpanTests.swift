import LMDB
import Testing

@Suite struct RawSpanTests {
    private let bytes: [UInt8] = (1...24).map { UInt8($0) }

    @Test("integers are little-endian at any offset")
    func readsLittleEndian() {
        let span = bytes.rawSpan
        let found: [UInt64] = [
            UInt64(span.u8(at: 4)), UInt64(span.u16(at: 3)), UInt64(span.u32(at: 1)), span.u64(at: 5),
            span.u64(at: 16), span.u64BigEndian(at: 5),
        ]
        #expect(
            found == [
                0x05, 0x0504, 0x0504_0302, 0x0D0C_0B0A_0908_0706, 0x1817_1615_1413_1211, 0x0607_0809_0A0B_0C0D,
            ])
    }

    @Test("signed integers keep their sign", arguments: [0, -1, 1, .min, .max, -253_402_300_800_000_000] as [Int64])
    func readsSigned(value: Int64) {
        var bytes: [UInt8] = [0xEE]
        bytes.append(littleEndian: value)
        let found = bytes.rawSpan.i64(at: 1)
        #expect(found == value)
    }

    @Test("appending and storing write the same bytes")
    func appendsAndStores() {
        var appended: [UInt8] = []
        appended.append(littleEndian: UInt16(0x0102))
        appended.append(bigEndian: UInt32(0x0304_0506))
        appended.append(utf8: "é")
        appended.append(bytes.rawSpan.extracting(0..<2))
        #expect(appended == [2, 1, 3, 4, 5, 6, 0xC3, 0xA9, 1, 2])
        var stored = [UInt8](repeating: 0, count: 10)
        stored.store(littleEndian: UInt64(0x0807_0605_0403_0201), at: 1)
        #expect(stored == [0, 1, 2, 3, 4, 5, 6, 7, 8, 0])
    }

    @Test("big-endian integers sort by their bytes as by their value")
    func bigEndianSorts() {
        let values: [UInt64] = [0, 1, 255, 256, 65_535, 65_536, 1 << 40, .max]
        let forms = values.map { value in
            var bytes: [UInt8] = []
            bytes.append(bigEndian: value)
            return bytes
        }
        for (left, right) in zip(forms, forms.dropFirst()) {
            let order = left.rawSpan.compareBytes(to: right.rawSpan)
            #expect(order < 0)
        }
    }

    @Test(
        "bytes are compared unsigned, and a beginning sorts before the whole",
        arguments: [
            ([], [], 0), ([], [0], -1), ([1], [1], 0), ([1], [1, 0], -1), ([2], [1, 9], 1), ([0x7F], [0x80], -1),
            ([1, 2, 3], [1, 2, 4], -1),
        ] as [([UInt8], [UInt8], Int)])
    func compares(left: [UInt8], right: [UInt8], order: Int) {
        let forwards = left.rawSpan.compareBytes(to: right.rawSpan)
        let backwards = right.rawSpan.compareBytes(to: left.rawSpan)
        let isSame = left.rawSpan.sameBytes(as: right.rawSpan)
        #expect(forwards.signum() == order)
        #expect(backwards.signum() == -order)
        #expect(isSame == (order == 0))
    }

    @Test("text is copied as UTF-8, and what is not UTF-8 is replaced")
    func readsText() {
        let text = "Zoë 漢 🙂"
        let whole = Array(text.utf8).rawSpan.text()
        #expect(whole == text)
        let part = Array(text.utf8).rawSpan.text(5..<8)
        #expect(part == "漢")
        let broken: [UInt8] = [0x61, 0xFF, 0x62]
        let repaired = broken.rawSpan.text()
        #expect(repaired == "a\u{FFFD}b")
    }

    @Test("a range is copied as it is")
    func copies() {
        let part = bytes.rawSpan.copy(2..<5)
        let whole = bytes.rawSpan.copy()
        let nothing = bytes.rawSpan.copy(3..<3)
        #expect(part == [3, 4, 5])
        #expect(whole == bytes)
        #expect(nothing == [])
    }
}

@Suite struct FastHashTests {
    /// Made with the reference implementation; stored logs depend on them.
    @Test("the hashes are those of XXH3")
    func knownHashes() {
        let text = "customer:C-42"
        let plain = FastHash.hash64(Array(text.utf8).rawSpan)
        let seeded = FastHash.hash64(Array(text.utf8).rawSpan, seed: 7)
        let wide = FastHash.hash128(Array(text.utf8).rawSpan)
        #expect(plain == 0xDDAA_B3F7_19F2_AF34)
        #expect(seeded == 0x63E1_043A_8A99_7B30)
        #expect(wide.high == 0x9601_0422_99BD_A938)
        #expect(wide.low == 0x6DBF_E795_FD18_07DB)
        let empty = FastHash.hash64([UInt8]().rawSpan)
        #expect(empty == 0x2D06_8005_38D3_94C2)
    }

    @Test("every bit of the input and of the seed matters")
    func everyBitMatters() {
        let bytes = (0..<40).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var hashes: Set<UInt64> = [FastHash.hash64(bytes.rawSpan)]
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            hashes.insert(FastHash.hash64(changed.rawSpan))
        }
        for bit in 0..<64 { hashes.insert(FastHash.hash64(bytes.rawSpan, seed: 1 << UInt64(bit))) }
        #expect(hashes.count == 1 + bytes.count * 8 + 64)
    }
}
