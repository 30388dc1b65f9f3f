import Testing
import TestSupport

/// `value`, asked of ``TinyOrders`` and what came after them.
///
/// | what | customer | 2017 |
/// |---|---|---|
/// | order A-5, 40.00 EUR, costs 10.00 EUR | C-2 | 02-16 |
/// | sent C-2 | C-1 | 02-17 |
/// | a call that cost 5.00 EUR | C-1 | 02-20 |
@Suite(.timeLimit(.minutes(5)))
struct TotalValueCommandTests {
    private static let lines = [
        #"{"id":"00000000-0000-7000-8000-000000000023","occurredAt":"2017-02-16T09:00:00Z","type":"OrderPlaced","#
            + #""tags":["order:A-5","customer:C-2"],"data":{"orderId":"A-5","lines":[{"quantityMilli":"1000","#
            + #""net":{"minorUnits":"4000","currency":"EUR"},"cost":{"minorUnits":"1000","currency":"EUR"}}]}}"#,
        #"{"id":"00000000-0000-7000-8000-000000000024","occurredAt":"2017-02-17T09:00:00Z","type":"ReferralMade","#
            + #""tags":["customer:C-1"],"data":{"customerId":"C-1","refereeId":"C-2"}}"#,
        #"{"id":"00000000-0000-7000-8000-000000000025","occurredAt":"2017-02-20T09:00:00Z","#
            + #""type":"ServiceCostAttributed","tags":["customer:C-1"],"data":{"customerId":"C-1","#
            + #""amount":{"minorUnits":"500","currency":"EUR"},"driver":"call"}}"#,
    ]

    private static func output(_ options: [String]) async throws -> String {
        let directory = try await TinyOrders.directory()
        let run = try await rapport("append", "--data", directory.path, input: lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
        let answer = try await Command(["value", "--currency", "EUR"] + options + ["--data", directory.path]).run()
        #expect(answer.errors == "")
        return answer.output
    }

    @Test func customersAreCSV() async throws {
        #expect(
            try await Self.output(["--horizon", "0", "--csv"]) == """
                customer,value,margin,expected,referrals,suggestions,service,sales,orders,referees,adopted,valueRank,\
                salesRank,moved,currency
                C-2,3000,3000,,0,0,0,12000,2,0,0,1,1,0,EUR
                C-1,1000,0,,1500,0,500,6000,1,1,0,2,2,0,EUR

                """)
    }

    @Test func valuesAreTables() async throws {
        let text = try await Self.output([])
        let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "What customers are worth, until 2017-02-20 (UTC)")
        #expect(rows.contains("margin so far 30.00 EUR"))
        #expect(rows.contains("referrals 15.00 EUR"))
        #expect(rows.contains("less service 5.00 EUR"))
        #expect(rows.contains("value 40.00 EUR"))
        #expect(rows.contains("sales 180.00 EUR"))
        #expect(rows.contains("C-1 1,000 0 – 1,500 0 500 2 2 0"))
        #expect(rows.contains("0 of 2 customers have another rank by value than by sales"))
        #expect(rows.contains("call 1 5.00 EUR"))
        #expect(rows.contains("No orders to come are expected: the model of purchases needs 20 customers, there are 2"))
        #expect(rows.contains("2 orders without the cost of every line are worth nothing"))
        #expect(rows.last == "at position 25")
    }

    @Test func valuesAreJSON() async throws {
        let text = try await Self.output(["--horizon", "0", "--sort", "moved", "--limit", "1", "--json"])
        #expect(text.contains(#""order" : "moved""#))
        #expect(text.contains(#""next" : "#))
    }

    @Test func withoutAnythingThereIsNobody() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(["value", "--data", directory.path]).run()
        #expect(run.output == "No customers.\nat position 15\n")
    }

    @Test(
        arguments: [
            (
                ["value"], 6,
                "orders are in several currencies, whose amounts are not added: expected one of EUR, USD"
            ),
            (["value", "--currency", "JPY"], 2, "no order is in the currency 'JPY'; expected one of EUR, USD"),
            (["value", "--horizon", "1201"], 6, "the horizon is 1201 units of time; expected 0 to 1200"),
            (
                ["value", "--share", "10001"], 6,
                "the share of a suggestion's benefit is 10001 basis points; expected 0 to 10000"
            ),
        ] as [([String], Int32, String)])
    func whatHasNoAnswerIsTold(question: [String], status: Int32, message: String) async throws {
        let directory = try await TinyOrders.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.status == status)
        #expect(run.output == "")
        #expect(run.errors == "rapport: \(message)\n")
    }

    @Test(arguments: [["value", "--sort", "sales"], ["value", "--limit", "0"], ["value", "--unit", "year"]])
    func nonsenseIsRefused(question: [String]) async throws {
        let run = try await Command(question + ["--data", "nowhere"]).run()
        #expect(run.status == 64, "\(run.errors)")
    }
}
