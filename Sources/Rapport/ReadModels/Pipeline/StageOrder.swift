internal import EventLog
internal import Projection

/// The order of a pipeline's stages: as defined; stages that no definition names come behind, by name.
struct StageOrder {
    let stages: [String]
    private let ranks: [String: Int]

    init(_ pipeline: String, seen: some Sequence<String>, _ reader: borrowing ModelReader) throws {
        var stages: [String] = []
        if !pipeline.isEmpty, let tag = try? Tag.pipeline(pipeline) {
            let definition = try reader.state(
                PipelineDefinitionState.self, fold: PipelineDefinitionFold.number, of: tag)
            var known = Set<String>()
            stages = definition?.stages.map(\.id).filter { known.insert($0).inserted } ?? []
        }
        let undefined = Set(seen).subtracting(stages).filter { !$0.isEmpty }
        self.stages = stages + undefined.sorted()
        ranks = Dictionary(uniqueKeysWithValues: self.stages.enumerated().map { ($0.element, $0.offset) })
    }

    func rank(of stage: String) -> Int? { ranks[stage] }
}
