internal import EventLog
internal import LMDB
internal import Projection

// What can be asked for by name.

extension CRMState {
    /// The ids of all pipelines that are defined or have deals, sorted. O(pipelines).
    public func pipelines() throws -> [String] {
        try rows.read(PipelineModel.name) { reader in
            var ids = Set(try reader.seriesNames(PipelineModel.flow).map { $0[0] })
            try reader.forEachEntity(PipelineDefinitionState.self, fold: PipelineDefinitionFold.number) { tag, _ in
                ids.insert(String(tag.id))
                return true
            }
            return ids.filter { !$0.isEmpty }.sorted()
        }
    }

    /// What ``deals(by:at:zone:atLeast:)`` can group by, sorted; nothing where there are no deals. O(deals).
    public func dealDimensions() throws -> [String] {
        try rows.read(PipelineModel.name) { reader in
            var attributes = ByteKeyTable()
            var hasDeals = false
            try reader.forEachRow(prefix: [PipelineModel.deals]) { _, facts in
                hasDeals = true
                try DealAtTime(facts, at: .max)?.forEachDimension { _ = attributes.number(of: $0) }
                return true
            }
            if !hasDeals { return [] }
            let names = (0..<attributes.count).map { attributes.withBytes($0) { $0.text() } }
            return Set(names).union(PipelineModel.ownDimensions).sorted()
        }
    }
}
