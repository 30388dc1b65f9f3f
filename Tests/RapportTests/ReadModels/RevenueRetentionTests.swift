import EventLog
@testable import Rapport
import Testing

/// Net and gross revenue retention, counted by hand and against a plain count over random orders.
@Suite(.timeLimit(.minutes(5))) struct RevenueRetentionTests {
    /// An order of one line.
    private static func order(
        _ id: String, of customer: String, on day: String, _ net: Int64, currency: String = "EUR"
    ) -> OrderStory {
        OrderStory(id, of: customer, ("\(day)T10:00:00Z", .placed([.init(net: net, currency: currency)])))
    }

    /// In February C-1 pays more and C-2 less than in January, C-3 and C-5 nothing, and C-4 comes for the first time.
    /// In March C-2 pays the same, C-3 comes back, C-4 cancels, and C-5 gives a part back of what it bought in January.
    private static var shop: [OrderStory] {
        var stories = [
            order("A-1", of: "C-1", on: "2024-01-03", 1000), order("A-2", of: "C-1", on: "2024-02-03", 1500),
            order("B-1", of: "C-2", on: "2024-01-31", 2000), order("B-2", of: "C-2", on: "2024-02-01", 800),
            order("B-3", of: "C-2", on: "2024-03-01", 800), order("C-1", of: "C-3", on: "2024-01-10", 300),
            order("C-2", of: "C-3", on: "2024-01-11", 200), order("C-3", of: "C-3", on: "2024-03-11", 700),
            order("D-1", of: "C-4", on: "2024-02-29", 400), order("D-2", of: "C-4", on: "2024-03-05", 600),
            order("E-1", of: "C-5", on: "2024-01-20", 900),
        ]
        stories[9].changes.append(.init(at: .at("2024-03-25T10:00:00Z"), change: .cancelled("price")))
        stories[10].changes.append(
            .init(at: .at("2024-03-20T10:00:00Z"), change: .returned([.init(net: 100)], "broken")))
        return stories
    }

    private static func retention(
        _ stories: [OrderStory], _ question: RevenueRetentionQuestion
    ) async throws -> RevenueRetention {
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let found = try await folder.crm.revenueRetention(question, atLeast: folder.head)
        #expect(found.position == folder.head)
        return found
    }

    /// Customers and revenue at the start, more, less, gone, new, come back and at the end; then who ordered first and
    /// who again, with orders.
    private static func line(_ period: RevenueRetention.Period) -> String {
        var parts = [period.period, period.against]
        if let moved = period.movement {
            let all = [
                moved.start, moved.expansion, moved.contraction, moved.churn, moved.new, moved.reactivated, moved.end,
            ]
            parts += all.map { "\($0.customers):\($0.revenue)" }
        } else {
            parts.append("?")
        }
        parts += [period.firstTime, period.recurring].map { buyers in
            buyers.map { "\($0.customers)/\($0.orders)/\($0.revenue)" } ?? "?"
        }
        return parts.joined(separator: " ")
    }

    @Test("revenue moves from month to month by customers who pay more, pay less, go, come and come back")
    func byHand() async throws {
        let found = try await Self.retention(Self.shop, .init(at: .on("2024-03-31")))
        #expect(
            found.periods.map(Self.line) == [
                "2024-01 2023-12 0:0 0:0 0:0 0:0 4:4300 0:0 4:4300 4/5/4300 0/0/0",
                "2024-02 2024-01 4:4300 1:500 1:1200 2:1300 1:400 0:0 3:2700 1/1/400 2/2/2300",
                "2024-03 2024-02 3:2700 0:0 0:0 2:1900 0:0 1:700 2:1500 0/0/0 2/2/1500",
            ])
        #expect(found.periods.map { $0.movement?.netBp } == [nil, 5349, 2963])
        #expect(found.periods.map { $0.movement?.grossBp } == [nil, 4186, 2963])
        #expect(found.currency == "EUR")
        #expect(found.at == "2024-03-31")
    }

    @Test("periods further apart are compared; who came first in between is new")
    func apart() async throws {
        var stories = Self.shop
        stories.append(Self.order("F-1", of: "C-6", on: "2024-02-10", 50))
        stories.append(Self.order("F-2", of: "C-6", on: "2024-03-10", 70))
        let found = try await Self.retention(stories, .init(apart: 2, at: .on("2024-03-31")))
        #expect(
            found.periods.map(Self.line) == [
                "2024-01 2023-11 0:0 0:0 0:0 0:0 4:4300 0:0 4:4300 4/5/4300 0/0/0",
                "2024-02 2023-12 0:0 0:0 0:0 0:0 4:2750 0:0 4:2750 2/2/450 2/2/2300",
                "2024-03 2024-01 4:4300 1:200 1:1200 2:1800 1:70 0:0 3:1570 0/0/0 3/3/1570",
            ])
    }

    @Test("a period that is not over is unknown; one that nobody comes to has lost everything")
    func ends() async throws {
        let early = try await Self.retention(Self.shop, .init(at: .on("2024-03-30")))
        #expect(early.periods.map(Self.line).last == "2024-03 2024-02 ? ? ?")
        let late = try await Self.retention(Self.shop, .init(at: .on("2024-06-30")))
        #expect(late.periods.map(\.period) == ["2024-01", "2024-02", "2024-03", "2024-04"])
        #expect(
            late.periods.map(Self.line).last == "2024-04 2024-03 2:1500 0:0 0:0 2:1500 0:0 0:0 0:0 0/0/0 0/0/0")
        #expect(late.periods.last?.movement?.netBp == 0)
        // The last order is of 11 March: nothing is known of the rest of the month.
        let usual = try await Self.retention(Self.shop, .init(by: .quarter))
        #expect(usual.at == "2024-03-11")
        #expect(usual.periods.map(Self.line) == ["2024-Q1 2023-Q4 ? ? ?"])
        let before = try await Self.retention(Self.shop, .init(at: .on("2023-12-31")))
        #expect(before.periods == [])
    }

    @Test("what nobody paid anything for has no retention; more may be left than there was")
    func shares() async throws {
        let stories = [
            OrderStory("A-1", of: "C-1", ("2024-01-05T10:00:00Z", .placed([]))),
            Self.order("A-2", of: "C-1", on: "2024-02-05", 100), Self.order("A-3", of: "C-1", on: "2024-03-05", 250),
        ]
        let found = try await Self.retention(stories, .init(at: .on("2024-03-31")))
        #expect(found.periods.map { $0.movement?.start.customers } == [0, 1, 1])
        #expect(found.periods.map { $0.movement?.expansion.revenue } == [0, 100, 150])
        #expect(found.periods.map { $0.movement?.netBp } == [nil, nil, 25_000])
        #expect(found.periods.map { $0.movement?.grossBp } == [nil, nil, 10_000])
        #expect(found.gaps.ordersWithoutAmount == 1)
    }

    @Test("amounts of several currencies are not added; periods must be apart, and not too far")
    func refusals() async throws {
        let stories = Self.shop + [Self.order("F-1", of: "C-6", on: "2024-02-10", 50, currency: "USD")]
        await #expect(throws: SeveralCurrencies(currencies: ["EUR", "USD"])) {
            _ = try await Self.retention(stories, .init(at: .on("2024-03-31")))
        }
        await #expect(throws: UnknownCurrency(currency: "JPY", known: ["EUR", "USD"])) {
            _ = try await Self.retention(stories, .init(currency: "JPY", at: .on("2024-03-31")))
        }
        let dollars = try await Self.retention(stories, .init(currency: "USD", at: .on("2024-03-31")))
        #expect(dollars.periods.map(\.period) == ["2024-02", "2024-03"])
        #expect(dollars.gaps.ordersInOtherCurrencies == 10)
        for apart in [-1, 0, 1001] {
            await #expect(throws: InvalidPeriodsApart(apart: apart)) {
                _ = try await Self.retention([], .init(apart: apart))
            }
        }
        await #expect(throws: UnknownTimeZone.self) { _ = try await Self.retention([], .init(zone: "Mars/Olympus")) }
        let none = try await Self.retention([], .init())
        #expect(none.at == nil)
        #expect(none.periods == [])
    }

    @Test("periods of every length are numbered one after the other", arguments: Granularity.allCases)
    func numbers(granularity: Granularity) {
        for start in [-800_000, -719_600, -1000, 0, 19_700, 1_000_000] {
            var period = CalendarPeriod(granularity, containing: CivilDate(daysSinceEpoch: start))
            var number = granularity.periodNumber(of: period.firstDay)
            for _ in 0..<30 {
                #expect(granularity.period(numbered: number) == period)
                #expect(granularity.periodNumber(of: period.lastDay) == number)
                period = period.next
                number += 1
            }
        }
    }

    // MARK: Against a plain count

    private typealias Purchases = (orders: Int64, revenue: Int64)

    /// What each customer ordered in each period, as known at the end of a day.
    private static func purchases(
        _ stories: [OrderStory], _ question: RevenueRetentionQuestion, _ lastDay: CivilDate
    ) throws -> [String: [CalendarPeriod: Purchases]] {
        let end = try ZonedCalendar(zone: question.zone).endOfDay(lastDay)
        let wall = WallCalendar(zone: question.zone)
        let currency = question.currency ?? ""
        var found: [String: [CalendarPeriod: Purchases]] = [:]
        for story in stories {
            guard let standing = story.standing(before: end), standing.status != .cancelled,
                let day = wall.day(of: standing.placedAt)
            else { continue }
            let isThere = standing.ordered[currency] != nil || standing.returned[currency] != nil
            guard isThere || (standing.ordered.isEmpty && standing.returned.isEmpty) else { continue }
            let period = CalendarPeriod(question.by, containing: day)
            let known = found[story.customer]?[period] ?? (0, 0)
            let revenue = (standing.ordered[currency] ?? 0) - (standing.returned[currency] ?? 0)
            found[story.customer, default: [:]][period] = (known.orders + 1, known.revenue + revenue)
        }
        return found
    }

    private static func sums(_ revenues: [Int64]) -> String { "\(revenues.count):\(revenues.reduce(0, +))" }

    private static func buyers(_ bought: [Purchases]) -> String {
        "\(bought.count)/\(bought.reduce(0) { $0 + $1.orders })/\(bought.reduce(0) { $0 + $1.revenue })"
    }

    /// The line of a period and the earlier one; nil where nobody ordered in either.
    private static func plainLine(
        _ customers: [[CalendarPeriod: Purchases]], _ period: CalendarPeriod, against: CalendarPeriod,
        _ lastDay: CivilDate
    ) -> String? {
        let there = customers.filter { $0[period] != nil || $0[against] != nil }
        if there.isEmpty { return nil }
        if period.lastDay > lastDay { return "\(period.label) \(against.label) ? ? ?" }
        let both = there.compactMap { bought -> Int64? in
            guard let now = bought[period], let then = bought[against] else { return nil }
            return now.revenue - then.revenue
        }
        let gone = there.filter { $0[period] == nil }.compactMap { $0[against]?.revenue }
        let others = there.filter { $0[period] != nil && $0[against] == nil }
        let new = others.filter { bought in bought.keys.allSatisfy { $0 > against } }
        let back = others.filter { bought in bought.keys.contains { $0 < against } }
        let first = there.filter { $0.keys.min() == period }
        let again = there.filter { $0.keys.min() != period }
        var parts = [period.label, against.label]
        parts.append(sums(there.compactMap { $0[against]?.revenue }))
        parts.append(sums(both.filter { $0 > 0 }))
        parts.append(sums(both.filter { $0 < 0 }.map { -$0 }))
        parts.append(sums(gone))
        parts.append(sums(new.compactMap { $0[period]?.revenue }))
        parts.append(sums(back.compactMap { $0[period]?.revenue }))
        parts.append(sums(there.compactMap { $0[period]?.revenue }))
        parts.append(buyers(first.compactMap { $0[period] }))
        parts.append(buyers(again.compactMap { $0[period] }))
        return parts.joined(separator: " ")
    }

    @Test("the retention of random orders' revenue is that of a plain count", arguments: 1...6 as ClosedRange<UInt64>)
    func plainCount(seed: UInt64) async throws {
        var orders = RandomOrders(seed: seed)
        let stories = orders.stories(orders.number(in: 20...60))
        let folder = try CRMFolder()
        try await folder.appendSlowly(
            orders.shuffled(try stories.flatMap { try $0.events() }), batch: orders.number(in: 5...40))
        for granularity in Granularity.allCases {
            let day = orders.day()
            let question = RevenueRetentionQuestion(
                by: granularity, apart: orders.number(in: 1...3), currency: orders.one(of: RandomOrders.currencies),
                at: day, zone: orders.one(of: RandomOrders.zones))
            let customers = Array(try Self.purchases(stories, question, day).values)
            // Begins before any order, by more periods than any two are apart.
            let early: CivilDate = .on(granularity == .year ? "2019-06-01" : "2022-06-01")
            var periods = [CalendarPeriod(granularity, containing: early)]
            while let last = periods.last, last.lastDay < day { periods.append(last.next) }
            let expected = zip(periods.dropFirst(question.apart), periods).compactMap { period, against in
                Self.plainLine(customers, period, against: against, day)
            }
            do {
                let found = try await folder.crm.revenueRetention(question)
                #expect(found.periods.map(Self.line) == expected, "\(question)")
                for moved in found.periods.compactMap(\.movement) { Self.check(moved) }
            } catch let error as UnknownCurrency {
                #expect(!error.known.contains(question.currency ?? ""))
            }
        }
    }

    /// What was there, came and went makes up what is there, in customers and in revenue.
    private static func check(_ moved: RevenueRetention.Movement) {
        let kept = moved.start.revenue - moved.contraction.revenue - moved.churn.revenue
        let net = kept + moved.expansion.revenue
        #expect(net + moved.new.revenue + moved.reactivated.revenue == moved.end.revenue)
        let customers = moved.start.customers - moved.churn.customers
        #expect(customers + moved.new.customers + moved.reactivated.customers == moved.end.customers)
        #expect(moved.grossBp == basisPoints(kept, of: moved.start.revenue))
        #expect(moved.netBp == basisPoints(net, of: moved.start.revenue))
        if let net = moved.netBp, let gross = moved.grossBp { #expect(gross <= net) }
    }
}
