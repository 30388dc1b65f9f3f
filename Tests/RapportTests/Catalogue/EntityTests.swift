import EventLog
@testable import Rapport
import Testing

/// An event of the catalogue says what it is about, or no read model would find it.
@Suite struct EntityTests {
    @Test("every type of the catalogue is about a kind of entity, and an integrator's own type about any or none")
    func kinds() throws {
        let kinds = try EventCatalogue.names.map { EventCatalogue.entityKind(of: try EventType($0)) }
        #expect(!kinds.contains(nil))
        #expect(Set(kinds) == ["customer", "opportunity", "pipeline", "survey"])
        for name in ["shop.ParcelSent", "shop.OpportunityWon", "parcel"] {
            let own = NewEvent(type: try EventType(name))
            #expect(throws: Never.self) { try EventCatalogue.check(own) }
        }
    }

    @Test(
        "names without a namespace and those of Rapport are the catalogue's",
        arguments: [
            ("OpportunityWon", true), ("parcel", true), ("rapport.crm.v1.Won", true), ("rapport.Won", true),
            ("shop.OpportunityWon", false), ("rapportage.Won", false), (".", false),
        ])
    func reserved(name: String, isReserved: Bool) {
        #expect(EventCatalogue.isReserved(name) == isReserved)
    }

    @Test(
        "an event about something else is refused, with what was expected",
        arguments: [[], ["customer:C-1", "deal"]] as [[String]])
    func refused(tags: [String]) throws {
        let entities = try tags.map { try EntityTag($0) }
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(OpportunityWon(), about: entities) }
        let found = tags.isEmpty ? "none" : "customer:C-1, deal"
        #expect(
            error?.reason
                == "OpportunityWon needs a tag opportunity:ID, which says what it is about; found \(found)")
    }

    @Test("what is refused is not appended")
    func notAppended() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        await #expect(throws: UnfitEvent.self) {
            try await crm.append(OpportunityWon(), about: .customer("C-1"))
        }
        await #expect(throws: UnfitEvent.self) {
            try await crm.append(
                CustomerRegistered(), personal: .with { $0.displayName = "Ann" }, of: EntityTag("person:P-1"))
        }
        #expect(folder.head == .zero)
        try await crm.append(
            CustomerRegistered(), personal: .with { $0.displayName = "Ann" }, of: .customer("C-1"))
        #expect(folder.head == Position(1))
        withExtendedLifetime(folder) {}
    }

    @Test("an attribute of a deal has no name of a dimension that every deal has", arguments: ["customer", "owner"])
    func attributes(name: String) throws {
        var opened = OpportunityOpened()
        opened.attributes = [Attribute("region", "north"), Attribute(name, "x")]
        let deal = try EntityTag.opportunity("O-1")
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(opened, about: [deal]) }
        #expect(error?.reason.hasPrefix("attribute \"\(name)\" has the name of a dimension") == true)
        opened.attributes = [Attribute("region", name)]
        #expect(try NewEvent(opened, about: [deal]).tags == [deal])
    }
}
