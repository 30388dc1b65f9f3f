import EventLog
import Projection
@testable import Rapport
import Testing

/// A merge is undone: which one, what is refused, and which events would go where.
@Suite(.timeLimit(.minutes(5))) struct UnmergeTests {
    private typealias Story = ErasureStory

    private static func crm(_ folder: SealedCRM, customers count: Int) throws -> Rapport {
        let crm = try folder.opened()
        try crm.log.appendBlocking((1...count).map { try Story.registered("C-\($0)", "name \($0)") })
        return crm
    }

    /// The id of the event at a position.
    private func id(_ position: UInt64, _ crm: Rapport) throws -> EventID {
        try #require(try crm.log.event(at: Position(position))).event.id
    }

    @Test("an unmerge names its merge, and both are who they were; before it they stay one person")
    func unmerge() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 2)
        defer { crm.close() }
        let merge = try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let receipt = try await crm.unmergeCustomers(merge: .event(merge.eventID), reason: "mistake")
        #expect(receipt.position == Position(4) && !receipt.areStillOne && receipt.heldBy == [])
        #expect(receipt.survivor.members.map(\.text) == ["customer:C-1"])
        #expect(receipt.absorbed.members.map(\.text) == ["customer:C-2"])
        #expect(receipt.merge.position == Position(3) && receipt.merge.unmergedAt == Position(4))
        let stored = try #require(try crm.log.event(at: Position(4)))
        #expect(stored.event.tags.map(\.text) == ["customer:C-1", "customer:C-2"])
        let message = try stored.message(CustomersUnmerged.self)
        #expect(message.mergeEventID == merge.eventID.description && message.reason == "mistake")
        #expect(message.survivorID == "C-1" && message.absorbedID == "C-2" && message.exceptions.isEmpty)
        #expect(try crm.identity(at: Position(3)).members(of: .customer("C-2")).count == 2)
        #expect(try crm.identity().members(of: .customer("C-2")).count == 1)
        // They can be merged again, which is another merge.
        #expect(try await crm.mergeCustomers("C-2", "C-1", reason: "same after all").position == Position(5))
    }

    @Test("another merge that holds the two together is told")
    func stillOne() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 2)
        defer { crm.close() }
        let first = try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let both: [EntityTag] = try [.customer("C-2"), .customer("C-1")]
        try crm.log.appendBlocking([try NewEvent(IdentityStory.merged("C-2", "C-1"), about: both)])
        let plan = try crm.planUnmerge(merge: .position(first.position))
        #expect(plan.areStillOne && plan.heldBy.map(\.position) == [Position(4)] && plan.events == [])
        let receipt = try await crm.unmergeCustomers(merge: .position(first.position), reason: "mistake")
        #expect(receipt.areStillOne && receipt.heldBy.map(\.position) == [Position(4)])
        #expect(receipt.survivor == receipt.absorbed && receipt.survivor.canonical.text == "customer:C-2")
    }

    @Test("the same call once more answers with the first position; another one with its id is refused")
    func again() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 2)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let event = EventID()
        let name = MergeName.between("C-2", "C-1")
        let first = try await crm.unmergeCustomers(merge: name, reason: "mistake", id: event)
        #expect(try await crm.unmergeCustomers(merge: name, reason: "mistake", id: event) == first)
        #expect(try await crm.unmergeCustomers(merge: .position(Position(3)), reason: "mistake", id: event) == first)
        await #expect(throws: AppendError.idTaken(event, at: Position(4))) {
            try await crm.unmergeCustomers(merge: name, reason: "other", id: event)
        }
        #expect(crm.log.head == Position(4))
    }

    @Test("what is no merge, or undone already, is refused, and nothing is appended")
    func refusals() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 4)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        try await crm.mergeCustomers("C-1", "C-3", reason: "same")
        try await crm.unmergeCustomers(merge: .between("C-1", "C-3"), reason: "mistake")
        try await crm.mergeCustomers("C-1", "C-4", reason: "same")
        let head = crm.log.head
        func refusal(_ name: MergeName) async -> MergeRefusal? {
            await #expect(throws: MergeRefusal.self) { try await crm.unmergeCustomers(merge: name, reason: "mistake") }
        }
        let ids = try (0...9).map { try EntityTag.customer("C-\($0)") }
        let stranger = EventID()
        #expect(await refusal(.event(stranger)) == .unknownMerge(.event(stranger)))
        #expect(await refusal(.position(Position(1))) == .unknownMerge(.position(Position(1))))
        #expect(await refusal(.position(Position(99))) == .unknownMerge(.position(Position(99))))
        let undone = MergeRefusal.alreadyUnmerged(merge: Position(6), at: Position(7))
        #expect(await refusal(.position(Position(6))) == undone)
        #expect(await refusal(.between("C-3", "C-1")) == undone)
        #expect(await refusal(.between("C-3", "C-2")) == .notOnePerson(ids[3], ids[2]))
        #expect(await refusal(.between("C-3", "C-3")) == .sameID(ids[3]))
        guard case .severalMerges(_, _, let path) = await refusal(.between("C-2", "C-4")) else {
            Issue.record("two merges lie between C-2 and C-4")
            return
        }
        #expect(path.map(\.position) == [Position(5), Position(8)])
        #expect(crm.log.head == head)
    }

    @Test("an exception names an event of the person that counts and can go somewhere")
    func exceptions() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 3)
        defer { crm.close() }
        let merge = try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let opened = try Story.caseOpened("S-1", of: "C-1", "it leaks")
        let annulled = try Story.caseOpened("S-2", of: "C-1", "by mistake")
        let correction = EventCorrected.with { message in
            message.eventID = annulled.id.description
            message.kind = .annul
        }
        try crm.log.appendBlocking([opened, annulled, try NewEvent(correction, about: annulled.tags)])
        let head = crm.log.head
        func fault(_ event: EventID, _ side: MergeSide = .absorbed) async -> MergeRefusal? {
            await #expect(throws: MergeRefusal.self) {
                try await crm.unmergeCustomers(
                    merge: .event(merge.eventID), exceptions: [event: side], reason: "mistake")
            }
        }
        let stranger = EventID()
        #expect(await fault(stranger) == .badException(stranger, .notInLog))
        #expect(await fault(opened.id, .unspecified) == .badException(opened.id, .noSide))
        #expect(await fault(annulled.id) == .badException(annulled.id, .annulled(Position(6))))
        let ofAnother = try id(3, crm)
        let person = try EntityTag.customer("C-1")
        #expect(await fault(ofAnother) == .badException(ofAnother, .notOfThePerson(Position(3), canonical: person)))
        let stays = MergeRefusal.badException(
            merge.eventID, .stays(merge.position, CustomersMerged.eventType))
        #expect(await fault(merge.eventID) == stays)
        #expect(crm.log.head == head)
        let receipt = try await crm.unmergeCustomers(
            merge: .event(merge.eventID), exceptions: [opened.id: .absorbed], reason: "mistake")
        let stored = try #require(try crm.log.event(at: receipt.position)).message(CustomersUnmerged.self)
        #expect(stored.exceptions.map(\.eventID) == [opened.id.description])
        #expect(stored.exceptions.map(\.side) == [.absorbed])
    }

    @Test("a plan tells for each event since the merge where it would go, and appends nothing")
    func plan() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 3)
        defer { crm.close() }
        let merge = try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let annulled = try Story.caseOpened("S-4", of: "C-2", "by mistake")
        let correction = EventCorrected.with { message in
            message.eventID = annulled.id.description
            message.kind = .annul
        }
        let ofBoth = try NewEvent(
            InteractionLogged.with { $0.channel = "phone" }, about: [.customer("C-1"), .customer("C-2")])
        try crm.log.appendBlocking([
            try Story.caseOpened("S-1", of: "C-1", "one"), try Story.caseOpened("S-2", of: "C-2", "two"),
            try Story.caseOpened("S-3", of: "C-3", "of nobody here"), annulled,
            try NewEvent(correction, about: annulled.tags), ofBoth,
        ])
        let head = crm.log.head
        let plan = try crm.planUnmerge(merge: .event(merge.eventID))
        #expect(plan.position == head && plan.merge.position == merge.position && !plan.areStillOne)
        #expect(plan.survivor.map(\.text) == ["customer:C-1"] && plan.absorbed.map(\.text) == ["customer:C-2"])
        #expect(plan.events.map(\.position.rawValue) == [5, 6, 10])
        #expect(plan.events.map(\.sides) == [[.survivor], [.absorbed], [.survivor, .absorbed]])
        #expect(plan.events.first?.type == CaseOpened.eventType.name)
        #expect(plan.events.allSatisfy { !$0.isException })
        let other = try crm.planUnmerge(merge: .event(merge.eventID), exceptions: [ofBoth.id: .absorbed])
        #expect(other.events.map(\.sides) == [[.survivor], [.absorbed], [.absorbed]])
        #expect(other.events.map(\.isException) == [false, false, true])
        #expect(crm.log.head == head)
    }

    @Test("an event that an earlier unmerge gave to somebody is planned as theirs")
    func movedBefore() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 2)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let opened = try Story.caseOpened("S-1", of: "C-1", "it leaks")
        try crm.log.appendBlocking([opened])
        try await crm.unmergeCustomers(
            merge: .between("C-1", "C-2"), exceptions: [opened.id: .absorbed], reason: "mistake")
        // Known before the next merge, so it goes back by itself; the next one comes after it.
        try await crm.mergeCustomers("C-1", "C-2", reason: "same after all")
        let later = try Story.caseOpened("S-2", of: "C-1", "it leaks again")
        try crm.log.appendBlocking([later])
        let plan = try crm.planUnmerge(merge: .between("C-1", "C-2"))
        #expect(plan.events.map(\.eventID) == [later.id] && plan.events.map(\.sides) == [[.survivor]])
        let view = try crm.history.view(in: crm.log)
        func tags(of id: EventID) throws -> [String] {
            let position = try #require(try crm.log.position(of: id))
            return view.movedTags(of: try #require(try crm.log.event(at: position))).map(\.text)
        }
        #expect(try tags(of: opened.id) == ["case:S-1", "customer:C-2"])
        #expect(try tags(of: later.id) == ["case:S-2", "customer:C-1"])
    }

    @Test("a person of whom an id was erased can still be parted")
    func erased() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 2)
        defer { crm.close() }
        try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        try crm.log.appendBlocking([try SealedCRM.erased("C-2")])
        let receipt = try await crm.unmergeCustomers(merge: .between("C-1", "C-2"), reason: "mistake")
        #expect(receipt.position == Position(5) && !receipt.areStillOne)
    }

    @Test("of two who undo the same merge at once one does, and the other one learns where")
    func atOnce() async throws {
        let folder = try SealedCRM()
        let crm = try Self.crm(folder, customers: 2)
        defer { crm.close() }
        let merge = try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        @Sendable func attempt() async throws -> Bool {
            do {
                try await crm.unmergeCustomers(merge: .event(merge.eventID), reason: "mistake")
                return true
            } catch MergeRefusal.alreadyUnmerged(_, let position) {
                #expect(position == Position(4))
                return false
            }
        }
        async let one = attempt()
        async let other = attempt()
        let made = try await [one, other]
        #expect(made.filter { $0 }.count == 1)
        #expect(crm.log.head == Position(4))
    }
}
