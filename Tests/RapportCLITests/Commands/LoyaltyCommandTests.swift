import Foundation
import Testing
import TestSupport

/// `loyalty` over the answers of ``TinyCompany`` and the orders of ``TinyOrders``: C-1 gives 10 on 01-25 and orders on
/// 02-05, C-2 gives 9 on 02-05 and orders on 02-15; a 3 is of nobody.
@Suite(.timeLimit(.minutes(5)))
struct LoyaltyCommandTests {
    private static let question = ["loyalty", "--metric", "nps", "--at", "2017-12-31"]

    @Test func theCurveIsATable() async throws {
        let output = try await TinyOrders.output(Self.question + ["--horizon", "30"])
        let rows = output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            rows.first == "Orders within 30 days after a nps score, as of 2017-12-31 (UTC)")
        #expect(rows.contains("9 1 1 1 100.0% 20.7% 100.0% 100.0%"))
        #expect(rows.contains("all 2 2 2 100.0% 34.2% 100.0%"))
        #expect(rows.contains("none 2 2 2 100.0% 34.2% 100.0%"))
        #expect(rows.contains { $0.hasPrefix("10 to 9: 1.00 times, with ½ added to each count 1.00 times") })
        #expect(rows.contains("left out: 1 anonymous"))
        #expect(rows.last == "at position 22")
    }

    @Test func ordersAfterTheHorizonDoNotCount() async throws {
        let csv = try await TinyOrders.output(Self.question + ["--horizon", "10", "--csv"])
        let lines = csv.split(separator: "\n")
        #expect(
            lines.first
                == "score,answered,matured,immature,repurchased,repurchasedBp,lowerBp,upperBp,fittedBp")
        #expect(lines.count == 12)
        // Eleven days after the first answer, ten after the second.
        #expect(lines.last?.hasPrefix("10,1,1,0,0,0,0,") == true)
        #expect(lines.dropLast().last?.hasPrefix("9,1,1,0,1,10000,") == true)
    }

    @Test func answersWhoseHorizonIsNotOverAreImmature() async throws {
        let json = try await TinyOrders.output(
            ["loyalty", "--metric", "nps", "--at", "2017-03-01", "--horizon", "30", "--json"])
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let overall = try #require(answer["overall"] as? [String: Any])
        #expect(overall["answered"] as? Int == 2)
        #expect(overall["matured"] as? Int == 1)
        #expect(overall["immature"] as? Int == 1)
        #expect(answer["topRatio"] == nil)
    }

    @Test func whoStandsBehindAScoreIsListed() async throws {
        let csv = try await TinyOrders.output(Self.question + ["--horizon", "10", "--who", "all", "--csv"])
        let lines = csv.split(separator: "\n").map(String.init)
        #expect(lines.first == "customer,survey,question,score,answeredAt,maturesAt,outcome,orderedAt,orderID")
        #expect(lines.count == 3)
        #expect(lines.dropFirst().first?.hasPrefix("C-1,relationship,recommend,10,2017-01-25") == true, "\(lines)")
        #expect(lines.last?.hasPrefix("C-2,relationship,recommend,9,2017-02-05") == true, "\(lines)")
        #expect(lines.last?.contains(",repurchased,2017-02-15") == true, "\(lines)")
        let lost = try await TinyOrders.output(Self.question + ["--horizon", "10", "--score", "10", "--who", "lost"])
        #expect(lost.contains("C-1") && lost.contains("lost") && lost.contains("C-2") == false, "\(lost)")
        let none = try await TinyOrders.output(Self.question + ["--horizon", "10", "--who", "immature"])
        #expect(none.contains("No such answers."))
        let page = try await TinyOrders.output(Self.question + ["--who", "all", "--limit", "1"])
        #expect(page.contains("next page: --after "))
    }

    @Test func badInputIsRefused() async throws {
        let directory = try await TinyCompany.directory()
        let limit = try await rapport("loyalty", "--limit", "5", "--data", directory.path)
        #expect(limit.status == 64)
        #expect(limit.errors.contains("--limit and --after need --score or --who."))
        let score = try await rapport("loyalty", "--metric", "nps", "--score", "11", "--data", directory.path)
        #expect(score.status != 0)
        #expect(score.errors.contains("a score of 11; expected 0 to 10"), "\(score.errors)")
        let horizon = try await rapport("loyalty", "--horizon", "0", "--data", directory.path)
        #expect(horizon.status == 64)
        #expect(horizon.errors.contains("--horizon takes 1 to 36,500 days, not 0."))
        let survey = try await rapport(
            "loyalty", "--metric", "nps", "--survey", "nope", "--data", directory.path)
        #expect(survey.status == 2)
        #expect(survey.errors.contains("no survey is named nope; expected relationship"))
        let none = try await rapport("loyalty", "--data", directory.path)
        #expect(none.output.contains("No answers."))
    }
}
