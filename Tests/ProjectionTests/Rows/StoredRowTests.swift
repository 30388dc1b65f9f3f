import LMDB
import TestSupport
import Testing

@testable import Projection

/// What is read from a row is what was stored there, or an error.
@Suite struct StoredRowTests {
    @Test("the value of a row comes back", arguments: [0, 1, 7, 300])
    func comesBack(length: Int) throws {
        let value = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let key: [UInt8] = [1, 2, 3]
        var stored = value
        StoredRow.seal(&stored, under: key.rawSpan)
        #expect(try StoredRow.open(stored.rawSpan, under: key.rawSpan, in: "here").copy() == value)
    }

    @Test("a flipped bit is an error, wherever it is, in the key as in the row")
    func flippedBits() throws {
        var random = SeededGenerator(seed: 1)
        let key = (0..<9).map { _ in UInt8.random(in: 0...255, using: &random) }
        var stored = (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }
        StoredRow.seal(&stored, under: key.rawSpan)
        for bit in 0..<stored.count * 8 {
            var flipped = stored
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: LMDBError(.corrupted, "read a row", path: "here")) {
                _ = try StoredRow.open(flipped.rawSpan, under: key.rawSpan, in: "here").byteCount
            }
        }
        for bit in 0..<key.count * 8 {
            var flipped = key
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: LMDBError.self) {
                _ = try StoredRow.open(stored.rawSpan, under: flipped.rawSpan, in: "here").byteCount
            }
        }
        #expect(throws: LMDBError.self) {
            _ = try StoredRow.open(stored.rawSpan.extracting(0..<3), under: key.rawSpan, in: "here").byteCount
        }
    }
}
