import EventLog
import Foundation
import Rapport

/// Something that can be asked of a CRM, as it is or as it was.
struct Question: Sendable, CustomStringConvertible {
    let description: String
    /// Asks it; the answer as JSON, members by name.
    let ask: @Sendable (any CRMState) async throws -> String

    init(
        _ description: String, _ ask: @escaping @Sendable (any CRMState) async throws -> some Encodable & Sendable
    ) {
        self.description = description
        self.ask = { crm in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(try await ask(crm)), as: UTF8.self)
        }
    }

    /// A service level that is not saved, by all hours.
    private static let serviceLevel: ServiceLevelQuestion = {
        let targets = ServiceLevel.Metric.allCases.map { metric in
            ServiceLevel.Target(metric, within: 86_400_000_000, clock: .wall)
        }
        return ServiceLevelQuestion(
            .definition(ServiceLevel(name: "day", targets: targets)), now: .at("2026-01-01T00:00:00Z"))
    }()

    /// Questions to every read model, the tables and the lists, some about one customer.
    static func all(about customer: String, until day: CivilDate) -> [Question] {
        ofSales(about: customer, until: day) + ofCustomers(about: customer)
    }

    private static func ofSales(about customer: String, until day: CivilDate) -> [Question] {
        [
            Question("profile") { try await $0.profile(of: customer) },
            Question("funnel") { try await $0.funnel(.init()) },
            Question("funnel of the past") { try await $0.funnel(.init(pipeline: "sales", at: day)) },
            Question("pipeline") { try await $0.pipeline(at: day) },
            Question("deals by owner") { try await $0.deals(by: "owner") },
            Question("win rates") { try await $0.winRates() },
            Question("waterfall") {
                let first = CivilDate(daysSinceEpoch: day.daysSinceEpoch - 60)
                return try await $0.waterfall(.init(from: first, to: day, by: "owner"))
            },
            Question("dwell") { try await $0.dwell(.init(now: .at("2026-01-01T00:00:00Z"), dimension: "owner")) },
            Question("cycle") { try await $0.cycleSurvival(now: .at("2026-01-01T00:00:00Z")) },
            Question("velocity") { try await $0.velocity(by: "owner") },
            Question("forecast") {
                try await $0.forecast(ForecastQuestion(from: day, to: day.next, made: day, by: "owner"))
            },
            Question("back-test") {
                let first = CivilDate(daysSinceEpoch: day.daysSinceEpoch - 90)
                return try await $0.backTest(.init(from: first, to: day, basis: .happened))
            },
            Question("cycle times") { try await $0.cycleTimes() },
            Question("orders") { try await $0.orders(limit: 20) },
            Question("orders of the customer") { try await $0.orders(of: customer) },
            Question("order summary") { try await $0.orderSummary(of: customer) },
            Question("sales") { try await $0.orderSales(.init(by: .month)) },
            Question("promises") {
                let question = PromiseQuestion(
                    now: .at("2026-01-01T00:00:00Z"), dimension: "channel", by: .quarter)
                return try await $0.promiseKeeping(question)
            },
            Question("promises that are kept") {
                try await $0.promises(.kept, at: .at("2026-01-01T00:00:00Z"), limit: 20)
            },
        ]
    }

    private static func ofCustomers(about customer: String) -> [Question] {
        [
            Question("cohorts") { try await $0.cohorts() },
            Question("retention") { try await $0.retention() },
            Question("total value") { crm -> TotalValue? in
                do {
                    return try await crm.totalValue(.init(currency: "EUR", horizon: 0))
                } catch is UnknownCurrency {
                    // All orders so far are in another one.
                    return nil
                }
            },
            Question("customers who were lost") { try await $0.lossPaths(.init(silentDays: 30)) },
            Question("NPS") { try await $0.satisfaction(.init(metric: "nps")) },
            Question("CSAT by channel") { try await $0.satisfaction(.init(metric: "csat", dimension: "channel")) },
            Question("loyalty") { try await $0.loyalty(.init(now: .at("2026-01-01T00:00:00Z"), metric: "nps")) },
            Question("answers that were lost") {
                try await $0.loyaltyAnswers(
                    .init(now: .at("2026-01-01T00:00:00Z"), metric: "nps"), outcome: .lost, limit: 20)
            },
            Question("NPS, one a month") { try await $0.satisfaction(.init(metric: "nps", onePerDays: 30)) },
            Question("NPS by channel, one a month") {
                try await $0.satisfaction(.init(metric: "nps", dimension: "channel", onePerDays: 30))
            },
            Question("response rates") { try await $0.responseRates() },
            Question("leads") { try await $0.leads(limit: 20) },
            Question("lead funnel") { try await $0.leadFunnel(.init(dimension: "source")) },
            Question("case flow") { try await $0.caseFlow(by: "category", period: .month) },
            Question("cases") { try await $0.cases(limit: 20) },
            Question("case times") { try await $0.caseTimes(by: "owner") },
            Question("service levels") { try await $0.serviceLevels(serviceLevel, by: "owner") },
            Question("clocks of cases") { try await $0.serviceClocks(serviceLevel, .breached, limit: 20) },
            Question("service quality") {
                try await $0.serviceQuality(.init(now: .at("2026-01-01T00:00:00Z"), dimension: "owner"))
            },
            Question("voice") {
                try await $0.voice(.init(now: .at("2026-01-01T00:00:00Z"), dimension: .theme, by: .quarter))
            },
            Question("unanswered") { try await $0.unansweredVoice(now: .at("2026-01-01T00:00:00Z"), limit: 20) },
            Question("find") { try await $0.find("a", limit: 20) },
            Question("timeline") { crm in
                try crm.timeline(.init(of: .customer(customer))).entries.map { $0.recorded.position }
            },
        ]
    }
}
