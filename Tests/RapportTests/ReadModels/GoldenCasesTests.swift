import EventLog
import Rapport
import Testing

/// Answers about cases against figures of a help desk that were computed elsewhere.
///
/// These published figures have no answer:
/// - How many rows each activity has, and a case has in the mean: cases keep what came of their rows. Being taken in
///   charge is counted, and compared.
/// - How many different customers, resources and types of service there are: some stand in later rows of cases only,
///   and a case is of the customer and type of service that its first row names, and of its last owner.
/// - How many variants, that is sequences of activities, there are: they are not imported.
/// - How many rows are equal, or out of order: each row is an event of its own.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenCasesTests {
    private typealias Figures = GoldenFigures.Cases

    @Test("Help desk: cases, months, durations, severities and customers are the published ones")
    func helpdesk() async throws {
        let figures = try GoldenDataSets.figures(Figures.self, of: "helpdesk_italian")
        let folder = try await GoldenImport.shared(.helpdesk).folder
        let (crm, head) = (folder.crm, folder.head)
        // Every row is an event but "Insert ticket", which says no more than the opening that each case has besides.
        // An anomaly is a classification, too.
        let inserted = try #require(figures.activities["Insert ticket"])
        let anomalies = figures.activities.filter { $0.key.hasSuffix("SW anomaly") }.values.reduce(0, +)
        // The import has a beginning and an end.
        #expect(Int64(head.rawValue) - 2 == Int64(figures.events) - inserted + figures.cases + anomalies)
        try await checkFlow(crm, head, figures)
        try await checkTimes(crm, figures)
        try await checkGroups(crm, figures)
        try await checkList(crm, figures)
    }

    /// Cases by how they stand, after what was published of their last activities. What happens to an anomaly leaves a
    /// closed case closed.
    private func expectedStatuses(_ figures: Figures) -> [CaseStatus: Int64] {
        let statuses: [String: CaseStatus] = [
            "Closed": .closed, "VERIFIED": .closed, "Resolve ticket": .resolved, "Wait": .waiting,
            "Require upgrade": .waiting, "Take in charge ticket": .assigned,
        ]
        #expect(Set(statuses.keys) == Set(figures.lastActivity.keys))
        let counts = figures.lastActivity.map { (statuses[$0.key] ?? .open, $0.value) }
        return Dictionary(counts, uniquingKeysWith: +)
    }

    private func checkFlow(_ crm: Rapport, _ head: Position, _ figures: Figures) async throws {
        let statuses = expectedStatuses(figures)
        let open = CaseStatus.allCases.filter(\.isOpen).reduce(0) { $0 + (statuses[$1] ?? 0) }
        let lastDay = try #require(CivilDate(String(figures.range[1].prefix(10))))
        for day in [nil, lastDay] {
            let flow = try await crm.caseFlow(to: day, atLeast: head)
            let whole = try #require(flow.points.first)
            #expect(flow.points.count == 1)
            #expect(whole.opened == figures.cases)
            #expect(whole.firstResolved == Int64(figures.daysToResolve.cases))
            #expect(whole.open == open)
            #expect(whole.unclosed == figures.cases - (statuses[.closed] ?? 0))
        }
        let months = try await crm.caseFlow(period: .month).points
        let started = months.filter { $0.opened != 0 }.map { ($0.period, $0.opened) }
        #expect(Dictionary(uniqueKeysWithValues: started) == figures.startedByMonth)
        #expect(months.reduce(0) { $0 + $1.firstResolved } == Int64(figures.daysToResolve.cases))
        #expect(months.last?.open == open)
    }

    private func checkTimes(_ crm: Rapport, _ figures: Figures) async throws {
        let times = try await crm.caseTimes()
        let all = try #require(times.groups.first)
        #expect(times.groups.count == 1)
        #expect(all.cases == figures.cases)
        let life = try #require(all.life)
        #expect(life.count == Int(figures.cases))
        #expect(GoldenFigures.agree(milliseconds: life.meanMs, days: figures.caseDays.mean))
        #expect(GoldenFigures.agree(milliseconds: life.medianMs, days: figures.caseDays.median))
        #expect(GoldenFigures.agree(milliseconds: life.p90Ms, days: figures.caseDays.p90))
        #expect(GoldenFigures.agree(milliseconds: life.maxMs, days: figures.caseDays.max))
        let resolution = try #require(all.firstResolution)
        #expect(resolution.count == figures.daysToResolve.cases)
        #expect(GoldenFigures.agree(milliseconds: resolution.meanMs, days: figures.daysToResolve.mean))
        #expect(GoldenFigures.agree(milliseconds: resolution.medianMs, days: figures.daysToResolve.median))
        #expect(all.close?.count == figures.casesWithClosed)

        let totals = try #require(try await crm.caseTotals().groups.first)
        #expect(totals.cases == figures.cases)
        #expect(GoldenFigures.agree(milliseconds: totals.life?.meanMs, days: figures.caseDays.mean))
        #expect(totals.firstResolution?.count == Int64(figures.daysToResolve.cases))
        #expect(GoldenFigures.agree(milliseconds: totals.firstResolution?.meanMs, days: figures.daysToResolve.mean))
        #expect(totals.close?.count == Int64(figures.casesWithClosed))
    }

    private func checkGroups(_ crm: Rapport, _ figures: Figures) async throws {
        let totals = try await crm.caseTotals(by: "first_severity").groups
        #expect(totals.compactMap(\.value) == figures.byFirstSeverity.keys.sorted())
        let times = try await crm.caseTimes(by: "first_severity").groups
        #expect(times.map(\.value) == totals.map(\.value))
        for (total, group) in zip(totals, times) {
            let severity = try #require(total.value)
            let expected = try #require(figures.byFirstSeverity[severity])
            #expect(Double(total.cases) == expected[0], "\(severity)")
            #expect(Double(group.cases) == expected[0], "\(severity)")
            #expect(GoldenFigures.agree(milliseconds: total.life?.meanMs, days: expected[1]), "\(severity)")
            #expect(GoldenFigures.agree(milliseconds: group.life?.meanMs, days: expected[1]), "\(severity)")
        }

        let customers = try await crm.caseTotals(by: "customer").groups.map { ($0.value ?? "", $0.cases) }
        #expect(GoldenFigures.greatest(customers, as: figures.byCustomer) == figures.byCustomer)
        for (customer, count) in figures.byCustomer {
            let cases = try await GoldenImport.allRows {
                try await crm.cases(matching: (dimension: "customer", value: customer), limit: 100, after: $0)
            }
            #expect(cases.count == Int(count), "\(customer)")
            #expect(cases.allSatisfy { $0.customer == customer }, "\(customer)")
        }

        // Columns of which every value stands in the first row of some case.
        for dimension in ["product", "service_level", "workgroup"] {
            let groups = try await crm.caseTotals(by: dimension).groups
            #expect(groups.count == figures.distinct[dimension], "\(dimension)")
            #expect(groups.reduce(0) { $0 + $1.cases } == figures.cases, "\(dimension)")
        }
    }

    private func checkList(_ crm: Rapport, _ figures: Figures) async throws {
        let cases = try await GoldenImport.allRows { try await crm.cases(limit: 1_000, after: $0) }
        #expect(cases.count == Int(figures.cases))
        let moments = try figures.range.map { text in try #require(Timestamp(text + "Z")) }
        #expect(cases.first?.openedAt == moments[0])
        #expect(cases.map(\.lastEventAt).max() == moments[1])
        #expect(cases.reduce(0) { $0 + $1.assignments } == figures.activities["Take in charge ticket"])
        #expect(cases.count { $0.firstResolvedAt != nil } == figures.daysToResolve.cases)
        let statuses = expectedStatuses(figures)
        #expect(Dictionary(grouping: cases, by: \.status).mapValues { Int64($0.count) } == statuses)
        for status in CaseStatus.allCases {
            let some = try await GoldenImport.allRows {
                try await crm.cases(status: status, limit: 1_000, after: $0)
            }
            #expect(some.count == Int(statuses[status] ?? 0), "\(status)")
        }
    }
}
