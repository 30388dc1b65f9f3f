import EventLog
import Rapport
import Testing
import TestSupport

/// Everything about a person is handed to the person, and nothing of others.
@Suite(.timeLimit(.minutes(5))) struct PersonExportTests {
    private typealias Story = ErasureStory

    @Test("every event of every id is there with its values, and those of others are left out")
    func export() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let referral = NewEvent(
            type: try EventType("shop.Met"), tags: [try .customer("C-1"), try .customer("C-2")],
            subjects: [
                Subject(id: "customer:C-1", part: .unsealed(Array("mine".utf8))),
                Subject(id: "customer:C-2", part: .unsealed(Array("theirs".utf8))),
            ], provenance: Provenance(source: "shop"))
        // About the person, and without the tag.
        let untagged = NewEvent(
            type: try EventType("shop.Seen"), subjects: [Subject(id: "lead:L-7", part: .unsealed(Array("seen".utf8)))])
        try crm.log.appendBlocking([
            try Story.registered("C-1", "Ada"), try Story.registered("C-2", "Bo"), try Story.leadCaptured("L-7", "Ada"),
            try Story.converted("L-7", to: "C-1"), referral, untagged, try SealedCRM.restricted("C-1"),
        ])
        let export = try await crm.exportPerson(.lead("L-7"), as: "user:7")
        #expect(export.record.ids.all.map(\.text) == ["lead:L-7", "customer:C-1"])
        #expect(export.events.map(\.recorded.position.rawValue) == [1, 3, 4, 5, 6, 7])
        #expect(export.events.allSatisfy { $0.withheld.isEmpty }, "a restriction does not keep it from the person")
        let met = export.events[3]
        #expect(met.part(of: "customer:C-1") == Array("mine".utf8) && met.part(of: "customer:C-2") == nil)
        #expect(export.events[4].part(of: "lead:L-7") == Array("seen".utf8))
        #expect(export.record.profiles.map { $0.value(of: "name") } == ["Ada"])
        #expect(export.record.privacy.map(\.restrictions.count) == [1])
        #expect(export.record.sources.map(\.name) == [nil, "shop"])
        #expect(Set(export.record.accesses.map(\.subject)) == ["customer:C-1", "lead:L-7"])
        #expect(
            export.record.accesses.allSatisfy { $0.actor == "user:7" && $0.purpose == PersonalReader.accessRequest })
        #expect(export.proof == nil && export.whyNoProof == "no checkpoint was signed yet")
        let only = try await crm.exportPerson(.lead("L-7"), only: true)
        #expect(only.events.map(\.recorded.position.rawValue) == [3, 4, 6])
    }

    @Test("of an erased person the export shows that something happened, and why no value is there")
    func erased() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try Story.registered("C-1", "Ada")])
        try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        let export = try await crm.exportPerson(.customer("C-1"))
        #expect(export.events.map(\.withheld.count) == [1, 0, 0])
        #expect(export.events[0].withheld == ["customer:C-1": .erased])
        #expect(export.record.privacy.first?.erasures.count == 1)
        await #expect(throws: UnknownSubject.self) { try await crm.exportPerson(.customer("C-2")) }
    }
}
