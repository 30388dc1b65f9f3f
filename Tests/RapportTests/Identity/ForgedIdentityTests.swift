import EventLog
import Foundation
import Projection
import Rapport
import SwiftProtobuf
import Testing

/// Events about identity and corrections that were appended past the API, and what comes in between two steps of
/// somebody else: nobody loses rights, and no read model stops.
@Suite(.timeLimit(.minutes(5))) struct ForgedIdentityTests {
    private typealias Story = ErasureStory

    private static func settle(_ crm: Rapport) async throws {
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 60)
    }

    private static func mayContact(_ customer: String, _ crm: Rapport) async throws -> Bool {
        let use = try await crm.mayUse(
            subject: .customer(customer), for: "marketing", on: "email", at: .now(), atLeast: crm.log.head)
        return use.allowed
    }

    @Test("who is parted from a person between the plan of an erasure and the erasure is not erased")
    func partedMeanwhile() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try Story.registered("C-1", "one"), try Story.registered("C-2", "two")])
        let merge = try await crm.mergeCustomers("C-1", "C-2", reason: "test")
        let plan = try crm.planErasure(of: [.customer("C-1")], only: false, reason: "request", requestEventID: nil)
        #expect(plan.persons.first?.ids.map(\.id.text) == ["customer:C-1", "customer:C-2"])
        try await crm.unmergeCustomers(merge: .event(merge.eventID), reason: "test")
        _ = try await crm.erase(plan)
        let state = try crm.personal.state(in: crm.log)
        #expect(state.isErased("customer:C-1") && !state.isErased("customer:C-2"))
        #expect(try Story.key(of: "customer:C-2", "identity", in: crm) == "key")
    }

    @Test("who is merged in between is not left out in silence")
    func mergedMeanwhile() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try Story.registered("C-1", "one"), try Story.registered("C-2", "two")])
        let plan = try crm.planErasure(of: [.customer("C-1")], only: false, reason: "request", requestEventID: nil)
        try await crm.mergeCustomers("C-1", "C-2", reason: "test")
        let outcomes = try await crm.erase(plan)
        // Nobody has confirmed the other id.
        #expect(outcomes.allSatisfy { $0.refusal != nil })
        #expect(try !crm.personal.state(in: crm.log).isErased("customer:C-1"))
    }

    @Test("what a person has forbidden is not given away by an exception, nor taken back with an import")
    func rightsStay() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let withdrawn = try Said("customer:C-2", "2024-02-01T00:00:00Z", .withdrawn("marketing", "email")).event()
        var imported = withdrawn
        imported.provenance.correlationID = "import:imp-0000000000000001"
        let begun = ImportStarted.with { $0.importID = "imp-0000000000000001" }
        try crm.log.appendBlocking([
            try Story.registered("C-1", "one"), try Story.registered("C-2", "two"),
            try NewEvent(begun, about: [EntityTag("import", "imp-0000000000000001")]),
            try Said("customer:C-2", "2024-01-01T00:00:00Z", .granted("marketing", "email")).event(), imported,
        ])
        #expect(try await !Self.mayContact("C-2", crm))
        let reverted = ImportReverted.with { $0.importID = "imp-0000000000000001" }
        try crm.log.appendBlocking([try NewEvent(reverted, about: [EntityTag("import", "imp-0000000000000001")])])
        #expect(try await !Self.mayContact("C-2", crm))
        let merge = try await crm.mergeCustomers("C-1", "C-2", reason: "test")
        await #expect(throws: MergeRefusal.self) {
            try await crm.unmergeCustomers(
                merge: .event(merge.eventID), exceptions: [imported.id: .survivor], reason: "test")
        }
        // The same past the API.
        var exception = UnmergeException()
        exception.eventID = imported.id.description
        exception.side = .survivor
        let exceptions = [exception]
        let forged = CustomersUnmerged.with { message in
            message.mergeEventID = merge.eventID.description
            message.survivorID = "C-1"
            message.absorbedID = "C-2"
            message.exceptions = exceptions
        }
        try crm.log.appendBlocking([try NewEvent(forged, about: [.customer("C-1"), .customer("C-2")])])
        #expect(try await !Self.mayContact("C-2", crm))
    }

    @Test("a correction that makes no sense changes nothing, and stops nobody")
    func nonsense() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let registered = try Story.registered("C-1", "one")
        try crm.log.appendBlocking([registered])
        try await Self.settle(crm)
        let before = try crm.projections.digest(of: "profile").digest
        let garbage = EventCorrected.with { message in
            message.eventID = registered.id.description
            message.kind = .amend
            message.data = Data([0xFF, 0xFF, 0xFF])
            message.schemaRevision = 1
        }
        let part = EventCorrected.with { message in
            message.eventID = registered.id.description
            message.kind = .amend
            message.data = Data(registered.data)
            message.schemaRevision = 1
        }
        let customer = try EntityTag.customer("C-1")
        try crm.log.appendBlocking([try NewEvent(garbage, about: [customer])])
        try await Self.settle(crm)
        #expect(try crm.projections.digest(of: "profile").digest == before)
        #expect(try await crm.profile(of: "C-1")?.value(of: "name") == "one")
        let nonsense = EventCorrectedPersonal.with { $0.data = Data([0xFF, 0xFF]) }
        try crm.log.appendBlocking([try NewEvent(part, about: [customer], personal: nonsense, of: customer)])
        try await Self.settle(crm)
        #expect(try await crm.profile(of: "C-1")?.value(of: "name") == nil)
        #expect(try await crm.find("one").total == 0)
        #expect(try crm.projections.status().allSatisfy { $0.failure == nil })
    }
}
