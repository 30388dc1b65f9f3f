import EventLog
import Foundation
@testable import Rapport
import Testing

/// Events that say which funnels are saved, and where a user belongs: what makes no sense is refused.
@Suite struct FunnelEventTests {
    private typealias Unfit = PrivacyEventTests.Unfit

    private static let unfit: [Unfit] = [
        Unfit("FunnelDefined", #"{"version":1,"definition":"{}"}"#, "funnel_id is stated, not empty"),
        Unfit("FunnelDefined", #"{"funnelId":"sale","definition":"{}"}"#, "version is 1 or more, not 0"),
        Unfit("FunnelDefined", #"{"funnelId":"sale","version":1}"#, "definition is stated, not empty"),
        Unfit("FunnelRetired", #"{"reason":"replaced"}"#, "funnel_id is stated, not empty"),
        Unfit("UserAssigned", #"{"team":"north"}"#, "user_id is stated, not empty"),
    ]

    @Test("what makes no sense is refused, with what was expected", arguments: unfit)
    func content(unfit: PrivacyEventTests.Unfit) throws {
        let type = try #require(EventCatalogue.type(named: unfit.type))
        let error = #expect(throws: UnfitEvent.self) {
            _ = try EventCatalogue.data(of: type, json: Data(unfit.json.utf8))
        }
        #expect(error?.reason == unfit.reason)
    }

    /// From a lead to a deal that is won.
    private static func defined(_ name: String, as id: String) -> FunnelDefined {
        let definition = FunnelDefinition(
            name: name,
            steps: [
                FunnelDefinition.Step(name: "lead", events: .init(types: [LeadCaptured.eventType])),
                FunnelDefinition.Step(name: "won", events: .init(types: [OpportunityWon.eventType])),
            ])
        return FunnelDefined.with { message in
            message.funnelID = id
            message.version = 1
            message.definition = definition.json
        }
    }

    @Test("a definition is one that can be read, and that of the funnel that is named")
    func definition() throws {
        let tag = try EntityTag.funnel("sale")
        #expect(try NewEvent(Self.defined("sale", as: "sale"), about: [tag]).tags == [tag])
        let other = #expect(throws: UnfitEvent.self) { try NewEvent(Self.defined("offer", as: "sale"), about: [tag]) }
        #expect(other?.reason == "definition is that of the funnel \"sale\", not of \"offer\"")
        var broken = Self.defined("sale", as: "sale")
        broken.definition = "steps: [nothing"
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(broken, about: [tag]) }
        #expect(error?.reason.hasPrefix("definition: ") == true)
    }

    @Test("each has the tag of what it is about")
    func tags() throws {
        let (own, other) = (try EntityTag.funnel("sale"), try EntityTag.funnel("offer"))
        try needs(own, not: other, Self.defined("sale", as: "sale"), "FunnelDefined")
        try needs(own, not: other, FunnelRetired.with { $0.funnelID = "sale" }, "FunnelRetired")
        let assigned = UserAssigned.with { $0.userID = "U-1" }
        try needs(try EntityTag.user("U-1"), not: try EntityTag.user("U-2"), assigned, "UserAssigned")
    }

    private func needs(_ own: EntityTag, not other: EntityTag, _ message: some CatalogueEvent, _ name: String) throws {
        #expect(try NewEvent(message, about: [other, own]).tags == [other, own])
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(message, about: [other]) }
        let reason = "\(name) is about \"\(own)\" and needs that tag, by which it is found; found \(other)"
        #expect(error?.reason == reason)
    }

    @Test("a saved funnel stands as it is, and where a user belongs can be corrected, with the tag")
    func corrections() async throws {
        #expect(EventCatalogue.isCorrectable(FunnelDefined.eventType) == false)
        #expect(EventCatalogue.isCorrectable(FunnelRetired.eventType) == false)
        let assigned = UserAssigned.with { message in
            message.userID = "U-1"
            message.team = "north"
        }
        let folder = try CRMFolder([try NewEvent(assigned, about: [EntityTag.user("U-1")])])
        var right = assigned
        right.userID = "U-2"
        let receipt = try await folder.crm.amend(Position(1), to: right, reason: "typing_error")
        #expect(receipt.tags.map(\.text) == ["user:U-2"])
        withExtendedLifetime(folder) {}
    }
}
