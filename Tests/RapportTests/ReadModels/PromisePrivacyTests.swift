import EventLog
@testable import Rapport
import Testing

/// Promises to persons who were erased.
@Suite(.timeLimit(.minutes(5))) struct PromisePrivacyTests {
    private static let now = Timestamp.at("2024-06-01T00:00:00Z")

    private static func order(_ id: String, of customer: String) -> PromiseStory {
        PromiseStory(
            id, of: customer, ("2024-03-01T10:00:00Z", .placed),
            ("2024-03-01T11:00:00Z", .promised(.at("2024-03-05T10:00:00Z"))), ("2024-03-04T10:00:00Z", .delivered))
    }

    @Test("persons who were erased share one group, and their orders stand without their ids")
    func erased() async throws {
        let sealed = try SealedCRM()
        let crm = try sealed.opened()
        defer { crm.close() }
        let stories = [
            Self.order("A-1", of: "C-1"), Self.order("A-2", of: "C-2"), Self.order("A-3", of: "C-3"),
            Self.order("A-4", of: "C-1"),
        ]
        let persons = try ["C-1", "C-2", "C-3"].map { try SealedCRM.registered($0, "Ada") }
        try crm.log.appendBlocking(persons + (try stories.flatMap { try $0.events() }))
        _ = try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        _ = try await crm.erase(try crm.planErasure(of: [.customer("C-2")]))
        let question = PromiseQuestion(now: Self.now, dimension: "customer", by: .month)
        let answer = try await crm.promiseKeeping(question, atLeast: crm.log.head)
        for points in [answer.overall, answer.points] {
            #expect(points.map(\.group) == ["C-3", nil])
            #expect(points.map(\.isErased) == [false, true])
            #expect(points.map(\.orders) == [1, 3])
        }
        let list = try await crm.promises(.kept, at: Self.now)
        #expect(list.rows.map(\.orderID) == ["A-1", "A-2", "A-3", "A-4"])
        #expect(list.rows.map(\.customer) == [nil, nil, "C-3", nil])
        let all = try await crm.promiseKeeping(PromiseQuestion(now: Self.now))
        #expect(all.overall.map(\.isErased) == [false] && all.overall.map(\.orders) == [4])
    }
}
