/// Splits Swift source into code and comments, so that a word in one is not taken for a word in the other.
///
/// Both results are as long as the source, line for line and byte for byte, with blanks where the other one has text;
/// the text of string literals is in neither, the code inside an interpolation counts as code. Regex literals that hold
/// quotation marks or braces would lead it astray; there are none.
struct SourceSplitter {
    private let bytes: [UInt8]
    private var position = 0
    private var code: [UInt8]
    private var comments: [UInt8]

    /// The source's code and its comments.
    static func split(_ source: String) -> (code: String, comments: String) {
        var splitter = SourceSplitter(source)
        splitter.readCode(inInterpolation: false)
        return (String(decoding: splitter.code, as: UTF8.self), String(decoding: splitter.comments, as: UTF8.self))
    }

    private init(_ source: String) {
        bytes = Array(source.utf8)
        code = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        comments = code
    }

    /// Reads up to the end, or up to the parenthesis that ends an interpolation.
    private mutating func readCode(inInterpolation: Bool) {
        var depth = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "/"), starts(with: "//") {
                readLineComment()
            } else if byte == UInt8(ascii: "/"), starts(with: "/*") {
                readBlockComment()
            } else if let hashes = hashesBeforeQuote() {
                readString(hashes: hashes)
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    if inInterpolation, depth == 0 { return }
                    depth -= 1
                }
                code[position] = byte
                position += 1
            }
        }
    }

    private mutating func readLineComment() {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { takeComment(1) }
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                takeComment(2)
            } else if starts(with: "*/") {
                depth -= 1
                takeComment(2)
            } else {
                takeComment(1)
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func takeComment(_ count: Int) {
        for index in position..<min(position + count, bytes.count) { comments[index] = bytes[index] }
        position += count
    }

    /// The number of `#` here, when they open a string literal.
    private func hashesBeforeQuote() -> Int? {
        guard bytes[position] == UInt8(ascii: "#") || bytes[position] == UInt8(ascii: "\"") else { return nil }
        let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
        return starts(with: "\"", at: position + hashes) ? hashes : nil
    }

    private mutating func readString(hashes: Int) {
        position += hashes
        let marks = String(repeating: "#", count: hashes)
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        position += quotes.utf8.count
        while position < bytes.count, !starts(with: quotes + marks) {
            if starts(with: "\\" + marks + "(") {
                position += hashes + 2
                readCode(inInterpolation: true)
                position += 1
            } else {
                position += starts(with: "\\" + marks) ? hashes + 2 : 1
            }
        }
        position += quotes.utf8.count + hashes
    }

    private func starts(with text: String) -> Bool { starts(with: text, at: position) }

    private func starts(with text: String, at start: Int) -> Bool {
        start <= bytes.count && bytes[start...].starts(with: text.utf8)
    }
}
