/// JSON of which equal values have equal bytes: keys sorted, no blanks. It is YAML, too: what YAML refuses or takes for
/// line breaks is escaped.
enum CanonicalJSON {
    case text(String)
    case number(Int64)
    case flag(Bool)
    case list([CanonicalJSON])
    /// Keys are ASCII.
    case block([String: CanonicalJSON])

    /// One value where there is one, else a list.
    static func oneOrMore(_ texts: [String]) -> CanonicalJSON {
        texts.count == 1 ? .text(texts[0]) : .list(texts.map { .text($0) })
    }

    /// UTF-8 JSON.
    var string: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .text(let value): Self.write(value, to: &text)
        case .number(let value): text += String(value)
        case .flag(let value): text += value ? "true" : "false"
        case .list(let values):
            text += "["
            for (number, value) in values.enumerated() {
                if number > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .block(let members):
            text += "{"
            for (number, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if number > 0 { text += "," }
                Self.write(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
