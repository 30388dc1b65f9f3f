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

    /// What ``waterfall(_:atLeast:)`` can group by, sorted: the dimensions of deals, and team and territory once any
    /// user was assigned to one; nothing where there are no deals. O(deals).
    public func dealDimensionsOverTime() throws -> [String] {
        let dimensions = try dealDimensions()
        if dimensions.isEmpty { return [] }
        let hasTeams = try rows.read(PipelineModel.name) { reader in
            var isAnyAssigned = false
            try reader.forEachEntity(UserState.self, fold: TeamFold.number) { _, _ in
                isAnyAssigned = true
                return false
            }
            return isAnyAssigned
        }
        return hasTeams ? Set(dimensions).union(DealDimension.ofOwners).sorted() : dimensions
    }
}
