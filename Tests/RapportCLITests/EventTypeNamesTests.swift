import Rapport
import Testing

@testable import RapportCLI

/// What a mistyped name of an event type was meant for.
@Suite struct EventTypeNamesTests {
    private static let known = EventCatalogue.names.map { String($0.dropFirst(EventCatalogue.package.count)) }

    @Test(arguments: [
        ("OportunityWon", "OpportunityWon"), ("opportunitywon", "OpportunityWon"),
        ("rapport.crm.v1.LeadCapture", "LeadCaptured"), ("CustomerRegistred", "CustomerRegistered"),
        ("SurveyAnswerd", "SurveyAnswered"), ("Classified", "CaseClassified"),
    ])
    func theNearestComesFirst(name: String, meant: String) {
        #expect(NearNames.names(near: name, among: Self.known).first == meant)
    }

    @Test(arguments: ["shop.ParcelSent", "x", "", "漢字"])
    func aNameFarFromAllHasNoneNear(name: String) {
        #expect(NearNames.names(near: name, among: Self.known) == [])
    }

    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("ab", "ba", 2),
        ("Saturday", "Sunday", 3),
    ])
    func editsAreCounted(left: String, right: String, edits: Int) {
        #expect(NearNames.edits(from: Array(left.utf8), to: Array(right.utf8)) == edits)
        #expect(NearNames.edits(from: Array(right.utf8), to: Array(left.utf8)) == edits)
    }
}
