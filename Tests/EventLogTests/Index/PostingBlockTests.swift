@testable import EventLog
import LMDB
import Testing
import TestSupport

/// Blocks of postings give back what was put into them; other bytes are refused, never trusted.
@Suite struct PostingBlockTests {
    private let key = TagKey(high: 1, low: 2)

    private func chunk(of positions: [UInt64]) -> Postings {
        var chunk = Postings(first: positions[0])
        for position in positions.dropFirst() { chunk.append(position) }
        return chunk
    }

    private func stored(_ positions: [UInt64], _ key: TagKey, base: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        chunk(of: positions).write(key, base: base, to: &bytes)
        return bytes
    }

    @Test(
        "a chunk has its positions, near its run's start or far from it",
        arguments: [[7], [7, 8], [7, 1 << 40, .max - 1], [1 << 62], Array(100...400)] as [[UInt64]])
    func roundTrip(positions: [UInt64]) throws {
        for base in [0, 5, positions[0]] {
            let bytes = stored([3 + base], TagKey(high: 0, low: 9), base: base) + stored(positions, key, base: base)
            let (found, isLast) = try PostingBlock.chunks(of: key, in: bytes.rawSpan, base: base)
            #expect(found.count == 1 && !isLast)
            #expect(try found[0].positions(in: bytes.rawSpan) == positions)
            #expect(found[0].first == positions.first && found[0].last == positions.last)
            #expect(found[0].count == positions.count)
            let (none, isBehind) = try PostingBlock.chunks(of: TagKey(high: 0, low: 10), in: bytes.rawSpan, base: base)
            #expect(none.isEmpty && isBehind)
        }
    }

    @Test("a key of one event takes little room")
    func single() {
        #expect(stored([100_050], key, base: 1).count == 20)
        #expect(stored([100], key, base: 1).count == 18)
    }

    @Test("chunks of one key are joined while they fit, and only in order")
    func joined() throws {
        let later = stored(Array(50...60), key, base: 0)
        let found = try PostingBlock.chunks(of: key, in: later.rawSpan, base: 0).found[0]
        var first = chunk(of: [1, 2, 49])
        #expect(try first.absorb(found, in: later.rawSpan))
        #expect(first.count == 14 && first.last == 60)
        #expect(throws: MalformedBytes.self) { _ = try first.absorb(found, in: later.rawSpan) }
        var full = Postings(first: 0)
        while !full.isFull { full.append(full.last + 300) }
        let long = stored((1...1_000).map { 1 << 30 + $0 }, key, base: 0)
        let tooLong = try PostingBlock.chunks(of: key, in: long.rawSpan, base: 0).found[0]
        #expect(try !full.absorb(tooLong, in: long.rawSpan))
        var bytes: [UInt8] = []
        full.write(key, base: 0, to: &bytes)
        #expect(bytes.count <= PostingBlock.greatestLength)
    }

    @Test("whatever bytes stand there, reading them ends with chunks or with an error")
    func anyBytes() {
        var random = SeededGenerator(seed: 8)
        for round in 0..<20_000 {
            var bytes = stored([10, 12, 300], key, base: 1) + stored([11], TagKey(high: 1, low: 3), base: 1)
            if round % 2 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            }
            do {
                var block = PostingBlock(bytes.rawSpan, base: round % 3 == 0 ? .max - 20 : 1)
                while let chunk = try block.next() {
                    let positions = try chunk.positions(in: bytes.rawSpan)
                    #expect(positions.count == chunk.count && positions.first == chunk.first)
                }
            } catch {
                continue
            }
        }
    }
}
