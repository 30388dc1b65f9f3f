import EventLog
@testable import Rapport
import Testing

/// What keeps rules from merging, or takes their merges back, in a log.
@Suite(.timeLimit(.minutes(5))) struct ApplyRulesGuardTests {
    private typealias Story = IdentifierSearchTests

    private func reviewed(_ first: EntityTag, _ second: EntityTag, _ decision: DuplicateDecision) throws -> NewEvent {
        let message = DuplicateReviewed.with { message in
            message.first = first.text
            message.second = second.text
            message.decision = decision
        }
        return try NewEvent(message, about: [first, second])
    }

    /// Two customers with one e-mail address.
    private func links() throws -> [NewEvent] {
        try ["C-1", "C-2"].map { try Story.linked($0, .email, "anna@mail.test") }
    }

    private func areOne(_ crm: Rapport) throws -> Bool {
        try crm.identity().members(of: try .customer("C-1")).count == 2
    }

    @Test("a merge by a rule is taken back when one of the two logs in as somebody else")
    func laterLogin() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([
            try Story.linked("C-1", .userID, "u-1"), try Story.linked("C-1", .anonymousID, "a-1"),
            try Story.linked("C-2", .anonymousID, "a-1"),
        ])
        #expect(try await crm.applyIdentityRules().merges == 1)
        try crm.log.appendBlocking([try Story.linked("C-2", .userID, "u-2", after: 1)])
        let applied = try await crm.applyIdentityRules()
        #expect(applied.unmerges == 1 && applied.merges == 0)
        #expect(try !areOne(crm))
        #expect(try crm.simulateIdentityRules(.builtIn).isSettled)
    }

    @Test("nothing is decided about whose data is restricted, and what was decided before stays")
    func restricted() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(try links() + [try SealedCRM.restricted("C-2")])
        #expect(try await crm.applyIdentityRules().merges == 0)
        try crm.log.appendBlocking([try SealedCRM.restricted("C-2", isOn: false)])
        #expect(try await crm.applyIdentityRules().merges == 1)
        try crm.log.appendBlocking([
            try SealedCRM.restricted("C-2"), try Story.linked("C-3", .email, "anna@mail.test", after: 1),
        ])
        let applied = try await crm.applyIdentityRules()
        // Neither is the merge taken back, nor does C-3 join it.
        #expect(applied.merges == 0 && applied.unmerges == 0 && applied.leftAlone == 2)
        #expect(try areOne(crm))
    }

    @Test("a link is taken back under whatever id of the person")
    func unlinkedElsewhere() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let links = try links()
        try crm.log.appendBlocking(links)
        try await crm.applyIdentityRules()
        #expect(try areOne(crm))
        try crm.log.appendBlocking([try Story.unlinked("C-1", links[1], after: 1)])
        #expect(try await crm.applyIdentityRules().unmerges == 1)
        #expect(try !areOne(crm))
    }

    @Test("what was said of a lead goes for the customer that it became")
    func reviewedLead() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let ids = try ["C-1", "C-2"].map { try EntityTag.customer($0) }
        try crm.log.appendBlocking(try links() + [try reviewed(.lead("L-1"), ids[0], .different)])
        let later = try ErasureStory.converted("L-1", to: "C-2")
        try crm.log.appendBlocking([later])
        #expect(try await crm.applyIdentityRules().merges == 0)
        let refusal = await #expect(throws: MergeRefusal.self) {
            try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        }
        let lead = try EntityTag.lead("L-1")
        guard case .reviewedAsDifferent(let one, let other, let position) = refusal else {
            Issue.record("refused with \(String(describing: refusal))")
            return
        }
        #expect(Set([one, other]) == [ids[0], lead] && position == Position(3))
        try crm.log.appendBlocking([try reviewed(ids[1], ids[0], .same)])
        #expect(try await crm.applyIdentityRules().merges == 1)
        #expect(try areOne(crm))
    }

    @Test("that two are the same takes back what was said before of other ids of the two, by hand as by rules")
    func sameLater() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let ids = try (1...3).map { try EntityTag.customer("C-\($0)") }
        try crm.log.appendBlocking(try (1...3).map { try Story.registered("C-\($0)") })
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        try crm.log.appendBlocking([try reviewed(ids[2], ids[1], .different)])
        await #expect(throws: MergeRefusal.reviewedAsDifferent(ids[2], ids[1], position: Position(5))) {
            try await crm.mergeCustomers("C-1", "C-3", reason: "same")
        }
        try crm.log.appendBlocking([try reviewed(ids[2], ids[0], .same)])
        #expect(try await crm.mergeCustomers("C-1", "C-3", reason: "same").members.count == 3)
    }

    /// What comes in between while rules are applied.
    enum Interruption: String, CaseIterable {
        case review, unlink, correction, restriction, erasure
    }

    private func event(_ interruption: Interruption, _ link: NewEvent) throws -> NewEvent {
        switch interruption {
        case .review: return try reviewed(.customer("C-1"), .customer("C-2"), .different)
        case .unlink: return try Story.unlinked("C-2", link, after: 1)
        case .restriction: return try SealedCRM.restricted("C-2")
        case .erasure: return try SealedCRM.erased("C-2")
        case .correction:
            return try NewEvent(
                EventCorrected.with { message in
                    message.eventID = link.id.description
                    message.kind = .annul
                    message.reason = "mistake"
                },
                about: link.tags)
        }
    }

    @Test("what comes in between while rules are applied is looked at", arguments: Interruption.allCases)
    func comesBetween(interruption: Interruption) async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let links = try links()
        try crm.log.appendBlocking(links)
        let event = try event(interruption, links[1])
        let applied = try await crm.applyIdentityRules { _ in
            if crm.log.head == Position(2) {
                #expect(throws: Never.self) { try crm.log.appendBlocking([event]) }
            }
        }
        #expect(applied.merges == 0 && applied.position == Position(3))
        #expect(crm.log.head == Position(3))
    }
}
