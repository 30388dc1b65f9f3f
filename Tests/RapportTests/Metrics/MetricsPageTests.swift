import CoreMetrics
import EventLog
import Foundation
import MetricsTestKit
import Rapport
import Testing
import TestSupport

/// What the page on metrics says is so.
@Suite(.timeLimit(.minutes(5))) struct MetricsPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Rapport/Rapport.docc/Metrics.md")

    /// The names in the tables of the page, with their kinds.
    private static func listed() throws -> [String: String] {
        var kinds: [String: String] = [:]
        for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, cells[0].hasPrefix("`rapport_") else { continue }
            kinds[cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`"))] = cells[1]
        }
        return kinds
    }

    private static func opened(at path: String, _ backend: TestMetrics) throws -> Rapport {
        try withMetricsFactory(backend) { try Rapport(at: path) }
    }

    @Test func theNamesOnThePageAreThoseThatAreTold() async throws {
        let directory = try TemporaryDirectory()
        let backend = TestMetrics()
        let crm = try Self.opened(at: directory.path, backend)
        defer { crm.close() }
        let reporting = Task { await crm.reportMetrics() }
        defer { reporting.cancel() }
        #expect(try await eventually { !((try? backend.expectGauge("rapport_log_head").values) ?? []).isEmpty })
        var told: [String: String] = [:]
        for counter in backend.counters { told[counter.label] = "counter" }
        for timer in backend.timers { told[timer.label] = "timer" }
        for recorder in backend.recorders { told[recorder.label] = recorder.aggregate ? "recorder" : "gauge" }
        #expect(try Self.listed() == told)
    }

    @Test func theProgramsOfThePageRun() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        let crm = try Rapport(at: path)
        let reporting = Task { await crm.reportMetrics(every: .seconds(5)) }
        defer { reporting.cancel() }
        try await crm.append(OpportunityWon(), about: .opportunity("O-1"))

        let metrics = try crm.metrics()
        print(metrics.log.recent.eventsPerSecond, metrics.log.recent.latency?.p99 ?? 0)
        for model in metrics.readModels { print(model.name, model.lag) }
        #expect(metrics.log.events == 1)
        crm.close()
    }
}
