import EventLog
import Projection
import Rapport

/// Everything at once for a long time: does it go on as it began?
///
/// Many tasks append at a fixed rate and ask questions, while read models are rebuilt, backups are taken and somebody
/// holds on to a snapshot. Every second a line of figures is written; at the end the first third of the time is
/// compared with the last. Fails when anything has failed on the way, or when an acknowledged event is not counted.
struct SoakBenchmark {
    private let place: String
    /// In the log before it begins.
    private let events: Int
    private let duration: Double
    private let rate: Int
    private let csv: String?

    init(_ options: BenchmarkOptions) {
        place = options.place
        events = min(options.events, 100_000)
        duration = options.duration(usual: 1800, smoke: 4)
        rate = options.rate
        csv = options.csv
    }

    func run() async throws {
        let crm = try Rapport(at: place + "/crm")
        let feed = DemoFeed(events: events + Int(duration) * rate + 10_000)
        try await feed.fill(crm.log, with: events)
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        let before = crm.log.head
        let tally = SoakTally()
        let load = SoakLoad(
            crm: crm, feed: feed, tally: tally, customers: min(feed.earlyCustomers, max(1, events / 2)), rate: rate)
        let chores = SoakChores(crm, duration, backup: place + "/backup")
        let watch = try SoakWatch(crm, tally, chores, csv, every: max(1, Int(duration) / 30))
        let watching = BackgroundJob(every: 1) { _ in try watch.look() }
        await load.run(for: duration)
        watching.stop()
        chores.stop()
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 600)
        let added = crm.log.head.rawValue - before.rawValue
        crm.close()
        line("events", "\(tally.acknowledged) acknowledged, \(added) in the log")
        line("meanwhile", chores.text)
        show(SoakVerdict(watch.rows).text)
        let reasons = tally.failureTexts + chores.failures + (watching.firstFailure.map { ["watching: \($0)"] } ?? [])
        guard reasons.isEmpty else { throw SoakFailure(description: reasons.joined(separator: "\n")) }
        guard tally.acknowledged == added else {
            throw SoakFailure(description: "the log has \(added) new events; expected \(tally.acknowledged)")
        }
    }
}

/// That something went wrong while everything was going on.
struct SoakFailure: Error, CustomStringConvertible {
    let description: String
}
