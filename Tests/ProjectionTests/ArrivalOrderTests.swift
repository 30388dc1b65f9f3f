@testable import EventLog
@testable import Projection
import Testing

/// Rows do not depend on the order in which events arrive, as long as those of one moment keep theirs.
@Suite struct ArrivalOrderTests {
    /// Any order that keeps the order of events of one moment.
    private static func permuted(_ events: [NewEvent], _ ledger: inout RandomLedger) -> [NewEvent] {
        var waiting = Dictionary(grouping: events, by: \.occurredAt).mapValues { $0[...] }
        return ledger.shuffled(events.map(\.occurredAt)).compactMap { waiting[$0]?.popFirst() }
    }

    /// The rows after `events` have arrived in small batches, each folded for itself.
    private static func rows(after events: [NewEvent], _ ledger: inout RandomLedger) async throws -> LedgerRows {
        let hosted = try HostedLog()
        try await hosted.follow()
        var rest = events[...]
        while !rest.isEmpty {
            let batch = rest.prefix(ledger.number(in: 1...25))
            try await hosted.log.append(Array(batch))
            try await hosted.settle()
            rest = rest.dropFirst(batch.count)
        }
        return try hosted.rows()
    }

    @Test("permutations of arrival give the same rows", arguments: 1...6 as ClosedRange<UInt64>)
    func sameRows(seed: UInt64) async throws {
        var ledger = RandomLedger(seed: seed)
        let events = ledger.events(120)
        let moments = Set(events.map(\.occurredAt)).count
        // Some events share a moment; otherwise ties would not be tried.
        #expect(moments < events.count)
        let inOrder = events.enumerated()
            .sorted { ($0.element.occurredAt, $0.offset) < ($1.element.occurredAt, $1.offset) }
            .map(\.element)
        let expected = try await Self.rows(after: inOrder, &ledger)
        #expect(expected == LedgerRows(of: inOrder))
        for _ in 0..<4 {
            let permutation = Self.permuted(events, &ledger)
            #expect(permutation.count == events.count)
            #expect(permutation != inOrder)
            let rows = try await Self.rows(after: permutation, &ledger)
            // A fold in order of occurrence, one that takes any order, then everything that they contribute.
            #expect(rows.accounts == expected.accounts)
            #expect(rows.summaries == expected.summaries)
            #expect(rows == expected)
        }
    }

    @Test("events of one moment count in their order of arrival")
    func ties() async throws {
        var ledger = RandomLedger(seed: 1)
        let (first, second) = (Ledger.event(1, "account:a", at: 5), Ledger.event(2, "account:a", at: 5))
        let earlier = Ledger.event(3, "account:a", at: 4)
        for (arrival, amounts) in [
            ([first, second, earlier], [3, 1, 2]), ([second, first, earlier], [3, 2, 1]),
            ([second, earlier, first], [3, 2, 1]),
        ] as [([NewEvent], [UInt8])] {
            let rows = try await Self.rows(after: arrival, &ledger)
            #expect(rows.accounts["account:a"]?.entries.map(\.amount) == amounts)
            #expect(rows.summaries["account:a"]?.newest == amounts.last)
        }
    }
}
