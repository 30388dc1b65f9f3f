import LMDB
@testable import Projection
import Testing
import TestSupport

@Suite struct RowKeyTests {
    /// Lists of parts over the bytes that are written in a special way and their neighbours.
    private static let samples: [[String]] = {
        var random = SeededGenerator(seed: 11)
        let letters: [Character] = ["\u{0}", "\u{1}", "\u{2}", "a", "é", "张"]
        var samples: [[String]] = [
            [], [""], ["", ""], ["\u{0}"], ["\u{1}"], ["\u{1}", "\u{1}"], ["\u{0}\u{0}"], ["a", ""],
        ]
        for _ in 0..<150 {
            var parts: [String] = []
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                var part = ""
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    part.append(letters[Int.random(in: letters.indices, using: &random)])
                }
                parts.append(part)
            }
            samples.append(parts)
        }
        return samples
    }()

    @Test("a key tells its table and its parts again, whatever bytes they hold")
    func roundTrip() {
        for parts in Self.samples {
            let key = RowKey.make(7, parts)
            #expect(key.first == 7)
            let read = RowKey.parts(of: key.rawSpan)
            #expect(read.map { Array($0.utf8) } == parts.map { Array($0.utf8) }, "\(parts)")
        }
    }

    @Test("keys sort as their parts do, one after the other and byte by byte")
    func sortsAsParts() {
        var wrong: [String] = []
        for left in Self.samples {
            for right in Self.samples {
                let (leftKey, rightKey) = (RowKey.make(1, left), RowKey.make(1, right))
                let expected = left.lexicographicallyPrecedes(right) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                if leftKey.lexicographicallyPrecedes(rightKey) != expected { wrong.append("\(left) and \(right)") }
            }
        }
        #expect(wrong == [])
    }

    @Test("a key is the beginning of another only when its parts are")
    func prefixesAreParts() {
        var wrong: [String] = []
        for parts in Self.samples {
            for first in Self.samples {
                let isBeginning = RowKey.make(1, parts).starts(with: RowKey.make(1, first))
                let expected = parts.map { Array($0.utf8) }.starts(with: first.map { Array($0.utf8) })
                if isBeginning != expected { wrong.append("\(first) and \(parts)") }
            }
        }
        #expect(wrong == [])
    }

    @Test("tables do not mix")
    func tables() {
        #expect(RowKey.make(1, ["z"]).lexicographicallyPrecedes(RowKey.make(2, ["a"])))
        #expect(RowKey.make(1) == [1])
    }

    @Test("a key is described by its table and parts")
    func describes() {
        #expect(RowKey.describe(RowKey.make(4, ["owner", "Ada", "EUR"]).rawSpan) == "4/owner/Ada/EUR")
    }
}
