import CoreMetrics
import EventLog
import Foundation
import MetricsTestKit
import Projection
import Rapport
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
    private static let models = ["profile", "pipeline", "satisfaction"]

    private static func opened(_ number: String, amount: Int64 = 100) throws -> NewEvent {
        let opened = OpportunityOpened.with {
            $0.opportunityID = number
            $0.pipelineID = "sales"
            $0.stage = "lead"
            $0.amount = Money(amount, "EUR")
        }
        return try NewEvent(opened, about: [.opportunity(number), .customer("C-1")])
    }

    /// A CRM that was opened while `backend` was in force.
    private static func folder(_ backend: TestMetrics) throws -> CRMFolder {
        try withMetricsFactory(backend) { try CRMFolder() }
    }

    @Test("log and read models are told together")
    func tellsLogAndReadModels() async throws {
        let folder = try CRMFolder()
        try folder.append([Self.opened("O-1"), Self.opened("O-2")])
        let crm = folder.crm
        try await crm.projections.wait(for: Position(2), of: crm.projections.names, seconds: 60)
        let metrics = try crm.metrics()
        #expect(metrics.log.head == Position(2))
        #expect(metrics.log.events == 2)
        #expect(metrics.readModels.map(\.name) == crm.projections.names)
        for model in metrics.readModels {
            #expect(model.position == Position(2) && model.lag == 0, "\(model.name)")
            #expect(model.failure == nil)
        }
        let data = try JSONEncoder().encode(metrics)
        #expect(try JSONDecoder().decode(CRMMetrics.self, from: data) == metrics)
    }

    @Test("a read model that has stopped is told with the reason and what it lacks")
    func tellsStoppedReadModels() async throws {
        let backend = TestMetrics()
        let folder = try Self.folder(backend)
        let crm = folder.crm
        try folder.append([Self.opened("O-1", amount: .max), Self.opened("O-2", amount: .max)])
        await #expect(throws: ProjectionUnavailable.self) {
            try await crm.projections.wait(for: Position(2), of: ["pipeline"], seconds: 60)
        }
        let stopped = try #require(try crm.metrics().readModels.first { $0.name == "pipeline" })
        #expect(stopped.state == .stopped)
        #expect(stopped.lag > 0)
        #expect(stopped.failure?.contains("does not fit into 64 bits") == true)
        let reporting = Task { await crm.reportMetrics(every: .milliseconds(5)) }
        defer { reporting.cancel() }
        #expect(try await eventually { Self.gauge("rapport_read_model_stopped", of: "pipeline", backend) == 1 })
        #expect(Self.gauge("rapport_read_model_stopped", of: "satisfaction", backend) == 0)
    }

    private static func gauge(_ name: String, of model: String? = nil, _ backend: TestMetrics) -> Double? {
        try? backend.expectGauge(name, model.map { [("model", $0)] } ?? []).lastValue
    }

    @Test("gauges are set again and again until the task is cancelled")
    func reportsUntilCancelled() async throws {
        let backend = TestMetrics()
        let folder = try Self.folder(backend)
        let crm = folder.crm
        let reporting = Task { await crm.reportMetrics(every: .milliseconds(5)) }
        #expect(try await eventually { Self.gauge("rapport_log_head", backend) == 0 })
        try folder.append([Self.opened("O-1")])
        #expect(try await eventually { Self.gauge("rapport_log_head", backend) == 1 })
        for model in Self.models {
            #expect(try await eventually { Self.gauge("rapport_read_model_lag", of: model, backend) == 0 })
        }
        let used = try #require(Self.gauge("rapport_log_map_used_bytes", backend))
        #expect(used > 0)
        #expect(try backend.expectGauge("rapport_log_head").aggregate == false)
        reporting.cancel()
        await reporting.value
        let looks = try backend.expectGauge("rapport_log_head").values.count
        try await Task.sleep(for: .milliseconds(50))
        #expect(try backend.expectGauge("rapport_log_head").values.count == looks)
    }

    @Test("the rows of a funnel that is saved meanwhile are told of, and those of a retired one no more")
    func followsSavedFunnels() async throws {
        let backend = TestMetrics()
        let folder = try Self.folder(backend)
        let crm = folder.crm
        let reporting = Task { await crm.reportMetrics(every: .milliseconds(5)) }
        defer { reporting.cancel() }
        #expect(try await eventually { Self.gauge("rapport_log_head", backend) == 0 })
        let saved = try await crm.saveFunnel(Visits.funnel("A", "B"))
        #expect(try crm.metrics().readModels.map(\.name).last == saved.readModel)
        #expect(try await eventually { Self.gauge("rapport_read_model_lag", of: saved.readModel, backend) == 0 })
        try await crm.retireFunnel(saved.name)
        #expect(try crm.metrics().readModels.map(\.name).contains(saved.readModel) == false)
        for name in ["rapport_read_model_lag", "rapport_read_model_stopped"] {
            #expect(try await eventually { Self.gauge(name, of: saved.readModel, backend) == nil }, "\(name)")
        }
        withExtendedLifetime(folder) {}
    }

    @Test("closing ends the reporting")
    func closingEndsReporting() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        let reporting = Task { await crm.reportMetrics(every: .milliseconds(5)) }
        crm.close()
        await reporting.value
    }
}
