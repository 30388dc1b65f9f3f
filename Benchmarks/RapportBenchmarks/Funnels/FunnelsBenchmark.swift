import EventLog
import Foundation
import Rapport

/// Behaviour funnels of five steps within thirty days: answered by going through the events, and by the rows of a saved
/// funnel, at several sizes of the log.
///
/// Goal: what each way to match and to count costs beside the simplest one, and what a saved funnel costs whoever
/// appends. Not a goal: the conversions, which are what the sample makes them.
struct FunnelsBenchmark {
    private let options: BenchmarkOptions

    /// A larger log is only gone through: all read models would be built over it before the first figure.
    private static let mostEventsWithRows = 1_000_000

    init(_ options: BenchmarkOptions) {
        self.options = options
    }

    func run() async throws {
        for size in options.sizes {
            let place = options.place + "/\(size)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try await run(.ownTypes, FunnelSample.ofOwnTypes, size, at: place + "/types")
            try await run(.touchpoints, FunnelSample.ofTouchpoints, size, at: place + "/touchpoints")
            try FileManager.default.removeItem(atPath: place)
        }
    }

    private func run(_ form: VisitSample.Form, _ funnels: [FunnelSample], _ size: Int, at path: String) async throws {
        let sample = try await fill(path, form, size)
        try await FunnelScans(of: path, events: size, now: sample.now, rounds: options.rounds).run(funnels)
        if form == .touchpoints, size <= Self.mostEventsWithRows {
            try await SavedFunnels(of: path, events: size, options).run(sample)
        }
        try FileManager.default.removeItem(atPath: path)
    }

    /// Answers the sample, which goes on behind the events of the log.
    private func fill(_ path: String, _ form: VisitSample.Form, _ size: Int) async throws -> VisitSample {
        var sample = VisitSample(form, events: size)
        let log = try EventLog(at: path)
        var left = size
        while left > 0 {
            let batch = try sample.next(min(left, 5000))
            try await log.append(batch)
            left -= batch.count
        }
        log.close()
        return sample
    }
}
