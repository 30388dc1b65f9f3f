/// What an id looks like when it is no opaque id but something that identifies a person.
///
/// Ids and tags are never erased, so they must not hold such values. The check is precise rather than complete: what it
/// flags has the full shape of the value, check digits included where there are any.
public enum PersonalLooking: String, Sendable {
    /// `ann@example.org`.
    case email = "an e-mail address"
    /// `+49 170 1234567`, `(555) 123-4567`, or eleven digits that begin like a Chinese mobile number.
    case phone = "a phone number"
    /// A Chinese identity card with its check digit, or a social security number written `123-45-6789`.
    case identityCard = "an identity-card number"

    /// What `id`, the part of a tag behind the colon, looks like; nil when it is opaque.
    public init?(id: some StringProtocol) {
        let bytes = Array(id.utf8)
        if bytes.contains(UInt8(ascii: "@")) {
            guard Self.isEmail(bytes) else { return nil }
            self = .email
        } else if Self.isChineseCard(bytes) || Self.isSocialSecurityNumber(bytes) {
            self = .identityCard
        } else if Self.isPhone(bytes) {
            self = .phone
        } else {
            return nil
        }
    }

    /// What the part of a tag behind its first colon looks like.
    init?(tag: String) {
        // Few ids have the characters that it takes.
        var digits = 0
        var hasAt = false
        let bytes = tag.utf8.span
        for index in bytes.indices {
            if bytes[index].isDigit { digits += 1 }
            if bytes[index] == UInt8(ascii: "@") { hasAt = true }
        }
        guard hasAt || digits >= 8 else { return nil }
        // By scalars: a colon with an accent behind it is a colon all the same.
        self.init(id: String(tag.unicodeScalars.drop { $0 != ":" }.dropFirst()))
    }

    /// What the name of a file, or a piece of it between underscores, blanks and hyphens or from a plus sign on, looks
    /// like. What ends the name of a data file says nothing.
    init?(fileName: String) {
        let name = fileName[...]
        var texts = [name]
        if let dot = name.lastIndex(of: ".") {
            let isOfData = HashedFile.endings.contains(name[name.index(after: dot)...].lowercased())
            texts = isOfData ? [name[..<dot]] : [name[..<dot], name]
        }
        texts += texts.flatMap { text in text.indices.filter { text[$0] == "+" }.map { text[$0...] } }
        for separators in ["", "_", "_ ", "_ -"] {
            for text in texts {
                for piece in text.split(whereSeparator: { separators.contains($0) }) {
                    guard let found = PersonalLooking(id: piece) else { continue }
                    self = found
                    return
                }
            }
        }
        return nil
    }

    // MARK: Shapes

    /// One `@` between a name and a domain with a dot and a top level of letters.
    private static func isEmail(_ bytes: [UInt8]) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !bytes.contains(where: { $0 <= 0x20 }) else { return false }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, let top = labels.last, top.count >= 2 else { return false }
        return labels.allSatisfy { !$0.isEmpty } && top.allSatisfy(\.isASCIILetter)
    }

    private static func isPhone(_ bytes: [UInt8]) -> Bool {
        let digits = bytes.count { $0.isDigit }
        if bytes.first == UInt8(ascii: "+") {
            let separators = Array(" -.()/".utf8)
            return (8...15).contains(digits) && bytes.dropFirst().allSatisfy { $0.isDigit || separators.contains($0) }
        }
        if digits == 11, bytes.count == 11 {
            return bytes[0] == UInt8(ascii: "1") && bytes[1] >= UInt8(ascii: "3")
        }
        // North American: 555-123-4567, 555.123.4567, (555) 123-4567.
        return ["000-000-0000", "000.000.0000", "(000) 000-0000", "(000)000-0000"].contains(shape(of: bytes))
    }

    /// The text with a 0 for each digit.
    private static func shape(of bytes: [UInt8]) -> String {
        String(decoding: bytes.map { $0.isDigit ? UInt8(ascii: "0") : $0 }, as: UTF8.self)
    }

    /// GB 11643-1999: region, date of birth, sequence, and a check digit by ISO 7064 MOD 11-2.
    private static func isChineseCard(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == 18, bytes.dropLast().allSatisfy(\.isDigit) else { return false }
        let month = Int(bytes[10] - 0x30) * 10 + Int(bytes[11] - 0x30)
        let day = Int(bytes[12] - 0x30) * 10 + Int(bytes[13] - 0x30)
        let century = bytes[6..<8]
        guard century.elementsEqual("19".utf8) || century.elementsEqual("20".utf8), (1...12).contains(month),
            (1...31).contains(day)
        else { return false }
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(bytes, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
        let check = Array("10X98765432".utf8)[sum % 11]
        return bytes[17] == check || check == UInt8(ascii: "X") && bytes[17] == UInt8(ascii: "x")
    }

    private static func isSocialSecurityNumber(_ bytes: [UInt8]) -> Bool {
        guard shape(of: bytes) == "000-00-0000", !bytes.starts(with: Array("000".utf8)) else { return false }
        return !bytes.starts(with: Array("666".utf8)) && bytes[0] != UInt8(ascii: "9")
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
