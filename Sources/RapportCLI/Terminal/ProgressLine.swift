import Foundation
import Synchronization

/// One line on standard error, rewritten in place while work goes on; nothing at all where that is no terminal.
///
/// May be updated from any thread and as often as wanted: it draws ten times a second at most.
final class ProgressLine: Sendable {
    private static let leastInterval = Duration.milliseconds(100)

    private let label: String
    private let terminal: Terminal
    private let started = ContinuousClock.now
    private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)

    init(label: String, terminal: Terminal = .errors) {
        self.label = label
        self.terminal = terminal
    }

    /// Shows that `done` of `total` are done; a nil total is not known.
    func update(done: Int, of total: Int?) {
        guard terminal.isTerminal else { return }
        lastDrawn.withLock { last in
            let now = ContinuousClock.now
            if let last, now - last < Self.leastInterval { return }
            last = now
            let text = Self.text(label: label, done: done, total: total, elapsed: now - started)
            // The last column stays free: a sign there makes some terminals wrap.
            write("\r" + text.truncated(toWidth: (terminal.width ?? 80) - 1) + "\u{1B}[K")
        }
    }

    /// Takes the line away, for what is printed next.
    func finish() {
        lastDrawn.withLock { last in
            if last != nil { write("\r\u{1B}[K") }
            last = nil
        }
    }

    /// A progress line nobody can see is no reason to stop the work.
    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

extension ProgressLine {
    /// `Rebuild  1,200,000/2,000,000  60.0%  312,000/s  0:03 left`.
    static func text(label: String, done: Int, total: Int?, elapsed: Duration) -> String {
        let seconds = elapsed / .seconds(1)
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var parts = [label.printable, NumberFormat.integer(done)]
        if let total {
            parts[1] += "/" + NumberFormat.integer(total)
            parts.append(NumberFormat.percent(done, of: total))
        }
        parts.append(NumberFormat.decimal(rate, fractionDigits: 0) + "/s")
        if let total, total > done, rate > 0 { parts.append(clock(seconds: Double(total - done) / rate) + " left") }
        return parts.joined(separator: "  ")
    }

    /// `0:03`, `12:05`, `3:20:00`.
    private static func clock(seconds: Double) -> String {
        guard let whole = Int(exactly: seconds.rounded(.up)) else { return NumberFormat.none }
        let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
        let twoDigits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        if minutes < 60 { return "\(minutes):\(twoDigits(rest))" }
        return "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(rest))"
    }
}
