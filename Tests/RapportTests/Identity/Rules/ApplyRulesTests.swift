import EventLog
@testable import Rapport
import Testing

/// Rules over a log: what they would do, and what they do.
@Suite(.timeLimit(.minutes(5))) struct ApplyRulesTests {
    private typealias Story = IdentifierSearchTests

    private func people(_ crm: Rapport, _ ids: String...) throws -> [String] {
        let identity = try crm.identity()
        return try ids.map { String(identity.canonical(of: try .customer($0)).id) }
    }

    private func annulled(_ event: NewEvent) throws -> NewEvent {
        try NewEvent(
            EventCorrected.with { message in
                message.eventID = event.id.description
                message.kind = .annul
                message.reason = "mistake"
            },
            about: event.tags)
    }

    @Test("what a simulation says is what applying does, and then nothing is left to do")
    func simulateAndApply() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let first = try Story.registered("C-1", Story.identifier(.email, "Anna@mail.test"))
        let second = try Story.linked("C-2", .email, "anna@mail.test")
        let field = try Story.changed("C-3", "phone", "+49 30 123456", after: 1)
        let card = try Story.linked("C-3", .card, "4111 1111")
        let phone = try Story.linked("C-4", .phone, "0049 30 123456")
        try crm.log.appendBlocking([first, second, field, card, phone, try Story.registered("C-5")])
        let simulation = try crm.simulateIdentityRules(.builtIn)
        #expect(simulation.eventsRead == 6 && simulation.position == Position(6))
        #expect(simulation.customers == 5 && simulation.personsNow == 5 && simulation.personsUnderRules == 3)
        #expect(
            simulation.wouldMerge.map { $0.persons.map(\.text) } == [
                ["customer:C-1", "customer:C-2"], ["customer:C-3", "customer:C-4"],
            ])
        #expect(simulation.wouldMerge.flatMap(\.links).map(\.rule) == ["email", "phone"])
        #expect(
            simulation.wouldMerge.flatMap(\.links).map(\.evidence) == [[first.id, second.id], [field.id, phone.id]])
        #expect(simulation.wouldSplit.isEmpty && simulation.newMerges == 2 && simulation.goneMerges == 0)
        #expect(
            simulation.holdings == [
                .init(identifiers: 0, persons: 1), .init(identifiers: 1, persons: 1), .init(identifiers: 2, persons: 1),
            ])
        #expect(crm.log.head == Position(6), "a simulation appends nothing")
        let applied = try await crm.applyIdentityRules(provenance: Provenance(actor: "rules"))
        #expect(applied.merges == 2 && applied.unmerges == 0 && applied.position == Position(6))
        #expect(try people(crm, "C-1", "C-2", "C-3", "C-4", "C-5") == ["C-1", "C-1", "C-3", "C-3", "C-5"])
        let merge = try #require(try crm.identity().merge(at: Position(7)))
        #expect(merge.rule == "email" && merge.evidence == [first.id, second.id] && merge.rulesVersion == 0)
        let again = try crm.simulateIdentityRules(.builtIn)
        #expect(again.isSettled && again.wouldMerge.isEmpty && again.personsNow == 3)
        #expect(try await crm.applyIdentityRules().merges == 0)
        #expect(crm.log.head == Position(8))
    }

    @Test("a merge by a rule goes when its evidence does: taken back or annulled; merges by somebody stay")
    func evidenceGone() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let links = try ["C-1", "C-2", "C-3"].map { try Story.linked($0, .email, "anna@mail.test") }
        try crm.log.appendBlocking(links + [try Story.registered("C-4")])
        try await crm.applyIdentityRules()
        try await crm.mergeCustomers("C-1", "C-4", reason: "same-person")
        #expect(try people(crm, "C-1", "C-2", "C-3", "C-4") == ["C-1", "C-1", "C-1", "C-1"])
        try crm.log.appendBlocking([try Story.unlinked("C-2", links[1], after: 1), try annulled(links[2])])
        let simulation = try crm.simulateIdentityRules(.builtIn)
        let split = try #require(simulation.wouldSplit.first)
        #expect(simulation.wouldSplit.count == 1 && split.person.text == "customer:C-1" && split.merges.count == 2)
        #expect(
            split.groups.map { $0.map(\.text) } == [
                ["customer:C-1", "customer:C-4"], ["customer:C-2"], ["customer:C-3"],
            ])
        let applied = try await crm.applyIdentityRules()
        #expect(applied.merges == 0 && applied.unmerges == 2)
        #expect(try people(crm, "C-1", "C-2", "C-3", "C-4") == ["C-1", "C-2", "C-3", "C-1"])
        #expect(try crm.simulateIdentityRules(.builtIn).isSettled)
    }

    @Test("where other links say the same, a merge gets new evidence and nobody parts")
    func evidenceReplaced() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let email = try ["C-1", "C-2"].map { try Story.linked($0, .email, "anna@mail.test") }
        let card = try ["C-1", "C-2"].map { try Story.linked($0, .card, "4111 1111") }
        try crm.log.appendBlocking(email + card)
        try await crm.applyIdentityRules()
        try crm.log.appendBlocking([try Story.unlinked("C-2", email[1], after: 1)])
        let simulation = try crm.simulateIdentityRules(.builtIn)
        #expect(simulation.wouldMerge.isEmpty && simulation.wouldSplit.isEmpty)
        #expect(simulation.newMerges == 1 && simulation.goneMerges == 1 && !simulation.isSettled)
        try await crm.applyIdentityRules()
        let active = try crm.identity().allMerges.filter { $0.unmergedAt == nil }
        #expect(active.map(\.rule) == ["card"] && active.map(\.evidence) == [card.map(\.id)])
        #expect(try crm.simulateIdentityRules(.builtIn).isSettled)
    }

    @Test("whom somebody parts is not merged again")
    func parted() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(try ["C-1", "C-2"].map { try Story.linked($0, .email, "anna@mail.test") })
        try await crm.applyIdentityRules()
        try await crm.unmergeCustomers(merge: .position(Position(3)), reason: "not-the-same")
        let simulation = try crm.simulateIdentityRules(.builtIn)
        #expect(simulation.isSettled)
        #expect(simulation.refused.first(where: { $0.reason == "different" })?.count == 1)
        #expect(try await crm.applyIdentityRules().merges == 0)
    }

    @Test("persons of whom an id is erased are left alone")
    func erased() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(try ["C-1", "C-2"].map { try Story.linked($0, .email, "anna@mail.test") })
        try await crm.applyIdentityRules()
        try crm.log.appendBlocking([
            try Story.erased("C-2"), try Story.linked("C-3", .email, "anna@mail.test", after: 2),
        ])
        let simulation = try crm.simulateIdentityRules(.builtIn)
        // Neither the merge that nobody can confirm goes, nor does C-3 join it.
        #expect(simulation.isSettled && simulation.leftAlone == 2 && simulation.unopened == 0)
        let applied = try await crm.applyIdentityRules()
        #expect(applied.merges == 0 && applied.unmerges == 0 && applied.leftAlone == 2)
        #expect(try people(crm, "C-1", "C-2", "C-3") == ["C-1", "C-1", "C-3"])
    }

    @Test("the rules that were set last are applied, with their version and field choice")
    func rulesInForce() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(try ["C-1", "C-2"].map { try Story.linked($0, .device, "till-7") })
        #expect(try await crm.applyIdentityRules().merges == 0)
        #expect(try crm.identityRules() == .builtIn)
        let rules = IdentityRules(
            version: 1, rules: [.init(.device, priority: 2)], fieldChoice: ["city": .survivor])
        let set = try await crm.setIdentityRules(rules)
        #expect(set == IdentityRulesReceipt(version: 1, position: Position(3), isNew: true))
        #expect(try crm.identityRules().saysTheSame(as: rules))
        #expect(try crm.identityRules(asOf: Position(2)) == .builtIn)
        try await crm.applyIdentityRules()
        let merge = try #require(try crm.identity().merge(at: Position(4)))
        #expect(merge.rule == "device" && merge.rulesVersion == 1 && merge.fieldChoice == ["city": .survivor])
        // Rules that would not make it take it back.
        var stricter = rules
        stricter.version = 2
        stricter.blocked.append(.init("*-7", of: .device))
        try await crm.setIdentityRules(stricter)
        #expect(try await crm.applyIdentityRules().unmerges == 1)
        #expect(try people(crm, "C-1", "C-2") == ["C-1", "C-2"])
    }

    @Test("rules are set one version after the other, and the same ones only once")
    func versions() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        func rules(_ version: UInt32, limit: UInt32) -> IdentityRules {
            IdentityRules(version: version, rules: [.init(.email, priority: 1, limit: limit)])
        }
        await #expect(throws: IdentityRulesVersionRefused(expected: 1, found: 2)) {
            try await crm.setIdentityRules(rules(2, limit: 3))
        }
        let first = try await crm.setIdentityRules(rules(1, limit: 3))
        #expect(first == IdentityRulesReceipt(version: 1, position: Position(1), isNew: true))
        let known = IdentityRulesReceipt(version: 1, position: Position(1), isNew: false)
        #expect(try await crm.setIdentityRules(rules(1, limit: 3)) == known)
        #expect(try await crm.setIdentityRules(rules(2, limit: 3)) == known)
        #expect(try await crm.setIdentityRules(rules(2, limit: 4)).position == Position(2))
        await #expect(throws: IdentityRulesVersionRefused(expected: 3, found: 2)) {
            try await crm.setIdentityRules(rules(2, limit: 5))
        }
        let senseless = IdentityRules(version: 3, rules: [.init(.email, priority: 0)])
        await #expect(throws: IdentityRulesError.self) { try await crm.setIdentityRules(senseless) }
        #expect(crm.log.head == Position(2))
    }

    @Test("many persons are merged in several appends")
    func manyPersons() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        for start in stride(from: 0, to: 2_400, by: 400) {
            try crm.log.appendBlocking(
                try (start..<start + 400).map { number in
                    try Story.linked("C-\(number)", .card, "card \(number / 2)")
                })
        }
        let applied = try await crm.applyIdentityRules()
        #expect(applied.merges == 1_200 && applied.unmerges == 0)
        #expect(crm.log.head == Position(3_600))
        #expect(try crm.simulateIdentityRules(.builtIn).personsNow == 1_200)
        #expect(try await crm.applyIdentityRules().merges == 0)
    }
}
