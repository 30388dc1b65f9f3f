import Foundation
import Testing
import TestSupport

/// `find` and `timeline`, about the customers and orders of ``TinyOrders``.
@Suite(.timeLimit(.minutes(5)))
struct TimelineCommandTests {
    // MARK: Customers

    @Test func customersAreFoundByName() async throws {
        #expect(
            try await TinyOrders.output(["find", "MULLER"]) == """
                1 found

                Customer  Name
                ────────  ───────────
                C-2       Müller GmbH
                at position 22\n
                """)
        let first = try await TinyOrders.output(["find", "c-", "--limit", "1", "--json"])
        let answer = try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
        let cursor = try #require((answer?["page"] as? [String: Any])?["next"] as? String)
        #expect(
            try await TinyOrders.output(["find", "c-", "--limit", "1"]) == """
                2 found

                Customer  Name
                ────────  ──────
                C-1       王小明
                next page: --after \(cursor)
                at position 22\n
                """)
        let json = """
            {"total": 2, "page": {"position": 22, "rows": [
              {"customerID": "C-2", "name": "Müller GmbH", "match": "startOfID"}]}}
            """
        let second = try await TinyOrders.output(["find", "c-", "--after", cursor, "--json"])
        #expect(try canonical(second) == canonical(json))
        #expect(
            try await TinyOrders.output(["find", "C-", "--csv"])
                == "customerID,name,match,withheld\nC-1,王小明,startOfID,\nC-2,Müller GmbH,startOfID,\n")
        #expect(try await TinyOrders.output(["find", "小明"]).contains("C-1       王小明\n"))
        #expect(try await TinyOrders.output(["find", "Ada"]) == "Nobody found.\nat position 22\n")
    }

    // MARK: Timelines

    private static let longAgo = ["--late-after", "1000000"]

    @Test func aTimelineBeginsWithTheNewest() async throws {
        let lines = [
            "19  2017-01-21T09:00:00Z  OrderCancelled            order:A-2  customer:C-2  reason=price\n",
            "18  2017-01-20T09:00:00Z  OrderPlaced               order:A-2  customer:C-2  lines=[{\"quantityMilli\":"
                + "\"1000\",\"net\":{\"minorUnits\":\"5000\",\"currency\":\"EUR\"}}]  channel=shop\n",
        ]
        let (head, end) = ("order:A-2: 2 events\n\n", "at position 22\n")
        let question = ["timeline", "--tag", "order:A-2"]
        #expect(try await TinyOrders.output(question + Self.longAgo) == head + lines.joined() + end)
        let oldest = try await TinyOrders.output(question + Self.longAgo + ["--oldest-first"])
        #expect(oldest == head + lines.reversed().joined() + end)
        let late = try await TinyOrders.output(question + ["--type", "OrderCancelled"])
        let marked = lines[0].replacing("            order:A-2", with: "            late  order:A-2")
        #expect(late == "order:A-2: 1 event\n\n" + marked + end)
    }

    @Test func aTimelineIsJSON() async throws {
        let id = "00000000-0000-7000-8000-000000000019"
        let event = """
            {"position": 19, "recordedAt": "", "id": "\(id)", "type": "rapport.crm.v1.OrderCancelled",
             "occurredAt": "2017-01-21T09:00:00Z", "tags": ["order:A-2", "customer:C-2"],
             "data": {"orderId": "A-2", "reason": "price"}, "isLate": true}
            """
        let question = ["timeline", "--tag", "order:A-2", "--json"]
        let news = try await TinyOrders.output(question + ["--since", "18"])
        let expected = #"{"events": [\#(event)], "position": 22, "tag": "order:A-2", "total": 1}"#
        #expect(try canonical(news) == canonical(expected))
        let page = try await TinyOrders.output(question + ["--limit", "1"])
        let object = try JSONSerialization.jsonObject(with: Data(page.utf8)) as? [String: Any]
        let cursor = try #require(object?["next"] as? String)
        let second = try await TinyOrders.output(["timeline", "--tag", "order:A-2", "--after", cursor])
        #expect(second.contains("OrderPlaced") && !second.contains("OrderCancelled"), "\(second)")
        let none = try await TinyOrders.output(question + ["--since", "22"])
        let nothing = #"{"events": [], "position": 22, "tag": "order:A-2", "total": 0}"#
        #expect(try canonical(none) == canonical(nothing))
    }

    @Test func aTimelineIsCSV() async throws {
        let csv = try await TinyOrders.output(["timeline", "C-2", "--csv", "--type", "OrderCancelled"])
        #expect(
            withoutRecordedTime(csv) == """
                position,occurredAt,recordedAt,isLate,id,type,tags,correctedAt,isAnnulled,movedBy
                19,2017-01-21T09:00:00Z,<recorded>,true,00000000-0000-7000-8000-000000000019,OrderCancelled,\
                order:A-2 customer:C-2,,false,

                """)
    }

    @Test func aTimelineShowsPersonalPartsWhenAskedFor() async throws {
        for form in [[], ["--json"]] {
            #expect(!(try await TinyOrders.output(["timeline", "C-1"] + form)).contains("王小明"))
            #expect(try await TinyOrders.output(["timeline", "C-1", "--personal"] + form).contains("王小明"))
        }
    }

    private func withoutRecordedTime(_ text: String) -> String {
        text.replacing(/20[2-9][0-9]-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/, with: "<recorded>")
    }
}
