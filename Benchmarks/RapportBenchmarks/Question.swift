import EventLog
import Foundation
import Rapport

/// A question to a CRM full of events of the demo company, each time about other customers and days.
struct Question: Sendable {
    let name: String
    /// How often to ask it for its quantiles.
    var times = 300
    /// Asks it once; is told how many customers to choose from.
    let ask: @Sendable (Rapport, _ customers: Int, inout SplitMix) async throws -> Void

    /// Every kind of question.
    static let all = [newestEvents] + ofReadModels

    /// Those that rows answer.
    static let ofReadModels = ofCustomersAndDeals + ofLeadsToCases

    private static let ofCustomersAndDeals: [Question] = [
        Question(name: "profile of a customer") { crm, customers, random in
            _ = try await crm.profile(of: Question.customer(among: customers, &random))
        },
        Question(name: "pipeline") { crm, _, _ in _ = try await crm.pipeline() },
        Question(name: "pipeline at a day") { crm, _, random in _ = try await crm.pipeline(at: Question.day(&random)) },
        Question(name: "deals by owner") { crm, _, _ in _ = try await crm.deals(by: "owner") },
        Question(name: "deals by owner at a day", times: 200) { crm, _, random in
            _ = try await crm.deals(by: "owner", at: Question.day(&random))
        },
        Question(name: "funnel") { crm, _, _ in _ = try await crm.funnel(FunnelQuestion()) },
        Question(name: "funnel of a range of days") { crm, _, random in
            let from = Question.day(&random)
            _ = try await crm.funnel(FunnelQuestion(from: from, to: Question.quarter(from: from)))
        },
        Question(name: "funnel at a day", times: 200) { crm, _, random in
            _ = try await crm.funnel(FunnelQuestion(at: Question.day(&random)))
        },
        Question(name: "NPS by month") { crm, _, _ in
            _ = try await crm.satisfaction(SatisfactionQuestion(metric: "nps"))
        },
        Question(name: "CSAT by month and region") { crm, _, _ in
            _ = try await crm.satisfaction(SatisfactionQuestion(metric: "csat", dimension: "region"))
        },
        Question(name: "NPS of a range of days in a zone") { crm, _, random in
            let from = Question.day(&random)
            _ = try await crm.satisfaction(
                SatisfactionQuestion(
                    metric: "nps", by: .year, from: from, to: Question.quarter(from: from), zone: "Asia/Shanghai"))
        },
    ]

    private static let ofLeadsToCases: [Question] = [
        Question(name: "find a customer by name", times: 200) { crm, _, random in
            _ = try await crm.find(["anna", "王", "mül", "packag", "c-0004"].randomElement(using: &random) ?? "")
        },
        Question(name: "timeline of a customer") { crm, customers, random in
            _ = try crm.timeline(TimelineQuestion(of: .customer(Question.customer(among: customers, &random))))
        },
        Question(name: "50 untouched leads") { crm, _, _ in _ = try await crm.leads(untouched: true) },
        Question(name: "lead funnel by source") { crm, _, _ in
            _ = try await crm.leadFunnel(LeadFunnelQuestion(dimension: "source"))
        },
        Question(name: "lead funnel of a range of days", times: 200) { crm, _, random in
            let from = Question.day(&random)
            _ = try await crm.leadFunnel(LeadFunnelQuestion(from: from, to: Question.quarter(from: from)))
        },
        Question(name: "50 open orders") { crm, _, _ in _ = try await crm.orders(status: .placed) },
        Question(name: "orders of a customer") { crm, customers, random in
            let customer = Question.customer(among: customers, &random)
            _ = try await (crm.orderSummary(of: customer), crm.orders(of: customer))
        },
        Question(name: "sales by month and channel") { crm, _, _ in
            _ = try await crm.orderSales(OrderSalesQuestion(dimension: "channel", by: .month))
        },
        Question(name: "sales of a range of days") { crm, _, random in
            let from = Question.day(&random)
            _ = try await crm.orderSales(OrderSalesQuestion(from: from, to: Question.quarter(from: from)))
        },
        Question(name: "cohorts by month", times: 100) { crm, _, _ in _ = try await crm.cohorts() },
        Question(name: "retention by month", times: 100) { crm, _, _ in _ = try await crm.retention() },
        Question(name: "recency, frequency and value in euros", times: 50) { crm, _, _ in
            _ = try await crm.rfm(RFMQuestion(currency: "EUR"))
        },
        Question(name: "cohorts at a day", times: 100) { crm, _, random in
            _ = try await crm.cohorts(CohortQuestion(at: Question.day(&random), zone: "Asia/Shanghai"))
        },
        Question(name: "50 open cases") { crm, _, _ in _ = try await crm.cases(openOnly: true) },
        Question(name: "cases by category and quarter") { crm, _, _ in
            _ = try await crm.caseFlow(by: "category", period: .quarter)
        },
        Question(name: "open cases at a day") { crm, _, random in
            _ = try await crm.caseFlow(to: Question.day(&random))
        },
        Question(name: "times of cases by owner", times: 100) { crm, _, _ in _ = try await crm.caseTimes(by: "owner") },
        Question(name: "times of cases of a range of days", times: 100) { crm, _, random in
            let from = Question.day(&random)
            _ = try await crm.caseTimes(from: from, to: Question.quarter(from: from))
        },
        Question(name: "response rates by month and channel") { crm, _, _ in
            _ = try await crm.responseRates(dimension: "channel")
        },
    ]

    /// What the log itself answers.
    private static let newestEvents = Question(name: "20 newest events of a customer") { crm, customers, random in
        let query = Query(tag: try Tag.customer(Question.customer(among: customers, &random)))
        _ = try crm.log.events(query, limit: 20, backwards: true)
    }

    /// The id of one of the first customers.
    static func customer(among customers: Int, _ random: inout SplitMix) -> String {
        "C-" + String(format: "%06d", Int.random(in: 1...customers, using: &random))
    }

    private static func day(_ random: inout SplitMix) -> CivilDate {
        CivilDate(daysSinceEpoch: 19_800 + Int.random(in: 0..<800, using: &random))
    }

    private static func quarter(from day: CivilDate) -> CivilDate {
        CivilDate(daysSinceEpoch: day.daysSinceEpoch + 90)
    }
}
