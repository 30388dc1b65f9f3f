import Foundation
import Testing
import TestSupport

/// Orders of the two customers of ``TinyCompany``.
///
/// | order | customer | channel | 2017 | outcome |
/// |---|---|---|---|---|
/// | A-1 | C-1 | web | 01-10, 120.00 EUR | delivered 01-12, half of it returned 02-10 |
/// | A-2 | C-2 | shop | 01-20, 50.00 EUR | cancelled 01-21 |
/// | A-3 | C-1 | web | 02-05, 30.00 USD | open |
/// | A-4 | C-2 | web | 02-15, 80.00 EUR | open |
enum TinyOrders {
    /// A data directory that holds them, from position 16 on.
    static func directory() async throws -> TemporaryDirectory {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("append", "--data", directory.path, input: lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
        return directory
    }

    /// What a question about them prints on standard output.
    static func output(_ question: [String]) async throws -> String {
        let directory = try await Self.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.errors == "")
        return run.output
    }

    private static let lines: [String] = events.enumerated().map { index, event in
        let id = "00000000-0000-7000-8000-0000000000\(index + 16)"
        return #"{"id":"\#(id)","occurredAt":"2017-\#(event.day)T09:00:00Z","type":"\#(event.type)","#
            + #""tags":["order:\#(event.order)","customer:\#(event.customer)"],"data":{"orderId":"\#(event.order)""#
            + event.rest + "}}"
    }

    private typealias Event = (day: String, type: String, order: String, customer: String, rest: String)

    private static let events: [Event] = [
        (
            "01-10", "OrderPlaced", "A-1", "C-1",
            line(2000, 12_000, "EUR", "web") + #","attributes":[{"name":"region","value":"north"}]"#
        ),
        ("01-12", "OrderDelivered", "A-1", "C-1", ""),
        ("01-20", "OrderPlaced", "A-2", "C-2", line(1000, 5000, "EUR", "shop")),
        ("01-21", "OrderCancelled", "A-2", "C-2", #","reason":"price""#),
        ("02-05", "OrderPlaced", "A-3", "C-1", line(1000, 3000, "USD", "web")),
        ("02-10", "OrderReturned", "A-1", "C-1", line(1000, 6000, "EUR", nil) + #","reason":"broken""#),
        ("02-15", "OrderPlaced", "A-4", "C-2", line(1000, 8000, "EUR", "web")),
    ]

    private static func line(_ quantity: Int, _ cents: Int, _ currency: String, _ channel: String?) -> String {
        #","lines":[{"quantityMilli":"\#(quantity)","net":{"minorUnits":"\#(cents)","currency":"\#(currency)"}}]"#
            + (channel.map { #","channel":"\#($0)""# } ?? "")
    }
}

/// `orders` and `cohorts`.
@Suite(.timeLimit(.minutes(5)))
struct OrderCommandTests {
    // MARK: Orders

    @Test func ordersAreATable() async throws {
        #expect(
            try await TinyOrders.output(["orders"]) == """
                Placed      Order  Status     Customer  Channel       Value   Returned  Reason
                ──────────  ─────  ─────────  ────────  ───────  ──────────  ─────────  ──────
                2017-01-10  A-1    returned   C-1       web      120.00 EUR  60.00 EUR  broken
                2017-01-20  A-2    cancelled  C-2       shop      50.00 EUR             price
                2017-02-05  A-3    placed     C-1       web       30.00 USD
                2017-02-15  A-4    placed     C-2       web       80.00 EUR
                at position 22\n
                """)
    }

    @Test func aCustomersOrdersHaveTheirSum() async throws {
        #expect(
            try await TinyOrders.output(["orders", "--customer", "C-1"]) == """
                Orders of C-1

                2 placed, 1 open, 1 delivered, 0 cancelled, 1 returned
                Net value: 60.00 EUR + 30.00 USD
                First on 2017-01-10, last on 2017-02-05

                Placed      Order  Status    Customer  Channel       Value   Returned  Reason
                ──────────  ─────  ────────  ────────  ───────  ──────────  ─────────  ──────
                2017-01-10  A-1    returned  C-1       web      120.00 EUR  60.00 EUR  broken
                2017-02-05  A-3    placed    C-1       web       30.00 USD
                at position 22\n
                """)
    }

    @Test func salesAreATableOfPeriods() async throws {
        let months = try await TinyOrders.output(["orders", "--sales", "--period", "month"])
        let rows = months.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "Period Placed Value Changed Cancelled Returned Net Open at end")
        #expect(
            rows.dropFirst(2) == [
                "2017-01 2 170.00 EUR – 1 0 120.00 EUR 0",
                "2017-02 2 80.00 EUR + 30.00 USD – 0 1 20.00 EUR + 30.00 USD 2",
                "all 4 250.00 EUR + 30.00 USD – 1 1 140.00 EUR + 30.00 USD 2", "at position 22",
            ])
        let groups = try await TinyOrders.output(["orders", "--sales", "--by", "channel"])
        let cells = groups.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            cells == [
                "all shop 1 50.00 EUR – 1 0 – 0", "all web 3 200.00 EUR + 30.00 USD – 0 1 140.00 EUR + 30.00 USD 2",
                "at position 22",
            ])
    }

    @Test func ordersAreJSON() async throws {
        let expected = """
            {"position": 22, "rows": [{
              "orderID": "A-2", "status": "cancelled", "customer": "C-2", "channel": "shop",
              "placedAt": "2017-01-20T09:00:00Z", "closedAt": "2017-01-21T09:00:00Z", "reason": "price",
              "quantityMilli": 1000, "amounts": [{"currency": "EUR", "net": 5000, "returned": 0}], "attributes": {}
            }]}
            """
        let found = try await TinyOrders.output(["orders", "--status", "cancelled", "--json"])
        #expect(try canonical(found) == canonical(expected))
    }

    @Test(
        arguments: [
            (
                ["orders"],
                """
                orderID,status,customer,channel,origin,placedAt,deliveredAt,closedAt,reason,quantityMilli,\
                currency,net,returned
                A-1,returned,C-1,web,,2017-01-10T09:00:00Z,2017-01-12T09:00:00Z,2017-02-10T09:00:00Z,broken,2000,EUR,\
                12000,6000
                A-2,cancelled,C-2,shop,,2017-01-20T09:00:00Z,,2017-01-21T09:00:00Z,price,1000,EUR,5000,0
                A-3,placed,C-1,web,,2017-02-05T09:00:00Z,,,,1000,USD,3000,0
                A-4,placed,C-2,web,,2017-02-15T09:00:00Z,,,,1000,EUR,8000,0

                """
            ),
            (
                ["orders", "--sales", "--period", "month"],
                """
                period,group,ordersPlaced,ordersDelivered,ordersCancelled,ordersReturned,ordersOpen,quantityMilli,\
                currency,placed,changed,cancelled,returned,net,open
                2017-01,,2,1,1,0,0,3000,EUR,17000,0,5000,0,12000,0
                2017-01,,2,1,1,0,0,3000,USD,0,0,0,0,0,0
                2017-02,,2,0,0,1,2,2000,EUR,8000,0,0,6000,2000,8000
                2017-02,,2,0,0,1,2,2000,USD,3000,0,0,0,3000,3000

                """
            ),
            (
                ["cohorts", "--at", "2017-02-28"],
                """
                cohort,customers,orders,repeatCustomers,repeatRateBp,repeatOnOtherDay,repeatOnOtherDayBp,period,active
                2017-01,1,2,1,10000,1,10000,0,1
                2017-01,1,2,1,10000,1,10000,1,1
                2017-02,1,1,0,0,0,0,0,1

                """
            ),
        ] as [([String], String)])
    func answersAreCSV(question: [String], table: String) async throws {
        #expect(try await TinyOrders.output(question + ["--csv"]) == table)
    }

    // MARK: Cohorts

    @Test func cohortsAreAHeatMap() async throws {
        #expect(
            try await TinyOrders.output(["cohorts", "--at", "2017-02-28"]) == """
                Customers who ordered again, by month, until 2017-02-28 (UTC)

                First order  Customers      Again         +0         +1
                ───────────  ─────────  ─────────  ─────────  ─────────
                2017-01              1  ██ 100.0%  ██ 100.0%  ██ 100.0%
                2017-02              1       0.0%  ██ 100.0%
                ░ below 10%  ▒ below 25%  ▓ below 50%  █ 50% and more

                2 customers, 3 orders; again: 1 (50.0%), on another day: 1 (50.0%)
                at position 22\n
                """)
    }

    @Test func cohortsAreJSON() async throws {
        let expected = """
            {"by": "month", "at": "2017-02-15", "zone": "UTC", "position": 22,
             "cohorts": [
               {"period": "2017-01", "customers": 1, "repeatCustomers": 1, "repeatRateBp": 10000,
                "repeatOnOtherDay": 1, "repeatOnOtherDayBp": 10000, "orders": 2, "active": [1, null]},
               {"period": "2017-02", "customers": 1, "repeatCustomers": 0, "repeatRateBp": 0, "repeatOnOtherDay": 0,
                "repeatOnOtherDayBp": 0, "orders": 1, "active": [null]}],
             "overall": {"period": "all", "customers": 2, "repeatCustomers": 1, "repeatRateBp": 5000,
                "repeatOnOtherDay": 1, "repeatOnOtherDayBp": 5000, "orders": 3, "active": []}}
            """
        #expect(try await canonical(TinyOrders.output(["cohorts", "--json"])) == canonical(expected))
    }

    // MARK: Nothing, and nonsense

    @Test(arguments: [["orders"], ["orders", "--sales"], ["cohorts"]])
    func withoutOrdersThereIsNothing(question: [String]) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.output == "No orders.\nat position 15\n")
    }

    @Test(
        arguments: [
            (
                ["orders", "--customer", "C-9"], 2,
                "customer C-9: has ordered nothing; expected the id of a customer with orders"
            ),
            (["orders", "--sales", "--by", "planet"], 2, "no dimension is named planet; expected channel, region"),
            (
                ["timeline", "C-9"], 2,
                "customer:C-9: no event is about it; expected an id that events have as a tag"
            ),
            (["orders", "--after", "AAAA"], 6, nil), (["find", "x", "--after", "gAAA"], 6, nil),
            (["timeline", "C-1", "--after", "AAAA"], 6, nil), (["find", "\u{301}"], 6, nil),
        ] as [([String], Int32, String?)])
    func whatIsNotThereIsTold(question: [String], status: Int32, message: String?) async throws {
        let directory = try await TinyOrders.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.status == status)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("rapport: "))
        if let message { #expect(run.errors == "rapport: \(message)\n") }
    }

    @Test(arguments: [
        ["orders", "--sales", "--status", "placed"], ["orders", "--sales", "--customer", "C-1"],
        ["orders", "--by", "channel"], ["orders", "--period", "month"], ["orders", "--from", "2017-01-01"],
        ["orders", "--status", "placed", "--customer", "C-1"], ["orders", "--status", "lost"],
        ["orders", "--limit", "0"], ["orders", "--limit", "10001"], ["orders", "--after", "!"],
        ["cohorts", "--by", "decade"], ["cohorts", "--at", "2017-02-30"], ["cohorts", "--json", "--csv"], ["find"],
        ["find", " "], ["find", "x", "--limit", "0"], ["timeline"], ["timeline", "C-1", "--tag", "order:A-1"],
        ["timeline", "C-1", "--late-after", "1000001"], ["timeline", "C-1", "--json", "--csv"],
    ])
    func nonsenseIsRefused(question: [String]) async throws {
        let run = try await Command(question + ["--data", "nowhere"]).run()
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.output == "")
    }
}
