extension String {
    /// This text as one line that only shows: white space controls become spaces, other controls U+FFFD.
    ///
    /// Names and notes come from outside. A line break in one would tear a table, an escape sequence would command the
    /// reader's terminal, and a direction override would turn the rest of the line round.
    var printable: String {
        if !unicodeScalars.contains(where: \.commandsTerminal) { return self }
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if !scalar.commandsTerminal {
                scalars.append(scalar)
            } else {
                scalars.append(scalar.properties.isWhitespace ? " " : "\u{FFFD}")
            }
        }
        return String(scalars)
    }
}

extension Unicode.Scalar {
    /// A control, a line or paragraph separator, or a bidirectional embedding, override or isolate.
    fileprivate var commandsTerminal: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
