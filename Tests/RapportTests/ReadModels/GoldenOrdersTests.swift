import EventLog
import Rapport
import Testing

/// Answers about orders and those who placed them, against figures of an online shop that were computed elsewhere.
///
/// One published figure has no answer: whether the rows of the sample are in the master. The sample names its customers
/// by numbers of its own, and those that the master has for them are not imported.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenOrdersTests {
    private typealias Purchases = GoldenFigures.Orders.Purchases

    private static let sets = ["master", "sample"]

    /// The smaller file by itself; the greater one is asked together with it, by set and as a whole.
    @Test("CDNOW: purchases, revenue, repeat customers and months of a file are the published ones")
    func oneFile() async throws {
        let figures = try GoldenDataSets.figures(GoldenFigures.Orders.self, of: "cdnow").sample
        let path = GoldenDataSets.path("cdnow", "CDNOW_sample.txt")
        let folder = try await GoldenImport.imported("cdnow", [path]).folder
        let (crm, head) = (folder.crm, folder.head)
        // The import has a beginning and an end.
        #expect(head.rawValue - 2 == UInt64(figures.transactions + figures.customers))
        let sales = try await crm.orderSales(OrderSalesQuestion(by: .month), atLeast: head)
        #expect(sales.overall.count == 1)
        try checkSales(sales, of: nil, figures)
        let cohorts = try await crm.cohorts(atLeast: head)
        try checkCohorts(cohorts, [figures])
        #expect(cohorts.overall.repeatRateBp == GoldenFigures.basisPoints(figures.repeatRate))
        #expect(cohorts.overall.repeatOnOtherDayBp == GoldenFigures.basisPoints(figures.repeatOnOtherDayRate))
        try await checkList(crm, [figures])
        withExtendedLifetime(folder) {}
    }

    @Test("CDNOW: two files at once are two sets of customers, each with the published figures")
    func bothFiles() async throws {
        let figures = try GoldenDataSets.figures(GoldenFigures.Orders.self, of: "cdnow")
        let both = Self.sets.map { figures[$0] }
        let folder = try await GoldenImport.shared(.cdnow).folder
        let (crm, head) = (folder.crm, folder.head)
        // The import has a beginning and an end.
        #expect(Int64(head.rawValue) - 2 == total(of: both, \.transactions) + total(of: both, \.customers))
        let bySet = try await crm.orderSales(OrderSalesQuestion(dimension: "set", by: .month), atLeast: head)
        #expect(bySet.overall.compactMap(\.group) == Self.sets)
        for set in Self.sets { try checkSales(bySet, of: set, figures[set]) }
        let together = try await crm.orderSales(OrderSalesQuestion(by: .month), atLeast: head)
        checkSums(together, of: bySet)
        #expect(together.overall.first?.counts.open == total(of: both, \.transactions))
        let all = try await crm.orderSales(OrderSalesQuestion(dimension: "channel"))
        let web = try #require(all.overall.first)
        #expect(all.overall.count == 1)
        #expect(web.group == "web")
        #expect(web.counts.placed == total(of: both, \.transactions))
        #expect(web.counts.quantityMilli == 1000 * total(of: both, \.cds))
        #expect(web.values.map(\.placed) == [both.reduce(0) { $0 + GoldenFigures.cents($1.revenue) }])
        let cohorts = try await crm.cohorts(atLeast: head)
        try checkCohorts(cohorts, both)
        let customers = Double(total(of: both, \.customers))
        let repeated = Double(total(of: both, \.repeatCustomers))
        let onOtherDay = Double(total(of: both, \.repeatOnOtherDay))
        #expect(cohorts.overall.repeatRateBp == GoldenFigures.basisPoints(repeated / customers))
        #expect(cohorts.overall.repeatOnOtherDayBp == GoldenFigures.basisPoints(onOtherDay / customers))
        try await checkList(crm, both)
    }

    private func total(of files: [Purchases], _ figure: (Purchases) -> Int64) -> Int64 {
        files.reduce(0) { $0 + figure($1) }
    }

    // MARK: Sales

    private func checkSales(_ sales: OrderSales, of group: String?, _ figures: Purchases) throws {
        let whole = try #require(sales.overall.first { $0.group == group })
        check(whole, [Double(figures.transactions), figures.revenue])
        #expect(whole.counts.quantityMilli == 1000 * figures.cds)
        // Nothing is known of what became of an order.
        #expect(whole.counts.open == figures.transactions)
        let months = sales.points.filter { $0.group == group }
        #expect(months.map(\.period) == figures.byMonth.keys.sorted())
        for month in months { check(month, try #require(figures.byMonth[month.period])) }
        #expect(months.reduce(0) { $0 + $1.counts.quantityMilli } == 1000 * figures.cds)
    }

    /// What is not grouped is the sum of the groups, as a whole and month by month.
    private func checkSums(_ together: OrderSales, of groups: OrderSales) {
        #expect(together.overall.count == 1)
        #expect(together.points.map(\.period) == Set(groups.points.map(\.period)).sorted())
        for (points, parts) in [(together.overall, groups.overall), (together.points, groups.points)] {
            for point in points {
                let same = parts.filter { $0.period == point.period }
                #expect(point.counts.placed == same.reduce(0) { $0 + $1.counts.placed }, "\(point.period)")
                #expect(
                    point.counts.quantityMilli == same.reduce(0) { $0 + $1.counts.quantityMilli }, "\(point.period)")
                let values = same.flatMap(\.values)
                #expect(point.values.map(\.currency) == ["USD"], "\(point.period)")
                #expect(point.values.map(\.placed) == [values.reduce(0) { $0 + $1.placed }], "\(point.period)")
                #expect(point.values.map(\.net) == [values.reduce(0) { $0 + $1.net }], "\(point.period)")
            }
        }
    }

    /// - Parameter expected: transactions and revenue.
    private func check(_ point: OrderSales.Point, _ expected: [Double]) {
        #expect(Double(point.counts.placed) == expected[0], "\(point.period)")
        #expect(point.values.map(\.currency) == ["USD"], "\(point.period)")
        #expect(point.values.map(\.placed) == [GoldenFigures.cents(expected[1])], "\(point.period)")
        #expect(point.values.map(\.net) == [GoldenFigures.cents(expected[1])], "\(point.period)")
    }

    // MARK: Customers

    private func checkCohorts(_ cohorts: Cohorts, _ files: [Purchases]) throws {
        #expect(cohorts.at == files.map { $0.range[1] }.max())
        #expect(cohorts.overall.customers == total(of: files, \.customers))
        #expect(cohorts.overall.orders == total(of: files, \.transactions))
        #expect(cohorts.overall.repeatCustomers == total(of: files, \.repeatCustomers))
        #expect(cohorts.overall.repeatOnOtherDay == total(of: files, \.repeatOnOtherDay))
        var expected: [String: Int64] = [:]
        for file in files { expected.merge(file.newCustomersByMonth, uniquingKeysWith: +) }
        #expect(cohorts.cohorts.map(\.period) == expected.keys.sorted())
        for cohort in cohorts.cohorts {
            #expect(cohort.customers == expected[cohort.period], "\(cohort.period)")
            #expect(cohort.active.first == cohort.customers, "\(cohort.period)")
        }
    }

    // MARK: Single orders

    private struct Purchase: Hashable {
        let customer: String
        let at: Timestamp
        var quantityMilli: Int64 = 0
        var amounts: [OrderEntry.Amount] = []
    }

    private func checkList(_ crm: Rapport, _ files: [Purchases]) async throws {
        let orders = try await GoldenImport.allRows { try await crm.orders(limit: 5_000, after: $0) }
        #expect(orders.count == Int(total(of: files, \.transactions)))
        let (first, last) = (try #require(orders.first), try #require(orders.last))
        #expect(String(first.placedAt.description.prefix(10)) == files.map { $0.range[0] }.min())
        #expect(String(last.placedAt.description.prefix(10)) == files.map { $0.range[1] }.max())
        #expect(orders.count { $0.amounts.map(\.net) == [0] } == files.reduce(0) { $0 + $1.forNothing })
        let byDay = Set(orders.map { Purchase(customer: $0.customer ?? "", at: $0.placedAt) })
        #expect(orders.count - byDay.count == files.reduce(0) { $0 + $1.sameDay })
        let different = orders.map {
            Purchase(customer: $0.customer ?? "", at: $0.placedAt, quantityMilli: $0.quantityMilli, amounts: $0.amounts)
        }
        #expect(orders.count - Set(different).count == files.reduce(0) { $0 + $1.duplicates })

        let counts = Dictionary(grouping: orders, by: { $0.customer ?? "" }).mapValues(\.count)
        let busiest = try #require(counts.max { $0.value < $1.value })
        #expect(busiest.value == files.map(\.mostOfOneCustomer).max())
        let summary = try #require(try await crm.orderSummary(of: busiest.key))
        #expect(summary.counts.placed == Int64(busiest.value))
        let ofBusiest = try await GoldenImport.allRows { try await crm.orders(of: busiest.key, limit: 20, after: $0) }
        #expect(ofBusiest == orders.filter { $0.customer == busiest.key })
        let profile = try await crm.profile(of: busiest.key, atLeast: summary.position)
        #expect(profile?.orders == busiest.value)
    }
}
