import Foundation
import Rapport
import Testing

@Suite struct ScoreCountsTests {
    private func sample() throws -> ScoreCounts {
        var counts = ScoreCounts(scale: 1...5)
        try counts.add(score: 5, times: 3)
        try counts.add(score: 2)
        counts.addNoAnswer(times: 2)
        counts.addNotApplicable()
        return counts
    }

    @Test func missingAnswersCountAsRespondentsAndNeverInMeans() throws {
        let counts = try sample()
        #expect(counts.respondents == 7)
        #expect(counts.validCount == 4)
        #expect(counts.sum == 17)
        #expect(counts.mean == 4.25)
        #expect(counts.counts == [0, 1, 0, 0, 3])
        #expect(counts.count(in: 4...9) == 3)
    }

    @Test func nobodyGivesNoMean() {
        var counts = ScoreCounts(scale: 0...10)
        #expect(counts.mean == nil)
        counts.addNoAnswer()
        #expect(counts.mean == nil)
        #expect(counts.respondents == 1)
    }

    @Test func partsCombineToTheWhole() throws {
        var counts = try sample()
        try counts.combine(sample())
        #expect(counts.counts == [0, 2, 0, 0, 6])
        #expect(counts.noAnswer == 4)
        #expect(counts.notApplicable == 2)
        #expect(counts.mean == 4.25)
    }

    @Test func scalesDoNotMix() throws {
        var counts = try sample()
        #expect(throws: ScoreCountsError.scalesDiffer(1...5, 1...7)) {
            try counts.combine(ScoreCounts(scale: 1...7))
        }
        #expect(throws: ScoreCountsError.scoreOffScale(score: 6, scale: 1...5)) { try counts.add(score: 6) }
        let error = ScoreCountsError.scoreOffScale(score: 6, scale: 1...5)
        #expect(error.description == "score 6 is not on the scale 1 to 5")
        #expect(try counts == sample())
    }

    @Test func negativeScoresHaveTheirPlace() throws {
        var counts = ScoreCounts(scale: -2...2)
        try counts.add(score: -2, times: 3)
        try counts.add(score: 2)
        #expect(counts.mean == -1)
    }

    @Test func jsonKeepsEveryCount() throws {
        let counts = try sample()
        #expect(try JSONDecoder().decode(ScoreCounts.self, from: JSONEncoder().encode(counts)) == counts)
    }

    @Test(arguments: [
        #"{"scaleMin":1,"scaleMax":5,"counts":[1,2],"noAnswer":0,"notApplicable":0}"#,
        #"{"scaleMin":5,"scaleMax":1,"counts":[],"noAnswer":0,"notApplicable":0}"#,
        #"{"scaleMin":1,"scaleMax":2,"counts":[1,-1],"noAnswer":0,"notApplicable":0}"#,
        #"{"scaleMin":1,"scaleMax":2,"counts":[1,9223372036854775807],"noAnswer":0,"notApplicable":0}"#,
        #"{"scaleMin":-9223372036854775808,"scaleMax":9223372036854775807,"counts":[],"noAnswer":0,"notApplicable":0}"#,
    ])
    func decodingRefusesCountsThatDoNotFit(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(ScoreCounts.self, from: Data(json.utf8)) }
    }
}
