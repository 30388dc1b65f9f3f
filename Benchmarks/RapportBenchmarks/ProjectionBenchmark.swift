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

    private func rebuild(_ crm: Rapport) async throws {
        var rates: [Double] = []
        for _ in 0..<rounds {
            let took = try seconds { try crm.projections.rebuild() }
            rates.append(Double(events) / took)
        }
        let rate = Spread(rates)
        line(
            "rebuild of all read models",
            "\(number(rate.median)) events/s (\(number(rate.lowest))-\(number(rate.highest))), "
                + "peak memory \(peakMegabytes()) MB")
    }

    private func peakMegabytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first ?? "0") ?? 0) / 1024
    }

    private func queries(_ crm: Rapport) async throws {
        var random = SplitMix(state: 7)
        try await ask("profile of a customer") {
            _ = try await crm.profile(of: "C-\(String(format: "%06d", Int.random(in: 1...1000, using: &random)))")
        }
        try await ask("pipeline") { _ = try await crm.pipeline() }
        try await ask("pipeline at a day") { _ = try await crm.pipeline(at: Self.day(&random)) }
        try await ask("deals by owner") { _ = try await crm.deals(by: "owner") }
        try await ask("deals by owner at a day", times: 200) {
            _ = try await crm.deals(by: "owner", at: Self.day(&random))
        }
        try await ask("funnel") { _ = try await crm.funnel(FunnelQuestion()) }
        try await ask("funnel of a range of days") {
            let from = Self.day(&random)
            _ = try await crm.funnel(
                FunnelQuestion(from: from, to: CivilDate(daysSinceEpoch: from.daysSinceEpoch + 90)))
        }
        try await ask("funnel at a day", times: 200) { _ = try await crm.funnel(FunnelQuestion(at: Self.day(&random))) }
        try await ask("NPS by month") { _ = try await crm.satisfaction(SatisfactionQuestion(metric: "nps")) }
        try await ask("CSAT by month and region") {
            _ = try await crm.satisfaction(SatisfactionQuestion(metric: "csat", dimension: "region"))
        }
        try await ask("NPS of a range of days in a zone") {
            let from = Self.day(&random)
            _ = try await crm.satisfaction(
                SatisfactionQuestion(
                    metric: "nps", by: .year, from: from, to: CivilDate(daysSinceEpoch: from.daysSinceEpoch + 90),
                    zone: "Asia/Shanghai"))
        }
    }

    private static func day(_ random: inout SplitMix) -> CivilDate {
        CivilDate(daysSinceEpoch: 19_800 + Int.random(in: 0..<800, using: &random))
    }

    private func ask(_ name: String, times: Int = 300, _ body: () async throws -> Void) async throws {
        var taken: [Double] = []
        for _ in 0..<times { taken.append(try await seconds { try await body() } * 1000) }
        line(
            name,
            "p50 \(number(Spread.quantile(0.5, of: taken))) ms, p99 \(number(Spread.quantile(0.99, of: taken))) ms")
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
