import Foundation
import Testing
import TestSupport

/// `customer`: everything about one customer.
@Suite(.timeLimit(.minutes(5)))
struct CustomerCommandTests {
    @Test func aCustomerIsShownWithWhatThereIs() async throws {
        let text = try await TinyOrders.output(["customer", "C-1", "--at", "2017-03-01"])
        for part in ["王小明", "Orders", "A-3", "Last events", "OrderPlaced"] { #expect(text.contains(part), "\(text)") }
    }

    @Test func theCardHasTenLinesThatLineUp() async throws {
        let text = try await TinyOrders.output(["customer", "C-1", "--card", "--at", "2017-03-01"])
        for title in ["Who", "Reach by", "Last contact", "Open problem", "Owed", "Open deal", "Open order", "Do next"] {
            #expect(text.contains(title), "\(text)")
        }
        let csv = try await TinyOrders.output(["customer", "C-1", "--card", "--csv", "--at", "2017-03-01"])
        #expect(csv.split(separator: "\n").count == 11, "\(csv)")
        #expect(csv.contains("7,openOrder,A-3; placed,3000 USD,"), "\(csv)")
    }

    @Test func theAnswerIsJSON() async throws {
        let text = try await TinyOrders.output(["customer", "C-1", "--json", "--at", "2017-03-01"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let profile = try #require(object["profile"] as? [String: Any])
        #expect(profile["customerID"] as? String == "C-1")
        #expect(object["position"] as? Int == 22)
        #expect((object["openOrders"] as? [Any])?.count == 1)
    }

    @Test func nobodyIsNotFound() async throws {
        let directory = try await TinyOrders.directory()
        let run = try await Command(["customer", "C-99", "--data", directory.path]).run()
        #expect(run.status == 2)
        #expect(run.errors.contains("C-99"), "\(run.errors)")
    }
}
