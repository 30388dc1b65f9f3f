internal import Foundation
internal import LMDB
internal import Logging
internal import Synchronization

/// The one thread that owns the log's write transaction, and the queue before it.
///
/// Appends that wait while a commit is being synced go into the next commit together; each gets its own outcome, after
/// the commit is durable. The queue is bounded in bytes: when it is full, callers wait.
final class Writer: @unchecked Sendable {
    // Unchecked: the queue's fields are touched with `condition` locked, `commits` with the index's lock; the rest is
    // constant, or the thread's own.

    private let store: LogStore
    private let index: EventIndex
    private let types: TypeTable
    private let signal: HeadSignal
    private let indexer: Indexer
    private let logger: Logger
    /// Guarded by the lock of the index, which every commit takes anyway.
    private var commits = CommitHistory()
    private let instruments = CommitInstruments()

    private let condition = NSCondition()
    private var pending: [AppendRequest] = []
    private var pendingBytes = 0
    private var isClosing = false
    private var isStopped = false
    /// Whether the thread must be woken: it waits for work, or lingers for more.
    private var isSleeping = false
    /// Whether a group is being decided: by the thread, or by a caller who found nobody else.
    private var isBusy = false
    /// What wakes the callers that wait for room in the queue.
    private var roomWaiters: [@Sendable () -> Void] = []
    private var lastGroupSize = 1
    /// Counts submitted appends; `seenArrivals` is what the thread has taken of them.
    private let arrivals = Atomic<UInt64>(0)
    private var seenArrivals: UInt64 = 0

    /// Bytes that may wait in the queue before callers are held back. A caller that has found room encodes and hands
    /// over without waiting for anything, so it is overrun by one append for each running thread at most.
    private let maximumPendingBytes: Int
    /// Events of one commit.
    private static let maximumGroupEvents = 20_000
    /// A group is waited for up to its predecessor's size, at most this one, and this long.
    private static let maximumLingerSize = 200
    private static let lingerSeconds = 60e-6
    /// Up to so many events, two hand-overs cost a caller more than it gains when the tail takes the events in on
    /// another thread.
    private static let maximumOwnEvents = 128
    private static let spinNanoseconds: UInt64 = 60_000

    init(
        _ store: LogStore, _ index: EventIndex, _ types: TypeTable, _ signal: HeadSignal, _ indexer: Indexer,
        maximumPendingBytes: Int = 128 << 20, logger: Logger
    ) {
        self.store = store
        self.index = index
        self.types = types
        self.signal = signal
        self.indexer = indexer
        self.maximumPendingBytes = maximumPendingBytes
        self.logger = logger
        let thread = Thread { [self] in run() }
        thread.name = "log writer"
        thread.qualityOfService = .userInitiated
        thread.start()
    }

    // MARK: The queue

    /// Hands a request over; from here on it will be decided, whoever waits.
    func submit(_ request: AppendRequest) throws(AppendError) {
        condition.lock()
        defer { condition.unlock() }
        if isClosing { throw .closed }
        pending.append(request)
        pendingBytes += request.bytes.count
        arrivals.wrappingAdd(1, ordering: .relaxed)
        if isSleeping { condition.signal() }
    }

    /// Decides a request on the calling thread when nobody is being served and nobody waits: a thread that blocks
    /// anyway saves two hand-overs that way. Otherwise, and when it has many events, hands it over.
    func decideOrSubmit(_ request: AppendRequest) throws(AppendError) {
        guard request.recordCount <= Self.maximumOwnEvents else { return try submit(request) }
        condition.lock()
        let isMine = pending.isEmpty && !isBusy && !isClosing
        if isMine { isBusy = true }
        condition.unlock()
        guard isMine else { return try submit(request) }
        process([request])
        condition.withLock {
            isBusy = false
            condition.broadcast()
        }
    }

    /// Suspends while the queue is full. Whoever is woken looks again: those woken before may have filled it.
    func waitForRoom() async {
        while isFull {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                wakeWhenThereIsRoom { continuation.resume() }
            }
        }
    }

    /// As ``waitForRoom()``, blocking the calling thread.
    func waitForRoomBlocking() {
        while isFull {
            let woken = DispatchSemaphore(value: 0)
            wakeWhenThereIsRoom { woken.signal() }
            woken.wait()
        }
    }

    private var isFull: Bool { condition.withLock { isFullLocked } }

    /// While some wait, those who come wait too, or they would take the room of the others for ever. Once the log
    /// closes nobody is held back: handing over fails then.
    private var isFullLocked: Bool {
        !isClosing && (pendingBytes >= maximumPendingBytes || !roomWaiters.isEmpty)
    }

    /// Calls `wake` when the queue has room, at once if it has.
    private func wakeWhenThereIsRoom(_ wake: @escaping @Sendable () -> Void) {
        let isWaiting = condition.withLock {
            guard isFullLocked else { return false }
            roomWaiters.append(wake)
            return true
        }
        if !isWaiting { wake() }
    }

    /// Appends and bytes that wait for the writer now.
    var backlog: (appends: Int, bytes: Int) { condition.withLock { (pending.count, pendingBytes) } }

    /// What the commits were like so far.
    var history: CommitHistory { index.lock.withLock { commits } }

    /// Refuses new appends, decides those that wait, and returns when the thread has ended.
    func close() {
        condition.lock()
        isClosing = true
        condition.broadcast()
        while !isStopped { condition.wait() }
        condition.unlock()
    }

    private func run() {
        while let group = takeGroup() {
            process(group)
            condition.withLock { isBusy = false }
        }
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
    }

    private func takeGroup() -> [AppendRequest]? {
        spin()
        condition.lock()
        while isBusy || (pending.isEmpty && !isClosing) {
            isSleeping = true
            condition.wait()
            isSleeping = false
        }
        if pending.isEmpty {
            condition.unlock()
            return nil
        }
        linger()
        isBusy = true
        var events = 0
        var count = 0
        while count < pending.count, count == 0 || events + pending[count].recordCount <= Self.maximumGroupEvents {
            events += pending[count].recordCount
            count += 1
        }
        let group = Array(pending[..<count])
        pending.removeFirst(count)
        seenArrivals += UInt64(count)
        pendingBytes -= group.reduce(0) { $0 + $1.bytes.count }
        lastGroupSize = count
        // Those who wait are woken when half of the queue is free, not for each commit. It comes to that: nobody is let
        // in while they wait.
        let woken = pendingBytes <= maximumPendingBytes / 2 ? roomWaiters : []
        if !woken.isEmpty { roomWaiters = [] }
        condition.unlock()
        for wake in woken { wake() }
        return group
    }

    /// A caller that has just been answered often comes back within microseconds; looking out for it saves putting the
    /// thread to sleep and waking it, which costs more.
    private func spin() {
        let deadline = DispatchTime.now().uptimeNanoseconds + Self.spinNanoseconds
        while arrivals.load(ordering: .relaxed) == seenArrivals {
            if DispatchTime.now().uptimeNanoseconds > deadline { break }
        }
    }

    /// Callers whose last append has just been committed come back together; a moment's wait fills the next group.
    private func linger() {
        let wanted = min(lastGroupSize, Self.maximumLingerSize)
        guard pending.count < wanted, !isClosing else { return }
        let deadline = Date(timeIntervalSinceNow: Self.lingerSeconds)
        isSleeping = true
        defer { isSleeping = false }
        while pending.count < wanted, !isClosing {
            if !condition.wait(until: deadline) { return }
        }
    }

    // MARK: One commit

    private func process(_ group: [AppendRequest]) {
        let start = CommitHistory.now()
        indexer.waitForRoom()
        while true {
            do {
                return try commit(group, since: start)
            } catch let error as LMDBError where error.kind == .mapFull {
                do {
                    try store.environment.growMap()
                } catch {
                    return fail(group, error)
                }
            } catch let error as LMDBError where error.kind == .transactionFull && group.count > 1 {
                for request in group { process([request]) }
                return
            } catch {
                return fail(group, error)
            }
        }
    }

    private func fail(_ group: [AppendRequest], _ error: any Error) {
        logger.error("append failed", metadata: ["error": "\(error)", "appends": "\(group.count)"])
        index.lock.withLock { commits.addFailed(appends: group.count) }
        instruments.recordFailure(appends: group.count)
        for request in group { request.finish(.failure(error)) }
    }

    /// - Parameter start: when the group was taken up, by the clock of ``CommitHistory``.
    private func commit(_ group: [AppendRequest], since start: UInt64) throws {
        try checkRoomOnDisk(for: group)
        // Nobody waits for that with the write transaction open.
        if group.contains(where: { $0.condition != nil || index.mayHoldIDs(from: $0.lowestID) }) { index.checkRuns() }
        let transaction = try store.environment.beginWrite()
        if try transaction.count(of: store.types) != types.count { try store.refresh(types, in: transaction) }
        let (head, lastRecordedAt) = try store.head(in: transaction)
        try index.catchUp(to: head, types: types, in: store, transaction)
        var decision = CommitDecision(store, index, types, head: head, lastRecordedAt: lastRecordedAt)
        var outcomes: [Result<AppendResult, any Error>] = []
        outcomes.reserveCapacity(group.count)
        var written: [AppendRequest] = []
        for request in group {
            let before = decision.head
            do {
                outcomes.append(.success(try decision.decide(request, in: transaction)))
            } catch let refusal as AppendError {
                outcomes.append(.failure(refusal))
            }
            if decision.head > before { written.append(request) }
        }
        if written.isEmpty {
            for (request, outcome) in zip(group, outcomes) { request.finish(outcome) }
            return
        }
        // A reader may learn of the new types from the log before this thread comes to tell; numbers tell them apart.
        let firstNewType = UInt32(types.count + 1)
        try transaction.commit()
        let end = CommitHistory.now()
        let events = decision.head - head
        for (offset, type) in decision.newTypes.enumerated() { types.add(type, number: firstNewType + UInt32(offset)) }
        // The tail takes in what is durable and nothing else. Callers are told first, and need not wait for it unless
        // they look something up.
        index.insert(written) {
            commits.add(appends: written.count, events: events, nanoseconds: end - start, at: end)
            for (request, outcome) in zip(group, outcomes) { request.finish(outcome) }
        }
        signal.advance(to: decision.head)
        instruments.record(appends: written.count, events: events, nanoseconds: end - start)
    }

    /// LMDB reports a full disk as EIO half-way; asking first gives a clear answer.
    private func checkRoomOnDisk(for group: [AppendRequest]) throws {
        let needed = UInt64(group.reduce(0) { $0 + $1.bytes.count }) * 2 + 256 << 10
        guard store.environment.freeBytes() < needed else { return }
        throw LMDBError(.diskFull, "append", path: store.environment.path)
    }
}
