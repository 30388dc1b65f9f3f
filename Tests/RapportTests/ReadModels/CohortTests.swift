import EventLog
@testable import Rapport
import Testing

/// Cohorts by the first order, counted by hand and against a plain count over random orders.
@Suite struct CohortTests {
    /// An order of one line.
    private static func order(
        _ id: String, of customer: String, at time: String, cancelled: String? = nil
    ) -> OrderStory {
        var story = OrderStory(id, of: customer, (time, .placed([.init(net: 100)])))
        if let cancelled { story.changes.append(.init(at: .at(cancelled), change: .cancelled("price"))) }
        return story
    }

    private static func folder(_ stories: [OrderStory]) throws -> CRMFolder {
        try CRMFolder(try stories.flatMap { try $0.events() })
    }

    private static func cohorts(
        _ stories: [OrderStory], _ question: CohortQuestion = .init()
    ) async throws -> Cohorts {
        let folder = try Self.folder(stories)
        let cohorts = try await folder.crm.cohorts(question, atLeast: folder.head)
        #expect(cohorts.position == folder.head)
        return cohorts
    }

    /// Period: customers, of them again, on another day, orders; then who ordered in each period since.
    private static func line(_ cohort: Cohorts.Cohort) -> String {
        let active = cohort.active.map { $0.map { String($0) } ?? "?" }.joined(separator: " ")
        return "\(cohort.period): \(cohort.customers) \(cohort.repeatCustomers) \(cohort.repeatOnOtherDay) "
            + "\(cohort.orders) [\(active)]"
    }

    /// Four customers: C-1 comes again in the same month and two months later, C-2 never, C-3 twice on one day, C-4 in
    /// the next month.
    private static let shop = [
        order("A-1", of: "C-1", at: "2024-01-05T10:00:00Z"), order("A-2", of: "C-1", at: "2024-01-20T10:00:00Z"),
        order("A-3", of: "C-1", at: "2024-03-02T10:00:00Z"), order("A-4", of: "C-2", at: "2024-01-31T23:30:00Z"),
        order("A-5", of: "C-3", at: "2024-02-10T08:00:00Z"), order("A-6", of: "C-3", at: "2024-02-10T09:00:00Z"),
        order("A-7", of: "客户-4", at: "2024-02-29T10:00:00Z"), order("A-8", of: "客户-4", at: "2024-04-01T00:00:00Z"),
    ]

    // MARK: By hand

    @Test("customers belong to the month of their first order; the month that is not over is unknown")
    func months() async throws {
        let found = try await Self.cohorts(Self.shop)
        #expect(found.cohorts.map(Self.line) == ["2024-01: 2 1 1 4 [2 0 1 ?]", "2024-02: 2 2 1 4 [2 0 ?]"])
        #expect(Self.line(found.overall) == "all: 4 3 2 8 []")
        #expect(found.cohorts.map(\.repeatRateBp) == [5000, 10_000])
        #expect(found.cohorts.map(\.repeatOnOtherDayBp) == [5000, 5000])
        #expect(found.overall.repeatRateBp == 7500)
        #expect(found.by == .month)
        #expect(found.at == "2024-04-01")
        #expect(found.zone == "UTC")
    }

    @Test(
        "periods may be weeks or quarters; those in which nobody came first are left out",
        arguments: [
            (
                Granularity.quarter, "2024-06-30",
                ["2024-Q1: 4 3 2 8 [4 1]"]
            ),
            (
                .week, "2024-02-18",
                [
                    "2024-W01: 1 1 1 2 [1 0 1 0 0 0 0]", "2024-W05: 1 0 0 1 [1 0 0]", "2024-W06: 1 1 0 2 [1 0]",
                ]
            ),
            (.year, "2024-12-30", ["2024: 4 3 2 8 [?]"]), (.year, "2024-12-31", ["2024: 4 3 2 8 [4]"]),
        ] as [(Granularity, String, [String])])
    func granularities(by: Granularity, at: String, expected: [String]) async throws {
        let found = try await Self.cohorts(Self.shop, .init(by: by, at: .on(at)))
        #expect(found.cohorts.map(Self.line) == expected)
        #expect(found.at == at)
    }

    @Test("a period is over with its last day, and what comes after the day asked about is not looked at")
    func incompletePeriods() async throws {
        for (at, expected) in [
            ("2024-01-30", ["2024-01: 1 1 1 2 [?]"]), ("2024-01-31", ["2024-01: 2 1 1 3 [2]"]),
            ("2024-02-29", ["2024-01: 2 1 1 3 [2 0]", "2024-02: 2 1 0 3 [2]"]),
            ("2024-03-30", ["2024-01: 2 1 1 4 [2 0 ?]", "2024-02: 2 1 0 3 [2 ?]"]),
            ("2024-05-31", ["2024-01: 2 1 1 4 [2 0 1 0 0]", "2024-02: 2 2 1 4 [2 0 1 0]"]),
        ] {
            let found = try await Self.cohorts(Self.shop, .init(at: .on(at)))
            #expect(found.cohorts.map(Self.line) == expected)
        }
        let before = try await Self.cohorts(Self.shop, .init(at: .on("2023-12-31")))
        #expect(before.cohorts == [])
        #expect(before.overall.customers == 0)
        #expect(before.overall.repeatRateBp == nil)
    }

    @Test("days, and so months, are those of the zone: also for an order at its midnight")
    func zones() async throws {
        let stories = [
            Self.order("A-1", of: "C-1", at: "2024-01-31T16:00:00Z"),
            Self.order("A-2", of: "C-1", at: "2024-02-01T15:59:59Z"),
            Self.order("A-3", of: "C-2", at: "2024-01-31T15:59:59.999999Z"),
            Self.order("A-4", of: "C-2", at: "2024-01-31T16:00:00Z"),
        ]
        for (zone, expected) in [
            ("Asia/Shanghai", ["2024-01: 1 1 1 2 [1 1]", "2024-02: 1 1 0 2 [1]"]),
            ("UTC", ["2024-01: 2 2 1 4 [2 1]"]),
        ] {
            let found = try await Self.cohorts(stories, .init(at: .on("2024-02-29"), zone: zone))
            #expect(found.cohorts.map(Self.line) == expected)
            #expect(found.zone == zone)
        }
        // The latest order's day is the last one, in the zone.
        let shanghai = try await Self.cohorts([stories[0]], .init(zone: "Asia/Shanghai"))
        #expect(shanghai.at == "2024-02-01")
    }

    @Test("a cancelled order does not count from its cancellation on, not even as the first")
    func cancelled() async throws {
        let stories = [
            Self.order("A-1", of: "C-1", at: "2024-01-05T10:00:00Z", cancelled: "2024-03-05T10:00:00Z"),
            Self.order("A-2", of: "C-1", at: "2024-02-05T10:00:00Z"),
            Self.order("A-3", of: "C-2", at: "2024-01-06T10:00:00Z"),
            Self.order("A-4", of: "C-2", at: "2024-02-06T10:00:00Z", cancelled: "2024-02-07T10:00:00Z"),
            Self.order("A-5", of: "C-3", at: "2024-01-01T10:00:00Z", cancelled: "2024-01-01T11:00:00Z"),
        ]
        for (at, expected) in [
            ("2024-02-06", ["2024-01: 2 2 2 4 [2 ?]"]), ("2024-02-29", ["2024-01: 2 1 1 3 [2 1]"]),
            ("2024-03-04", ["2024-01: 2 1 1 3 [2 1 ?]"]),
            ("2024-03-31", ["2024-01: 1 0 0 1 [1 0 0]", "2024-02: 1 0 0 1 [1 0]"]),
        ] {
            let found = try await Self.cohorts(stories, .init(at: .on(at)))
            #expect(found.cohorts.map(Self.line) == expected, "\(at)")
        }
        // Nobody but the one who cancelled: there is a last day, and no cohort.
        let nobody = try await Self.cohorts([stories[4]])
        #expect(nobody.cohorts == [])
        #expect(nobody.at == "2024-01-01")
    }

    @Test("first and last day limit the first orders, not those that follow")
    func limits() async throws {
        let at = CivilDate.on("2024-04-30")
        let february = try await Self.cohorts(
            Self.shop, .init(from: .on("2024-02-01"), to: .on("2024-02-28"), at: at))
        #expect(february.cohorts.map(Self.line) == ["2024-02: 1 1 0 2 [1 0 0]"])
        #expect(Self.line(february.overall) == "all: 1 1 0 2 []")
        let since = try await Self.cohorts(Self.shop, .init(from: .on("2024-01-31"), at: at))
        #expect(since.cohorts.map(Self.line) == ["2024-01: 1 0 0 1 [1 0 0 0]", "2024-02: 2 2 1 4 [2 0 1]"])
        let backwards = try await Self.cohorts(Self.shop, .init(from: .on("2024-02-01"), to: .on("2024-01-01")))
        #expect(backwards.cohorts == [])
    }

    @Test("without orders there are no cohorts and no last day; a zone that there is not is refused")
    func nothing() async throws {
        let found = try await Self.cohorts([])
        #expect(found.cohorts == [])
        #expect(found.at == nil)
        #expect(Self.line(found.overall) == "all: 0 0 0 0 []")
        await #expect(throws: UnknownTimeZone.self) { _ = try await Self.cohorts([], .init(zone: "Mars/Olympus")) }
    }

    @Test("an order far away makes no wider a table", .timeLimit(.minutes(5)))
    func farAway() async throws {
        let stories = [
            Self.order("A-1", of: "C-1", at: "2024-01-05T10:00:00Z"),
            Self.order("A-2", of: "C-2", at: "2024-01-06T10:00:00Z"),
            Self.order("A-3", of: "C-2", at: "2999-06-01T10:00:00Z"),
            Self.order("A-4", of: "C-3", at: "2999-06-01T10:00:00Z"),
        ]
        let none = String(repeating: " 0", count: 399)
        let found = try await Self.cohorts(stories)
        #expect(found.at == "2999-06-01")
        #expect(found.cohorts.map(Self.line) == ["2024-01: 2 1 1 3 [2\(none)]", "2999-06: 1 0 0 1 [?]"])
        // The same of a last day that is far behind all orders.
        let later = try await Self.cohorts([stories[0]], .init(at: .on("2999-06-01")))
        #expect(later.cohorts.map(Self.line) == ["2024-01: 1 0 0 1 [1\(none)]"])
        let soon = try await Self.cohorts(stories, .init(at: .on("2024-01-31")))
        #expect(soon.cohorts.map(Self.line) == ["2024-01: 2 0 0 2 [2]"])
    }

    // MARK: Against a plain count

    /// One customer as of a moment: when the orders that counted then were placed.
    private static func buyers(_ stories: [OrderStory], before end: Timestamp) -> [[Timestamp]] {
        RandomOrders.customers.compactMap { customer in
            let times = stories.filter { $0.customer == customer }.compactMap { story -> Timestamp? in
                guard let placedAt = story.placedAt, placedAt < end else { return nil }
                return story.cancelledAt.map { $0 < end } ?? false ? nil : placedAt
            }
            return times.isEmpty ? nil : times.sorted()
        }
    }

    private static func plainCohorts(
        _ stories: [OrderStory], _ question: CohortQuestion, _ lastDay: CivilDate
    ) throws -> [Cohorts.Cohort] {
        let calendar = try ZonedCalendar(zone: question.zone)
        let wall = WallCalendar(zone: question.zone)
        let lastPeriod = CalendarPeriod(question.by, containing: lastDay)
        // Of each customer the days of orders, and the periods that these lie in.
        let buyers = Self.buyers(stories, before: calendar.endOfDay(lastDay))
            .map { times in
                (days: times.map { wall.day(of: $0) }, labels: times.map { wall.label(question.by, of: $0) })
            }
            .filter { buyer in
                guard let day = buyer.days[0] else { return false }
                return (question.from.map { $0 <= day } ?? true) && (question.to.map { day <= $0 } ?? true)
            }
        return Set(buyers.map(\.labels[0])).sorted().map { name in
            let members = buyers.filter { $0.labels[0] == name }
            var active: [Int64?] = []
            var period = CalendarPeriod(name) ?? lastPeriod
            while period <= lastPeriod, active.count < CohortCounter.mostPeriods {
                let label = period.label
                let count = members.count { $0.labels.contains(label) }
                active.append(period == lastPeriod && period.lastDay > lastDay ? nil : Int64(count))
                period = period.next
            }
            let all = Int64(members.count)
            let again = Int64(members.count { $0.days.count > 1 })
            let onOtherDay = Int64(members.count { Set($0.days).count > 1 })
            return Cohorts.Cohort(
                period: name, customers: all, repeatCustomers: again, repeatRateBp: basisPoints(again, of: all),
                repeatOnOtherDay: onOtherDay, repeatOnOtherDayBp: basisPoints(onOtherDay, of: all),
                orders: members.reduce(0) { $0 + Int64($1.days.count) }, active: active)
        }
    }

    @Test("cohorts of random orders are those of a plain count", arguments: 1...8 as ClosedRange<UInt64>)
    func plainCount(seed: UInt64) async throws {
        var orders = RandomOrders(seed: seed)
        // Some stories are dense, so that there are several orders on one day.
        let stories = orders.stories(orders.number(in: 5...40), within: orders.one(of: [6, 60, 330]))
        let folder = try CRMFolder()
        try await folder.appendSlowly(
            orders.shuffled(try stories.flatMap { try $0.events() }), batch: orders.number(in: 2...30))
        for granularity in Granularity.allCases {
            for round in 0..<4 {
                let question = CohortQuestion(
                    by: granularity, from: orders.one(of: [nil, orders.day()]),
                    to: orders.one(of: [nil, orders.day()]),
                    at: round == 0 ? nil : orders.day(), zone: orders.one(of: RandomOrders.zones))
                let found = try await folder.crm.cohorts(question)
                let wall = WallCalendar(zone: question.zone)
                let latest = stories.compactMap(\.placedAt).max().flatMap { wall.day(of: $0) }
                let lastDay = try #require(question.at ?? latest)
                let expected = try Self.plainCohorts(stories, question, lastDay)
                #expect(found.at == lastDay.description)
                #expect(found.cohorts == expected, "\(question)")
                #expect(found.overall.customers == expected.reduce(0) { $0 + $1.customers })
                #expect(found.overall.repeatCustomers == expected.reduce(0) { $0 + $1.repeatCustomers })
                #expect(found.overall.repeatOnOtherDay == expected.reduce(0) { $0 + $1.repeatOnOtherDay })
                #expect(found.overall.orders == expected.reduce(0) { $0 + $1.orders })
                #expect(found.overall.active == [])
            }
        }
    }
}
