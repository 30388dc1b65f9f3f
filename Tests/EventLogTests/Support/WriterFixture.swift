@testable import EventLog
import LMDB
import Logging

/// A writer thread and an indexer over a log, so that a test says which requests wait together for a commit, how large
/// the tables of the tail are, and how much time the indexer takes.
final class WriterFixture: Sendable {
    let store: LogStore
    private let index: EventIndex
    private let types = TypeTable()
    private let indexer: Indexer
    private let writer: Writer

    /// - Parameter indexFolder: the same folder unless it is given.
    init(
        folder: String, indexFolder: String? = nil, mapSize: Int = 1 << 28,
        tableCapacity: Int = TailTable.standardCapacity, pacing: Double = 0, maximumPendingBytes: Int = 128 << 20
    ) throws {
        store = try LogStore(folder: folder, mapSize: mapSize, readOnly: false)
        let logger = Logger(label: "test")
        index = EventIndex(folder: indexFolder ?? folder, tableCapacity: tableCapacity)
        indexer = Indexer(store, index, pacing: pacing, logger: logger)
        writer = Writer(
            store, index, types, HeadSignal(), indexer, maximumPendingBytes: maximumPendingBytes, logger: logger)
    }

    deinit { close() }

    /// Decides what was handed over and lets the files go; also happens when the fixture goes.
    func close() {
        writer.close()
        indexer.close()
        // The ending threads may hold on to their objects for a moment; the files must be free now.
        index.release()
        store.environment.close()
    }

    /// Refuses new appends and decides those that were handed over.
    func closeWriter() { writer.close() }

    /// Runs `body` with the index, filled up to the head of the log as it is now, and with that head.
    func withIndex<Answer>(_ body: (EventIndex, UInt64) throws -> Answer) throws -> Answer {
        let transaction = try store.environment.beginRead()
        let head = try store.head(in: transaction).position
        try store.refresh(types, in: transaction)
        try index.catchUp(to: head, types: types, in: store, transaction)
        return try body(index, head)
    }

    /// How far the index reaches, and the head of the log after that.
    func endAndHead() throws -> (end: UInt64, head: UInt64) {
        let end = index.end
        let transaction = try store.environment.beginRead()
        return (end, try store.head(in: transaction).position)
    }

    /// Appends and bytes that wait for the writer now.
    var backlog: (appends: Int, bytes: Int) { writer.backlog }

    /// Appends one event as `EventLog.append` does, waiting for room in the queue.
    func append(_ event: NewEvent) async throws -> AppendResult {
        await writer.waitForRoom()
        let request = try AppendRequest([event], condition: nil, knownEvents: .refuse)
        try writer.submit(request)
        return try await request.value()
    }

    /// As `EventLog.appendBlocking`.
    func appendBlocking(_ event: NewEvent) throws -> AppendResult {
        writer.waitForRoomBlocking()
        let request = try AppendRequest([event], condition: nil, knownEvents: .refuse)
        try writer.submit(request)
        return try request.blockingValue()
    }

    /// The outcomes of `requests`, which are handed over in their order before any of them can be decided. The writer
    /// may take the first ones alone; all that come after them are decided in one commit.
    func outcomes(of requests: [AppendRequest]) throws -> [Result<AppendResult, any Error>] {
        try handOver(requests)
        return requests.map { request in Result { try request.blockingValue() } }
    }

    private func handOver(_ requests: [AppendRequest]) throws {
        let held = try store.environment.beginWrite()
        for request in requests { try writer.submit(request) }
        _ = try held.count(of: store.events)
    }

    /// All events, with the names that the stored types have.
    func events() throws -> [RecordedEvent] {
        let transaction = try store.environment.beginRead()
        let types = TypeTable()
        try store.refresh(types, in: transaction)
        var events: [RecordedEvent] = []
        var cursor = try transaction.cursor(over: store.events)
        var isOnEntry = try cursor.first()
        while isOnEntry {
            events.append(Self.copy(of: EventView(cursor.value), types))
            isOnEntry = try cursor.next()
        }
        return events
    }

    private static func copy(of view: borrowing EventView, _ types: TypeTable) -> RecordedEvent {
        view.recorded(as: types.type(view.typeNumber) ?? EventType(unchecked: "no name"))
    }
}

extension Result<AppendResult, any Error> {
    /// The refusal; nil when the append succeeded or failed otherwise.
    var refusal: AppendError? {
        if case .failure(let error) = self { return error as? AppendError }
        return nil
    }

    var positions: [UInt64]? { try? get().numbers }
}
