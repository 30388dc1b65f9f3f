import EventLog
import LMDB
import Projection
import Rapport

/// What a page is to be about.
struct ReportQuestion: Sendable {
    /// Where a funnel of events comes from.
    typealias FunnelSource = BehaviourQuestion.Source

    /// The first day: of opening, of answers, of first orders, and of the waterfall; nil is unbounded.
    var from: CivilDate?
    /// The last day, included; nil is unbounded.
    var to: CivilDate?
    /// The length of the periods.
    var by: Granularity
    /// One pipeline; nil takes all together.
    var pipeline: String?
    /// One metric; nil takes all that there are answers to.
    var metric: String?
    /// One survey; nil takes all.
    var survey: String?
    /// Within how many days after an answer an order counts.
    var horizonDays: Int
    /// The funnels of events.
    var behaviour: [FunnelSource]
    /// The IANA zone that days belong to.
    var zone: String
    /// As at when entrants and answers are called immature; nil is when the newest event was recorded.
    var now: Timestamp?

    /// Where the waterfall begins when no day is given: before the first deal.
    static let earliestDay = CivilDate(daysSinceEpoch: 0)
    /// How often all questions are asked again because events were appended between them.
    private static let mostAttempts = 20
}

extension ReportQuestion {
    /// Asks all questions of one position. As much as these cost together.
    ///
    /// - Throws: ``CommandFailure`` `unavailable` when events come in faster than questions are answered; what the
    ///   questions throw.
    func ask(_ crm: any CRMState) async throws -> CompanyReport {
        for _ in 0..<Self.mostAttempts {
            let position = try crm.rows.read("pipeline") { $0.position }
            let report = try await ask(crm, at: position)
            if report.positions.allSatisfy({ $0 == position }) { return report }
            // Some rows are behind others for a moment.
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CommandFailure(
            .unavailable,
            "events are recorded faster than a page is made of them, or not all read models have come as far; --as-of "
                + "makes the page of a position")
    }

    private func ask(_ crm: any CRMState, at position: Position) async throws -> CompanyReport {
        let calendar = try ZonedCalendar(zone: zone)
        let recordedAt = try crm.log.withEvent(at: position) { $0.recordedAt } ?? Timestamp(microseconds: 0)
        let now = now ?? recordedAt
        let funnel = try await crm.funnel(FunnelQuestion(pipeline: pipeline, from: from, to: to, zone: zone))
        if funnel.opened == 0 { try crm.require(pipeline: pipeline) }
        let lastDay = to ?? max(calendar.date(of: now), from ?? Self.earliestDay)
        let waterfall = try await crm.waterfall(
            WaterfallQuestion(
                from: min(from ?? Self.earliestDay, lastDay), to: lastDay, pipeline: pipeline, zone: zone))
        var funnels: [BehaviourFunnel] = []
        for source in behaviour { funnels.append(try await crm.behaviour(BehaviourQuestion(source, now: now))) }
        let scores = try await askScores(of: crm, now: now)
        let cohorts = try await crm.cohorts(CohortQuestion(by: by, from: from, to: to, zone: zone))
        return CompanyReport(
            from: from?.description, to: to?.description, by: by, zone: zone, now: now, recordedAt: recordedAt,
            funnel: funnel, behaviour: funnels, waterfall: waterfall, satisfaction: scores.trends,
            loyalty: scores.curves, mixedScales: scores.mixed, cohorts: cohorts, position: position)
    }
}

// MARK: - Satisfaction

extension ReportQuestion {
    /// What there is to tell of scores.
    private struct AskedScores {
        var trends: [CompanyReport.Scores] = []
        var curves: [CompanyReport.Loyalty] = []
        var mixed: [CompanyReport.MixedScale] = []
    }

    /// A question that people were asked.
    private struct Asked: Hashable {
        let metric: String
        let survey: String
        let question: String
    }

    /// A trend and a curve for each metric. Where its answers are on several scales, for each question; and where even
    /// these are, none.
    private func askScores(of crm: any CRMState, now: Timestamp) async throws -> AskedScores {
        let known = try crm.surveys()
        try KnownNames.require("survey", survey, among: Set(known.map(\.survey)).sorted())
        let asked = known.filter { name in
            (metric?.sameBytes(as: name.metric) ?? true) && (survey?.sameBytes(as: name.survey) ?? true)
        }
        .map { Asked(metric: $0.metric, survey: $0.survey, question: $0.question) }
        var found = AskedScores()
        for metric in Set(asked.map(\.metric)).sorted() {
            do {
                try await ask(metric, survey, nil, crm, now, into: &found)
            } catch is MixedScales {
                for one in asked where one.metric.sameBytes(as: metric) {
                    do {
                        try await ask(metric, one.survey, one.question, crm, now, into: &found)
                    } catch let scales as MixedScales {
                        found.mixed.append(
                            .init(metric: metric, survey: one.survey, question: one.question, scales: scales.scales))
                    }
                }
            }
        }
        return found
    }

    private func ask(
        _ metric: String, _ survey: String?, _ question: String?, _ crm: any CRMState, _ now: Timestamp,
        into found: inout AskedScores
    ) async throws {
        let trend = try await crm.satisfaction(
            SatisfactionQuestion(
                metric: metric, survey: survey, question: question, by: by, from: from, to: to, zone: zone))
        let curve = try await crm.loyalty(
            LoyaltyQuestion(
                now: now, metric: metric, survey: survey, question: question, horizonDays: horizonDays, from: from,
                to: to, zone: zone))
        found.trends.append(.init(survey: survey, question: question, trend: trend))
        found.curves.append(.init(survey: survey, question: question, curve: curve))
    }
}
