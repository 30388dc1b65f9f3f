import EventLog
import Rapport
import Testing

/// The loyalty curve of a public survey whose passengers nobody knows: every answer is told as left out.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "needs RAPPORT_DATASETS"), .timeLimit(.minutes(5)))
struct GoldenLoyaltyTests {
    @Test("SFO: no answer is in a share, and all that the trend counts are told as anonymous")
    func sfo() async throws {
        let folder = try await GoldenImport.shared(.sfo).folder
        let trend = try await folder.crm.satisfaction(
            SatisfactionQuestion(metric: "csat", survey: "sfo-overall", question: "overall", by: .year))
        let curve = try await folder.crm.loyalty(
            LoyaltyQuestion(
                now: .at("2030-01-01T00:00:00Z"), metric: "csat", survey: "sfo-overall", question: "overall"))
        let counts = trend.overall.map(\.counts)
        #expect(curve.scores == [])
        #expect(curve.persons == 0)
        #expect(curve.leftOut.anonymous == counts.reduce(0) { $0 + $1.validCount })
        #expect(curve.leftOut.anonymousWithoutScore == counts.reduce(0) { $0 + $1.noAnswer + $1.notApplicable })
        #expect(curve.leftOut.anonymous > 0)
    }
}
