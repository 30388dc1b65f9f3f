import EventLog
import Rapport

/// A question about all deals of a ``DealSample``, or about those of a quarter.
struct DealQuestion: Sendable {
    let name: String
    /// Asks it; answers how many lines, stages or deals it was told of, so that nothing is left out.
    let ask: @Sendable (Rapport) async throws -> Int

    private static let quarter = day(20_270)...day(20_361)  // 2025-07-01 to 2025-09-30
    private static let middle = day(20_315)  // 2025-08-15
    private static let years = day(19_723)...day(20_453)  // 2024-01-01 to 2025-12-31
    private static let now = Timestamp(microseconds: Int64(DealSample.lastDay + 1) * 86_400_000_000 - 1)

    private static func day(_ daysSinceEpoch: Int) -> CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch) }

    /// Every kind of question.
    static let all: [DealQuestion] = waterfalls + times + forecasts + ofOneDay

    private static let ofOneDay = [
        DealQuestion(name: "pipeline at a day") { crm in try await crm.pipeline(at: middle).stages.count },
        DealQuestion(name: "deals by owner at a day") { crm in
            try await crm.deals(by: "owner", at: middle).groups.count
        },
        DealQuestion(name: "funnel at a day") { crm in Int(try await crm.funnel(FunnelQuestion(at: middle)).opened) },
    ]

    private static let waterfalls = [
        waterfall("waterfall of a quarter"), waterfall("waterfall by owner", by: "owner"),
        waterfall("waterfall by team", by: "team"),
        waterfall("waterfall of what closes in the quarter", closing: quarter),
    ]

    private static func waterfall(
        _ name: String, by dimension: String? = nil, closing: ClosedRange<CivilDate>? = nil
    ) -> DealQuestion {
        DealQuestion(name: name) { crm in
            let question = WaterfallQuestion(
                from: quarter.lowerBound, to: quarter.upperBound, by: dimension, closing: closing)
            return try await crm.waterfall(question).balances.count
        }
    }

    private static let times = [
        DealQuestion(name: "dwell") { crm in try await crm.dwell(DwellQuestion(now: now)).stages.count },
        DealQuestion(name: "dwell by owner") { crm in
            try await crm.dwell(DwellQuestion(now: now, dimension: "owner")).stages.count
        },
        DealQuestion(name: "cycle") { crm in try await crm.cycleSurvival(now: now).groups.count },
        DealQuestion(name: "velocity of a quarter") { crm in
            try await crm.velocity(from: quarter.lowerBound, to: quarter.upperBound).rows.count
        },
    ]

    private static let forecasts = [
        DealQuestion(name: "forecast of a quarter") { crm in
            let question = try ForecastQuestion(from: quarter.lowerBound, to: quarter.upperBound, made: middle)
            return try await crm.forecast(question).totals.count
        },
        backTest("back-test of 24 months, known", .known), backTest("back-test of 24 months, happened", .happened),
    ]

    private static func backTest(_ name: String, _ basis: BackTestQuestion.Basis) -> DealQuestion {
        DealQuestion(name: name) { crm in
            let question = BackTestQuestion(from: years.lowerBound, to: years.upperBound, basis: basis)
            let answer = try await crm.backTest(question)
            guard answer.periods.count == 24 else {
                throw Disagreement("\(answer.periods.count) of 24 months were tested")
            }
            return answer.points.count
        }
    }
}
