internal import LMDB
internal import Projection

/// The texts of deals and their numbers 1, 2, 3 ... in the order in which they came; 0 is the empty text.
struct DealTexts {
    private var table = ByteKeyTable()

    init() {
        let empty: [UInt8] = []
        _ = table.number(of: empty.rawSpan)
    }

    /// How many there are, the empty one included.
    var count: Int { table.count }

    /// The number of a text in UTF-8, new or known.
    mutating func number(of bytes: RawSpan) -> Int { bytes.isEmpty ? 0 : table.number(of: bytes) }

    /// The number of a text, new or known.
    mutating func number(of text: String) -> Int { text.withRawSpan { number(of: $0) } }

    /// The text of a number that was given out.
    func text(_ number: Int) -> String { table.withBytes(number) { $0.text() } }

    /// The number of a text that is known; nil where it is not. O(texts).
    func number(ofText text: String) -> Int? {
        (0..<table.count).first { number in table.withBytes(number) { text.sameBytes(as: $0) } }
    }
}
