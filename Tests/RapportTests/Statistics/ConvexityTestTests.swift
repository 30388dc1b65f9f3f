@testable import Rapport
import Testing

@Suite struct ConvexityTestTests {
    /// Value, standard error and z; p above 0 where there is a z.
    private typealias Known = (value: Double, standardError: Double, z: Double, p: Double)

    private static func check(_ found: ConvexityTest.Contrast, _ expected: Known) {
        #expect(abs(found.value - expected.value) < 1e-12)
        #expect(abs(found.standardError - expected.standardError) < 1e-12)
        #expect(abs((found.z ?? .nan) - expected.z) < 1e-9)
        #expect(abs((found.pValue ?? .nan) - expected.p) <= expected.p * 1e-8)
    }

    /// By NumPy and SciPy; the bend at 4 also by a linear model of the shares in statsmodels.
    @Test("where only those with a 5 are loyal, the curve bends upwards at 4")
    func zoneOfAffection() throws {
        let test = try #require(ConvexityTest(returned: [4, 6, 20, 50, 120], of: [40, 60, 100, 200, 200]))
        let steps: [Known] = [
            (0, 0.06123724356957946, 0, 0.5), (0.1, 0.05567764362830022, 1.796053020267749, 0.03624304254342325),
            (0.05, 0.050373604199024716, 0.9925833339709299, 0.1604565249568815),
            (0.35, 0.046233105022267316, 7.570332986102253, 1.8613437851821035e-14),
        ]
        let bends: [Known] = [
            (0.1, 0.09924716620639605, 1.0075854437197567, 0.15682675992361883),
            (-0.05, 0.09400797838481584, -0.5318697504091423, 0.7025918952838245),
            (0.3, 0.08093207028119323, 3.7068123792912924, 0.00010494215645374158),
        ]
        #expect(test.steps.count == steps.count)
        #expect(test.bends.count == bends.count)
        for (found, expected) in zip(test.steps, steps) { Self.check(found, expected) }
        for (found, expected) in zip(test.bends, bends) { Self.check(found, expected) }
        #expect(test.affection == test.bends[2])
    }

    @Test("where a 4 is nearly worth a 5, it does not")
    func noZone() throws {
        let test = try #require(ConvexityTest(returned: [2, 10, 30, 60, 90], of: [20, 40, 75, 100, 120]))
        Self.check(test.affection, (-0.05, 0.11984364814206884, -0.41721026333183175, 0.6617376906021536))
        Self.check(test.steps[3], (0.15, 0.06294839156007086, 2.3829044123686134, 0.008588326881482554))
    }

    @Test("the bend at 4 is by how much the step to 5 exceeds the step to 4")
    func bendOfSteps() throws {
        let test = try #require(ConvexityTest(returned: [1, 2, 3, 9, 30], of: [9, 8, 11, 31, 40]))
        #expect(abs(test.affection.value - (test.steps[3].value - test.steps[2].value)) < 1e-12)
    }

    @Test("where all customers of a score agree, there is no z")
    func noError() throws {
        let test = try #require(ConvexityTest(returned: [0, 0, 10, 50, 55], of: [5, 5, 50, 100, 100]))
        #expect(test.steps[0].value == 0)
        #expect(test.steps[0].standardError == 0)
        #expect(test.steps[0].z == nil)
        #expect(test.steps[0].pValue == nil)
        Self.check(test.bends[0], (0.2, 0.05656854249492381, 3.5355339059327373, 0.00020347600872247943))
    }

    @Test("a score without customers leaves no test", arguments: 0..<5)
    func emptyScore(score: Int) {
        var customers = [10, 10, 10, 10, 10]
        customers[score] = 0
        #expect(ConvexityTest(returned: [0, 0, 0, 0, 0], of: customers) == nil)
    }
}
