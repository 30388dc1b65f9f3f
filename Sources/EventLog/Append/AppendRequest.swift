internal import LMDB
internal import Foundation
internal import Synchronization

/// One append call on its way through the writer thread.
///
/// Its records are encoded and hashed by the caller; the writer fills in place and time. Whoever waits is told once.
final class AppendRequest: @unchecked Sendable {
    // Unchecked: `bytes` belongs to the caller until hand-over and to the writer thread after it; the rest is constant
    // or guarded by `outcome`.

    let condition: AppendCondition?
    let knownEvents: KnownEvents
    /// The encoded records, one behind the other.
    var bytes: [UInt8]
    /// Where each record ends.
    let ends: [Int]
    /// For each record the half of its checksum that covers what the caller knows.
    let bodyHashes: [UInt64]
    /// The type of each record, as an index into `types`.
    let typeIndexes: [UInt16]
    /// The distinct types of the call.
    let types: [EventType]
    /// The lowest id of the call.
    let lowestID: EventID
    /// For each event of the call its record: the same event given twice is one record.
    let recordOfEvent: [Int]

    private enum Outcome {
        case open
        case waiting(@Sendable (Result<AppendResult, any Error>) -> Void)
        case done(Result<AppendResult, any Error>)
        case abandoned
    }

    private let outcome = Mutex(Outcome.open)

    /// Encodes the events of one call.
    ///
    /// - Throws: ``AppendError`` when the call or one of the events breaks a rule.
    init(_ events: [NewEvent], condition: AppendCondition?, knownEvents: KnownEvents) throws(AppendError) {
        guard !events.isEmpty else { throw .invalid(InvalidEvent("an append needs at least one event")) }
        guard events.count <= Limits.eventsPerAppend else {
            throw .invalid(
                InvalidEvent("the append has \(events.count) events; at most \(Limits.eventsPerAppend) are allowed"))
        }
        self.condition = condition
        self.knownEvents = knownEvents
        var encoder = RecordEncoder(reservingFor: events)
        var types: [EventType] = []
        var typeIndexes: [UInt16] = []
        var recordOfEvent: [Int] = []
        var recordOfID: [EventID: Int] = [:]
        typeIndexes.reserveCapacity(events.count)
        recordOfEvent.reserveCapacity(events.count)
        let isAscending = (1..<events.count).allSatisfy { events[$0 - 1].id < events[$0].id }
        lowestID = isAscending ? events[0].id : events.indices.reduce(events[0].id) { min($0, events[$1].id) }
        do {
            // By index: an event in a variable would be a copy of all its parts.
            for index in events.indices {
                if !isAscending {
                    let id = events[index].id
                    if let record = recordOfID[id] {
                        try Self.checkSame(events[index], as: record, in: encoder, typeIndexes, types)
                        recordOfEvent.append(record)
                        continue
                    }
                    recordOfID[id] = encoder.ends.count
                }
                recordOfEvent.append(encoder.ends.count)
                try encoder.encode(events[index])
                typeIndexes.append(Self.index(of: events[index].type, in: &types))
            }
        } catch let error as AppendError {
            throw error
        } catch let error as InvalidEvent {
            throw .invalid(error)
        } catch {
            preconditionFailure("encoding throws nothing else: \(error)")
        }
        guard encoder.ends.last ?? 0 <= Limits.appendBytes else {
            throw .invalid(
                InvalidEvent(
                    "the append takes \(encoder.ends.last ?? 0) bytes; at most \(Limits.appendBytes) are allowed")
            )
        }
        encoder.trim()
        self.bytes = encoder.bytes
        self.ends = encoder.ends
        self.bodyHashes = encoder.bodyHashes
        self.types = types
        self.typeIndexes = typeIndexes
        self.recordOfEvent = recordOfEvent
    }

    private static func index(of type: EventType, in types: inout [EventType]) -> UInt16 {
        if let last = types.lastIndex(of: type) { return UInt16(last) }
        types.append(type)
        return UInt16(types.count - 1)
    }

    private static func checkSame(
        _ event: NewEvent, as record: Int, in encoder: RecordEncoder, _ typeIndexes: [UInt16], _ types: [EventType]
    ) throws {
        var single = RecordEncoder(reservingFor: [event])
        try single.encode(event)
        let start = record == 0 ? 0 : encoder.ends[record - 1]
        let first = EventView(encoder.bytes.rawSpan.extracting(start..<encoder.ends[record]))
        guard types[Int(typeIndexes[record])] == event.type, EventView(single.bytes.rawSpan).isSameBody(as: first)
        else {
            throw AppendError.idTwice(event.id)
        }
    }

    var recordCount: Int { ends.count }

    func range(of record: Int) -> Range<Int> { (record == 0 ? 0 : ends[record - 1])..<ends[record] }

    /// Lends the bytes to be changed, in one access however many records are changed.
    func withMutableBytes<Result>(_ body: (inout [UInt8]) throws -> Result) rethrows -> Result {
        var bytes: [UInt8] = []
        swap(&bytes, &self.bytes)
        defer { swap(&bytes, &self.bytes) }
        return try body(&bytes)
    }

    /// Lends one record.
    func withRecord<Result>(_ record: Int, _ body: (RawSpan) throws -> Result) rethrows -> Result {
        let bytes = self.bytes
        return try body(bytes.rawSpan.extracting(range(of: record)))
    }

    func id(of record: Int) -> EventID { withRecord(record) { EventView($0).id } }

    // MARK: The outcome

    /// Tells whoever waits, once; a second outcome is a programmer error.
    func finish(_ result: Result<AppendResult, any Error>) {
        let tell: (@Sendable (Result<AppendResult, any Error>) -> Void)? = outcome.withLock { outcome in
            switch outcome {
            case .open:
                outcome = .done(result)
                return nil
            case .waiting(let tell):
                outcome = .done(result)
                return tell
            case .abandoned: return nil
            case .done: preconditionFailure("an append has one outcome")
            }
        }
        tell?(result)
    }

    /// Suspends until the outcome is known. Cancelling stops the waiting, not the append.
    func value() async throws -> AppendResult {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                wait { continuation.resume(with: $0) }
            }
        } onCancel: {
            let tell: (@Sendable (Result<AppendResult, any Error>) -> Void)? = outcome.withLock { outcome in
                switch outcome {
                case .open:
                    outcome = .abandoned
                    return nil
                case .waiting(let tell):
                    outcome = .abandoned
                    return tell
                case .done, .abandoned: return nil
                }
            }
            tell?(.failure(CancellationError()))
        }
    }

    /// Blocks the calling thread until the outcome is known.
    func blockingValue() throws -> AppendResult {
        let semaphore = DispatchSemaphore(value: 0)
        let received = Mutex<Result<AppendResult, any Error>?>(nil)
        wait { result in
            received.withLock { $0 = result }
            semaphore.signal()
        }
        semaphore.wait()
        guard let result = received.withLock({ $0 }) else { preconditionFailure("woken without an outcome") }
        return try result.get()
    }

    private func wait(_ tell: @escaping @Sendable (Result<AppendResult, any Error>) -> Void) {
        let ready: Result<AppendResult, any Error>? = outcome.withLock { outcome in
            switch outcome {
            case .open:
                outcome = .waiting(tell)
                return nil
            case .done(let result): return result
            case .abandoned: return .failure(CancellationError())
            case .waiting: preconditionFailure("an append is waited for once")
            }
        }
        if let ready { tell(ready) }
    }
}
