import EventLog
import Rapport
import Testing

/// Answers about leads, and the deals they became, against figures of a marketplace that were computed elsewhere.
///
/// One published figure has no answer: how many rows the table of sellers has. They are looked up for the sellers who
/// joined, and are no events.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenLeadsTests {
    private typealias Figures = GoldenFigures.Leads

    /// What has no value.
    private static let blank = "(blank)"

    @Test("Olist: origins, cohorts, months, days to close, past days and deals are the published ones")
    func olist() async throws {
        let figures = try GoldenDataSets.figures(Figures.self, of: "olist_funnel")
        let folder = try await GoldenImport.shared(.olist).folder
        let (crm, head) = (folder.crm, folder.head)
        try await checkFunnel(crm, head, figures)
        try await checkOrigins(crm, figures)
        try await checkMonths(crm, figures)
        try await checkPastDay(crm, head, figures)
        try await checkList(crm, figures)
        try await checkDeals(crm, head, figures)
        try await checkSellers(crm, head, figures)
    }

    private func checkFunnel(_ crm: Rapport, _ head: Position, _ figures: Figures) async throws {
        for basis in LeadFunnelQuestion.Basis.allCases {
            let funnel = try await crm.leadFunnel(LeadFunnelQuestion(basis: basis), atLeast: head)
            let total = funnel.total
            #expect(total.captured == figures.captured)
            #expect(total.qualified == figures.captured)
            #expect(total.converted == figures.converted)
            #expect(
                GoldenFigures.agree(total.conversionBp, figures.conversion, figures.converted, of: figures.captured))
            #expect(total.open == (basis == .event ? figures.captured - figures.converted : nil))
            let times = try #require(funnel.conversion)
            #expect(times.count == Int(figures.converted))
            #expect(GoldenFigures.agree(milliseconds: times.meanMs, days: figures.daysToClose.mean))
            #expect(GoldenFigures.agree(milliseconds: times.medianMs, days: figures.daysToClose.median))
            #expect(GoldenFigures.agree(milliseconds: times.p90Ms, days: figures.daysToClose.p90))
            #expect(GoldenFigures.agree(milliseconds: times.maxMs, days: figures.daysToClose.max))
            #expect(funnel.negativeConversions == figures.daysToClose.negative)
        }
    }

    /// Leads without an origin are those that are in no group.
    private func checkOrigins(_ crm: Rapport, _ figures: Figures) async throws {
        for basis in LeadFunnelQuestion.Basis.allCases {
            let funnel = try await crm.leadFunnel(LeadFunnelQuestion(basis: basis, dimension: "source"))
            let names = figures.byOrigin.map(\.name).filter { $0 != Self.blank }
            #expect(Set(funnel.overall.compactMap(\.group)) == Set(names))
            for origin in figures.byOrigin where origin.name != Self.blank {
                let point = try #require(funnel.overall.first { $0.group == origin.name })
                #expect(point.captured == origin.captured, "\(origin.name)")
                #expect(point.converted == origin.converted, "\(origin.name)")
                #expect(
                    GoldenFigures.agree(
                        point.conversionBp, origin.conversion, origin.converted, of: origin.captured),
                    "\(origin.name)")
            }
            let blank = try #require(figures.byOrigin.first { $0.name == Self.blank })
            let captured = funnel.total.captured - funnel.overall.reduce(0) { $0 + $1.captured }
            let converted = funnel.total.converted - funnel.overall.reduce(0) { $0 + $1.converted }
            #expect(captured == blank.captured)
            #expect(captured == figures.withoutOrigin)
            #expect(converted == blank.converted)
            #expect(GoldenFigures.agree(Double(converted) / Double(captured), blank.conversion))
        }
    }

    private func checkMonths(_ crm: Rapport, _ figures: Figures) async throws {
        let cohorts = try await crm.leadFunnel(LeadFunnelQuestion(basis: .captured, period: .month)).points
        #expect(cohorts.map(\.period) == figures.cohorts.keys.sorted())
        for cohort in cohorts {
            #expect([cohort.captured, cohort.converted] == figures.cohorts[cohort.period], "\(cohort.period)")
        }
        let months = try await crm.leadFunnel(LeadFunnelQuestion(basis: .event, period: .month)).points
        let captured = months.filter { $0.captured != 0 }.map { ($0.period, $0.captured) }
        #expect(Dictionary(uniqueKeysWithValues: captured) == figures.cohorts.mapValues { $0[0] })
        let converted = months.filter { $0.converted != 0 }.map { ($0.period, $0.converted) }
        #expect(Dictionary(uniqueKeysWithValues: converted) == figures.convertedByMonth)
    }

    private func checkPastDay(_ crm: Rapport, _ head: Position, _ figures: Figures) async throws {
        let day = CivilDate.on("2018-03-31")
        let then = try await crm.leadFunnel(LeadFunnelQuestion(basis: .event, to: day)).total
        #expect(then.captured == figures.asOf.captured)
        #expect(then.converted == figures.asOf.converted)
        let deals = try await crm.pipeline(at: day, atLeast: head).deals
        #expect(deals.won == figures.asOf.converted)
        #expect(deals.opened == figures.asOf.converted)
        // What is won in a month is what is won by its end and was not by the end of the month before.
        var won: Int64 = 0
        for month in figures.convertedByMonth.keys.sorted() {
            let period = try #require(CalendarPeriod(month))
            let end = try await crm.pipeline(at: period.lastDay).deals
            #expect(end.won - won == figures.convertedByMonth[month], "\(month)")
            won = end.won
        }
    }

    private func checkList(_ crm: Rapport, _ figures: Figures) async throws {
        let leads = try await GoldenImport.allRows { try await crm.leads(limit: 1_000, after: $0) }
        #expect(leads.count == Int(figures.captured))
        let ends = [try #require(leads.first), try #require(leads.last)]
        #expect(ends.map { String($0.capturedAt.description.prefix(10)) } == figures.captureRange)
        #expect(leads.count { $0.source == nil } == Int(figures.withoutOrigin))
        let converted = try await GoldenImport.allRows {
            try await crm.leads(status: .converted, limit: 1_000, after: $0)
        }
        #expect(converted == leads.filter { $0.status == .converted })
        #expect(converted.count == Int(figures.converted))
        let moments = try figures.conversionRange.map { text in try #require(Timestamp(text + "Z")) }
        #expect(converted.compactMap(\.closedAt).min() == moments[0])
        #expect(converted.compactMap(\.closedAt).max() == moments[1])
        #expect(try crm.leadValues(of: "landing_page").count == figures.distinct["landing_pages"])
    }

    private func checkDeals(_ crm: Rapport, _ head: Position, _ figures: Figures) async throws {
        let deals = try await crm.pipeline(atLeast: head).deals
        #expect(deals.opened == figures.converted)
        #expect(deals.won == figures.converted)
        let segments = try await won(crm, by: "business_segment")
        #expect(GoldenFigures.greatest(segments, as: figures.businessSegments) == figures.businessSegments)

        let types = try await won(crm, by: "lead_type")
        var byType = Dictionary(uniqueKeysWithValues: types)
        byType[Self.blank] = figures.converted - types.reduce(0) { $0 + $1.1 }
        #expect(byType == figures.leadTypes)

        for dimension in ["sr", "owner"] {
            let representatives = try await won(crm, by: dimension)
            #expect(representatives.count == figures.distinct["sr"])
            let best = GoldenFigures.greatest(representatives, as: figures.representatives)
            #expect(best == figures.representatives)
        }
        let developers = try await won(crm, by: "sdr")
        #expect(developers.count == figures.distinct["sdr"])
        #expect(GoldenFigures.greatest(developers, as: figures.developers) == figures.developers)

        let revenues = try await won(crm, by: "declared_monthly_revenue")
        let zero = revenues.filter { Double($0.0) == 0 }.reduce(0) { $0 + $1.1 }
        #expect(zero == figures.withoutDeclaredRevenue)
    }

    /// How many deals were won, by value of the dimension.
    private func won(_ crm: Rapport, by dimension: String) async throws -> [(String, Int64)] {
        try await crm.deals(by: dimension).counts.map { ($0.value, $0.deals.won) }
    }

    /// The table of sellers has those who sold something: of these it is known where they are.
    private func checkSellers(_ crm: Rapport, _ head: Position, _ figures: Figures) async throws {
        let sellers = try await won(crm, by: "customer")
        #expect(sellers.count == figures.distinct["sellers"])
        var found = 0
        for (seller, _) in sellers {
            let profile = try #require(try await crm.profile(of: seller, atLeast: head))
            if profile.value(of: "city") != nil { found += 1 }
        }
        #expect(found == figures.soldSomething)
    }
}
