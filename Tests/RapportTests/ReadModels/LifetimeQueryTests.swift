import EventLog
@testable import Rapport
import Testing

/// Lifetime values of the customers of a CRM, against the models as they are fitted to summaries.
@Suite(.timeLimit(.minutes(5))) struct LifetimeQueryTests {
    /// The last day of the purchases that models are fitted to.
    private static let lastDay = CivilDate.on("2024-09-30")

    private static func order(_ id: String, of customer: String, on day: Int, _ amount: Int64) -> OrderStory {
        let time = "\(CivilDate(daysSinceEpoch: day))T10:00:00Z"
        return OrderStory(id, of: customer, (time, .placed([.init(net: amount)])))
    }

    private static func name(_ number: Int) -> String { number < 10 ? "C-0\(number)" : "C-\(number)" }

    /// Orders of the customers of the examples: each day of a repeat is worth about as much as another.
    private static let stories: [OrderStory] = LifetimeExamples.rows.enumerated().flatMap { number, row in
        let start = lastDay.daysSinceEpoch - row.age
        var stories = [order("O-\(number)-0", of: name(number), on: start, 777)]
        var left = Int64(row.amount)
        for turn in 1..<(row.repeats + 1) {
            let amount = turn == row.repeats ? left : Int64(row.amount / Int64(row.repeats))
            left -= amount
            let day = start + row.recency * turn / row.repeats
            // Two orders of one day are one purchase.
            stories.append(order("O-\(number)-\(turn)a", of: name(number), on: day, amount - 1))
            stories.append(order("O-\(number)-\(turn)b", of: name(number), on: day, 1))
        }
        return stories
    }

    /// What is in no summary: purchases held out, by customers of the models and by a new one; a customer who purchased
    /// before; what was cancelled in time, and what later; an order of nobody.
    private static func others(_ to: Int) -> [OrderStory] {
        var cancelled = order("X-1", of: name(0), on: to - 1, 50)
        cancelled.changes.append(.init(at: .at("2024-09-30T12:00:00Z"), change: .cancelled("price")))
        var later = order("X-2", of: name(5), on: to + 3, 50)
        later.changes.append(.init(at: .at("2024-10-04T12:00:00Z"), change: .cancelled("price")))
        return [
            cancelled, later, order("X-3", of: name(1), on: to + 7, 900), order("X-4", of: name(1), on: to + 7, 50),
            order("X-5", of: name(2), on: to + 14, 900), order("X-6", of: "C-99", on: to + 1, 900),
            order("X-7", of: "C-98", on: to - 400, 900), order("X-8", of: "C-98", on: to - 40, 900),
        ]
    }

    private static func folder() throws -> CRMFolder {
        let all = stories + others(lastDay.daysSinceEpoch)
        return try CRMFolder(try all.flatMap { try $0.events() })
    }

    /// The first day is that of the first example, who purchased 259 days before the last one.
    private static let question = LifetimeQuestion(
        from: CivilDate(daysSinceEpoch: lastDay.daysSinceEpoch - 260), to: lastDay,
        at: CivilDate(daysSinceEpoch: lastDay.daysSinceEpoch + 14), horizon: 13)

    @Test("models are fitted to the days with purchases, and what is held out is compared with what they expect")
    func models() async throws {
        let folder = try Self.folder()
        let found = try await folder.crm.lifetimeValues(Self.question, atLeast: folder.head)
        let summaries = try LifetimeExamples.customers()
        let (purchases, spending) = (try BGNBD.fit(summaries), try GammaGamma.fit(summaries))
        #expect(found.customers == 40)
        #expect(found.repeaters == 30)
        #expect(found.earlierCustomers == 1)
        #expect(found.currency == "EUR")
        #expect(found.purchases.parameters.map(\.name) == ["r", "alpha", "a", "b"])
        let parameters = [purchases.model.r, purchases.model.alpha, purchases.model.a, purchases.model.b]
        let fitted = try parameters.map { try LifetimeAnswer.millionths($0) }
        #expect(found.purchases.parameters.map(\.valueMillionths) == fitted)
        let spent = try [spending.model.p, spending.model.q, spending.model.v].map { try LifetimeAnswer.millionths($0) }
        #expect(found.spending.parameters.map(\.valueMillionths) == spent)
        #expect(found.spending.customers == 30)
        let holdout = try #require(found.holdout)
        #expect([holdout.from, holdout.to] == ["2024-10-01", "2024-10-14"])
        // One day of one customer, and one of another.
        #expect(holdout.actual == 2)
        let expected = try summaries.reduce(0.0) {
            try $0 + purchases.model.expectedPurchases(of: $1, within: 2)
        }
        #expect(abs(Double(holdout.expectedMillionths) / 1_000_000 - expected) < 1e-5)
        let week = try #require(found.weeks.last)
        #expect(week.lastDay == "2024-10-14")
        #expect(week.isHeldOut)
        let repeats = LifetimeExamples.rows.reduce(0) { $0 + $1.repeats }
        #expect(Int(week.actual) == repeats + 2)
    }

    @Test("customers are listed by what they will spend, and the list adds up to the total")
    func list() async throws {
        let folder = try Self.folder()
        let crm = folder.crm
        let answer = try await crm.lifetimeValues(Self.question, atLeast: folder.head)
        let rows = try await GoldenImport.allRows {
            try await crm.lifetimeCustomers(Self.question, limit: 7, after: $0)
        }
        #expect(rows.count == 40)
        #expect(rows.reduce(0) { $0 + $1.value } == answer.total)
        #expect(rows.map(\.value) == rows.map(\.value).sorted(by: >))
        let summaries = try LifetimeExamples.customers()
        let (purchases, spending) = (try BGNBD.fit(summaries).model, try GammaGamma.fit(summaries).model)
        let value = try LifetimeValue(
            purchases: purchases, spending: spending, unit: .week, step: .week, steps: 13, yearlyDiscount: 1_000)
        for (number, row) in LifetimeExamples.rows.enumerated() {
            let summary = summaries[number]
            let found = try #require(rows.first { $0.customer == Self.name(number) })
            #expect(found.repeats == row.repeats)
            #expect(Int(found.recencyDays) == row.recency)
            #expect(Int(found.ageDays) == row.age)
            #expect(found.aliveBp == basisPoints(purchases.probabilityAlive(of: summary)))
            let expected = try LifetimeAnswer.millionths(purchases.expectedPurchases(of: summary, within: 13))
            #expect(abs(found.expectedPurchasesMillionths - expected) <= 1)
            let worth = try value.minorUnits(of: summary)
            #expect(abs(found.value - worth) <= 1)
            let each = try LifetimeAnswer.minorUnits(spending.expectedValue(of: summary))
            #expect(found.expectedSpending == each)
        }
    }

    @Test("whoever bought in another currency only before the first day is no earlier customer")
    func earlierInAnotherCurrency() async throws {
        let folder = try Self.folder()
        let day = CivilDate(daysSinceEpoch: Self.lastDay.daysSinceEpoch - 300)
        let foreign = OrderStory(
            "U-1", of: Self.name(0), ("\(day)T10:00:00Z", .placed([.init(net: 5, currency: "USD")])))
        try folder.append(try foreign.events())
        var question = Self.question
        question.currency = "EUR"
        let found = try await folder.crm.lifetimeValues(question, atLeast: folder.head)
        #expect(found.customers == Int64(LifetimeExamples.rows.count))
        #expect(found.earlierCustomers == 1)
    }

    @Test("what cannot be asked is refused, and the error says why")
    func refusals() async throws {
        let folder = try Self.folder()
        let crm = folder.crm
        let (day, before) = (Self.lastDay, CivilDate.on("2024-01-01"))
        await #expect(throws: InvalidLifetimeQuestion.reversed(from: day, to: before)) {
            _ = try await crm.lifetimeValues(.init(from: day, to: before), atLeast: folder.head)
        }
        await #expect(throws: InvalidLifetimeQuestion.beyondLastDay(to: day, at: before)) {
            _ = try await crm.lifetimeValues(.init(to: day, at: before))
        }
        await #expect(throws: InvalidLifetimeQuestion.horizon(0)) {
            _ = try await crm.lifetimeValues(.init(horizon: 0))
        }
        await #expect(throws: InvalidLifetimeQuestion.self) {
            _ = try await crm.lifetimeValues(.init(from: .on("1800-01-01")))
        }
        await #expect(throws: UnknownCurrency(currency: "USD", known: ["EUR"])) {
            _ = try await crm.lifetimeValues(.init(currency: "USD"))
        }
        await #expect(throws: UnknownTimeZone.self) { _ = try await crm.lifetimeValues(.init(zone: "Mars/Olympus")) }
        let empty = try CRMFolder()
        await #expect(throws: LifetimeError.tooFewCustomers(.purchases, found: 0, needed: 20)) {
            _ = try await empty.crm.lifetimeValues(.init(), atLeast: empty.head)
        }
    }
}
