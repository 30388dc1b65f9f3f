/// A look of text in a terminal (one SGR attribute).
enum Style: Int, Sendable {
    case plain = 0
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36

    /// `text` between the sequences that begin and end the style; the bare text when `isOn` is false.
    ///
    /// Measure and pad text before it is styled: the sequences count as text.
    func applied(to text: String, when isOn: Bool) -> String {
        guard isOn, self != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}
