/// What is wrong with a text that was to be JSON, or an event in JSON.
struct MalformedLine: Error, Equatable, CustomStringConvertible {
    /// What was expected, and where.
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Passes over JSON (RFC 8259) and says where values begin and end, so that their bytes can be kept as they are.
struct JSONScanner {
    /// Arrays and objects within each other; beyond it the text is refused.
    private static let greatestDepth = 100

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    /// Passes over one value, without the space around it.
    mutating func value(depth: Int = 0) throws(MalformedLine) -> ArraySlice<UInt8> {
        skipSpace()
        let start = position
        switch next {
        case UInt8(ascii: "{"): _ = try members(depth: depth)
        case UInt8(ascii: "["): _ = try elements(depth: depth)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
        return bytes[start..<position]
    }

    /// Passes over an object: the names as they stand, in quotation marks, and the values.
    mutating func members(
        depth: Int = 0
    ) throws(MalformedLine) -> [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        guard depth < Self.greatestDepth else { throw expected("at most \(Self.greatestDepth) levels") }
        guard take(UInt8(ascii: "{")) else { throw expected("an object") }
        var members: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw expected("a colon") }
            members.append((name, try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw expected("a comma or the end of the object") }
        return members
    }

    /// Passes over an array.
    mutating func elements(depth: Int = 0) throws(MalformedLine) -> [ArraySlice<UInt8>] {
        guard depth < Self.greatestDepth else { throw expected("at most \(Self.greatestDepth) levels") }
        guard take(UInt8(ascii: "[")) else { throw expected("an array") }
        var elements: [ArraySlice<UInt8>] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw expected("a comma or the end of the array") }
        return elements
    }

    /// Checks that nothing but space is left.
    mutating func end() throws(MalformedLine) {
        skipSpace()
        if next != nil { throw expected("nothing more") }
    }
}

// MARK: - Words, numbers and strings

extension JSONScanner {
    private func expected(_ what: String) -> MalformedLine {
        MalformedLine("expected \(what) at byte \(position + 1)")
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func word(_ word: String) throws(MalformedLine) {
        guard bytes[position...].starts(with: word.utf8) else { throw expected("a value") }
        position += word.utf8.count
    }

    private mutating func number() throws(MalformedLine) {
        if next == UInt8(ascii: "-") { position += 1 }
        // A zero stands alone before the point.
        if next == UInt8(ascii: "0") { position += 1 } else { try digits("a value") }
        if next == UInt8(ascii: ".") {
            position += 1
            try digits("a digit")
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits("a digit")
        }
    }

    private mutating func digits(_ what: String) throws(MalformedLine) {
        let start = position
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        if position == start { throw expected(what) }
    }

    /// Passes over a string with its quotation marks.
    private mutating func string() throws(MalformedLine) -> ArraySlice<UInt8> {
        let start = position
        guard next == UInt8(ascii: "\"") else { throw expected("a text in quotation marks") }
        position += 1
        while let byte = next, byte >= 0x20 {
            position += 1
            if byte == UInt8(ascii: "\"") { return bytes[start..<position] }
            if byte == UInt8(ascii: "\\") { try escape() }
        }
        throw expected(next == nil ? "the end of the text" : "no control character")
    }

    private mutating func escape() throws(MalformedLine) {
        guard let byte = next, #""\/bfnrtu"#.utf8.contains(byte) else { throw expected("an escape") }
        position += 1
        guard byte == UInt8(ascii: "u") else { return }
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
            throw expected("four hexadecimal digits")
        }
        position += 4
    }
}
