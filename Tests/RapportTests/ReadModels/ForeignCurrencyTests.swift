import EventLog
@testable import Rapport
import Testing

/// Costs, orders and suggestions that say nothing about the currency that is asked about.
@Suite struct ForeignCurrencyTests {
    private static func folder(_ stories: [OrderStory]) throws -> CRMFolder {
        try CRMFolder(try stories.flatMap { try $0.events() })
    }

    private static func order(
        _ id: String, of customer: String, _ time: String, _ net: Int64, _ currency: String = "EUR", cost: Int64? = nil,
        in costCurrency: String? = nil
    ) -> OrderStory {
        let line = OrderStory.Line(net: net, currency: currency, cost: cost, costCurrency: costCurrency)
        return OrderStory(id, of: customer, (time, .placed([line])))
    }

    @Test("a cost in another currency than the price is no cost, and makes no currency of orders")
    func foreignCost() async throws {
        let folder = try Self.folder([
            Self.order("A-1", of: "C-1", "2024-01-01T00:00:00Z", 10_000, cost: 9_000, in: "USD"),
            // Each line has its cost in the currency of the other.
            OrderStory(
                "A-2", of: "C-2",
                (
                    "2024-01-02T00:00:00Z",
                    .placed([
                        .init(net: 500, cost: 100, costCurrency: "JPY"),
                        .init(net: 700, currency: "JPY", cost: 1, costCurrency: "EUR"),
                    ])
                )),
        ])
        let crm = folder.crm
        let margins = try await crm.rfm(.init(currency: "EUR", measure: .margin), atLeast: folder.head)
        #expect(margins.total == 0)
        #expect(margins.gaps.ordersWithoutCost == 2)
        #expect(try await crm.rfm(.init(currency: "EUR")).total == 10_500)
        await #expect(throws: UnknownCurrency(currency: "USD", known: ["EUR", "JPY"])) {
            _ = try await crm.rfm(.init(currency: "USD"))
        }
        let value = try await crm.totalValue(.init(currency: "EUR", horizon: 0), atLeast: folder.head)
        #expect(value.rows.map(\.terms.margin) == [0, 0])
        #expect(value.gaps.ordersWithoutCost == 2)
    }

    @Test("what is given away for nothing at a cost in the currency of the order has a margin")
    func freeLine() async throws {
        let lines = [OrderStory.Line(net: 500, cost: 100), OrderStory.Line(net: nil, cost: 30)]
        let folder = try Self.folder([
            OrderStory("A-1", of: "C-1", ("2024-01-01T00:00:00Z", .placed(lines)))
        ])
        let margins = try await folder.crm.rfm(.init(measure: .margin), atLeast: folder.head)
        #expect(margins.total == 370)
    }

    @Test("a currency that orders have at another time is known: then there is nothing in it")
    func anotherTime() async throws {
        let folder = try Self.folder([
            Self.order("A-1", of: "C-1", "2024-01-01T00:00:00Z", 300, "USD"),
            Self.order("A-2", of: "C-1", "2024-02-02T00:00:00Z", 200),
        ])
        let crm = folder.crm
        let before = try await crm.rfm(.init(at: .on("2024-01-15"), currency: "EUR"), atLeast: folder.head)
        #expect(before.customers == 0 && before.gaps.ordersInOtherCurrencies == 1)
        let after = try await crm.rfm(.init(at: .on("2024-02-02"), windowDays: 5, currency: "USD"))
        #expect(after.customers == 0)
        let revenue = try await crm.revenueRetention(.init(by: .month, currency: "EUR", at: .on("2024-01-31")))
        #expect(revenue.currency == "EUR" && revenue.periods.isEmpty)
        let value = try await crm.totalValue(
            .init(at: .on("2024-01-15"), currency: "EUR", horizon: 0), atLeast: folder.head)
        #expect(value.rows.map(\.terms.value) == [0])
        await #expect(throws: UnknownCurrency(currency: "JPY", known: ["EUR", "USD"])) {
            _ = try await crm.rfm(.init(at: .on("2024-01-15"), currency: "JPY"))
        }
    }

    @Test("who buys in another currency only is known, and sent by somebody; nobody decides what nobody suggested")
    func knownCustomer() async throws {
        let folder = try Self.folder([
            Self.order("A-1", of: "C-1", "2024-01-01T00:00:00Z", 300, cost: 100),
            Self.order("A-2", of: "C-2", "2024-01-01T00:00:00Z", 300, "USD", cost: 100),
        ])
        try folder.append([
            try TotalValueTests.referral("C-1", "C-2", "2024-01-02T10:00:00Z"),
            try VoiceStory(
                1, "C-1", "2024-01-02T11:00:00Z", .decided(id: "S-9", isAdopted: true, change: "", benefit: 5_000)
            ).event(),
        ])
        let found = try await folder.crm.totalValue(.init(currency: "EUR", horizon: 0), atLeast: folder.head)
        #expect(found.rows.map(\.customer) == ["C-1", "C-2"])
        #expect(found.rows.map(\.terms.value) == [200, 0])
        #expect(found.rows.map(\.referees) == [1, 0])
        #expect(found.leftOut.referralsOfNobody == 0)
        #expect(found.leftOut.decidedUnknown == 1)
    }
}
