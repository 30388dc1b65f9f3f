/// The names that definitions are saved under.
enum DefinitionName {
    /// UTF-8 bytes.
    static let mostBytes = 40

    /// Whether it is 1 to 40 lower case letters, digits and hyphens.
    static func isName(_ text: String) -> Bool {
        (1...mostBytes).contains(text.utf8.count) && text.utf8.allSatisfy { isOfName($0) }
    }

    /// Whether a byte may stand in a name.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
