import EventLog
import Projection
import Rapport
import SwiftProtobuf
import Testing

/// Merges and corrections are among the events that a value comes from, and by which it has changed.
@Suite(.timeLimit(.minutes(5))) struct ExplainedIdentityTests {
    private static func order(_ id: String, of customer: String) throws -> NewEvent {
        let message = OrderPlaced.with { message in
            message.orderID = id
            message.customerID = customer
        }
        return try NewEvent(
            message, about: [.order(id), .customer(customer)], occurredAt: .at("2024-03-01T10:00:00Z"))
    }

    private static func orders(_ crm: any CRMState) async throws -> String? {
        try await crm.profile(of: "C-1").map { String($0.orders) }
    }

    @Test("the merge is named beside the orders that it has brought")
    func merge() async throws {
        let folder = try CRMFolder([try Self.order("R-1", of: "C-1"), try Self.order("R-2", of: "C-2")])
        let crm = folder.crm
        try await crm.mergeCustomers("C-1", "C-2", reason: "test")
        let lineage = try #require(try await crm.explain { try await Self.orders($0) })
        #expect(lineage.value == "2" && lineage.isExact)
        #expect(lineage.positions == [Position(1), Position(2), Position(3)])
        let changes = try await crm.changes(
            from: PastMoment(position: Position(2)), to: PastMoment(position: Position(3))
        ) { try await Self.orders($0) }
        #expect(changes == [Position(3)])
    }

    @Test("an event that was annulled is told by what has annulled it, and so is one that was restored")
    func annulment() async throws {
        let folder = try CRMFolder([try Self.order("R-1", of: "C-1"), try Self.order("R-2", of: "C-1")])
        let crm = folder.crm
        try await crm.annul(Position(2), reason: "test")
        try await crm.restore(Position(2), reason: "test")
        for (first, last) in [(2, 3), (3, 4)] as [(UInt64, UInt64)] {
            let changes = try await crm.changes(
                from: PastMoment(position: Position(first)), to: PastMoment(position: Position(last))
            ) { try await Self.orders($0) }
            #expect(changes == [Position(last)])
        }
        let lineage = try #require(
            try await crm.explain(at: PastMoment(position: Position(3))) { try await Self.orders($0) })
        #expect(lineage.value == "1" && lineage.positions == [Position(1)])
    }
}
