import EventLog
import Projection
@testable import Rapport
import Testing

/// Total values of random companies against the plain definition.
@Suite(.timeLimit(.minutes(5))) struct TotalValuePropertyTests {
    /// What happened, as the definition needs it.
    private struct Company {
        static let customers = ["C-1", "C-2", "C-3", "C-4", "C-5", "客户-6"]

        var events: [NewEvent] = []
        var margins: [String: Int64] = [:]
        var costs: [String: Int64] = [:]
        /// Who sent somebody first.
        var senders: [String: String] = [:]

        init(_ random: inout RandomOrders) throws {
            for number in 1...random.number(in: 4...20) {
                let (net, cost) = (Int64(random.number(in: 1...9_000)), Int64(random.number(in: 0...9_000)))
                let customer = random.one(of: Self.customers)
                let story = OrderStory(
                    "A-\(number)", of: customer, (Self.time(number), .placed([.init(net: net, cost: cost)])))
                events += try story.events()
                margins[customer, default: 0] += net - cost
            }
            // Nobody is sent who is no customer.
            let known = margins.keys.sorted()
            for number in 0...random.number(in: 0...9) {
                let (sender, referee) = (random.one(of: known), random.one(of: known))
                events.append(try TotalValueTests.referral(sender, referee, Self.time(number)))
                if sender != referee, senders[referee] == nil { senders[referee] = sender }
            }
            for number in 0...random.number(in: 0...6) {
                let (customer, amount) = (random.one(of: known), Int64(random.number(in: -50...500)))
                events.append(try TotalValueTests.cost(customer, amount, "call", Self.time(number)))
                costs[customer, default: 0] += amount
            }
        }

        private static func time(_ number: Int) -> String {
            "\(CivilDate(daysSinceEpoch: CivilDate.on("2024-01-01").daysSinceEpoch + number))T10:00:00Z"
        }

        /// The halves of halves of margins: of everybody whose chain leads to the customer before it comes back.
        func credit(of customer: String) -> Int64 {
            var credit: Int64 = 0
            for (referee, margin) in margins where referee != customer {
                var (met, part, person): (Set<String>, Int64, String) = ([referee], margin, referee)
                while let sender = senders[person], met.insert(sender).inserted {
                    part /= 2
                    if sender == customer { credit += part }
                    person = sender
                }
            }
            return credit
        }
    }

    @Test("each value is the sum of its terms, and the total that of all", arguments: 1...12 as ClosedRange<UInt64>)
    func sums(seed: UInt64) async throws {
        var random = RandomOrders(seed: seed)
        let company = try Company(&random)
        let folder = try CRMFolder()
        try await folder.appendSlowly(random.shuffled(company.events), batch: random.number(in: 3...30))
        let found = try await folder.crm.totalValue(.init(horizon: 0), atLeast: folder.head)
        #expect(found.rows.count == company.margins.count)
        for row in found.rows {
            let customer = try #require(row.customer)
            #expect(row.terms.margin == company.margins[customer])
            #expect(row.terms.referrals == company.credit(of: customer), "\(customer)")
            #expect(row.terms.service == company.costs[customer] ?? 0)
            #expect(row.terms.value == row.terms.margin + row.terms.referrals - row.terms.service)
            let greater = Int64(found.rows.count { $0.terms.value > row.terms.value })
            #expect(row.valueRank == greater + 1)
            #expect(row.moved == row.salesRank - row.valueRank)
        }
        let total = found.rows.reduce(Int64(0)) { $0 + $1.terms.value }
        #expect(found.total.value == total)
        #expect(found.drivers.reduce(Int64(0)) { $0 + $1.total } == found.total.service)
        #expect(found.rows.map(\.terms.value) == found.rows.map(\.terms.value).sorted(by: >))
        let live = try folder.crm.projections.digest(of: "voice").digest
        try folder.crm.projections.rebuild(["voice"])
        #expect(try folder.crm.projections.digest(of: "voice").digest == live)
    }
}
