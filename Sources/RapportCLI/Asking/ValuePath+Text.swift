import ArgumentParser

extension ValuePath: CustomStringConvertible {
    /// Reads back as the same path.
    var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .member(let name): text += (text.isEmpty ? "" : ".") + Self.word(name, orElse: ".[]\"\\")
            case .element(let names):
                let words = names.map { Self.word($0, orElse: "/[]\"\\") }
                // A number alone would be the number of the element.
                let isNumber = words.count == 1 && Self.isNumber(words[0])
                text += "[" + (isNumber ? words[0].quotedAsJSON : words.joined(separator: "/")) + "]"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }

    /// As it stands, or in quotation marks where it is empty or holds a sign of paths.
    private static func word(_ text: String, orElse signs: String) -> String {
        let isBare = !text.isEmpty && !text.unicodeScalars.contains { signs.unicodeScalars.contains($0) || $0 < " " }
        return isBare ? text : text.quotedAsJSON
    }

    private static func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }
}

extension ValuePath: ExpressibleByArgument {
    /// Reads the text form; nil when it is none.
    init?(argument: String) {
        var reader = PathReader(rest: Array(argument.utf8)[...])
        guard let steps = reader.steps() else { return nil }
        self.init(steps: steps)
    }
}

/// Reads the text form of a path step by step; nil is what does not belong there.
private struct PathReader {
    /// What was not read yet.
    var rest: ArraySlice<UInt8>

    mutating func steps() -> [ValuePath.Step]? {
        guard let first = word(endingAt: ".[") else { return nil }
        var steps = [ValuePath.Step.member(first.text)]
        while !rest.isEmpty {
            guard let step = take(".") ? member() : take("[") ? element() : nil else { return nil }
            steps.append(step)
        }
        return steps
    }

    private mutating func member() -> ValuePath.Step? {
        word(endingAt: ".[").map { .member($0.text) }
    }

    private mutating func element() -> ValuePath.Step? {
        var words: [(text: String, isQuoted: Bool)] = []
        repeat {
            guard let next = word(endingAt: "/]") else { return nil }
            words.append(next)
        } while take("/")
        guard take("]") else { return nil }
        if words.count == 1, !words[0].isQuoted, words[0].text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return Int(words[0].text).map { .index($0) }
        }
        return .element(words.map(\.text))
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func word(endingAt ends: String) -> (text: String, isQuoted: Bool)? {
        if rest.first == UInt8(ascii: "\"") { return quotedWord().map { ($0, true) } }
        let bare = rest.prefix { !ends.utf8.contains($0) }
        guard !bare.isEmpty, !bare.contains(where: { "[]\"\\".utf8.contains($0) }) else { return nil }
        rest = rest[bare.endIndex...]
        return (String(decoding: bare, as: UTF8.self), false)
    }

    private mutating func quotedWord() -> String? {
        var end = rest.index(after: rest.startIndex)
        while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") {
            // What follows a backslash is no end.
            end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < rest.endIndex, case .string(let text)? = try? JSONTree(parsing: Array(rest[...end])) else {
            return nil
        }
        rest = rest[(end + 1)...]
        return text
    }
}
