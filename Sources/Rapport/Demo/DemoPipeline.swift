internal import EventLog

/// The one sales pipeline of the demo company.
enum DemoPipeline {
    static let id = "sales"
    static let tag = Tag(unchecked: "pipeline:" + id)
    static let stages = ["qualify", "discover", "propose", "negotiate"]
    static let lastStage = stages.count - 1

    static func definition() -> PipelineDefined {
        var definition = PipelineDefined()
        definition.pipelineID = id
        definition.version = 1
        definition.stages = stages.indices.map { index in
            var stage = PipelineStage()
            stage.id = stages[index]
            stage.order = UInt32(index + 1)
            stage.probabilityBp = [1_500, 3_000, 5_000, 7_500][index]
            stage.forecastCategory = ["pipeline", "pipeline", "best_case", "commit"][index]
            stage.rotAfterMs = [21, 30, 30, 21][index] * 86_400_000
            return stage
        }
        return definition
    }
}
