import EventLog
import Rapport

/// `status --watch`: the status, looked at again and again until a signal comes.
struct StatusWatch {
    /// A signal is noticed within this time.
    private static let patience = Duration.milliseconds(50)

    let crm: Rapport
    let interval: Duration
    let form: AnswerForm

    func run() async throws {
        let stop = StopSignals()
        var rate = EventRate()
        var columns: [String] = []
        var next = ContinuousClock.now
        while !stop.isStopped {
            var status = try LogStatus(crm, digests: false)
            status.eventsPerSecond = rate.update(head: status.head, at: ContinuousClock.now)
            try show(status, under: &columns, on: .output)
            next = max(next + interval, ContinuousClock.now)
            try await wait(until: next, or: stop)
        }
    }

    /// - Parameter columns: those of the last line of CSV. Where read models have come or gone, others are named.
    private func show(_ status: LogStatus, under columns: inout [String], on terminal: Terminal) throws {
        switch form {
        case .text: try Output.print(terminal.isTerminal ? Self.redrawn(status.text(for: terminal)) : status.line)
        case .json: try Output.print(jsonLine: status)
        case .csv:
            let facts = status.csvFacts
            let names = facts.map(\.column)
            if names != columns { try Output.print(CSVTable.line(of: names)) }
            columns = names
            try Output.print(CSVTable.line(of: facts.map(\.cell)))
        }
    }

    /// `text` from the first line of the screen on; what was there before is gone, and nothing flickers.
    static func redrawn(_ text: String) -> String {
        "\u{1B}[H" + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\u{1B}[K\n")
            + "\u{1B}[J"
    }

    private func wait(until next: ContinuousClock.Instant, or stop: StopSignals) async throws {
        while !stop.isStopped {
            let rest = next - ContinuousClock.now
            if rest <= .zero { return }
            try await Task.sleep(for: min(rest, Self.patience))
        }
    }
}

/// Events a second from one look at the log to the next, whichever process appended them.
struct EventRate {
    private var last: (head: Position, time: ContinuousClock.Instant)?

    init() {}

    /// The rate since the look before; nil when there was none.
    mutating func update(head: Position, at time: ContinuousClock.Instant) -> Double? {
        let before = last
        last = (head, time)
        guard let before, time > before.time else { return nil }
        let events = head.rawValue - min(head.rawValue, before.head.rawValue)
        let elapsed = time - before.time
        return Double(events) / (elapsed / .seconds(1))
    }
}
