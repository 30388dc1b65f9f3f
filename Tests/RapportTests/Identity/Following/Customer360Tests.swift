import EventLog
import Projection
@testable import Rapport
import SwiftProtobuf
import Testing

/// Everything about one customer in one answer, and the ten facts of it.
@Suite(.timeLimit(.minutes(5))) struct Customer360Tests {
    private typealias Story = PersonStory

    private static let morning = PersonStory.morning

    private static func opened(_ deal: String, of id: String, closing date: String, after days: Int64) throws
        -> NewEvent
    {
        let message = OpportunityOpened.with { message in
            message.opportunityID = deal
            message.pipelineID = "sales"
            message.stage = "offer"
            message.owner = "ada"
            message.amount = Money.with { money in
                money.minorUnits = 120_000
                money.currency = "EUR"
            }
            message.closeDate = LocalDate.with { $0.date = date }
        }
        return try NewEvent(
            message, about: [.opportunity(deal), .customer(id)], occurredAt: morning.plus(days: days))
    }

    private static func answered(_ score: Int32, of id: String, after days: Int64) throws -> NewEvent {
        let answer = SurveyAnswer.with { answer in
            answer.question = "recommend"
            answer.metric = .nps
            answer.score = score
            answer.scaleMin = 0
            answer.scaleMax = 10
        }
        let message = SurveyAnswered.with { message in
            message.surveyID = "V-1"
            message.answers = [answer]
        }
        return try NewEvent(message, about: [.survey("V-1"), .customer(id)], occurredAt: morning.plus(days: days))
    }

    /// Two ids of one person: deal and contact under one, case, complaint, survey and order under the other.
    private static func crm(_ folder: SealedCRM) async throws -> Rapport {
        let crm = try folder.opened()
        let complaint = ComplaintRaised.with { message in
            message.complaintID = "B-1"
            message.theme = "noise"
        }
        try crm.log.appendBlocking([
            try SealedCRM.registered("C-1", "王小明"), try SealedCRM.registered("C-2", "王小明"),
            try opened("O-7", of: "C-1", closing: "2024-05-10", after: 1),
            try Story.contacted("C-1", by: "phone", .outbound, for: .ask, after: 2),
            try NewEvent(
                CaseOpened.with { $0.category = "repair" }, about: [.case("S-9"), .customer("C-2")],
                occurredAt: morning.plus(days: 3)),
            try NewEvent(complaint, about: [.customer("C-2")], occurredAt: morning.plus(days: 3)),
            try answered(3, of: "C-2", after: 4), try Story.ordered("A-1", by: "C-2", after: 5),
            try Story.granted("C-2", on: "email", after: 5),
        ])
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        return crm
    }

    @Test("one answer has what is known under all ids, and what follows from it")
    func everything() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        let time = Self.morning.plus(days: 10)
        let customer = try #require(try await crm.customer("C-2", at: time, atLeast: crm.log.head))
        #expect(customer.position == crm.log.head && customer.at == time)
        #expect(customer.profile.customerID == "C-1" && customer.profile.value(of: "name") == "王小明")
        let deal = try #require(customer.deals.first)
        #expect(customer.deals.count == 1 && deal.id == "O-7" && deal.stage == "offer" && deal.owner == "ada")
        #expect(deal.amount == 120_000 && deal.currency == "EUR" && deal.closeDate == "2024-05-10")
        #expect(deal.position == Position(3))
        let open = try #require(customer.cases.first)
        #expect(customer.cases.count == 1 && open.id == "S-9" && open.category == "repair")
        #expect(open.ageMs == 7 * 86_400_000 && open.position == Position(5))
        #expect(customer.openOrders.map(\.orderID) == ["A-1"] && customer.lastOrder?.orderID == "A-1")
        #expect(customer.openOrders.map(\.position) == [Position(8)] && customer.lastOrder?.position == Position(8))
        #expect(customer.satisfaction.map(\.score) == [3] && customer.lastContact?.channel == "phone")
        #expect(customer.consents.map(\.channel) == ["email"] && customer.suspectedDuplicates == 0)
        #expect(customer.events == customer.timeline.count && customer.timeline.first?.position == crm.log.head)
        #expect(
            customer.nextActions.map(\.kind) == [
                .respondToCase, .closeComplaintLoop, .followUpDetractor, .moveDeal, .obtainConsent,
            ])
        #expect(customer.nextActions.map(\.position) == [5, 6, 7, 3, 4].map { Position($0) })
    }

    @Test("what was done about something is not to be done next")
    func done() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        let complaint = try #require(try crm.log.event(at: Position(6)))
        let told = FeedbackLoopClosed.with { $0.ofEventID = complaint.event.id.description }
        let responded = CaseResponded.with { $0.by = "bo" }
        let moved = OpportunityCloseDateMoved.with { $0.to = LocalDate.with { $0.date = "2024-06-30" } }
        try crm.log.appendBlocking([
            try NewEvent(told, about: [.customer("C-1")], occurredAt: Self.morning.plus(days: 6)),
            try NewEvent(responded, about: [.case("S-9")], occurredAt: Self.morning.plus(days: 6)),
            try NewEvent(moved, about: [.opportunity("O-7")], occurredAt: Self.morning.plus(days: 6)),
            try Story.contacted("C-1", by: "email", .outbound, after: 6),
            try Story.granted("C-1", on: "phone", after: 6),
        ])
        let time = Self.morning.plus(days: 10)
        let customer = try #require(try await crm.customer("C-1", at: time, atLeast: crm.log.head))
        #expect(customer.nextActions == [])
        #expect(customer.deals.first?.closeDate == "2024-06-30")
        let before = try #require(try await crm.state(asOf: Position(10)).customer("C-1", at: time))
        #expect(before.nextActions.count == 5 && before.position == Position(10))
    }

    @Test("a card has ten facts, always the same and in the same order")
    func card() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        let time = Self.morning.plus(days: 10)
        let customer = try #require(try await crm.customer("C-1", at: time, atLeast: crm.log.head))
        let card = ArrivalCard(customer)
        #expect(card.facts.map(\.label) == ArrivalCard.Label.allCases && card.facts.map(\.priority) == Array(1...10))
        func fact(_ label: ArrivalCard.Label) -> ArrivalCard.Fact? { card.facts.first { $0.label == label } }
        #expect(fact(.who)?.values == ["王小明", "2 ids"] && fact(.who)?.isPersonal == true)
        #expect(fact(.reach)?.values == ["marketing/email"])
        #expect(fact(.lastContact)?.values == ["phone", "outbound", "ask"])
        #expect(fact(.openProblem)?.values == ["S-9", "repair", "open"])
        #expect(fact(.promise)?.values == ["respondToCase", "case:S-9", "open", "repair"])
        #expect(fact(.openDeal)?.values == ["O-7", "offer", "2024-05-10"])
        #expect(fact(.openOrder)?.values == ["A-1", "placed"] && fact(.openOrder)?.position == Position(8))
        #expect(fact(.mood)?.values == ["nps", "3", "0..10"])
        #expect(fact(.nextAction)?.position == Position(5))
    }

    @Test("of nobody there is nothing; of whom little is known the card is empty, not shorter")
    func little() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names)
        #expect(try await crm.customer("C-1") == nil)
        try crm.log.appendBlocking([try Story.changed("C-1", "city", to: "Bonn", after: 1)])
        let customer = try #require(try await crm.customer("C-1", atLeast: crm.log.head))
        let facts = ArrivalCard(customer).facts
        #expect(facts.count == 10 && facts.dropFirst().allSatisfy { $0.values.isEmpty && $0.amounts.isEmpty })
    }
}
