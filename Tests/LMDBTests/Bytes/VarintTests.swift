import LMDB
import Testing

@Suite struct VarintTests {
    private func written(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(varint: value)
        return bytes
    }

    private func varint(_ bytes: [UInt8]) throws(MalformedBytes) -> UInt64 {
        var reader = ByteReader(bytes.rawSpan)
        return try reader.varint()
    }

    private func zigzag(_ bytes: [UInt8]) throws(MalformedBytes) -> Int64 {
        var reader = ByteReader(bytes.rawSpan)
        return try reader.zigzag()
    }

    private func count(_ bytes: [UInt8]) throws(MalformedBytes) -> Int {
        var reader = ByteReader(bytes.rawSpan)
        return try reader.count()
    }

    private func text(_ bytes: [UInt8]) throws(MalformedBytes) -> String {
        var reader = ByteReader(bytes.rawSpan)
        return try reader.text()
    }

    @Test(
        "the bytes are those of protobuf",
        arguments: [
            (0, [0]), (1, [1]), (127, [0x7F]), (128, [0x80, 0x01]), (300, [0xAC, 0x02]), (16_383, [0xFF, 0x7F]),
            (16_384, [0x80, 0x80, 0x01]), (.max, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        ] as [(UInt64, [UInt8])])
    func encodesAsProtobuf(value: UInt64, bytes: [UInt8]) throws {
        #expect(written(value) == bytes)
        #expect(try varint(bytes) == value)
    }

    @Test("around every power of two a value comes back")
    func roundTrip() throws {
        for shift in 0..<64 {
            let power = UInt64(1) << UInt64(shift)
            for value in [power - 1, power, power &+ 1, ~power] { #expect(try varint(written(value)) == value) }
        }
    }

    @Test(
        "signed values alternate around zero",
        arguments: [(0, 0), (-1, 1), (1, 2), (-2, 3), (2, 4), (.max, .max - 1), (.min, .max)] as [(Int64, UInt64)])
    func zigzagRoundTrip(value: Int64, raw: UInt64) throws {
        var bytes: [UInt8] = []
        bytes.append(zigzag: value)
        #expect(bytes == written(raw))
        #expect(try zigzag(bytes) == value)
    }

    @Test("texts follow each other, each with its length")
    func textRoundTrip() throws {
        let texts = ["", "a", "Zoë, 漢字 and 🙂", String(repeating: "long ", count: 100)]
        var bytes: [UInt8] = []
        for text in texts { bytes.append(prefixed: text) }
        var reader = ByteReader(bytes.rawSpan)
        var found: [String] = []
        while !reader.isAtEnd { found.append(try reader.text()) }
        #expect(found == texts)
        let end = reader.offset
        #expect(end == bytes.count)
    }

    @Test(
        "a varint that does not end, or goes on too long, is malformed",
        arguments: [[], [0x80], [0xFF, 0xFF], [UInt8](repeating: 0x80, count: 10) + [0x01]] as [[UInt8]])
    func malformedVarint(bytes: [UInt8]) {
        #expect(throws: MalformedBytes.self) { try varint(bytes) }
        #expect(throws: MalformedBytes.self) { try zigzag(bytes) }
    }

    @Test("a count beyond the value is malformed, whatever its size")
    func malformedCount() throws {
        #expect(try count([3, 0, 0]) == 3)
        #expect(throws: MalformedBytes.self) { try count([4, 0, 0]) }
        #expect(throws: MalformedBytes.self) { try count(written(.max)) }
    }

    @Test("a text longer than the rest is malformed")
    func malformedText() throws {
        #expect(try text([2, 0x61, 0x62]) == "ab")
        #expect(throws: MalformedBytes.self) { try text([2, 0x61]) }
        #expect(throws: MalformedBytes.self) { try text([]) }
        #expect(throws: MalformedBytes("2 bytes of text at 1")) { try text([2, 0x61]) }
    }
}
