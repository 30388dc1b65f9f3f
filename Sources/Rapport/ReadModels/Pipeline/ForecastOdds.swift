/// How likely open deals are won within the rest of the period; what was worked out for one stage and age is kept.
struct ForecastOdds {
    /// Of fewer visits a stage or an age says too little.
    static let fewestVisits = 10

    private struct Place: Hashable {
        let table: Int
        let age: Int64
    }

    private let tables: [LandmarkTable]
    private let horizon: ClosedRange<Int64>
    private var known: [Place: LandmarkTable.WinShare] = [:]

    init(_ tables: [LandmarkTable], within horizon: ClosedRange<Int64>) {
        self.tables = tables
        self.horizon = horizon
    }

    /// The probability, and what it was taken from: the first that is known of enough visits.
    mutating func odds(of deal: ForecastLandmarks.Standing) -> (probability: Double, basis: ForecastBasis) {
        let atAge = winShare(deal.stage, deal.stageAge)
        if atAge.atRisk >= Self.fewestVisits { return (atAge.share, .stageAtAge) }
        let stage = winShare(deal.stage, 0)
        if stage.atRisk >= Self.fewestVisits { return (stage.share, .stage) }
        let pipelineAtAge = winShare(deal.pipeline, deal.pipelineAge)
        if pipelineAtAge.atRisk >= Self.fewestVisits { return (pipelineAtAge.share, .pipelineAtAge) }
        return (winShare(deal.pipeline, 0).share, .pipeline)
    }

    private mutating func winShare(_ table: Int, _ age: Int64) -> LandmarkTable.WinShare {
        let place = Place(table: table, age: age)
        if let share = known[place] { return share }
        let share = tables[table].winShare(atAge: age, within: horizon)
        known[place] = share
        return share
    }
}
