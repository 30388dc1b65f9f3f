/// The text of a definition, looked at before anything is made of it: what YAML could take long for, or would refuse
/// without a place, is refused here.
struct DefinitionText {
    /// UTF-8 bytes that a definition has at most, as it is written and as JSON.
    static let mostBytes = 65_536

    /// Without the byte order mark that it may begin with.
    let text: String

    /// Takes a text that YAML can be asked about.
    ///
    /// - Parameter failure: what is thrown for definitions of this kind.
    /// - Throws: `failure` for a text that is too long, for the first character that YAML does not have, and for an
    ///   alias or a key behind a question mark.
    init<Failure: DefinitionFailure>(_ text: String, failing failure: Failure.Type) throws(Failure) {
        let scalars = text.unicodeScalars
        self.text = scalars.first == "\u{FEFF}" ? String(Substring(scalars.dropFirst())) : text
        try checkLength(failure)
        try checkCharacters(failure)
        try checkIndicators(failure)
    }

    private func checkLength<Failure: DefinitionFailure>(_: Failure.Type) throws(Failure) {
        let count = text.utf8.count
        guard count <= Self.mostBytes else {
            throw Failure(
                MappingPlace().error("a definition has at most \(Self.mostBytes) bytes, not \(count)"),
                .definitionTooLong)
        }
    }

    private func checkCharacters<Failure: DefinitionFailure>(_: Failure.Type) throws(Failure) {
        var walk = PlaceWalk()
        for scalar in text.unicodeScalars {
            guard Self.isOfYAML(scalar) else {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let number = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
                throw Failure(
                    walk.place.error("U+\(number) cannot stand here; in double quotes it is written \\u\(number)"),
                    .unreadableDocument)
            }
            walk.pass(scalar)
        }
    }

    /// YAML 1.1, section 5.1: all but control characters and what is no character.
    private static func isOfYAML(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xFFFD, 0x1_0000...0x10_FFFF: true
        default: false
        }
    }

    /// Refuses aliases, and keys behind a question mark. A few lines of aliases stand for more nodes than a computer
    /// holds; both can make a key of them, and keys are compared when YAML is read.
    ///
    /// YAML itself is asked where they are. At the start of a node "@" is reserved and refused with its place; anywhere
    /// else, within a text, a name or a comment, it is a character as "*" and "?" are. So the document is read with "@"
    /// in their stead: without aliases that takes no longer than it is long, and where "@" is refused is one of them.
    private func checkIndicators<Failure: DefinitionFailure>(_: Failure.Type) throws(Failure) {
        guard text.utf8.contains(where: { Self.isIndicator($0) }) else { return }
        let bytes = text.utf8.map { Self.isIndicator($0) ? UInt8(ascii: "@") : $0 }
        do {
            _ = try MappingNode(yaml: String(decoding: bytes, as: UTF8.self), of: "definition")
        } catch {
            guard let found = indicator(line: error.line, column: error.column) else {
                throw Failure(error, .unreadableDocument)
            }
            let place = MappingPlace(line: error.line, column: error.column)
            throw Failure(
                place.error(
                    found == "*"
                        ? "an alias is not read; a text that begins with * stands in quotes"
                        : "a key behind ? is not read; a text that begins with ? stands in quotes"),
                .unreadYAML)
        }
    }

    private static func isIndicator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") }

    /// The "*" or "?" that stands at a place; nil where something else does.
    private func indicator(line: Int, column: Int) -> Unicode.Scalar? {
        let place = MappingPlace(line: line, column: column)
        var walk = PlaceWalk()
        for scalar in text.unicodeScalars {
            if scalar == "*" || scalar == "?", walk.place == place { return scalar }
            walk.pass(scalar)
        }
        return nil
    }
}

/// Goes through a text, and knows the place of each character as YAML counts it: a column for every Unicode scalar.
private struct PlaceWalk {
    /// Of the character that comes next.
    private(set) var place = MappingPlace(line: 1, column: 1)
    private var isBehindReturn = false

    /// Goes behind the next character.
    mutating func pass(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\n" where isBehindReturn: break  // One line break with the return before it.
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": place = MappingPlace(line: place.line + 1, column: 1)
        default: place.column += 1
        }
        isBehindReturn = scalar == "\r"
    }
}
