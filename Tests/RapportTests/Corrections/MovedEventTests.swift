import EventLog
import Foundation
import Rapport
import Sealing
import SwiftProtobuf
import Testing
import TestSupport

/// An event that was said of the wrong one: what goes with it, and what cannot.
@Suite(.timeLimit(.minutes(5)))
struct MovedEventTests {
    /// What is thrown by `body`, if it is a refusal.
    private func refusal(_ body: () async throws -> CorrectionReceipt) async -> CorrectionRefusal? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? CorrectionRefusal
        }
    }

    private static func linked(_ id: String, phone: String) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        let message = IdentifierLinked.with { message in
            message.customerID = id
            message.type = .phone
        }
        let personal = IdentifierLinkedPersonal.with { personal in
            personal.identifier.type = .phone
            personal.identifier.value = phone
        }
        return try NewEvent(message, about: [customer], personal: personal, of: customer)
    }

    private static func found(_ text: String, _ crm: Rapport) async throws -> [String] {
        try await crm.find(text, atLeast: crm.log.head).page.rows.map(\.customerID)
    }

    // MARK: Personal parts

    @Test("a name goes to nobody else by itself: it is to be given again, or the event stays where it is")
    func nameIsGivenAgain() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        let (second, third) = try (EntityTag.customer("C-2"), EntityTag.customer("C-3"))
        try await crm.log.append([try SealedCRM.registered("C-1", "Anna Meise")])
        let refused = await refusal { try await crm.amend(Position(1), tags: [second]) }
        #expect(refused?.description.contains("is about customer:C-1, and would be nobody's") ?? false)
        #expect(try await Self.found("meise", crm) == ["C-1"])
        let part: [UInt8] = try CustomerRegisteredPersonal.with { $0.displayName = "Bob" }.serializedBytes()
        let given = try await crm.amend(Position(1), personal: [third: part], tags: [second, third])
        #expect(given.newTags == [second, third])
        #expect(try await Self.found("bob", crm) == ["C-3"])
        #expect(try await Self.found("meise", crm) == [])
        let stored = try #require(try crm.log.event(at: given.position)).event
        #expect(stored.subjects.map(\.id) == ["customer:C-3"])
        try await crm.restore(Position(1))
        #expect(try await Self.found("meise", crm) == ["C-1"])
    }

    @Test("a tag that has just gone gives the part to nobody who was there before")
    func nobodyInherits() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        let (first, second) = try (EntityTag.customer("C-1"), EntityTag.customer("C-2"))
        var event = try SealedCRM.registered("C-1", "Anna Meise")
        event.tags = [first, second]
        try await crm.log.append([event])
        try await crm.amend(Position(1), tags: [second])
        #expect(try await Self.found("meise", crm) == [])
        #expect(try await crm.profile(of: "C-2", atLeast: crm.log.head)?.value(of: "name") == nil)
    }

    /// Opens the CRM for it, and closes it again.
    private static func register(_ id: String, _ name: String, in sealed: SealedCRM) async throws {
        let crm = try sealed.opened()
        defer { crm.close() }
        try await crm.log.append([try SealedCRM.registered(id, name)])
    }

    @Test("where the name cannot be opened, the event stays with its customer, and the refusal says whose it is")
    func missingKey() async throws {
        let sealed = try SealedCRM()
        try await Self.register("C-1", "Ada", in: sealed)
        try FileManager.default.removeItem(atPath: sealed.directory.path + "/keys")
        let crm = try sealed.opened()
        defer { crm.close() }
        let refused = await refusal { try await crm.amend(Position(1), tags: [.customer("C-2")]) }
        #expect(refused?.description.contains("personal part about customer:C-1 cannot be opened") ?? false)
        #expect(crm.log.head == Position(1))
    }

    // MARK: The erased

    @Test("what is said of an erased person gets no other content, but it can be about others, annulled and restored")
    func erasedPersons() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        let (first, second) = try (EntityTag.customer("C-1"), EntityTag.customer("C-2"))
        let note = CustomerRegistered.with { $0.organisationName = "Ada Lovelace, Aachen" }
        try await crm.log.append([
            try SealedCRM.registered("C-1", "Ada"), try SealedCRM.registered("C-2", "Bob"), try SealedCRM.erased("C-1"),
        ])
        let refused = CorrectionRefusal.erased(Position(1), subject: first)
        #expect(await refusal { try await crm.amend(Position(1), to: note) } == refused)
        #expect(await refusal { try await crm.amend(Position(1), occurredAt: .at("2024-01-01T00:00:00Z")) } == refused)
        #expect(
            await refusal { try await crm.amend(Position(2), tags: [first]) }
                == .erased(Position(2), subject: first))
        #expect(crm.log.head == Position(3))
        try await crm.annul(Position(1))
        try await crm.restore(Position(1))
        let receipt = try await crm.amend(Position(1), tags: [second])
        #expect(receipt.tags == [second])
        #expect(try crm.log.event(at: receipt.position)?.event.tags == [first, second])
    }

    @Test("no append brings other content of an event about an erased person")
    func erasedPersonsByAppend() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        let (first, second) = try (EntityTag.customer("C-1"), EntityTag.customer("C-2"))
        let target = try SealedCRM.registered("C-1", "Ada")
        try await crm.log.append([target, try SealedCRM.erased("C-1")])
        #expect(try crm.personal.state(in: crm.log).isErased(first.text))
        let data = try CustomerRegistered.with { $0.organisationName = "Ada Lovelace, Aachen" }.serializedData()
        func amended(_ tags: [EntityTag]) -> EventCorrected {
            EventCorrected.with { message in
                message.eventID = target.id.description
                message.kind = .amend
                message.data = data
                message.schemaRevision = 1
                message.tags = tags.map(\.text)
            }
        }
        let refused: [(tags: [EntityTag], about: [EntityTag])] = [
            ([first], [first]), ([], [first]), ([], [second]), ([first, second], [first, second]),
        ]
        for (tags, about) in refused {
            #expect(throws: ErasedSubject.self) {
                try crm.log.appendBlocking([try NewEvent(amended(tags), about: about)])
            }
        }
        #expect(crm.log.head == Position(2))
        try crm.log.appendBlocking([try NewEvent(amended([second]), about: [first, second])])
        #expect(crm.log.head == Position(3))
    }

    // MARK: Annulled events

    @Test("what is annulled is not amended before it is restored")
    func annulled() async throws {
        let folder = try CRMFolder([
            try NewEvent(CustomerRegistered.with { $0.channel = "shop" }, about: [.customer("C-1")])
        ])
        let crm = folder.crm
        try await crm.annul(Position(1))
        let message = CustomerRegistered.with { $0.channel = "web" }
        let refused = await refusal { try await crm.amend(Position(1), to: message) }
        #expect(refused == .annulled(Position(1), by: Position(2)))
        #expect(refused?.description.contains("is annulled at position 2") ?? false)
        #expect(folder.head == Position(2))
        try await crm.restore(Position(1))
        #expect(try await crm.amend(Position(1), to: message).position == Position(4))
        withExtendedLifetime(folder) {}
    }

    // MARK: Repeated

    @Test("a correction is known by its id only if it says the same, personal values included")
    func sameIDOtherContent() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        try await crm.log.append([try SealedCRM.registered("C-1", "Ada")])
        let (customer, id) = (try EntityTag.customer("C-1"), EventID())
        func named(_ name: String) throws -> [EntityTag: [UInt8]] {
            [customer: try CustomerRegisteredPersonal.with { $0.displayName = name }.serializedBytes()]
        }
        let first = try await crm.amend(Position(1), personal: try named("Ann"), reason: "typo", id: id)
        #expect(try await crm.amend(Position(1), personal: try named("Ann"), reason: "typo", id: id) == first)
        #expect(crm.log.head == Position(2))
        let taken = AppendError.idTaken(id, at: Position(2))
        await #expect(throws: taken) {
            try await crm.amend(Position(1), personal: try named("Bob"), reason: "typo", id: id)
        }
        await #expect(throws: taken) {
            try await crm.amend(Position(1), personal: try named("Ann"), reason: "other", id: id)
        }
        await #expect(throws: taken) {
            try await crm.amend(Position(1), to: CustomerRegistered.with { $0.channel = "web" }, id: id)
        }
        #expect(crm.log.head == Position(2))
    }

    // MARK: Tags

    private static func referral(of customer: String, _ referee: String) -> ReferralMade {
        ReferralMade.with { message in
            message.customerID = customer
            message.refereeID = referee
        }
    }

    @Test("the tag of who was sent to us follows the data, whatever kind it is of")
    func referees() async throws {
        let folder = try CRMFolder([
            try NewEvent(Self.referral(of: "C-1", "L-1"), about: [.customer("C-1"), .lead("L-1")]),
            try NewEvent(Self.referral(of: "C-1", "C-2"), about: [.customer("C-1"), .customer("C-2")]),
        ])
        let crm = folder.crm
        let lead = try await crm.amend(Position(1), to: Self.referral(of: "C-1", "L-2"))
        #expect(lead.tags.map(\.text) == ["customer:C-1", "lead:L-2"] && lead.newTags.map(\.text) == ["lead:L-2"])
        let turned = try await crm.amend(Position(2), to: Self.referral(of: "C-2", "C-1"))
        #expect(Set(turned.tags.map(\.text)) == ["customer:C-1", "customer:C-2"])
        let other = try await crm.amend(Position(2), to: Self.referral(of: "C-2", "C-3"))
        #expect(Set(other.tags.map(\.text)) == ["customer:C-2", "customer:C-3"])
        withExtendedLifetime(folder) {}
    }

    @Test("where nobody knows of which kind another id is, all tags are to be given")
    func unknownKinds() async throws {
        func won(_ contract: String) -> OpportunityWon {
            OpportunityWon.with { message in
                message.opportunityID = "O-1"
                message.contractID = contract
            }
        }
        let agreement = try EntityTag("agreement", "K-1")
        let folder = try CRMFolder([try NewEvent(won("K-1"), about: [.opportunity("O-1"), agreement])])
        let crm = folder.crm
        let refused = await refusal { try await crm.amend(Position(1), to: won("K-2")) }
        #expect(refused?.description.contains("does not name agreement:K-1 any more") ?? false)
        let tags = try [EntityTag.opportunity("O-1"), EntityTag("agreement", "K-2")]
        #expect(try await crm.amend(Position(1), to: won("K-2"), tags: tags).tags == tags)
        withExtendedLifetime(folder) {}
    }
}
