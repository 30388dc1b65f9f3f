/// Short codes, as people write them: purposes, channels, scopes. The case of the letters A to Z makes no difference;
/// each is shown as it was given.
extension String {
    /// The bytes by which codes are compared, and put in order.
    var foldedCode: [UInt8] {
        utf8.map { byte in (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte }
    }

    /// Whether both are the same code.
    func isSameCode(as other: String) -> Bool { foldedCode == other.foldedCode }
}
