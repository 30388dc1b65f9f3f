/// The visits of deals to the stages of each pipeline, and how long deals were open.
///
/// A visit is from entering a stage until leaving it, be it by a win or a loss; a deal that is opened again enters its
/// stage again. What became of the deal is how its being open ended next.
struct ForecastLandmarks {
    /// Where an open deal stands.
    struct Standing {
        /// The numbers of the tables of its stage and of its pipeline.
        let stage: Int
        let pipeline: Int
        /// Whole days since it entered the stage.
        let stageAge: Int64
        /// Whole days since it was opened, or opened again.
        let pipelineAge: Int64
    }

    private struct Visit {
        let table: Int
        let began: Int64
        var ended: Int64?
    }

    /// Stands for the pipeline as a whole among its stages.
    private static let wholePipeline = -1

    /// Pipeline and stage of each table, as numbers of a ``DealTexts``.
    private(set) var keys = PairTable()
    private(set) var tables: [LandmarkTable] = []
    /// While a deal is open: its being open, then its visits to stages.
    private var visits: [Visit] = []

    /// Adds the visits of a deal that began before a moment; how it stands then, nil where it is not open. O(changes).
    mutating func add(_ deal: DealHistory, before cut: Int64) -> Standing? {
        visits.removeAll(keepingCapacity: true)
        var stage = 0
        deal.forEachStanding(before: cut) { standing in
            guard standing.outcome == .open else { return finish(standing.outcome, at: standing.at) }
            if visits.isEmpty {
                begin(Self.wholePipeline, of: deal, at: standing.at)
            } else if standing.stage == stage {
                return
            } else {
                visits[visits.count - 1].ended = standing.at
            }
            stage = standing.stage
            begin(stage, of: deal, at: standing.at)
        }
        guard let whole = visits.first, let last = visits.last else { return nil }
        finish(.open, at: cut)
        return Standing(
            stage: last.table, pipeline: whole.table, stageAge: wholeDays(from: last.began, to: cut),
            pipelineAge: wholeDays(from: whole.began, to: cut))
    }

    private mutating func begin(_ stage: Int, of deal: DealHistory, at time: Int64) {
        let table = keys.number(of: deal.pipeline, stage)
        if table == tables.count { tables.append(LandmarkTable()) }
        visits.append(Visit(table: table, began: time, ended: nil))
    }

    private mutating func finish(_ outcome: DealOutcome, at time: Int64) {
        for visit in visits {
            tables[visit.table].add(
                stay: (visit.ended ?? time) - visit.began, isThere: outcome == .open && visit.ended == nil,
                total: time - visit.began, outcome)
        }
        visits.removeAll(keepingCapacity: true)
    }

    /// To be called once, behind the last deal.
    mutating func sort() {
        for table in tables.indices { tables[table].sort() }
    }
}
