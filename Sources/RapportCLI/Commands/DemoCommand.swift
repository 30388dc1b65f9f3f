import ArgumentParser
import EventLog
import Foundation
import Rapport

/// `rapport demo`: the history of a made-up company, and what follows from it.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make a log of made-up events and show what can be asked of it.",
        discussion: """
            The same seed and number give the same events, so a second run into the same directory adds nothing. \
            RAPPORT_DATA is not used here: made-up events do not belong in a log of real ones.

              rapport demo --events 1000000 --data demo
            """)

    /// Events of one append.
    private static let batchSize = 5000
    /// Appends that may be on their way at once.
    private static let appendsInFlight = 2
    private static let mostEvents = 1_000_000_000

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("The data directory; without it, a new temporary one.", valueName: "dir"),
        completion: .directory)
    var directory: String?

    @Option(help: ArgumentHelp("How many events.", valueName: "count"))
    var events = 100_000

    @Option(help: ArgumentHelp("Which company: another number gives another one.", valueName: "number"))
    var seed: UInt64 = 1

    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        guard (1...Self.mostEvents).contains(events) else {
            throw ValidationError("--events takes 1 to \(NumberFormat.integer(Self.mostEvents)), not \(events).")
        }
    }

    func run() async throws {
        let path = directory ?? Self.temporaryPath
        try await DataDirectory(path: path, logging).withCRM(creating: true) { crm in
            try Output.print("Data directory: \(path)")
            try Self.requireDemo(crm.log, path)
            try await append(to: crm)
            try await DemoTour(crm: crm, terminal: .output).show()
            try Output.print("\n" + Terminal.output.footer(at: crm.log.head))
        }
    }

    private static var temporaryPath: String {
        let name = "rapport-demo-" + String(UInt32.random(in: .min ... .max), radix: 36)
        return FileManager.default.temporaryDirectory.appending(path: name).path
    }

    private static func requireDemo(_ log: EventLog, _ path: String) throws {
        guard let first = try log.event(at: Position(1)), first.event.provenance.source != "demo" else { return }
        throw CommandFailure(
            .conflict, "\(path): holds events that are not made up; expected a new or a demo directory")
    }

    // MARK: Appending

    private func append(to crm: Rapport) async throws {
        let stop = StopSignals()
        let start = ContinuousClock.now
        let tally = try await append(to: crm.log, until: stop)
        let elapsed = ContinuousClock.now - start
        try stop.throwIfStopped(tally.outcome)
        if tally.appended == 0 {
            let count = NumberFormat.integer(tally.known)
            return try Output.print("Nothing to add: all \(count) events are there already.")
        }
        let rate = NumberFormat.decimal(Double(tally.appended) / (elapsed / .seconds(1)), fractionDigits: 0)
        let count = NumberFormat.integer(tally.appended)
        try Output.print("Appended \(count) events in \(elapsed.text), each durable: \(rate) events/s.")
    }

    private func append(to log: EventLog, until stop: StopSignals) async throws -> AppendTally {
        let progress = ProgressLine(label: "Appending")
        defer { progress.finish() }
        var company = DemoCompany(seed: seed, events: events)
        var tally = AppendTally(head: log.head)
        try await withThrowingTaskGroup(of: AppendResult.self) { group in
            var inFlight = 0
            while !stop.isStopped, let batch = try company.nextBatch(Self.batchSize) {
                if inFlight == Self.appendsInFlight, let result = try await group.next() {
                    tally.add(result)
                    inFlight -= 1
                    progress.update(done: tally.total, of: events)
                }
                group.addTask { try await log.append(batch, known: .skip) }
                inFlight += 1
            }
            for try await result in group { tally.add(result) }
        }
        return tally
    }
}
