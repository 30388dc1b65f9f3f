/// Writes HTML. Texts and values of attributes are escaped, and each element that is begun is ended: a name that comes
/// from outside is shown as it is, and commands nothing.
struct HTMLWriter {
    /// The attributes of an element, by name, in the order in which they are written.
    typealias Attributes = [(name: String, value: String)]

    /// What is written so far.
    private(set) var text = ""

    /// Writes an element, and within it what `content` writes.
    mutating func element(
        _ name: String, _ attributes: Attributes = [], _ content: (inout HTMLWriter) throws -> Void
    ) rethrows {
        begin(name, attributes)
        try content(&self)
        text += "</\(name)>"
    }

    /// Writes an element on a line of its own that holds nothing but a text.
    mutating func line(_ name: String, _ attributes: Attributes = [], _ content: String) {
        begin(name, attributes)
        text += Self.escaped(content)
        text += "</\(name)>\n"
    }

    /// Writes an element that holds nothing and has no end, as `meta`.
    mutating func void(_ name: String, _ attributes: Attributes) {
        begin(name, attributes)
        text += "\n"
    }

    /// Writes a text.
    mutating func write(_ content: String) { text += Self.escaped(content) }

    /// Ends the line, where that means nothing to the reader.
    mutating func endLine() { text += "\n" }

    /// Writes a script or a style, whose content HTML has no way to escape.
    ///
    /// - Precondition: `content` does not end the element, as ``endsElement(_:)`` says.
    mutating func verbatim(_ name: String, _ attributes: Attributes = [], _ content: String) {
        precondition(!Self.endsElement(content), "the content of <\(name)> would end the element")
        begin(name, attributes)
        text += content
        text += "</\(name)>\n"
    }

    private mutating func begin(_ name: String, _ attributes: Attributes) {
        text += "<\(name)"
        for attribute in attributes { text += " \(attribute.name)=\"\(Self.escaped(attribute.value))\"" }
        text += ">"
    }
}

// MARK: - Escaping

extension HTMLWriter {
    /// `content` as it stands between tags and within quotation marks. Controls do not show, as in other answers.
    ///
    /// Goes by scalars: `<` with an accent is one character, and begins a tag all the same.
    static func escaped(_ content: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in content.printable.unicodeScalars {
            switch scalar {
            case "&": scalars.append(contentsOf: "&amp;".unicodeScalars)
            case "<": scalars.append(contentsOf: "&lt;".unicodeScalars)
            case ">": scalars.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": scalars.append(contentsOf: "&quot;".unicodeScalars)
            case "'": scalars.append(contentsOf: "&#39;".unicodeScalars)
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// JSON as a script may hold it: no text in it ends the script or begins a comment. It stays the same JSON.
    static func scriptJSON(_ json: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            switch scalar {
            case "<": scalars.append(contentsOf: #"\u003C"#.unicodeScalars)
            case ">": scalars.append(contentsOf: #"\u003E"#.unicodeScalars)
            case "&": scalars.append(contentsOf: #"\u0026"#.unicodeScalars)
            case "\u{2028}": scalars.append(contentsOf: #"\u2028"#.unicodeScalars)
            case "\u{2029}": scalars.append(contentsOf: #"\u2029"#.unicodeScalars)
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// Whether a script or a style of this content would end within it, or not where it is to end (HTML, 4.12.1.3).
    static func endsElement(_ content: String) -> Bool {
        let bytes = content.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let marks = ["</script", "</style", "<!--"].map { Array($0.utf8) }
        return bytes.indices.contains { start in
            bytes[start] == UInt8(ascii: "<") && marks.contains { bytes[start...].starts(with: $0) }
        }
    }
}
