import Foundation

/// A well-formed JSON value, kept as the bytes it was written in.
struct JSONValue {
    /// Without space around it.
    let bytes: ArraySlice<UInt8>

    /// The value that is all of `text`.
    init(_ text: ArraySlice<UInt8>) throws(MalformedLine) {
        guard String(validating: text, as: UTF8.self) != nil else { throw MalformedLine("expected UTF-8") }
        var scanner = JSONScanner(text)
        bytes = try scanner.value()
        try scanner.end()
    }

    private init(known bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    var isObject: Bool { bytes.first == UInt8(ascii: "{") }

    /// The members of an object in their order; a name that stands twice is refused.
    var members: [(name: String, value: JSONValue)] {
        get throws(MalformedLine) {
            var scanner = JSONScanner(bytes)
            var members: [(name: String, value: JSONValue)] = []
            for member in try scanner.members() {
                let name = try JSONValue(known: member.name).string
                guard !members.contains(where: { $0.name == name }) else {
                    throw MalformedLine("\(name) stands twice")
                }
                members.append((name, JSONValue(known: member.value)))
            }
            return members
        }
    }

    /// The elements of an array.
    var elements: [JSONValue] {
        get throws(MalformedLine) {
            var scanner = JSONScanner(bytes)
            return try scanner.elements().map { JSONValue(known: $0) }
        }
    }

    /// The text of a string.
    var string: String {
        get throws(MalformedLine) {
            guard bytes.first == UInt8(ascii: "\"") else { throw MalformedLine("expected a text, found \(text)") }
            let content = bytes.dropFirst().dropLast()
            guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
            guard let string = try? JSONDecoder().decode(String.self, from: Data(bytes)) else {
                throw MalformedLine("expected a text, found \(text)")
            }
            return string
        }
    }
}

extension String {
    /// This text as a JSON string, on one line.
    var quotedAsJSON: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
