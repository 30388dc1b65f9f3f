import Foundation
import Testing
import TestSupport

/// `retention`, `rfm` and `lifetime`, asked of ``TinyOrders``.
@Suite(.timeLimit(.minutes(5)))
struct CustomerValueCommandTests {
    // MARK: Retention

    @Test func retentionIsCSV() async throws {
        #expect(
            try await TinyOrders.output(["retention", "--days", "1,20,30", "--at", "2017-02-28", "--csv"]) == """
                cohort,customers,day,before,nDay,nDayOf,bracket,bracketOf,unbounded,unboundedOf
                2017-01,1,1,20,0,1,0,1,1,1
                2017-01,1,20,30,0,1,,,1,1
                2017-01,1,30,,,,,,,
                2017-02,1,1,20,,,,,,
                2017-02,1,20,30,,,,,,
                2017-02,1,30,,,,,,,
                all,2,1,20,0,1,0,1,1,1
                all,2,20,30,0,1,,,1,1
                all,2,30,,,,,,,

                """)
    }

    @Test func retentionIsAHeatMapWithTables() async throws {
        let text = try await TinyOrders.output(
            ["retention", "--days", "1,20,30", "--at", "2017-02-28", "--show", "unbounded"])
        let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "Customers who came back, by month of the first order, until 2017-02-28 (UTC)")
        #expect(rows.contains("First order Customers 1+ 20+ 30+"))
        #expect(rows.contains("2017-01 1 ██ 100.0% ██ 100.0%"))
        #expect(rows.contains("Ordered in First time Again Share"))
        #expect(rows.contains("2017-02 1 1 50.0%"))
        #expect(rows.contains("1-19 1 0 0.0%"))
        #expect(rows.last == "at position 22")
    }

    @Test func retentionOfRevenueIsCSV() async throws {
        let question = ["retention", "--revenue", "month", "--currency", "EUR"]
        let columns = """
            period,against,startCustomers,start,expansionCustomers,expansion,contractionCustomers,contraction,\
            churnCustomers,churn,newCustomers,new,reactivatedCustomers,reactivated,endCustomers,end,netBp,grossBp,\
            firstTimeCustomers,firstTimeOrders,firstTimeRevenue,recurringCustomers,recurringOrders,recurringRevenue
            """
        #expect(
            try await TinyOrders.output(question + ["--at", "2017-02-28", "--csv"]) == columns + """

                2017-01,2016-12,0,0,0,0,0,0,0,0,1,6000,0,0,1,6000,,,1,1,6000,0,0,0
                2017-02,2017-01,1,6000,0,0,0,0,1,6000,1,8000,0,0,1,8000,0,0,1,1,8000,0,0,0

                """)
        // Until the last order, of 15 February: nothing had come of that month yet.
        let unfinished = try await TinyOrders.output(question + ["--apart", "12", "--csv"])
        #expect(unfinished.hasSuffix("\n2017-02,2016-02" + String(repeating: ",", count: 22) + "\n"))
    }

    @Test func retentionOfRevenueIsTables() async throws {
        let text = try await TinyOrders.output(
            ["retention", "--revenue", "quarter", "--currency", "EUR", "--at", "2017-06-30"])
        let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "Revenue of customers who came back, by quarter, until 2017-06-30 (UTC)")
        #expect(rows.contains("Ordered in First time Orders Revenue Again Orders Revenue"))
        #expect(rows.contains("2017-Q1 2 2 140.00 EUR 0 0 0.00 EUR"))
        #expect(rows.contains("1 orders in other currencies are left out"))
        #expect(rows.last == "at position 22")
    }

    @Test func lostCustomersAreTables() async throws {
        let question = ["retention", "--silent", "20", "--at", "2017-02-28"]
        #expect(
            try await TinyOrders.output(question + ["--csv"]) == """
                lastOrder,customers,lost,lostBp,shareOfLostBp,shareOfRetainedBp
                kept,1,1,10000,5000,
                returned,0,0,,0,
                cancelled,1,1,10000,5000,

                """)
        let text = try await TinyOrders.output(question)
        let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "Customers lost after 20 days of silence, until 2017-02-28 (UTC)")
        #expect(rows.contains("cancelled 1 1 100.0% 50.0% –"))
        #expect(rows.contains("all 2 2 100.0% – –"))
    }

    // MARK: Recency, frequency, value

    @Test func customersAreScored() async throws {
        let question = ["rfm", "--currency", "EUR", "--at", "2017-02-28"]
        #expect(
            try await TinyOrders.output(question + ["--customers", "--csv"]) == """
                customer,daysSinceLast,orders,value,recencyScore,frequencyScore,valueScore,segment
                C-2,13,1,8000,4,1,4,promising
                C-1,49,1,6000,1,1,1,hibernating

                """)
        let text = try await TinyOrders.output(question)
        let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "Customers by recency and frequency, until 2017-02-28 (UTC)")
        #expect(rows.contains("promising 1 50.0% 1 80.00 EUR"))
        #expect(rows.contains("all 2 100.0% 2 140.00 EUR"))
        #expect(rows.contains("Gini coefficient: 0.0714"))
        #expect(rows.contains("1 orders in other currencies are left out"))
    }

    // MARK: Nothing, and nonsense

    @Test(arguments: [["retention"], ["retention", "--revenue", "year"], ["retention", "--silent", "9"], ["rfm"]])
    func withoutOrdersThereIsNothing(question: [String]) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.output == "No orders.\nat position 15\n")
    }

    @Test(
        arguments: [
            (
                ["rfm"], 6,
                "orders are in several currencies, whose amounts are not added: expected one of EUR, USD"
            ),
            (
                ["retention", "--revenue", "month"], 6,
                "orders are in several currencies, whose amounts are not added: expected one of EUR, USD"
            ),
            (["retention", "--revenue", "month", "--apart", "0"], 6, "periods are 0 apart; expected 1 to 1000"),
            (["retention", "--silent", "0"], 6, "the silence lasts 0 days; expected 1 to 3660"),
            (["rfm", "--currency", "JPY"], 2, "no order is in the currency 'JPY'; expected one of EUR, USD"),
            (["rfm", "--currency", "EUR", "--window", "0"], 6, "the window is 0 days; expected 1 to 365250"),
            (
                ["lifetime", "--currency", "EUR"], 6, "the model of purchases needs 20 customers, there are 2"
            ),
            (["lifetime", "--horizon", "0"], 6, "the horizon is 0 units of time; expected 1 to 1200"),
            (
                ["retention", "--days", "7,1"], 6,
                "the days '7,1' after the first order cannot be asked about; expected 1 to 100 days of 0 to 3660, "
                    + "ascending, each once"
            ),
        ] as [([String], Int32, String)])
    func whatHasNoAnswerIsTold(question: [String], status: Int32, message: String) async throws {
        let directory = try await TinyOrders.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.status == status)
        #expect(run.output == "")
        #expect(run.errors == "rapport: \(message)\n")
    }

    @Test(arguments: [
        ["retention", "--days", "1,x"], ["retention", "--show", "weekly"], ["retention", "--by", "decade"],
        ["retention", "--silent", "30", "--revenue", "month"], ["retention", "--silent", "30", "--by", "year"],
        ["retention", "--apart", "2"], ["retention", "--currency", "EUR"], ["retention", "--revenue", "decade"],
        ["retention", "--revenue", "month", "--by", "year"], ["retention", "--revenue", "month", "--days", "1"],
        ["rfm", "--segment", "loyal"], ["rfm", "--customers", "--since", "2017-01-01"], ["rfm", "--measure", "gross"],
        ["rfm", "--limit", "5"], ["lifetime", "--unit", "year"], ["lifetime", "--limit", "5"],
        ["lifetime", "--from", "2017-02-01", "--to", "2017-01-01"],
    ])
    func nonsenseIsRefused(question: [String]) async throws {
        let run = try await Command(question + ["--data", "nowhere"]).run()
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.output == "")
    }
}
