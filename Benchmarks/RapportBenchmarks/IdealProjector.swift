import CBaseline
import Foundation

/// The least that folding can cost: C over events of its own, whose fields it reads in place. `CBaseline.h` says what
/// it folds, and what it leaves out that read models do.
final class IdealProjector {
    private let log: CLog
    private let world: cb_world
    private let events: Int
    /// Over everything that was folded the first time.
    private var digest: UInt64?

    /// Fills a log of C with events: as many customers and deals for them as the demo company has.
    init(in place: String, events: Int) throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        log = try CLog(place)
        let tenth = UInt64(max(1, events / 10))
        world = cb_world(
            customers: max(1, tenth / 2), deals: max(1, tenth / 2), leads: max(1, tenth / 3), first_day: 19_723,
            days: 912)
        self.events = events
        try log.fillIdeal(world, count: events)
    }

    /// Folds all events once, on so many threads; events a second.
    ///
    /// - Throws: ``Disagreement`` when it has found something else than before.
    func rate(threads: Int) throws -> Double {
        let found = try log.project(world, threads: threads)
        guard found.events == UInt64(events), found.digest == digest ?? found.digest else {
            throw Disagreement("\(threads) threads have folded \(found.events) events to something else than before")
        }
        digest = found.digest
        return Double(found.events) / found.seconds
    }
}

/// The ideal projector alone.
struct IdealBenchmark {
    private let place: String
    private let events: Int
    private let rounds: Int

    init(_ options: BenchmarkOptions) {
        place = options.place + "/c"
        events = options.events
        rounds = options.rounds
    }

    func run() throws {
        let ideal = try IdealProjector(in: place, events: events)
        var single: [Double] = []
        var double: [Double] = []
        for _ in 0..<rounds {
            single.append(try ideal.rate(threads: 1))
            double.append(try ideal.rate(threads: 2))
        }
        line("ideal projector in C, one thread", "\(Spread(single).text) events/s")
        line("ideal projector in C, two threads", "\(Spread(double).text) events/s")
    }
}
