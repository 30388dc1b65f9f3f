/// A declaration, as far as one line of code tells.
struct Declaration {
    /// The number of its line, from 1.
    let line: Int
    /// What stands before the keyword, attributes left out: `public`, `static`, `private` of `private(set)`.
    let modifiers: [Substring]
    /// `func`, `init`, `struct` ...
    let keyword: Substring
    /// What follows the keyword on its line, such as the name and the parameters.
    let rest: Substring

    /// Nil when the line declares nothing.
    init?(_ code: Substring, line: Int) {
        var rest = code.drop { $0 == " " }
        var modifiers: [Substring] = []
        while true {
            rest = Self.droppingAttribute(rest)
            let word = rest.prefix(while: Self.isWordCharacter)
            guard !word.isEmpty else { return nil }
            let following = rest.dropFirst(word.count)
            // `class` is a modifier before another keyword.
            if Self.keywords.contains(word), word != "class" || Declaration(following, line: line) == nil {
                self.line = line
                self.modifiers = modifiers
                self.keyword = word
                self.rest = following.drop { $0 == " " }
                return
            }
            guard word == "class" || Self.modifiers.contains(word) else { return nil }
            modifiers.append(word)
            rest = Self.droppingParentheses(following).drop { $0 == " " }
        }
    }

    /// The declared name; empty for `init`, `deinit` and operators.
    var name: Substring { rest.prefix(while: Self.isWordCharacter) }

    var isPublic: Bool { modifiers.contains("public") || modifiers.contains("open") }

    /// Whether it declares a type under a name of its own.
    var namesType: Bool { ["struct", "class", "enum", "actor", "protocol", "typealias"].contains(keyword) }

    private static let keywords: Set<Substring> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "class", "enum", "actor", "protocol",
        "extension", "typealias", "associatedtype", "import", "macro",
    ]

    private static let modifiers: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private", "open", "static", "final", "override", "mutating",
        "nonmutating", "borrowing", "consuming", "convenience", "required", "nonisolated", "isolated", "indirect",
        "dynamic", "lazy", "weak", "unowned", "prefix", "postfix", "infix",
    ]

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private static func droppingAttribute(_ text: Substring) -> Substring {
        var rest = text
        while rest.first == "@" {
            rest = rest.dropFirst().drop(while: isWordCharacter)
            rest = droppingParentheses(rest).drop { $0 == " " }
        }
        return rest
    }

    /// Without the parentheses at the start, and what is inside them.
    private static func droppingParentheses(_ text: Substring) -> Substring {
        guard text.first == "(" else { return text }
        var depth = 0
        for index in text.indices {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" { depth -= 1 }
            if depth == 0 { return text[text.index(after: index)...] }
        }
        return ""
    }
}

extension Declaration {
    /// The lines that a function, initializer, subscript or computed property takes, signature and braces included; nil
    /// when it has no body.
    var lineCount: Int? {
        let isProperty = keyword == "var"
        guard isProperty || ["func", "init", "deinit", "subscript"].contains(keyword) else { return nil }
        var lines = 1
        var brackets = 0
        var braces = 0
        for byte in rest.base.utf8[rest.startIndex...] {
            switch byte {
            case UInt8(ascii: "\n"):
                // A property's body opens on its first line.
                if isProperty, braces == 0 { return nil }
                lines += 1
            case UInt8(ascii: "("), UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): brackets -= 1
            // A brace within the parameters belongs to a default value.
            case UInt8(ascii: "{") where braces > 0 || brackets == 0: braces += 1
            case UInt8(ascii: "}") where braces > 0 || brackets == 0:
                braces -= 1
                if braces == 0 { return lines }
                if braces < 0 { return nil }
            default: break
            }
        }
        return nil
    }
}
