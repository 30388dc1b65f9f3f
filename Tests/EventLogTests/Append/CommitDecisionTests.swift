@testable import EventLog
import LMDB
import Testing
import TestSupport

/// A commit that is undone leaves nothing behind: neither in the index, nor in the requests that are decided again.
@Suite struct CommitDecisionTests {
    private let directory: TemporaryDirectory
    private let store: LogStore
    private let index: EventIndex
    private let types = TypeTable()

    init() throws {
        directory = try TemporaryDirectory()
        store = try LogStore(folder: directory.path, mapSize: 1 << 28, readOnly: false)
        index = EventIndex(folder: directory.path)
    }

    private func request(_ events: NewEvent..., known: KnownEvents = .refuse) throws -> AppendRequest {
        try AppendRequest(events, condition: nil, knownEvents: known)
    }

    /// Decides the requests in one transaction, in their order, and commits it unless it is to be undone.
    private func decide(_ requests: AppendRequest..., undone: Bool = false) throws -> [[UInt64]] {
        let transaction = try store.environment.beginWrite()
        let (head, recordedAt) = try store.head(in: transaction)
        var decision = CommitDecision(store, index, types, head: head, lastRecordedAt: recordedAt)
        var positions: [[UInt64]] = []
        for request in requests { positions.append(try decision.decide(request, in: transaction).numbers) }
        if undone { return positions }
        try transaction.commit()
        for type in decision.newTypes { types.add(type, number: UInt32(types.count + 1)) }
        index.insert(requests)
        return positions
    }

    @Test("what an undone commit has written is seen within it, and nowhere else")
    func undone() throws {
        let (first, second) = (event("A", "x"), event("A", "x"))
        let positions = try decide(request(first), request(second), request(first), undone: true)
        #expect(positions == [[1], [2], [1]])
        #expect(index.end == 0)
        let other = event("B", "x")
        #expect(try decide(request(other)) == [[1]])
        #expect(try index.position(of: first.id, head: 1) == nil)
        #expect(try index.position(of: other.id, head: 1) == 1)
        let key = TagKey(EntityTag(unchecked: "x"))
        #expect(try index.positions(of: key, in: 1...9, newestFirst: false, limit: 9) == [1])
    }

    @Test("an event that had a position in an undone commit and is known by now is not taken for a new one")
    func knownMeanwhile() throws {
        let (new, known) = (event("A", "new"), event("A", "known"))
        let both = try request(new, known, known: .skip)
        #expect(try decide(request(event("A")), both, undone: true) == [[1], [2, 3]])
        #expect(try decide(request(known)) == [[1]])
        #expect(try decide(both) == [[2, 1]])
        #expect(index.end == 2)
        #expect(try decide(request(event("A"))) == [[3]])
        #expect(index.end == 3)
    }
}
