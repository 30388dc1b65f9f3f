import Foundation
import Testing
import TestSupport

/// `lookup`, about the customers of ``TinyOrders``.
@Suite(.timeLimit(.minutes(5)))
struct LookupCommandTests {
    @Test(arguments: [
        ["+49 30 5550100"], ["0049305550100"], ["030 5550100"], ["030 5550100", "--country", "de"],
        ["０３０－５５５ ０１００"],
    ])
    func aCustomerIsFoundByPhone(number: [String]) async throws {
        let output = try await TinyOrders.output(["lookup", "--phone"] + number)
        #expect(
            output == """
                1 found

                Customer  Position
                ────────  ────────
                C-1              2
                at position 22\n
                """)
    }

    @Test func theAnswerIsForProgramsToo() async throws {
        let question = ["lookup", "--phone", "+49 30 5550100"]
        let json = try await TinyOrders.output(question + ["--json"])
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let customers = try #require(answer["customers"] as? [[String: Any]])
        #expect(customers.count == 1)
        #expect(customers.first?["customerID"] as? String == "C-1")
        #expect(customers.first?["position"] as? Int == 2)
        #expect(answer["position"] as? Int == 22)
        let id = try #require(customers.first?["eventID"] as? String)
        #expect(try await TinyOrders.output(question + ["--csv"]) == "customerID,position,eventID\nC-1,2,\(id)\n")
    }

    @Test(arguments: [
        ["--phone", "+49 30 5550101"], ["--phone", "+43 30 5550100"], ["--phone", "030 5550100", "--country", "AT"],
        ["--card", "+49 30 5550100"], ["--email", "anna@example.com"], ["--user-id", "C-1"],
    ])
    func nobodyIsFoundByAnotherValue(options: [String]) async throws {
        #expect(try await TinyOrders.output(["lookup"] + options) == "Nobody found.\nat position 22\n")
    }

    @Test(arguments: [
        [], ["--email", "a@example.com", "--phone", "1"], ["--email", " "],
        ["--email", "a@example.com", "--country", "DE"],
        ["--phone", "1", "--country", "DEU"], ["--phone", "1", "--country", "4"], ["a@example.com"],
    ])
    func wrongUsage(options: [String]) async throws {
        let run = try await Command(["lookup", "--data", "nowhere"] + options).run()
        #expect(run.status == 64, "\(run.output)\(run.errors)")
    }

    @Test func aNumberWithoutDigitsIsBadInput() async throws {
        let directory = try await TinyOrders.directory()
        let run = try await rapport("lookup", "--phone", "none", "--data", directory.path)
        #expect(run.status == 6)
        #expect(run.errors.hasPrefix("rapport: nothing to look up; expected a value of a stated kind"))
    }
}
