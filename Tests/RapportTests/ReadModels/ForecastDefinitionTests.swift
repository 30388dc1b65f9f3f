import EventLog
import LMDB
import Projection
@testable import Rapport
import Testing

/// The versions of a pipeline's definition.
@Suite struct ForecastDefinitionTests {
    private static func state(_ events: [NewEvent]) async throws -> PipelineDefinitionState {
        let folder = try CRMFolder(events)
        try await folder.crm.projections.wait(for: folder.head, of: [PipelineModel.name])
        let tag = try EntityTag.pipeline("sales")
        let state = try folder.crm.rows.read(PipelineModel.name) { reader in
            try reader.state(PipelineDefinitionState.self, fold: PipelineDefinitionFold.number, of: tag)
        }
        return try #require(state)
    }

    private static func events() throws -> [NewEvent] {
        [
            try ForecastEvents.defined([("new", "pipeline", 100), ("old", "", 0)], version: 2, on: "2024-02-01"),
            try ForecastEvents.defined([("new", "commit", 300)], version: 1, on: "2024-01-01"),
            try ForecastEvents.defined([("new", "best_case", 500)], version: 3, on: "2024-03-01"),
        ]
    }

    private static func time(_ day: String) -> Int64 { DealEvents.time(day).microseconds }

    @Test("every version is kept, and the one in force is the newest that was made and known by then")
    func inForce() async throws {
        let state = try await Self.state(try Self.events())
        #expect(state.versions.map(\.version) == [1, 2, 3])
        #expect(state.stages.map(\.forecastCategory) == ["best_case"])
        for (day, known, version) in [
            ("2023-12-31", 3, nil), ("2024-01-01", 3, 1), ("2024-01-01", 1, nil), ("2024-01-31", 2, 1),
            ("2024-02-01", 1, 2), ("2024-02-01", 3, 2), ("2024-03-01", 3, 3), ("2024-12-31", 2, 2),
        ] as [(String, UInt64, UInt64?)] {
            let found = state.inForce(at: Self.time(day), knownAt: known)
            #expect(found?.version == version, "\(day), \(known)")
        }
        let second = try #require(state.inForce(at: Self.time("2024-02-01"), knownAt: 3))
        #expect(second.stages.map(\.id) == ["new", "old"])
        #expect(second.stages.map(\.rotAfterMs) == [0, 1_000])
        #expect(second.stage("old")?.probabilityBp == 0)
        #expect(second.stage("elsewhere") == nil)
    }

    @Test("a version that is defined twice counts as it was said last, once that had happened")
    func twice() async throws {
        let again = try ForecastEvents.defined([("new", "omitted", 0)], version: 3, on: "2024-04-01")
        let state = try await Self.state([again] + (try Self.events()))
        #expect(state.stages.map(\.forecastCategory) == ["omitted"])
        let march = try #require(state.inForce(at: Self.time("2024-03-15"), knownAt: .max))
        #expect(march.stages.map(\.forecastCategory) == ["best_case"])
    }

    @Test("the state is read back as it was stored")
    func stored() async throws {
        let state = try await Self.state(try Self.events())
        var bytes: [UInt8] = []
        state.encode(into: &bytes)
        var reader = ByteReader(bytes.rawSpan)
        let again = try PipelineDefinitionState(decoding: &reader)
        #expect(again == state)
    }
}
