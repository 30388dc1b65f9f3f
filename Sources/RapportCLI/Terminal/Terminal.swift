import Foundation

/// What an output stream of this process can show.
struct Terminal: Equatable, Sendable {
    /// Whether the stream ends at a terminal, not in a file or a pipe.
    let isTerminal: Bool
    /// Columns of a line; nil where nothing limits it.
    let width: Int?
    /// Whether to write colours.
    let showsColour: Bool

    /// Standard output, as it is now: a window may change its width.
    static var output: Terminal { Terminal(descriptor: STDOUT_FILENO) }
    /// Standard error, as it is now.
    static var errors: Terminal { Terminal(descriptor: STDERR_FILENO) }

    /// Decides from the facts. `COLUMNS` overrides the window, as POSIX has it; `NO_COLOR`, when not empty
    /// (no-color.org), and a `TERM` of `dumb` turn colour off.
    init(isTerminal: Bool, windowWidth: Int?, environment: [String: String]) {
        let preferredWidth = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        self.isTerminal = isTerminal
        self.width = preferredWidth ?? windowWidth
        self.showsColour = isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }

    private init(descriptor: Int32) {
        let isTerminal = isatty(descriptor) == 1
        self.init(
            isTerminal: isTerminal, windowWidth: isTerminal ? Self.windowWidth(of: descriptor) : nil,
            environment: ProcessInfo.processInfo.environment)
    }

    /// `text` in `style` where the stream shows colour, else as it is.
    func styled(_ text: String, _ style: Style) -> String {
        style.applied(to: text, when: showsColour)
    }

    /// Nil where the terminal does not say, as under some recorders.
    private static func windowWidth(of descriptor: Int32) -> Int? {
        var size = winsize()
        // The kernel fills in `size` during the call and keeps no pointer to it.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
