/// A block of Swift code in a Markdown page; its lines without indentation.
struct MarkdownCode {
    let page: String
    /// The number of its first line, from 1.
    let line: Int
    let lines: [String]

    /// The blocks that are marked as Swift.
    static func swiftBlocks(of page: String, _ markdown: String) -> [MarkdownCode] {
        var blocks: [MarkdownCode] = []
        var open: (isSwift: Bool, line: Int, lines: [String])?
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = trimmed(line)
            guard text.hasPrefix("```") else {
                open?.lines.append(text)
                continue
            }
            if let block = open {
                if block.isSwift { blocks.append(MarkdownCode(page: page, line: block.line, lines: block.lines)) }
                open = nil
            } else {
                open = (text == "```swift", index + 2, [])
            }
        }
        return blocks
    }

    /// Whether its lines follow each other in `file`, whose lines are trimmed.
    func isContained(in file: [String]) -> Bool {
        guard lines.count <= file.count else { return false }
        return (0...file.count - lines.count).contains { file[$0...].starts(with: lines) }
    }

    /// Without the blanks at both ends.
    static func trimmed(_ line: Substring) -> String {
        var rest = line.drop(while: \.isWhitespace)
        while rest.last?.isWhitespace ?? false { rest.removeLast() }
        return String(rest)
    }
}
