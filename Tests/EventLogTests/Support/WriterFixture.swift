@testable import EventLog
import LMDB
import Logging

/// A writer thread over a log of its own, so that a test says which requests wait together for a commit.
final class WriterFixture {
    let store: LogStore
    private let indexer: Indexer
    private let writer: Writer

    init(folder: String) throws {
        store = try LogStore(folder: folder, mapSize: 1 << 28, readOnly: false)
        let logger = Logger(label: "test")
        let index = EventIndex(folder: folder)
        indexer = Indexer(store, index, pacing: 0, logger: logger)
        writer = Writer(store, index, TypeTable(), HeadSignal(), indexer, logger: logger)
    }

    deinit {
        writer.close()
        indexer.close()
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
