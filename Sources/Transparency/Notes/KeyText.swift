internal import LMDB

/// The fields of a key's text, `name+id+base64(algorithm || key)`, as C2SP signed-note writes them.
struct KeyText {
    /// The most bytes a key's name has.
    static let nameBytes = 255

    let name: String
    let id: UInt32
    let algorithm: UInt8
    let key: [UInt8]

    /// Reads the fields and checks the name; nothing is said of the id yet.
    init(_ text: Substring) throws(NoteError) {
        let fields = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else {
            throw .malformedKey(expected: "a name, 8 hexadecimal digits and base64 with + in between")
        }
        name = String(Substring(fields[0]))
        try Self.checkName(name)
        guard let id = Self.id(Substring(fields[1])) else {
            throw .malformedKey(expected: "an id of 8 hexadecimal digits, in small letters, behind the name")
        }
        guard let bytes = Base64.decode(Substring(fields[2])), let algorithm = bytes.first else {
            throw .malformedKey(expected: "the base64 of an algorithm's number and a key")
        }
        self.id = id
        self.algorithm = algorithm
        key = Array(bytes.dropFirst())
    }

    /// The text of a key.
    static func text(name: String, id: UInt32, algorithm: NoteAlgorithm, key: [UInt8]) -> String {
        "\(name)+\(hex(id))+\(Base64.encode([algorithm.rawValue] + key))"
    }

    /// Refuses what cannot be the name of a key.
    static func checkName(_ name: String) throws(NoteError) {
        guard !name.isEmpty, name.utf8.count <= nameBytes, name.unicodeScalars.allSatisfy(isAllowed) else {
            throw .invalidKeyName(name)
        }
    }

    /// The id of a key: the first four bytes of SHA-256(name || line end || algorithm || key), the first one the
    /// highest.
    static func id(name: String, algorithm: NoteAlgorithm, key: [UInt8]) -> UInt32 {
        var bytes = Array(name.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(algorithm.rawValue)
        bytes.append(contentsOf: key)
        return number(Hash256.sha256(of: bytes.rawSpan).bytes.prefix(4))
    }

    /// The number that these bytes write, the highest one first.
    static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// An id in 8 hexadecimal digits.
    static func hex(_ id: UInt32) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    private static func id(_ digits: Substring) -> UInt32? {
        // The initializer would take signs, capitals and any number of zeros, too.
        guard let id = UInt32(digits, radix: 16), hex(id).utf8.elementsEqual(digits.utf8) else { return nil }
        return id
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar != "+" && !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
    }
}
