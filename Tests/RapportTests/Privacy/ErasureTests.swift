import EventLog
import Foundation
import Rapport
import Sealing
import Testing
import TestSupport

/// Persons are erased: planned, refused, done once, and brought to its end whatever happens.
@Suite(.timeLimit(.minutes(5))) struct ErasureTests {
    private typealias Story = ErasureStory

    /// Somebody who was a lead, and somebody else.
    private static func story() throws -> [NewEvent] {
        [
            try Story.registered("C-1", "Ada"), try Story.leadCaptured("L-7", "Ada L."),
            try Story.converted("L-7", to: "C-1"), try Story.caseOpened("S-1", of: "C-1", "it leaks"),
            try Story.registered("C-2", "Bo"),
        ]
    }

    @Test("a plan says what the log holds of every id of the person, and changes nothing")
    func plan() throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(Self.story())
        let head = crm.log.head
        let plan = try crm.planErasure(of: [.customer("C-1")], reason: "withdrawn")
        #expect(crm.log.head == head && plan.position == head)
        #expect(plan.refusals == [] && plan.alreadyErased == [] && plan.partsInClear == 0)
        let person = try #require(plan.persons.first)
        #expect(plan.persons.count == 1 && plan.idCount == 2)
        #expect(person.ids.map(\.id.text) == ["customer:C-1", "lead:L-7"])
        #expect(person.ids.map(\.events) == [3, 2])
        #expect(person.ids.map(\.sealedParts) == [["identity": 1, "cases": 1], ["leads": 1]])
        #expect(person.keyCount == 3 && person.retained == [])
        let lead = try crm.planErasure(of: [.lead("L-7"), .customer("C-1")])
        #expect(lead.persons.map { $0.ids.map(\.id.text) } == [["lead:L-7", "customer:C-1"]], "one person, once")
        let only = try crm.planErasure(of: [.lead("L-7")], only: true)
        #expect(only.persons.flatMap(\.ids).map(\.id.text) == ["lead:L-7"])
    }

    @Test("a lead is the customer of its first conversion, and the other leads of that customer, also without its tag")
    func personIDs() throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let morning = Timestamp.at("2024-05-06T08:00:00Z")
        try crm.log.appendBlocking([
            try Story.converted("L-1", to: "C-2", at: morning.plus(days: 2)),
            try Story.converted("L-1", to: "C-1", at: morning),
            try Story.converted("L-2", to: "C-1", isTagged: false, at: morning.plus(days: 1)),
            try Story.converted("L-3", to: "C-3", at: morning),
        ])
        func ids(_ tag: EntityTag) throws -> [String] { try PersonIDs(of: tag, in: crm.log).all.map(\.text) }
        #expect(try ids(.lead("L-2")) == ["lead:L-2", "customer:C-1", "lead:L-1"])
        #expect(try ids(.customer("C-1")) == ["customer:C-1", "lead:L-1", "lead:L-2"])
        #expect(try ids(.customer("C-2")) == ["customer:C-2"])
        #expect(try ids(.customer("C-9")) == ["customer:C-9"])
    }

    @Test("erasing destroys the keys, says so in the log with a receipt, and leaves everybody else as they are")
    func erase() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(Self.story())
        let plan = try crm.planErasure(of: [.customer("C-1")])
        let outcome = try #require(try await crm.erase(plan).first)
        #expect(outcome.isComplete && outcome.eventID == plan.persons.first?.eventID)
        #expect(outcome.receipt?.keyCount == 3)
        let appended = try crm.log.events(from: plan.position.next)
        #expect(appended.map(\.event.type) == [SubjectErased.eventType, KeyDestroyed.eventType])
        for event in appended { #expect(event.event.tags.map(\.text) == ["customer:C-1", "lead:L-7"]) }
        for (subject, category) in [("customer:C-1", "identity"), ("customer:C-1", "cases"), ("lead:L-7", "leads")] {
            #expect(try Story.key(of: subject, category, in: crm) == "erased")
        }
        #expect(try Story.key(of: "customer:C-2", "identity", in: crm) == "key")
        let opened = try crm.reader.opened(crm.log.events(to: Position(5)), asking: "test")
        #expect(try opened.compactMap { try SealedCRM.name(in: $0, of: "C-2") } == ["Bo"])
        #expect(opened[0].withheld == ["customer:C-1": .erased] && opened[1].withheld == ["lead:L-7": .erased])
        let privacy = try #require(try await crm.privacy(of: .customer("C-1"), at: .now(), atLeast: crm.log.head))
        #expect(privacy.erasures.map(\.keysDestroyed?.proof.position) == [outcome.receipt?.position])
    }

    @Test("a plan that is carried out again does nothing more, and a new plan has nothing to do")
    func again() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(Self.story())
        let plan = try crm.planErasure(of: [.customer("C-1")])
        let first = try await crm.erase(plan)
        let head = crm.log.head
        #expect(try await crm.erase(plan) == first)
        #expect(crm.log.head == head)
        let next = try crm.planErasure(of: [.customer("C-1")])
        #expect(next.persons == [] && next.alreadyErased.map(\.position) == [plan.position.next])
        let refusal = await #expect(throws: ErasureRefused.self) { try await crm.erase(next) }
        let customer = try EntityTag.customer("C-1")
        #expect(refusal == .alreadyErased(subject: customer, position: plan.position.next))
        #expect(crm.log.head == head)
    }

    @Test("whoever is under a legal hold is not erased, whichever id it names, until it is released or over")
    func holds() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(Self.story() + [try Story.held("C-1")])
        let plan = try crm.planErasure(of: [.lead("L-7")])
        let customer = try EntityTag.customer("C-1")
        let expected = ErasureRefused.legalHold(
            subject: customer, matter: "M-1", until: nil, position: Position(6))
        #expect(plan.persons == [] && plan.refusals == [expected])
        let refusal = await #expect(throws: ErasureRefused.self) { try await crm.erase(plan) }
        #expect(refusal == expected)
        #expect(crm.log.head == Position(6))
        try crm.log.appendBlocking([try Story.released("C-1"), try Story.held("C-1", until: .now().plus(days: 1))])
        #expect(try crm.planErasure(of: [.lead("L-7")]).refusals.count == 1)
        let later = try crm.planErasure(of: [.lead("L-7")], at: .now().plus(days: 2))
        #expect(later.refusals == [] && later.persons.count == 1)
    }

    @Test("of whom nothing is known is refused by name; who was never appended is not made known by it")
    func unknown() throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(Self.story())
        let stranger = try EntityTag.customer("C-10")
        let plan = try crm.planErasure(of: [stranger, .customer("C-2")])
        #expect(plan.refusals == [.unknown(subject: stranger)])
        #expect(plan.persons.map(\.subject.text) == ["customer:C-2"])
    }

    @Test("a hold that comes after the plan stops the erasure of that person, and of nobody else")
    func holdInBetween() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(Self.story())
        let plan = try crm.planErasure(of: [.customer("C-1"), .customer("C-2")])
        try crm.log.appendBlocking([try Story.held("C-2")])
        let outcomes = try await crm.erase(plan)
        #expect(outcomes.map(\.subject.text) == ["customer:C-1", "customer:C-2"])
        #expect(outcomes.map(\.isComplete) == [true, false])
        let held = try EntityTag.customer("C-2")
        #expect(
            outcomes[1].refusal == .legalHold(subject: held, matter: "M-1", until: nil, position: Position(6)))
        #expect(try Story.key(of: "customer:C-2", "identity", in: crm) == "key")
        #expect(try Story.key(of: "customer:C-1", "identity", in: crm) == "erased")
    }

    @Test("an id that the person gets after the plan was not confirmed: nobody is erased before it is planned again")
    func conversionInBetween() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try Story.registered("C-1", "Ada"), try Story.leadCaptured("L-7", "Ada")])
        let plan = try crm.planErasure(of: [.customer("C-1")])
        #expect(plan.idCount == 1)
        try crm.log.appendBlocking([try Story.converted("L-7", to: "C-1")])
        let customer = try EntityTag.customer("C-1")
        #expect(try await crm.erase(plan).map(\.refusal) == [.busy(subject: customer)])
        #expect(try Story.key(of: "customer:C-1", "identity", in: crm) == "key")
        let again = try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        #expect(again.map { $0.ids.map(\.text) } == [["customer:C-1", "lead:L-7"]])
        #expect(try Story.key(of: "lead:L-7", "leads", in: crm) == "erased")
    }

    @Test("what puts right what is counted may name who is erased; nothing brings values of theirs")
    func corrections() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(Self.story())
        try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        #expect(try crm.personal.state(in: crm.log).isErased("customer:C-1"))
        let head = crm.log.head
        let customer = try EntityTag.customer("C-1")
        let opened = try #require(try crm.log.event(at: Position(4))).event
        let annulled = EventCorrected.with { message in
            message.eventID = opened.id.description
            message.kind = .annul
        }
        let unmerged = CustomersUnmerged.with { message in
            message.mergeEventID = EventID().description
            message.survivorID = "C-1"
            message.absorbedID = "C-2"
        }
        let reverted = ImportReverted.with { $0.importID = "imp-1" }
        try crm.log.appendBlocking([
            try NewEvent(annulled, about: opened.tags), try NewEvent(unmerged, about: [customer, .customer("C-2")]),
            try NewEvent(reverted, about: [EntityTag("import", "imp-1"), customer]),
        ])
        #expect(crm.log.head == Position(head.rawValue + 3))

        let amended = EventCorrected.with { message in
            message.eventID = opened.id.description
            message.kind = .amend
            message.schemaRevision = 1
        }
        let values = try NewEvent(
            amended, about: [customer], personal: .with { $0.data = Data([0x0A, 0]) }, of: customer)
        #expect(throws: ErasedSubject.self) { try crm.log.appendBlocking([values]) }
        let merged = CustomersMerged.with { message in
            message.survivorID = "C-1"
            message.absorbedID = "C-2"
        }
        let merge = try NewEvent(merged, about: [customer, .customer("C-2")])
        #expect(throws: ErasedSubject.self) { try crm.log.appendBlocking([merge]) }
        #expect(crm.log.head == Position(head.rawValue + 3))
    }

    @Test("many persons are erased in one run, with an event for each and one receipt for all")
    func many() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let ids = (1...2500).map { "C-\($0)" }
        try crm.log.appendBlocking(ids.map { try Story.registered($0, "name of \($0)") })
        let subjects = try ids.dropLast(100).map { try EntityTag.customer($0) }
        let plan = try crm.planErasure(of: subjects)
        let outcomes = try await crm.erase(plan)
        #expect(outcomes.count == 2400 && outcomes.allSatisfy(\.isComplete))
        let appended = try crm.log.events(from: Position(2501))
        #expect(appended.count == 2401)
        #expect(appended.dropLast().allSatisfy { $0.event.type == SubjectErased.eventType })
        let receipt = try #require(appended.last)
        #expect(receipt.event.type == KeyDestroyed.eventType && receipt.event.tags == [])
        #expect(Set(outcomes.compactMap(\.receipt?.eventID)) == [receipt.event.id])
        #expect(outcomes.first?.receipt?.keyCount == 2400)
        #expect(try crm.personal.keyStore()?.status().keys == 100)
        #expect(try Story.key(of: "customer:C-2450", "identity", in: crm) == "key")
    }

    @Test("values from before there were keys are counted and named, and the erasure does not call itself complete")
    func inClear() async throws {
        let folder = try SealedCRM()
        try appendInClear([try Story.registered("C-1", "Ada"), try Story.registered("C-2", "Bo")], to: folder)
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try Story.caseOpened("S-1", of: "C-1", "it leaks")])
        let plan = try crm.planErasure(of: [.customer("C-1")])
        #expect(plan.partsInClear == 1)
        #expect(plan.persons.first?.ids.first?.positionsInClear == [Position(1)])
        let outcome = try #require(try await crm.erase(plan).first)
        #expect(!outcome.isComplete && outcome.receipt != nil && outcome.partsInClear == 1)
        #expect(try Story.key(of: "customer:C-1", "cases", in: crm) == "erased")
        let certificate = try await crm.erasureCertificate(of: .customer("C-1"))
        #expect(!certificate.isComplete)
        #expect(certificate.checks.filter { !$0.passed }.map(\.name) == ["parts in clear"])
    }

    private func appendInClear(_ events: [NewEvent], to folder: SealedCRM) throws {
        let log = try EventLog(at: folder.directory.path)
        defer { log.close() }
        try log.appendBlocking(events)
    }
}
