// How many terminal columns text takes. A terminal draws in cells: a letter takes one, a Chinese character two, a
// combining mark none, and an emoji of many code points two in all.
//
// The widths are those of a terminal with a Western locale: characters of "ambiguous" width count one.
// Scripts whose letters are joined by shaping (Devanagari and its relatives) come out approximately.

extension String {
    /// Columns this text takes in a terminal. O(n).
    var displayWidth: Int {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return utf8.count }
        return reduce(0) { $0 + $1.displayWidth }
    }

    /// This text, shortened with an ellipsis at its end where it takes more than `width` columns.
    ///
    /// The result may be a column short: half of a wide character is not kept.
    func truncated(toWidth width: Int) -> String {
        if displayWidth <= width { return self }
        if width <= 0 { return "" }
        var kept = ""
        var columns = 1
        for character in self {
            columns += character.displayWidth
            if columns > width { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// This text with spaces to `width` columns; unchanged where it takes as many or more.
    func padded(toWidth width: Int, alignment: TextAlignment) -> String {
        let spaces = String(repeating: " ", count: max(0, width - displayWidth))
        switch alignment {
        case .left: return self + spaces
        case .right: return spaces + self
        }
    }
}

/// The side of a column text stands at.
enum TextAlignment: Sendable {
    case left, right
}

extension Character {
    /// Columns this grapheme cluster takes in a terminal: 0, 1, 2, or more where a cluster is not drawn as one sign.
    var displayWidth: Int {
        isDrawnAsEmoji ? 2 : unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }

    /// An emoji, or a symbol or digit with what makes it one: a variation selector, a skin tone, a joined emoji.
    private var isDrawnAsEmoji: Bool {
        guard let base = unicodeScalars.first?.properties, base.isEmoji else { return false }
        return base.isEmojiPresentation
            || unicodeScalars.dropFirst().contains { $0 == "\u{FE0F}" || $0.properties.isEmojiPresentation }
    }
}

extension Unicode.Scalar {
    fileprivate var displayWidth: Int {
        if isASCII { return (0x20..<0x7F).contains(value) ? 1 : 0 }
        if takesNoColumn { return 0 }
        return isWide ? 2 : 1
    }

    /// Controls, marks, what is ignored when drawn, and the vowels and finals that join a Hangul syllable.
    private var takesNoColumn: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .nonspacingMark, .enclosingMark, .spacingMark: return true
        default: break
        }
        // Terminals draw a soft hyphen, although Unicode would have it ignored.
        if properties.isDefaultIgnorableCodePoint { return self != "\u{AD}" }
        return (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value)
    }

    private var isWide: Bool {
        value >= 0x1100 && Self.wideRanges.contains { $0.contains(value) }
    }

    /// East Asian Wide and Fullwidth, Unicode 14.0, in order.
    ///
    /// Made with Python 3.11: every assigned character from U+1100 whose `unicodedata.east_asian_width` is W or F,
    /// neighbours joined where only unassigned code points lie between. Left out are ranges where all are emoji (told
    /// by their own property); planes 2 and 3 are whole, as the standard has their unassigned code points wide.
    static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}
