import LMDB
import Testing
import TestSupport

/// Where bytes stand in other bytes.
@Suite struct FirstRangeTests {
    /// The same by trying every place.
    private func naive(_ wanted: [UInt8], in bytes: [UInt8]) -> Range<Int>? {
        guard wanted.count <= bytes.count else { return nil }
        for start in 0...bytes.count - wanted.count where Array(bytes[start..<start + wanted.count]) == wanted {
            return start..<start + wanted.count
        }
        return nil
    }

    @Test(
        "the first place is that of a naive search, in random bytes of few values",
        arguments: 1...4 as ClosedRange<UInt64>)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func bytes(_ length: ClosedRange<Int>, of values: [UInt8]) -> [UInt8] {
            let count = Int.random(in: length, using: &random)
            return (0..<count).map { _ in values[Int.random(in: 0..<values.count, using: &random)] }
        }
        for values in [[0, 0xFF], [0x61, 0x62, 0xC3], (0...255).map { UInt8($0) }] as [[UInt8]] {
            for _ in 0..<2000 {
                let text = bytes(0...24, of: values)
                let wanted = bytes(0...5, of: values)
                let found = text.rawSpan.firstRange(of: wanted.rawSpan)
                let expected = naive(wanted, in: text)
                #expect(found == expected, "\(wanted) in \(text)")
            }
        }
    }

    @Test(
        "nothing stands at the start, and nothing longer stands anywhere",
        arguments: [
            ([], [], 0..<0), ([], [1], 0..<0), ([1], [], nil), ([1, 2], [1], nil), ([1], [1], 0..<1),
            ([1, 2], [1, 1, 2], 1..<3), ([1, 1], [1, 2, 1, 1], 2..<4), ([2, 0], [2, 1, 2], nil),
            ([0], [1, 0, 0], 1..<2), ([3], [1, 2, 3], 2..<3),
        ] as [([UInt8], [UInt8], Range<Int>?)])
    func edges(wanted: [UInt8], text: [UInt8], expected: Range<Int>?) {
        let found = text.rawSpan.firstRange(of: wanted.rawSpan)
        #expect(found == expected)
    }

    @Test("in a part of bytes, what stands before it and behind it is not found")
    func parts() {
        let text = Array("anna berta".utf8)
        let wanted = Array("berta".utf8)
        let whole = text.rawSpan.firstRange(of: wanted.rawSpan)
        let front = text.rawSpan.extracting(0..<9).firstRange(of: wanted.rawSpan)
        let back = text.rawSpan.extracting(5..<10).firstRange(of: wanted.rawSpan)
        let cut = text.rawSpan.extracting(6..<10).firstRange(of: wanted.rawSpan)
        #expect(whole == 5..<10)
        #expect(front == nil)
        #expect(back == 0..<5)
        #expect(cut == nil)
    }
}
