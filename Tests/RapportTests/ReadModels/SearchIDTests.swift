import EventLog
@testable import Rapport
import Testing

/// Customers by their ids, which are opaque; also those of whom nothing is known but the id.
@Suite struct SearchIDTests {
    @Test(
        "of ids the case of other letters counts",
        arguments: [("KÄ-1", "kä-1"), ("Maß", "MASS"), ("ＫＤ", "ｋｄ"), ("Σ-1", "σ-1"), ("ı-1", "i-1")])
    func otherIDs(id: String, text: String) async throws {
        let folder = try CRMFolder([try SearchTests.registered(id, "Anna")])
        #expect(try await SearchTests.find(text, in: folder) == [])
        #expect(try await SearchTests.find(id, in: folder) == ["\(id) id"])
    }

    @Test("who was never registered is found by the whole id, as it is written")
    func unregistered() async throws {
        let folder = try CRMFolder()
        let order = OrderStory("A-1", of: "KÄ-7", ("2024-05-01T10:00:00Z", .placed([])))
        try await folder.appendSlowly(try order.events() + [try SearchTests.registered("C-1", "KÄ-7")], batch: 10)
        let found = try await folder.crm.find("KÄ-7", atLeast: folder.head)
        #expect(
            found.page.rows == [
                FoundCustomer(customerID: "KÄ-7", name: nil, match: .id),
                FoundCustomer(customerID: "C-1", name: "KÄ-7", match: .name),
            ])
        #expect(found.total == 2)
        for text in ["kÄ-7", "KÄ", "KA\u{308}-7"] {
            let others = try await folder.crm.find(text)
            #expect(others.page.rows.map(\.customerID) == ["C-1"], "\(text)")
        }
        // Page by page, and once only when a registration comes.
        let first = try await folder.crm.find("KÄ-7", limit: 1)
        #expect(first.page.rows.map(\.customerID) == ["KÄ-7"])
        let second = try await folder.crm.find("KÄ-7", limit: 1, after: first.page.next)
        #expect(second.page.rows.map(\.customerID) == ["C-1"])
        try await folder.appendSlowly([try SearchTests.registered("KÄ-7", "Anna")], batch: 1)
        #expect(try await SearchTests.find("KÄ-7", in: folder) == ["KÄ-7 id", "C-1 name"])
        #expect(try await SearchTests.find("KÄ", in: folder) == ["C-1 startOfName", "KÄ-7 startOfID"])
    }
}
