import EventLog
import Rapport

/// A question about all customers of a CRM, and what its answer is made of.
struct ServedQuestion: Sendable {
    let name: String
    /// How often to ask it for its quantiles.
    var times = 30
    /// What the answer counts, for people.
    let unit: String
    /// Asks it about what has happened by a time; answers how many of the unit were counted, so that nothing is left
    /// out.
    let ask: @Sendable (any CRMState, _ now: Timestamp) async throws -> Int

    /// Every kind of question, in the order of the chain.
    static let all: [ServedQuestion] = [
        ofPromises, ofServiceLevels, ofService, ofSatisfaction, ofLoyalty, ofVoice, ofValue,
    ].flatMap { $0 }

    /// One of each cost: rows that are added up, rows that are gone through, and clocks that are read anew.
    static let ofThePast: [ServedQuestion] = [promisesByMonth, clocksOtherwise, curve]

    // MARK: Promises and service levels

    private static let promisesByMonth = ServedQuestion(name: "promises by month, region", unit: "orders") { crm, now in
        let question = PromiseQuestion(now: now, dimension: "region", by: .month)
        return try await crm.promiseKeeping(question).overall.reduce(0) { $0 + $1.orders }
    }

    private static let ofPromises: [ServedQuestion] = [
        ServedQuestion(name: "promises", unit: "orders") { crm, now in
            try await crm.promiseKeeping(PromiseQuestion(now: now)).overall.reduce(0) { $0 + $1.orders }
        },
        promisesByMonth,
        ServedQuestion(name: "50 broken promises", unit: "rows") { crm, now in
            try await crm.promises(.broken, at: now).rows.count
        },
    ]

    private static func levels(_ now: Timestamp) -> ServiceLevelQuestion {
        ServiceLevelQuestion(.saved(name: ServiceSample.level.name), now: now)
    }

    private static let clocksOtherwise = ServedQuestion(name: "clocks under other hours", unit: "clocks") { crm, now in
        let other = ServiceLevelQuestion.Calendar.definition(ServiceSample.longerHours)
        return try await crm.serviceLevels(levels(now), under: other).rows.reduce(0) { $0 + Int($1.cases) }
    }

    private static let ofServiceLevels: [ServedQuestion] = [
        ServedQuestion(name: "service level", unit: "clocks") { crm, now in
            try await crm.serviceLevels(levels(now)).rows.reduce(0) { $0 + Int($1.cases) }
        },
        ServedQuestion(name: "service level by owner", unit: "clocks") { crm, now in
            try await crm.serviceLevels(levels(now), by: "owner").rows.reduce(0) { $0 + Int($1.cases) }
        },
        ServedQuestion(name: "service level, 50 open clocks", unit: "clocks") { crm, now in
            try await crm.serviceClocks(levels(now), .open).count
        },
        ServedQuestion(name: "service level, 50 breaches", unit: "clocks") { crm, now in
            try await crm.serviceClocks(levels(now), .breached).count
        },
        clocksOtherwise,
    ]

    // MARK: Service and satisfaction

    private static let ofService: [ServedQuestion] = [
        ServedQuestion(name: "service", unit: "cases") { crm, now in
            try await crm.serviceQuality(ServiceQuestion(now: now)).groups.reduce(0) { $0 + Int($1.cases) }
        },
        ServedQuestion(name: "service by category", unit: "cases") { crm, now in
            let question = ServiceQuestion(now: now, dimension: "category")
            return try await crm.serviceQuality(question).groups.reduce(0) { $0 + Int($1.cases) }
        },
    ]

    /// With the test of the trend, the control chart and the response rates.
    private static let ofSatisfaction: [ServedQuestion] = [
        satisfaction("NPS by month", SatisfactionQuestion(metric: "nps")),
        satisfaction("NPS by month, one answer in 90 days", SatisfactionQuestion(metric: "nps", onePerDays: 90)),
        satisfaction("CSAT by week", SatisfactionQuestion(metric: "csat", by: .week)),
        satisfaction("CSAT by month and region", SatisfactionQuestion(metric: "csat", dimension: "region")),
        satisfaction(
            "CSAT by month and region, one answer in 90 days",
            SatisfactionQuestion(metric: "csat", dimension: "region", onePerDays: 90)),
        ServedQuestion(name: "response rates by month and channel", unit: "invitations") { crm, _ in
            try await crm.responseRates(dimension: "channel").overall.reduce(0) { $0 + Int($1.invited) }
        },
    ]

    private static func satisfaction(_ name: String, _ question: SatisfactionQuestion) -> ServedQuestion {
        ServedQuestion(name: name, unit: "answers") { crm, _ in
            try await crm.satisfaction(question).overall.reduce(0) { $0 + $1.counts.respondents }
        }
    }

    // MARK: Loyalty and the voice of customers

    private static let curve = loyalty("loyalty after CSAT") { LoyaltyQuestion(now: $0, metric: "csat") }

    /// With the convexity of the curve, the ratio at its top, and the paradox of recovery.
    private static let ofLoyalty: [ServedQuestion] = [
        curve,
        loyalty("loyalty after NPS") { LoyaltyQuestion(now: $0, metric: "nps") },
        loyalty("loyalty within 30 days, first answers") {
            LoyaltyQuestion(now: $0, metric: "csat", horizonDays: 30, firstOnly: true)
        },
        ServedQuestion(name: "50 answers behind loyalty", unit: "rows") { crm, now in
            try await crm.loyaltyAnswers(LoyaltyQuestion(now: now, metric: "csat")).rows.count
        },
    ]

    private static func loyalty(
        _ name: String, _ question: @escaping @Sendable (Timestamp) -> LoyaltyQuestion
    ) -> ServedQuestion {
        ServedQuestion(name: name, unit: "answers") { crm, now in
            try await crm.loyalty(question(now)).overall.answered
        }
    }

    private static let ofVoice: [ServedQuestion] = [
        voice("voice") { VoiceQuestion(now: $0) },
        voice("voice by month and theme") { VoiceQuestion(now: $0, dimension: .theme, by: .month) },
        ServedQuestion(name: "50 who wait for an answer", unit: "rows") { crm, now in
            try await crm.unansweredVoice(now: now).rows.count
        },
    ]

    private static func voice(
        _ name: String, _ question: @escaping @Sendable (Timestamp) -> VoiceQuestion
    ) -> ServedQuestion {
        ServedQuestion(name: name, unit: "complaints and suggestions") { crm, now in
            try await crm.voice(question(now)).groups.reduce(0) { sum, group in
                sum + Int(group.complaints?.raised ?? 0) + Int(group.suggestions?.submitted ?? 0)
            }
        }
    }

    // MARK: What customers are worth

    /// A day a year before the end of the demo company.
    private static let yearBefore = CivilDate(daysSinceEpoch: 20_269)

    private static let ofValue: [ServedQuestion] = [
        ServedQuestion(name: "recency, frequency and value in euros", unit: "customers") { crm, _ in
            Int(try await crm.rfm(RFMQuestion(currency: "EUR")).customers)
        },
        ServedQuestion(name: "the same, with moves since a year before", unit: "customers") { crm, _ in
            Int(try await crm.rfm(RFMQuestion(since: yearBefore, currency: "EUR")).customers)
        },
        ServedQuestion(name: "50 champions", unit: "rows") { crm, _ in
            try await crm.rfmCustomers(RFMQuestion(currency: "EUR"), segment: .champions).rows.count
        },
        ServedQuestion(name: "retention by month", unit: "customers") { crm, _ in
            try await crm.retention().cohorts.reduce(0) { $0 + Int($1.customers) }
        },
        ServedQuestion(name: "retention of revenue in euros by quarter", unit: "periods") { crm, _ in
            try await crm.revenueRetention(RevenueRetentionQuestion(by: .quarter, currency: "EUR")).periods.count
        },
        ServedQuestion(name: "cohorts by month", unit: "customers") { crm, _ in
            Int(try await crm.cohorts().overall.customers)
        },
        ServedQuestion(name: "lifetime values in euros", times: 5, unit: "customers") { crm, _ in
            Int(try await crm.lifetimeValues(LifetimeQuestion(currency: "EUR")).customers)
        },
        ServedQuestion(name: "50 customers with most lifetime value", times: 5, unit: "rows") { crm, _ in
            try await crm.lifetimeCustomers(LifetimeQuestion(currency: "EUR")).rows.count
        },
    ]
}
