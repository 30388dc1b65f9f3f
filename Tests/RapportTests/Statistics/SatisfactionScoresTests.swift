import Foundation
import Rapport
import Testing

/// Whether two numbers agree within 10⁻⁹.
private func agree(_ left: Double?, _ right: Double) -> Bool { left.map { abs($0 - right) < 1e-9 } ?? false }

/// Answers on the scale that begins at `scaleMin` and has as many scores as there are counts.
private func answers(from scaleMin: Int, _ counts: [Int]) throws -> ScoreCounts {
    try #require(ScoreCounts(scaleMin: scaleMin, scaleMax: scaleMin + counts.count - 1, counts: counts))
}

@Suite struct NetPromoterScoreTests {
    @Test func twoHundredAnswersMatchTheFixture() throws {
        let nps = try #require(NetPromoterScore(promoters: 100, passives: 60, detractors: 40))
        #expect(nps.n == 200)
        #expect(agree(nps.score, 30))
        #expect(agree(nps.standardError, 5.522680508593631))
        #expect(agree(nps.lower, 19.175745105035137))
        #expect(agree(nps.upper, 40.82425489496486))
        #expect(nps.method == .wald)
    }

    /// Expected bounds computed apart: ¾, ¾ and 1½ answers added, then cut at ±100.
    @Test(arguments: [
        (10, 5, 5, 25.0, -11.716133214559898, 55.19439408412512),
        (15, 9, 5, 34.48275862068966, 4.995014269931902, 57.5049857300681),
        (1, 0, 0, 100, -48.498649420252015, 98.49864942025202),
        (0, 0, 3, -100, -100, 6.579286703808574),
        (29, 0, 0, 100, 78.04472867698874, 100),
        (0, 7, 0, 0, -24.00455838177654, 24.00455838177654),
    ])
    func fewAnswersUseTheAdjustedWald(
        promoters: Int, passives: Int, detractors: Int, score: Double, lower: Double, upper: Double
    ) throws {
        let nps = try #require(NetPromoterScore(promoters: promoters, passives: passives, detractors: detractors))
        #expect(nps.method == .adjustedWald)
        #expect(agree(nps.score, score))
        #expect(agree(nps.lower, lower))
        #expect(agree(nps.upper, upper))
    }

    @Test func theThirtiethAnswerEndsTheAdjustment() throws {
        let nps = try #require(NetPromoterScore(promoters: 16, passives: 9, detractors: 5))
        #expect(nps.method == .wald)
        #expect(agree(nps.lower, 9.755960138833714))
        #expect(agree(nps.upper, 63.57737319449963))
    }

    @Test func scoresFallIntoTheirGroups() throws {
        let counts = try answers(from: 0, [1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5])
        let nps = try #require(NetPromoterScore(counts))
        #expect(nps.detractors == 7)
        #expect(nps.passives == 5)
        #expect(nps.promoters == 9)
    }

    @Test func noAnswerOrAnotherScaleGivesNoScore() throws {
        var empty = ScoreCounts(scale: 0...10)
        empty.addNoAnswer(times: 5)
        #expect(NetPromoterScore(empty) == nil)
        #expect(NetPromoterScore(promoters: 0, passives: 0, detractors: 0) == nil)
        #expect(try NetPromoterScore(answers(from: 1, [1, 1, 1])) == nil)
    }

    @Test func everySmallSampleHasFiniteBoundsInOrder() throws {
        for n in 1...35 {
            for promoters in 0...n {
                let detractors = n - promoters
                let nps = try #require(NetPromoterScore(promoters: promoters, passives: 0, detractors: detractors))
                #expect(-100 <= nps.lower && nps.lower <= nps.upper && nps.upper <= 100)
            }
        }
    }

    @Test func jsonKeepsTheScore() throws {
        let nps = try #require(NetPromoterScore(promoters: 10, passives: 5, detractors: 5))
        #expect(try JSONDecoder().decode(NetPromoterScore.self, from: JSONEncoder().encode(nps)) == nps)
    }
}

@Suite struct CustomerSatisfactionScoreTests {
    @Test(arguments: [
        (1, [0, 1, 1, 5, 3]),
        (0, [0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2]),
        (1, [1, 7, 1]),
    ])
    func theTwoHighestScoresAreSatisfied(scaleMin: Int, counts: [Int]) throws {
        let csat = try #require(CustomerSatisfactionScore(answers(from: scaleMin, counts)))
        let wilson = try #require(WilsonInterval(successes: counts.suffix(2).reduce(0, +), of: counts.reduce(0, +)))
        #expect(csat.satisfied == wilson.successes)
        #expect(csat.n == wilson.n)
        #expect(csat.lower == wilson.lower && csat.upper == wilson.upper)
    }

    @Test func eightOfTenMatchesTheFixture() throws {
        var counts = try answers(from: 1, [1, 0, 1, 5, 3])
        counts.addNoAnswer(times: 4)
        let csat = try #require(CustomerSatisfactionScore(counts))
        #expect(csat.share == 0.8)
        #expect((csat.lower * 10_000).rounded() == 4902)
        #expect((csat.upper * 10_000).rounded() == 9433)
    }

    @Test func aScaleOfTwoScoresHasNoTopTwo() throws {
        #expect(try CustomerSatisfactionScore(answers(from: 0, [3, 4])) == nil)
        #expect(CustomerSatisfactionScore(ScoreCounts(scale: 1...5)) == nil)
    }
}

@Suite struct CustomerEffortScoreTests {
    @Test func allThreeMeasuresComeWithTheirIntervals() throws {
        let effort = try #require(CustomerEffortScore(answers(from: 1, [2, 3, 5, 10, 30, 30, 20])))
        #expect(effort.n == 100)
        #expect(agree(effort.mean.mean, 5.33))
        #expect(agree(effort.mean.standardError, 0.13784415149367094))
        #expect(agree(effort.mean.lower, 5.059830427592922))
        #expect(agree(effort.mean.upper, 5.600169572407078))
        #expect(effort.agreement.share == 0.8)
        #expect(agree(effort.agreement.lower, 0.7111708344068413))
        #expect(agree(effort.net.net, 40))
        #expect(agree(effort.net.lower, 26.999069721341424))
        #expect(agree(effort.net.upper, 53.00093027865857))
    }

    @Test func theMeansBoundsStayOnTheScale() throws {
        let mean = try #require(MeanInterval(answers(from: 1, [0, 0, 0, 0, 0, 1, 2])))
        #expect(agree(mean.lower, 6.0133453384866495))
        #expect(mean.upper == 7)
    }

    @Test func oneAnswerHasAMeanButNoBounds() throws {
        let mean = try #require(MeanInterval(answers(from: 1, [0, 0, 0, 0, 0, 1, 0])))
        #expect(mean.mean == 6)
        #expect(mean.standardError == nil && mean.lower == nil && mean.upper == nil)
    }

    @Test func noAnswerOrAnotherScaleGivesNoScore() throws {
        #expect(CustomerEffortScore(ScoreCounts(scale: 1...7)) == nil)
        #expect(MeanInterval(ScoreCounts(scale: 1...7)) == nil)
        #expect(try CustomerEffortScore(answers(from: 1, [1, 1])) == nil)
    }
}
