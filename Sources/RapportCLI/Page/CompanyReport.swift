import EventLog
import Rapport

/// The answers that a page shows, all of one position: what each question's own command answers.
struct CompanyReport: Codable, Equatable, Sendable {
    /// A satisfaction metric over time.
    struct Scores: Codable, Equatable, Sendable {
        /// Nil takes all surveys together.
        let survey: String?
        /// Nil takes all questions together.
        let question: String?
        let trend: SatisfactionTrend
    }

    /// After which scores customers order again.
    struct Loyalty: Codable, Equatable, Sendable {
        /// Nil takes all surveys together.
        let survey: String?
        /// Nil takes all questions together.
        let question: String?
        let curve: LoyaltyCurve
    }

    /// A question whose answers are on several scales, so that it has no trend and no curve.
    struct MixedScale: Codable, Equatable, Sendable {
        let metric: String
        let survey: String
        let question: String
        let scales: [String]
    }

    /// The first day, as asked; nil is unbounded.
    let from: String?
    /// The last day, as asked; nil is unbounded.
    let to: String?
    /// The length of the periods.
    let by: Granularity
    /// The IANA zone that days belong to.
    let zone: String
    /// As at when entrants and answers are called immature.
    let now: Timestamp
    /// When the event at ``position`` was recorded.
    let recordedAt: Timestamp
    let funnel: DealFunnel
    /// In the order asked.
    let behaviour: [BehaviourFunnel]
    let waterfall: PipelineWaterfall
    /// One for each metric, and where its answers are on several scales one for each question.
    let satisfaction: [Scores]
    /// One for each of ``satisfaction``.
    let loyalty: [Loyalty]
    /// What is left out of ``satisfaction`` and ``loyalty``.
    let mixedScales: [MixedScale]
    let cohorts: Cohorts
    /// The position that all of them are of.
    let position: Position

    /// The position of each answer.
    var positions: [Position] {
        [funnel.position, waterfall.position, cohorts.position] + behaviour.map(\.position)
            + satisfaction.map(\.trend.position) + loyalty.map(\.curve.position)
    }

    /// What there is, for programs that want a table.
    var csv: CSVTable {
        var table = CSVTable(columns: ["section", "name", "position"])
        table.append("funnel", funnel.pipeline, funnel.position)
        for funnel in behaviour { table.append("behaviour", funnel.funnel, funnel.position) }
        table.append("waterfall", waterfall.pipeline, waterfall.position)
        for scores in satisfaction { table.append("satisfaction", scores.trend.metric, scores.trend.position) }
        for one in loyalty { table.append("loyalty", one.curve.metric, one.curve.position) }
        table.append("cohorts", cohorts.by.rawValue, cohorts.position)
        return table
    }
}
