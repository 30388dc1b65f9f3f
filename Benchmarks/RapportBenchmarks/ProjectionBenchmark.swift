import EventLog
import Foundation
import Projection
import Rapport

/// Rebuilding, following and asking read models over the demo company.
final class ProjectionBenchmark {
    private let place: String
    private let events: Int
    private let rounds: Int

    init(in place: String, events: Int, rounds: Int) {
        self.place = place + "/crm"
        self.events = events
        self.rounds = rounds
    }

    func run() async throws {
        var crm = try Rapport(at: place)
        try await fill(crm)
        try await rebuild(crm)
        try await queries(crm)
        crm.close()
        crm = try Rapport(at: place + "-live")
        try await live(crm)
        crm.close()
    }

    private func fill(_ crm: Rapport) async throws {
        var company = DemoCompany(seed: 1, events: events)
        while let batch = try company.nextBatch(5000) { try await crm.log.append(batch) }
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 600)
    }

    /// The read models whose folds the ideal projector has, too.
    private static let hotModels = ["profile", "pipeline", "satisfaction"]

    /// All models, the hot ones, and the ideal projector of C take turns.
    private func rebuild(_ crm: Rapport) async throws {
        var ideal: IdealProjector?
        var all: [Double] = []
        var hot: [Double] = []
        var single: [Double] = []
        var double: [Double] = []
        var peak = 0
        for _ in 0..<rounds {
            let took = try seconds { try crm.projections.rebuild() }
            all.append(Double(events) / took)
            let tookHot = try seconds { try crm.projections.rebuild(Self.hotModels) }
            hot.append(Double(events) / tookHot)
            // The pages of its log count as memory of this process, too.
            if ideal == nil { peak = ThisProcess.peakKilobytes }
            let projector = try ideal ?? IdealProjector(in: place + "-ideal", events: events)
            ideal = projector
            single.append(try projector.rate(threads: 1))
            double.append(try projector.rate(threads: 2))
        }
        line("rebuild of all read models", "\(Spread(all).text) events/s, peak memory \(peak / 1024) MB")
        line("rebuild of \(Self.hotModels.joined(separator: ", "))", "\(Spread(hot).text) events/s")
        line(
            "ideal projector in C",
            "\(Spread(single).text) events/s on one thread, \(Spread(double).text) on two")
        for (name, rates) in [("all read models", all), ("the hot ones", hot)] {
            line(
                "rebuild of \(name), of the ideal",
                "\(Self.ratios(rates, double)) on two threads, \(Self.ratios(rates, single)) on one")
        }
    }

    /// Round by round.
    private static func ratios(_ rates: [Double], _ ideal: [Double]) -> String {
        let ratios = Spread(zip(rates, ideal).map { $0 / $1 })
        return String(format: "%.3f (%.3f-%.3f)", ratios.median, ratios.lowest, ratios.highest)
    }

    private func queries(_ crm: Rapport) async throws {
        var random = SplitMix(state: 7)
        for question in Question.ofReadModels {
            var taken: [Double] = []
            for _ in 0..<question.times {
                taken.append(try await seconds { try await question.ask(crm, 1000, &random) } * 1000)
            }
            line(question.name, quantiles([("p50", 0.5), ("p99", 0.99)], of: taken))
        }
    }

    /// Appends the same events to a log that nobody follows and to one whose index and projections follow live.
    private func live(_ crm: Rapport) async throws {
        let idle = try EventLog(at: place + "-idle")
        defer { idle.close() }
        // One company all along: its customers and deals go on from round to round.
        let wanted = [1: min(events, 1_000), 100: min(events, 200_000), 1000: min(events, 200_000)]
        var company = DemoCompany(seed: 5, events: rounds * wanted.values.reduce(0, +))
        for size in [1, 100, 1000] {
            var ratios: [Double] = []
            var rates: [Double] = []
            var through: [Double] = []
            for _ in 0..<rounds {
                var batches: [[NewEvent]] = []
                while batches.count * size < wanted[size, default: 0], let batch = try company.nextBatch(size) {
                    batches.append(batch)
                }
                let count = Double(batches.reduce(0) { $0 + $1.count })
                let alone = try await seconds { for batch in batches { try await idle.append(batch) } }
                let followed = try await seconds { for batch in batches { try await crm.log.append(batch) } }
                let caughtUp = try await seconds {
                    try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 600)
                }
                ratios.append(alone / followed)
                rates.append(count / followed)
                through.append(count / (followed + caughtUp))
            }
            let ratio = Spread(ratios)
            line(
                "append \(size) a call while all follow",
                "\(number(ratio.median)) of idle (\(number(ratio.lowest))-\(number(ratio.highest))), "
                    + "\(number(Spread(rates).median)) events/s, "
                    + "\(number(Spread(through).median)) events/s through to the rows")
        }
    }
}
