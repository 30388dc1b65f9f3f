import EventLog
@testable import Rapport
import Testing

/// An event of the catalogue says what it is about, or no read model would find it.
@Suite struct EntityTests {
    @Test("every type of the catalogue is about a kind of entity, and an integrator's own type about any or none")
    func kinds() throws {
        // What is about persons has the tags of those whom its data names, whatever they are; a receipt may have none,
        // and a correction those of what it corrects.
        let ofPersons: [any CatalogueEvent.Type] = [
            ConsentGranted.self, ConsentWithdrawn.self, ProcessingRestricted.self, SubjectRequestReceived.self,
            SubjectRequestFulfilled.self, LegalHoldPlaced.self, LegalHoldReleased.self, PersonalDataAccessed.self,
            SubjectErased.self, KeyDestroyed.self, EventCorrected.self,
        ]
        let names = EventCatalogue.names.filter { name in !ofPersons.contains { $0.eventType.name == name } }
        let needs = try names.map { EventCatalogue.needs(of: try EventType($0)) }
        #expect(needs.allSatisfy { !$0.isEmpty && $0.allSatisfy { !$0.isEmpty } })
        let kinds = Set(needs.flatMap { $0.flatMap { $0 } })
        let known: Set = [
            "customer", "lead", "opportunity", "pipeline", "order", "case", "survey", "invitation", "retention",
            "identity", "import", "user", "funnel", "calendar", "service-level",
        ]
        #expect(kinds == known)
        for name in ["shop.ParcelSent", "shop.OpportunityWon", "parcel"] {
            let own = NewEvent(type: try EventType(name))
            #expect(EventCatalogue.needs(of: own.type).isEmpty)
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

    /// A type, tags with which it passes, and for tags with which it does not what is expected.
    struct Tagged: Sendable {
        let name: String
        let fit: [[String]]
        let unfit: [(tags: [String], expected: String)]

        func event(_ tags: [String]) throws -> NewEvent {
            NewEvent(
                type: try EventType(EventCatalogue.package + name), tags: try tags.map { try EntityTag($0) })
        }
    }

    private static let tagged: [Tagged] = [
        Tagged(
            name: "InteractionLogged", fit: [["customer:C-1"], ["lead:L-1"], ["lead:L-1", "customer:C-1"]],
            unfit: [
                ([], "customer:ID or lead:ID"), (["leads:L-1"], "customer:ID or lead:ID"),
                (["customer:", "lead:"], "customer:ID or lead:ID"),
            ]),
        Tagged(
            name: "TouchpointRecorded", fit: [["customer:C-1"], ["campaign:K-3", "lead:L-1"]],
            unfit: [(["campaign:K-3"], "customer:ID or lead:ID")]),
        Tagged(
            name: "OrderPlaced", fit: [["order:A-1", "customer:C-1"], ["customer:C-1", "shop:7", "order:A-1"]],
            unfit: [
                ([], "order:ID"), (["customer:C-1"], "order:ID"), (["order:A-1"], "customer:ID"),
                (["order:", "customer:C-1"], "order:ID"), (["order:A-1", "lead:L-1"], "customer:ID"),
            ]),
        Tagged(
            name: "DeliveryPromised", fit: [["order:A-1", "customer:C-1"]], unfit: [(["order:A-1"], "customer:ID")]),
        Tagged(name: "OrderReturned", fit: [["order:A-1", "customer:C-1"]], unfit: [(["order:A-1"], "customer:ID")]),
        Tagged(name: "LeadConverted", fit: [["lead:L-1"]], unfit: [(["customer:C-1"], "lead:ID")]),
        Tagged(name: "CaseOpened", fit: [["case:S-1"]], unfit: [(["customer:C-1"], "case:ID")]),
        Tagged(name: "IdentifierLinked", fit: [["customer:C-1"]], unfit: [(["lead:L-1"], "customer:ID")]),
        Tagged(name: "ComplaintRaised", fit: [["customer:C-1"]], unfit: [(["case:S-1"], "customer:ID")]),
        Tagged(
            name: "ServiceCostAttributed", fit: [["customer:C-1", "case:S-1"]],
            unfit: [(["case:S-1"], "customer:ID")]),
        Tagged(name: "ReferralMade", fit: [["customer:C-1", "lead:L-1"]], unfit: [(["lead:L-1"], "customer:ID")]),
        Tagged(
            name: "SurveyInvited", fit: [["survey:S-1", "invitation:I-1"]],
            unfit: [(["survey:S-1"], "invitation:ID"), (["invitation:I-1"], "survey:ID")]),
        Tagged(
            name: "CustomersMerged", fit: [["customer:C-1", "customer:C-2"]], unfit: [(["lead:L-1"], "customer:ID")]),
        Tagged(
            name: "DuplicateReviewed", fit: [["customer:C-1", "lead:L-1"]],
            unfit: [(["order:A-1"], "customer:ID or lead:ID")]),
        Tagged(name: "IdentityRulesSet", fit: [["identity:rules"]], unfit: [([], "identity:ID")]),
        Tagged(name: "UserAssigned", fit: [["user:U-1"]], unfit: [(["users:U-1"], "user:ID")]),
        Tagged(name: "FunnelDefined", fit: [["funnel:signup"]], unfit: [([], "funnel:ID")]),
        Tagged(name: "FunnelRetired", fit: [["funnel:signup"]], unfit: [(["funnel:"], "funnel:ID")]),
        Tagged(name: "WorkingCalendarDefined", fit: [["calendar:desk"]], unfit: [([], "calendar:ID")]),
        Tagged(
            name: "ServiceLevelDefined", fit: [["service-level:gold"]],
            unfit: [(["servicelevel:gold"], "service-level:ID")]),
        Tagged(
            name: "ServiceLevelRetired", fit: [["service-level:gold"]],
            unfit: [(["service-level:"], "service-level:ID")]),
        Tagged(name: "ImportStarted", fit: [["import:imp-1"]], unfit: [(["imports:imp-1"], "import:ID")]),
    ]

    @Test(
        "a type may need a tag of one of several kinds, or several tags; the first one lacking is told",
        arguments: tagged)
    func needs(of type: Tagged) throws {
        for tags in type.fit {
            let event = try type.event(tags)
            #expect(throws: Never.self) { try EventCatalogue.check(event) }
        }
        for (tags, expected) in type.unfit {
            let event = try type.event(tags)
            let error = #expect(throws: UnfitEvent.self) { try EventCatalogue.check(event) }
            let found = tags.isEmpty ? "none" : tags.joined(separator: ", ")
            let reason = "\(type.name) needs a tag \(expected), which says what it is about; found \(found)"
            #expect(error?.reason == reason)
        }
    }

    @Test("an answer that names an invitation needs a tag of it, for the response rate; another one does not")
    func invitation() throws {
        let survey = try EntityTag.survey("S-1")
        #expect(try NewEvent(SurveyAnswered(), about: [survey]).tags == [survey])
        let invited = SurveyAnswered.with { $0.invitationID = "I-1" }
        for tags in [["survey:S-1"], ["survey:S-1", "invitation:"], ["survey:S-1", "invitations:I-1"]] {
            let entities = try tags.map { try EntityTag($0) }
            let error = #expect(throws: UnfitEvent.self) { try NewEvent(invited, about: entities) }
            let found = tags.joined(separator: ", ")
            #expect(
                error?.reason
                    == "SurveyAnswered needs a tag invitation:ID, which the response rate is counted by; found \(found)"
            )
        }
        let both = [survey, try EntityTag.invitation("I-1")]
        #expect(try NewEvent(invited, about: both).tags == both)
        // What it is about comes first.
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(invited, about: []) }
        #expect(
            error?.reason == "SurveyAnswered needs a tag survey:ID, which says what it is about; found none")
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

    @Test("an attribute of a lead has no name of a dimension that every lead has", arguments: LeadModel.ownDimensions)
    func attributesOfLeads(name: String) throws {
        let lead = try EntityTag.lead("L-1")
        try refuses(name, "lead", about: [lead]) { attributes in LeadCaptured.with { $0.attributes = attributes } }
    }

    @Test("an attribute of a case has no name of a dimension that every case has", arguments: CaseModel.ownDimensions)
    func attributesOfCases(name: String) throws {
        let serviceCase = try EntityTag.case("S-1")
        try refuses(name, "case", about: [serviceCase]) { attributes in CaseOpened.with { $0.attributes = attributes } }
    }

    @Test(
        "an attribute of an order has no name of a dimension that every order has", arguments: OrderModel.ownDimensions)
    func attributesOfOrders(name: String) throws {
        let order = [try EntityTag.order("A-1"), try EntityTag.customer("C-1")]
        try refuses(name, "order", about: order) { attributes in OrderPlaced.with { $0.attributes = attributes } }
    }

    @Test("there are dimensions whose names attributes must not have")
    func ownDimensions() {
        #expect(LeadModel.ownDimensions.sorted() == ["medium", "owner", "source"])
        let ofCases = ["category", "channel", "customer", "owner", "queue", "severity"]
        #expect(CaseModel.ownDimensions.sorted() == ofCases)
        #expect(OrderModel.ownDimensions.sorted() == ["channel", "customer"])
    }

    /// An attribute of this name is refused, one with another name and this value is not, and none stands twice.
    private func refuses<Event: CatalogueEvent>(
        _ name: String, _ kind: String, about entities: [EntityTag], _ event: ([Attribute]) -> Event
    ) throws {
        let own = event([Attribute("region", "north"), Attribute(name, "x")])
        let ownError = #expect(throws: UnfitEvent.self) { try NewEvent(own, about: entities) }
        #expect(
            ownError?.reason
                == "attribute \"\(name)\" has the name of a dimension that every \(kind) has; expected another name")
        let double = event([Attribute("region", "north"), Attribute("region", "south")])
        let doubleError = #expect(throws: UnfitEvent.self) { try NewEvent(double, about: entities) }
        #expect(doubleError?.reason == "attribute \"region\" stands twice; expected it once")
        let other = event([Attribute("region", name)])
        #expect(try NewEvent(other, about: entities).tags == entities)
    }
}
