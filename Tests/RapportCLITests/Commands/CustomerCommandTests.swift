import Foundation
import Rapport
import Testing
import TestSupport

@testable import RapportCLI

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

    @Test func anOrderNamesTheEventThatPlacedIt() async throws {
        let text = try await TinyOrders.output(["customer", "C-1", "--at", "2017-03-01"])
        let order = try #require(text.split(separator: "\n").first { $0.hasPrefix("A-3 ") })
        let position = try #require(order.split(separator: " ").last)
        let replayed = try await TinyOrders.output(["replay", "--from", "\(position)", "--to", "\(position)"])
        #expect(replayed.contains("OrderPlaced") && replayed.contains("order:A-3"), "\(text)\(replayed)")
        let card = try await TinyOrders.output(["customer", "C-1", "--card", "--at", "2017-03-01"])
        let fact = try #require(card.split(separator: "\n").first { $0.hasPrefix("Open order") })
        #expect(fact.hasSuffix(" \(position)") && fact.contains("A-3, placed, "), "\(card)")
    }

    @Test(
        arguments: [
            ("nextAction", ["obtainConsent", "customer:C-2", "wechat"], "ask for consent: by wechat"),
            ("promise", ["respondToCase", "case:S-9", "open", "repair"], "respond to the case (S-9): open, repair"),
            (
                "nextAction", ["moveDeal", "opportunity:O-7", "offer", "2024-05-10"],
                "decide the deal, or move its date (O-7): in stage offer, closes 2024-05-10"
            ),
            ("nextAction", ["reviewDuplicates", "customer:C-1", "2"], "review duplicates: 2 suspected"),
            (
                "reach", ["-all", "-advertising", "phone", "marketing/email", "any/any"],
                "not at all: restricted, not for advertising, prefers phone, marketing by email, "
                    + "anything by any channel"
            ),
            ("lastContact", ["phone", "outbound", "ask"], "phone, from us, to ask"),
            ("openProblem", ["noise", "high"], "complaint: noise, high"),
            ("openDeal", ["O-7", "offer", "2024-05-10"], "O-7, in stage offer, closes 2024-05-10"),
            ("mood", ["nps", "3", "0..10"], "nps 3 on a scale of 0 to 10"),
            ("who", ["Ada", "person"], "Ada, person"), ("mood", [], ""),
        ] as [(String, [String], String)])
    func factsAreToldInWords(label: String, values: [String], words: String) throws {
        let list = values.map { "\"\($0)\"" }.joined(separator: ",")
        let json = #"{"label":"\#(label)","priority":1,"values":[\#(list)],"amounts":[],"isPersonal":false}"#
        let fact = try JSONDecoder().decode(ArrivalCard.Fact.self, from: Data(json.utf8))
        #expect(fact.phrases.joined(separator: ", ") == words)
    }

    @Test(arguments: [["customer", ""], ["profile", ""]])
    func anEmptyIdIsWrongUsage(question: [String]) async throws {
        let run = try await Command(question + ["--data", "nowhere"]).run()
        #expect(run.status == 64 && run.errors.contains("An id is not empty."), "\(run.errors)")
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
