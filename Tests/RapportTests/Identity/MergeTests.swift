import EventLog
@testable import Rapport
import Testing

/// Two customers are merged: what is appended, what is refused, and what happens when it is said twice or at once.
@Suite(.timeLimit(.minutes(5))) struct MergeTests {
    private typealias Story = ErasureStory

    /// A CRM with customers C-1 up to C-`count`, at these positions.
    private static func crm(_ folder: SealedCRM, customers count: Int) throws -> Rapport {
        let crm = try folder.opened()
        try crm.log.appendBlocking((1...count).map { try Story.registered("C-\($0)", "name \($0)") })
        return crm
    }

    private func reviewed(_ first: String, _ second: String, _ decision: DuplicateDecision) throws -> NewEvent {
        let message = DuplicateReviewed.with { message in
            message.first = "customer:\(first)"
            message.second = "customer:\(second)"
            message.decision = decision
        }
        return try NewEvent(message, about: [.customer(first), .customer(second)])
    }

    @Test("a merge is one event about both, and everybody is seen as the survivor from there on")
    func merge() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 2)
        defer { crm.close() }
        try crm.log.appendBlocking([try PersonStory.changed("C-1", "city", to: "Bonn", after: 1)])
        let id = EventID()
        let receipt = try await crm.mergeCustomers(
            "C-1", "C-2", fieldChoice: ["name": .absorbed, "city": .survivor], reason: "same-person", scoreBp: 9_500,
            provenance: Provenance(actor: "user:7"), id: id)
        #expect(receipt.position == Position(4) && receipt.eventID == id)
        #expect(receipt.fieldChoice == ["name": .absorbed, "city": .survivor])
        #expect(receipt.members.map(\.text) == ["customer:C-1", "customer:C-2"])
        let stored = try #require(try crm.log.event(at: Position(4)))
        #expect(stored.event.id == id && stored.event.provenance.actor == "user:7")
        #expect(stored.event.tags.map(\.text) == ["customer:C-1", "customer:C-2"])
        let message = try stored.message(CustomersMerged.self)
        #expect(message.survivorID == "C-1" && message.absorbedID == "C-2" && message.rule == "")
        #expect(message.scoreBp == 9_500 && message.reason == "same-person")
        #expect(message.fieldChoice.map(\.field) == ["city", "name"])
        #expect(message.fieldChoice.map(\.side) == [.survivor, .absorbed])
        let absorbed = try EntityTag.customer("C-2")
        #expect(try crm.identity().canonical(of: absorbed).text == "customer:C-1")
        #expect(try crm.identity(at: Position(2)).canonical(of: absorbed) == absorbed)
    }

    @Test("an id that is absorbed already stands for its person: the event names the canonical ids")
    func absorbedAlready() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 4)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "a")
        try await crm.mergeCustomers("C-3", "C-4", reason: "b")
        let receipt = try await crm.mergeCustomers("C-4", "C-2", reason: "c")
        #expect(receipt.survivor.text == "customer:C-3" && receipt.absorbed.text == "customer:C-1")
        #expect(receipt.members.map(\.text) == ["customer:C-3", "customer:C-1", "customer:C-2", "customer:C-4"])
    }

    @Test("the same call once more answers with the first position; another one with its id is refused")
    func again() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 4)
        defer { crm.close() }
        let id = EventID()
        let first = try await crm.mergeCustomers("C-1", "C-2", reason: "same", id: id)
        try await crm.mergeCustomers("C-3", "C-1", reason: "more")
        let head = crm.log.head
        #expect(try await crm.mergeCustomers("C-1", "C-2", reason: "same", id: id) == first)
        let taken = AppendError.idTaken(id, at: first.position)
        await #expect(throws: taken) { try await crm.mergeCustomers("C-1", "C-4", reason: "same", id: id) }
        await #expect(throws: taken) { try await crm.mergeCustomers("C-1", "C-2", reason: "other", id: id) }
        let registered = try #require(try crm.log.event(at: Position(1))).event.id
        await #expect(throws: AppendError.idTaken(registered, at: Position(1))) {
            try await crm.mergeCustomers("C-1", "C-4", reason: "same", id: registered)
        }
        #expect(crm.log.head == head)
    }

    @Test("who is unknown, named twice, one person already, or erased is refused, and nothing is appended")
    func refusals() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 5)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        try await crm.mergeCustomers("C-4", "C-5", reason: "same")
        try crm.log.appendBlocking([try SealedCRM.erased("C-5")])
        let head = crm.log.head
        func refusal(_ survivor: String, _ absorbed: String) async -> MergeRefusal? {
            await #expect(throws: MergeRefusal.self) {
                try await crm.mergeCustomers(survivor, absorbed, reason: "same")
            }
        }
        let ids = try (0...9).map { try EntityTag.customer("C-\($0)") }
        #expect(await refusal("C-1", "C-9") == .unknown(id: ids[9]))
        #expect(await refusal("C-9", "C-1") == .unknown(id: ids[9]))
        #expect(await refusal("C-1", "C-1") == .sameID(ids[1]))
        let together = MergeRefusal.alreadyOnePerson(ids[2], ids[1], canonical: ids[1], since: Position(6))
        #expect(await refusal("C-2", "C-1") == together)
        #expect(await refusal("C-3", "C-5") == .erased(id: ids[5], asked: ids[5], position: Position(8)))
        // C-4 is not erased, but the person is not whole any more.
        #expect(await refusal("C-4", "C-3") == .erased(id: ids[5], asked: ids[4], position: Position(8)))
        await #expect(throws: InvalidEvent.self) {
            try await crm.mergeCustomers("C-1", "line\nend", reason: "same")
        }
        let badChoice = await #expect(throws: MergeRefusal.self) {
            try await crm.mergeCustomers("C-1", "C-3", fieldChoice: ["city": .unspecified], reason: "same")
        }
        #expect(badChoice == .badFieldChoice(field: "city"))
        let noField = await #expect(throws: MergeRefusal.self) {
            try await crm.mergeCustomers("C-1", "C-3", fieldChoice: ["nmae": .absorbed], reason: "same")
        }
        #expect(noField == .noSuchField(field: "nmae", ids[1], ids[3]))
        await #expect(throws: UnfitEvent.self) {
            try await crm.mergeCustomers("C-1", "C-3", reason: "same", scoreBp: 10_001)
        }
        #expect(crm.log.head == head)
    }

    @Test("two who were reviewed as not the same are not merged, whichever of their ids are named, unless asked to")
    func different() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 4)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        try crm.log.appendBlocking([
            try reviewed("C-3", "C-2", .different), try reviewed("C-3", "C-2", .suspected),
            try reviewed("C-4", "C-2", .different), try reviewed("C-2", "C-4", .same),
        ])
        let refusal = await #expect(throws: MergeRefusal.self) {
            try await crm.mergeCustomers("C-1", "C-3", reason: "same")
        }
        guard case .reviewedAsDifferent(let one, let other, let position) = refusal else {
            Issue.record("refused with \(String(describing: refusal))")
            return
        }
        #expect(Set([one.text, other.text]) == ["customer:C-2", "customer:C-3"] && position == Position(6))
        // Somebody has changed their mind about these two.
        #expect(try await crm.mergeCustomers("C-1", "C-4", reason: "same").members.count == 3)
        let forced = try await crm.mergeCustomers("C-1", "C-3", reason: "same", evenIfDifferent: true)
        #expect(forced.members.count == 4)
    }

    @Test("a person has no more than ten thousand ids")
    func tooMany() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        // What the log holds all the same is followed: the limit is that of this call.
        let merges = try (1..<ResolvedPerson.mostIDs).map { number in
            try NewEvent(
                IdentityStory.merged("C-0", "C-\(number)"), about: [.customer("C-0"), .customer("C-\(number)")])
        }
        try crm.log.appendBlocking(merges)
        try crm.log.appendBlocking([try Story.registered("D-1", "one more")])
        let refusal = await #expect(throws: MergeRefusal.self) {
            try await crm.mergeCustomers("D-1", "C-5", reason: "same")
        }
        #expect(refusal == .tooManyIDs(count: 10_001, limit: 10_000))
    }

    @Test("of two merges of the same two at once one is made, and the other one learns that they are one person")
    func bothWaysAtOnce() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 2)
        defer { crm.close() }
        @Sendable func attempt(_ survivor: String, _ absorbed: String) async throws -> Bool {
            do {
                try await crm.mergeCustomers(survivor, absorbed, reason: "same")
                return true
            } catch MergeRefusal.alreadyOnePerson {
                return false
            }
        }
        async let one = attempt("C-1", "C-2")
        async let other = attempt("C-2", "C-1")
        let made = try await [one, other]
        #expect(made.filter { $0 }.count == 1)
        #expect(crm.log.head == Position(3))
    }

    @Test("merges of others at the same time both succeed, and so does the same call made twice at once")
    func atOnce() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 4)
        defer { crm.close() }
        let id = EventID()
        async let one = crm.mergeCustomers("C-1", "C-2", reason: "same", id: id)
        async let again = crm.mergeCustomers("C-1", "C-2", reason: "same", id: id)
        async let other = crm.mergeCustomers("C-3", "C-4", reason: "same")
        let (first, second, third) = try await (one, again, other)
        #expect(first == second && first.position != third.position)
        #expect(crm.log.head == Position(6))
        let view = try crm.identity()
        #expect(try view.members(of: .customer("C-2")).count == 2)
        #expect(try view.members(of: .customer("C-4")).count == 2)
    }
}
