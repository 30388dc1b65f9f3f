/// Reads a text line by line. Lines are told apart by their bytes: a line end is a line end whatever stands beside it.
struct NoteLines {
    /// What is not read yet.
    private var unread: Substring.UTF8View
    /// The number of the line read last, from 1; 0 before the first one.
    private(set) var number = 0

    init(_ text: String) {
        unread = text[...].utf8
    }

    /// The next line without its line end; nil when there is none, or the rest does not end with a line end.
    mutating func next() -> Substring? {
        guard let end = unread.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = Substring(unread[..<end])
        unread = unread[unread.index(after: end)...]
        number += 1
        return line
    }

    /// Whether everything was read.
    var isAtEnd: Bool { unread.isEmpty }

    /// What is not read yet.
    var rest: String { String(Substring(unread)) }
}

extension Substring {
    /// What follows `prefix`, byte for byte, at the start; nil when something else stands there.
    func dropping(_ prefix: String) -> Substring? {
        guard utf8.starts(with: prefix.utf8) else { return nil }
        return Substring(utf8.dropFirst(prefix.utf8.count))
    }
}

extension UInt64 {
    /// The number that `text` writes in ASCII digits without needless zeros in front; nil for any other text.
    init?(decimal text: Substring) {
        let digits = text.utf8
        guard digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            digits.first != UInt8(ascii: "0") || digits.count == 1,
            let value = UInt64(text, radix: 10)
        else { return nil }
        self = value
    }
}
