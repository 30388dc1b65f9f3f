/// A Swift file of the package.
struct SourceFile: Sendable {
    /// The path from the package's root.
    let path: String
    let lines: [Substring]
    /// The lines without comments and the text of string literals; slices of one text.
    let code: [Substring]
    /// The lines with nothing but comments.
    let comments: [Substring]

    init(path: String, text: String) {
        self.path = path
        let (code, comments) = SourceSplitter.split(text)
        self.lines = Self.lines(of: text)
        self.code = Self.lines(of: code)
        self.comments = Self.lines(of: comments)
    }

    /// What is declared in it, at every depth, in order.
    var declarations: [Declaration] {
        code.indices.compactMap { Declaration(code[$0], line: $0 + 1) }
    }

    /// `Sources/LMDB/Cursor.swift:12`, as editors and compilers write it.
    func place(_ line: Int) -> String { "\(path):\(line)" }

    /// The first two parts of the path: `Sources/LMDB`.
    var target: String { path.split(separator: "/").prefix(2).joined(separator: "/") }

    /// The last part of the path.
    var name: Substring { path.split(separator: "/").last ?? "" }

    private static func lines(of text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines
    }
}
