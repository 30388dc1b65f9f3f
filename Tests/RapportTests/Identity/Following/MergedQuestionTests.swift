import EventLog
@testable import Rapport
import Testing

/// Timelines, searches, lists and consents follow who is who.
@Suite(.timeLimit(.minutes(5))) struct MergedQuestionTests {
    private typealias Story = PersonStory

    /// C-1 and C-2, who are merged, and C-3, who is nobody else.
    private static func crm(_ folder: SealedCRM) async throws -> Rapport {
        let crm = try folder.opened()
        try crm.log.appendBlocking([
            try SealedCRM.registered("C-1", "Ada Amsel"), try SealedCRM.registered("C-2", "Ada Lerche"),
            try SealedCRM.registered("C-3", "Adalbert"),
            try Story.contacted("C-1", by: "phone", after: 1), try Story.contacted("C-2", by: "email", after: 2),
            try Story.contacted("C-1", by: "visit", after: 3), try Story.contacted("C-3", by: "visit", after: 3),
            try Story.ordered("A-1", by: "C-1", after: 4), try Story.ordered("A-2", by: "C-2", after: 5),
        ])
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        return crm
    }

    private func positions(_ timeline: Timeline) -> [UInt64] { timeline.entries.map(\.recorded.position.rawValue) }

    @Test("a timeline has the events of all ids, page by page, whichever id is asked for")
    func timeline() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        let types = [InteractionLogged.eventType, OrderPlaced.eventType]
        for id in ["C-1", "C-2"] {
            var question = TimelineQuestion(of: try .customer(id), types: types)
            let all = try crm.timeline(question)
            #expect(positions(all) == [9, 8, 6, 5, 4] && all.total == 5)
            #expect(all.tag.text == "customer:C-1" && all.members.map(\.text) == ["customer:C-1", "customer:C-2"])
            question.limit = 2
            var paged: [UInt64] = []
            while true {
                let page = try crm.timeline(question)
                #expect(page.total == 5)
                paged += positions(page)
                guard let next = page.next else { break }
                question.cursor = next
            }
            #expect(paged == [9, 8, 6, 5, 4])
        }
        let other = try crm.timeline(TimelineQuestion(of: .customer("C-3")))
        #expect(positions(other) == [3, 7], "the registration happened now, as the test runs")
    }

    @Test("an annulled event stands in the timeline with its mark, unless it is not wanted")
    func annulled() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        let receipt = try await crm.annul(Position(5), reason: "wrong customer")
        var question = TimelineQuestion(of: try .customer("C-1"), types: [InteractionLogged.eventType])
        let marked = try crm.timeline(question)
        #expect(positions(marked) == [6, 5, 4] && marked.entries.map(\.isAnnulled) == [false, true, false])
        #expect(marked.entries.map(\.correctedAt) == [nil, receipt.position, nil])
        question.includesAnnulled = false
        let seen = try crm.timeline(question)
        #expect(positions(seen) == [6, 4] && seen.total == 2)
        let past = try crm.state(asOf: Position(receipt.position.rawValue - 1))
        #expect(try positions(past.timeline(question)) == [6, 5, 4])
    }

    @Test("an amended event stands in the timeline as it is seen, with the personal part that was corrected")
    func amended() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        let customer = try EntityTag.customer("C-2")
        let stored = try #require(try crm.log.event(at: Position(2)))
        _ = try await crm.amend(
            Position(2), to: stored.message(CustomerRegistered.self),
            personal: CustomerRegisteredPersonal.with { $0.displayName = "Ada Meise" }, of: customer, reason: "typo")
        let timeline = try crm.timeline(TimelineQuestion(of: customer, types: [CustomerRegistered.eventType]))
        let opened = try timeline.opened(by: crm.reader)
        let names = try opened.map { event in
            try SealedCRM.name(in: event, of: "C-1") ?? SealedCRM.name(in: event, of: "C-2")
        }
        #expect(Set(names) == ["Ada Amsel", "Ada Meise"])
        let profile = try #require(try await crm.profile(of: "C-2", atLeast: crm.log.head))
        #expect(profile.fields.first { $0.name == "name" }?.value == "Ada Meise")
    }

    @Test("a person is found once, by the closest name, and says which id was found")
    func find() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        let all = try await crm.find("ada", atLeast: crm.log.head)
        #expect(all.total == 2 && all.page.rows.map(\.customerID) == ["C-1", "C-3"])
        #expect(all.page.rows.map(\.foundAs) == [nil, nil] && all.page.rows.first?.name == "Ada Amsel")
        let one = try await crm.find("lerche")
        #expect(one.page.rows.map(\.customerID) == ["C-1"] && one.page.rows.map(\.foundAs) == ["C-2"])
        #expect(one.page.rows.map(\.name) == ["Ada Lerche"])
        let id = try await crm.find("C-2")
        #expect(id.page.rows.first?.customerID == "C-1" && id.page.rows.first?.match == .id)
        let first = try await crm.find("ada", limit: 1)
        let second = try await crm.find("ada", limit: 1, after: first.page.next)
        #expect(first.page.rows.map(\.customerID) == ["C-1"] && second.page.rows.map(\.customerID) == ["C-3"])
        #expect(second.page.next == nil && second.total == 2)
    }

    @Test("nobody is found by a name under any id while the use of one id is restricted")
    func restricted() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.restricted("C-2")])
        #expect(try await crm.find("amsel", atLeast: crm.log.head).total == 0)
        let byID = try await crm.find("C-1")
        #expect(byID.page.rows.first?.name == nil && byID.page.rows.first?.withheld == .restricted)
    }

    @Test("of a person of whom the id is erased that was found, another name is shown that may be")
    func erasedName() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        try crm.log.appendBlocking([try SealedCRM.erased("C-2")])
        let found = try await crm.find("C-2", atLeast: crm.log.head)
        let row = try #require(found.page.rows.first)
        #expect(found.total == 1 && row.customerID == "C-1" && row.foundAs == "C-2" && row.match == .id)
        #expect(row.name == "Ada Amsel" && row.withheld == nil)
        #expect(try await crm.find("lerche").total == 0)
        try crm.log.appendBlocking([try SealedCRM.erased("C-1")])
        let nobody = try await crm.find("C-2", atLeast: crm.log.head)
        #expect(nobody.page.rows.map(\.name) == [nil] && nobody.page.rows.map(\.withheld) == [.erased])
    }

    @Test("orders of any id are those of the person")
    func orders() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        for id in ["C-1", "C-2"] {
            let orders = try await crm.orders(of: id, atLeast: crm.log.head)
            #expect(orders.rows.map(\.orderID) == ["A-1", "A-2"] && orders.rows.map(\.customer) == ["C-1", "C-1"])
            let summary = try #require(try await crm.orderSummary(of: id))
            #expect(summary.customer == "C-1" && summary.counts.placed == 2)
        }
    }

    @Test("what was said under one id of the person holds for all: the newest of all statements decides")
    func consents() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        try crm.log.appendBlocking([
            try Story.granted("C-1", on: "email", after: 1), try Story.withdrawn("C-2", on: "email", after: 2),
            try Story.granted("C-2", on: "phone", after: 1),
        ])
        let time = Story.morning.plus(days: 9)
        for id in ["C-1", "C-2"] {
            let customer = try EntityTag.customer(id)
            let email = try await crm.mayUse(
                subject: customer, for: "marketing", on: "email", at: time, atLeast: crm.log.head)
            #expect(!email.allowed && email.reason == .withdrawn)
            let phone = try await crm.mayUse(subject: customer, for: "marketing", on: "phone", at: time)
            #expect(phone.allowed)
            let privacy = try #require(try await crm.privacy(of: customer, at: time))
            #expect(privacy.subject.text == "customer:C-1" && privacy.consents.count == 2)
        }
    }

    @Test("erasing a person names all ids that were merged, and the leads that became any of them")
    func erasurePlan() async throws {
        let folder = try SealedCRM()
        let crm = try await Self.crm(folder)
        defer { crm.close() }
        try crm.log.appendBlocking([
            try ErasureStory.leadCaptured("L-7", "Ada"), try ErasureStory.converted("L-7", to: "C-2"),
        ])
        let plan = try crm.planErasure(of: [.customer("C-1")])
        #expect(plan.persons.map { $0.ids.map(\.id.text) } == [["customer:C-1", "customer:C-2", "lead:L-7"]])
        let lead = try crm.planErasure(of: [.lead("L-7")], only: true)
        #expect(lead.persons.flatMap(\.ids).map(\.id.text) == ["lead:L-7"])
        #expect(
            try PersonIDs(of: .lead("L-7"), in: crm.log).all.map(\.text)
                == ["lead:L-7", "customer:C-1", "customer:C-2"])
        let export = try await crm.exportPerson(.customer("C-2"))
        #expect(export.record.profiles.map(\.customerID) == ["C-1"])
    }
}
