import Rapport
import Testing

/// Whether passengers of an airport became more satisfied, against figures of other programs.
///
/// Python: `x` holds for each period whether each score of 1 to 5 is 4 or 5 (unweighted; what is no score is left out).
///
///     p = [v.mean() for v in x]; t = pymannkendall.original_test(p)          # S, z, slope
///     scipy.stats.kendalltau(range(len(p)), p, method="exact")                # p of different values, tau-b
///     n = [len(v) for v in x]; centre = sum(n * p) / sum(n); z, v = centre, 0
///     z = 0.2 * p[i] + 0.8 * z; v = 0.04 * p[i] * (1 - p[i]) / n[i] + 0.64 * v  # limits centre ± 3 sqrt(v)
///
/// With pandas 3.1, pymannkendall 1.4.3, scipy 1.17 and numpy 2.4.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenSatisfactionTests {
    private static let overall = SatisfactionQuestion(
        metric: "csat", survey: "sfo-overall", question: "overall", by: .year, zone: "America/Los_Angeles")

    @Test("SFO: the share of satisfied passengers rises from 2010 to 2018; the first three years lie below, 2017 above")
    func years() async throws {
        let folder = try await GoldenImport.shared(.sfo).folder
        let trend = try await folder.crm.satisfaction(Self.overall, atLeast: folder.head)
        let found = try #require(trend.trends.first)
        #expect(found.figure == .topTwoShare && found.periods == 9 && found.smallSamples == 0)
        let test = try #require(found.test)
        let score: Int64 = 20
        #expect(test.score == score && test.method == .exact && test.direction == .rises)
        #expect(abs(test.z - 1.980_886_933_542) < 1e-9)
        #expect(abs(test.pValue - 0.044_615_299_824) < 1e-9)
        #expect(abs((test.tau ?? 0) - 0.555_555_555_556) < 1e-9)
        #expect(abs(test.slope - 0.007_778_562_411) < 1e-9)
        #expect(abs((found.centre ?? 0) - 0.786_633_809_033) < 1e-9)
        let averages = [
            0.780_163_820_586, 0.774_916_113_318, 0.777_519_509_531, 0.780_563_897_967, 0.782_164_977_171,
            0.785_731_981_736, 0.790_558_863_909, 0.796_583_995_889, 0.794_143_387_188,
        ]
        let lowest = [
            0.781_989_238_785, 0.780_987_021_947, 0.780_439_107_675, 0.780_129_911_470, 0.779_598_625_837,
            0.779_410_634_225, 0.779_396_253_538, 0.779_337_663_816, 0.779_066_496_736,
        ]
        for (number, point) in trend.points.enumerated() {
            let control = try #require(point.control)
            #expect(abs(control.average - averages[number]) < 1e-9, "\(point.period)")
            #expect(abs(control.lower - lowest[number]) < 1e-9, "\(point.period)")
        }
        let signals = ["2010 below", "2011 below", "2012 below", "2017 above"]
        #expect(found.signals.map { "\($0.period) \($0.side)" } == signals)
        #expect(trend.responses.map(\.uninvited) == trend.responses.map(\.responses), "nobody was invited")
    }

    @Test("SFO: within the days of 2016 there is no trend, three shares are equal, and no day is out of its limits")
    func days() async throws {
        let folder = try await GoldenImport.shared(.sfo).folder
        var question = Self.overall
        (question.by, question.from, question.to) = (.day, .on("2016-01-01"), .on("2016-12-31"))
        let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
        let found = try #require(trend.trends.first)
        let test = try #require(found.test)
        let score: Int64 = 28
        #expect(found.periods == 19)
        #expect(test.score == score && test.method == .normal && test.direction == nil)
        #expect(abs(test.z - 0.946_737_278_980) < 1e-9)
        #expect(abs(test.pValue - 0.343_772_669_293) < 1e-9)
        #expect(abs((test.tau ?? 0) - 0.165_198_209_261) < 1e-9)
        #expect(abs(test.slope - 0.001_659_804_426) < 1e-9)
        #expect(abs((found.centre ?? 0) - 0.809_866_392_601) < 1e-9)
        #expect(found.signals == [])
        let last = try #require(trend.points.last?.control)
        #expect(abs(last.average - 0.819_330_527_174) < 1e-9)
        #expect(abs(last.upper - 0.845_636_761_139) < 1e-9)
    }
}
