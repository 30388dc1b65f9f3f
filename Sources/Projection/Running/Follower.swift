internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging
internal import Synchronization

/// The thread that keeps read models at the log's head, while its process holds the lease.
final class Follower: @unchecked Sendable {
    // Unchecked: `live`, `adopted`, `walked`, `pace`, `forgetting`, `letGoAt`, `sweptNames` and `deadline` belong to
    // the thread; `state` and `gate` guard themselves, all else is constant.

    let roster: ModelRoster
    private let views: String
    let swaps: SwapLock
    let logger: Logger
    let onBuild: @Sendable (BuildProgress) -> Void
    let state: FollowerState
    /// Exclusive for the commits of a batch; taken by whoever opens several snapshots at one position.
    let gate = Mutex(())

    /// The read models that are built beside the thread, and wait for that.
    let aside = Mutex(BuildQueue())

    var live: [String: LiveModel] = [:]
    /// The generations that were adopted last, by the names of their read models, whatever has become of `live` since.
    var adopted: [String: StampedGeneration] = [:]
    /// The generations whose pages need not be looked at: by name.
    var walked: Set<String> = []
    private(set) var pace = BatchPace()
    /// What the read models that forget have to forget, by name.
    var forgetting: [String: PendingForgetting] = [:]
    /// When the slots of dead readers were freed the last time.
    var readersChecked = ContinuousClock.now
    /// When rows that do not serve any more were let go of the last time.
    var letGoAt = ContinuousClock.now
    /// The names of all read models when rows that belong to none were looked for the last time.
    private var sweptNames: Set<String>?
    /// When the thread is to end, after what must not wait for the next process; nil before it ends.
    var deadline: ContinuousClock.Instant?

    init(
        _ log: EventLog, _ roster: ModelRoster, views: String, logger: Logger,
        onBuild: @escaping @Sendable (BuildProgress) -> Void
    ) {
        self.roster = roster
        self.views = views
        self.logger = logger
        self.onBuild = onBuild
        swaps = SwapLock(in: views)
        state = FollowerState(log)
    }

    func start() {
        state.begin()
        log.watchOtherProcesses()
        let thread = Thread { [self] in run() }
        thread.name = "follower"
        thread.start()
    }

    /// Ends the thread, and the rebuilds on other threads; returns when they have ended.
    func close() { state.close() }

    var log: EventLog { state.log }
    /// Those that there are by now.
    var models: [ServedModel] { roster.models }
    var holdsLease: Bool { state.holdsLease }
    func failure(of name: String) -> ProjectionFailure? { state.failure(of: name) }
    /// Why a read model does not move, once that has lasted for some seconds.
    func trouble(of name: String) -> (any Error)? { state.trouble(of: name) }
    /// What keeps a read model from being folded at the moment.
    func unavailability(of name: String) -> (any Error)? { state.unavailability(of: name) }
    func isBuilding(_ name: String) -> Bool { state.isBuilding(name) }

    func hasReached(_ model: ServedModel, _ position: Position) throws -> Bool {
        guard let checkpoint = try model.current()?.checkpoint() else { return false }
        return checkpoint.position >= position.rawValue
    }

    /// Builds on the calling thread and swaps in what has been built; the follower goes on in it, in this process or
    /// another.
    ///
    /// - Throws: `CancellationError` when `isCancelled` answers true, or when this is closed, before or meanwhile.
    func rebuild(
        _ models: [ServedModel], isCancelled: @escaping @Sendable () -> Bool,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) throws {
        let state = state
        try state.whileRebuilding { log in
            let renewal = Renewal(
                log: log, swaps: swaps, isCancelled: { state.isClosing || isCancelled() }, progress: progress)
            try renew(models, renewal)
        }
    }

    // MARK: The thread

    private func run() {
        while !state.isClosing {
            do {
                letGoOfReplaced()
                if holdsLease, state.hasRested { handOver() }
                if try takeLease() {
                    state.tryAgain()
                    try clearStaleReaders()
                    try step()
                    state.succeed()
                } else {
                    state.noteFollowedElsewhere()
                    Thread.sleep(forTimeInterval: 0.1)
                }
            } catch is StaleCache {
                live.removeAll()
            } catch let error as LMDBError where error.kind.isDamage && discard(error) {
                live.removeAll()
            } catch is CancellationError where state.isClosing {
                break
            } catch {
                if let level = state.fail(error) {
                    logger.log(
                        level: level, "following failed; it is tried again", metadata: ["error": "\(error)"])
                }
                live.removeAll()
                pace.shrink()
                Thread.sleep(forTimeInterval: 0.5)
            }
        }
        forgetAtLast()
        comeToRest()
        state.end()
    }

    /// Whether the thread is to leave what it is doing.
    var mustEnd: Bool { deadline.map { $0 <= .now } ?? state.isClosing }

    /// Syncs what was written, and lets it go.
    func comeToRest() {
        for (name, model) in live {
            do {
                try model.generation.environment.sync()
                try DirtyMarker(generation: views + "/" + name + "/" + model.generation.name).clear()
            } catch {
                logger.warning("not synced; it is built again after a restart", metadata: ["model": "\(name)"])
            }
        }
        live.removeAll()
        adopted.removeAll()
        // Others may write to them from now on.
        walked.removeAll()
    }

    func takeLease() throws -> Bool {
        if holdsLease { return true }
        guard let lease = try FileLock.acquire(views + "/LEASE") else { return false }
        state.take(lease)
        return true
    }

    /// Goes on in the generations that serve, builds those that are missing, folds the next batch, or waits for one.
    private func step() throws {
        try roster.refresh(log)
        letGoOfUndefined()
        try adoptGenerations()
        if try forget() { return }
        let head = log.head.rawValue
        for model in live.values where model.checkpoint.position >= head { state.goesWell(model.model.name) }
        let following = live.values.filter { !isHalted($0.model.name) }
        let positions = Set(following.map(\.checkpoint.position)).sorted()
        guard let lowest = positions.first, lowest < head else {
            _ = log.signal.waitBlocking(beyond: head, seconds: 0.05)
            // A log that is closed keeps nobody waiting.
            if log.signal.isClosed { Thread.sleep(forTimeInterval: 0.002) }
            return
        }
        let next = positions.count > 1 ? positions[1] : UInt64.max
        let upTo = min(lowest + pace.events, head, next)
        let models = following.filter { $0.checkpoint.position == lowest }
        do {
            let took = try ContinuousClock().measure { try fold(models, upTo: upTo) }
            pace.adapt(took: took, waiting: head - upTo)
        } catch is WideHindsight {
            try buildAnew(models)
        }
    }

    /// Lets go of read models that no event defines any more, and removes their rows.
    private func letGoOfUndefined() {
        let names = Set(models.map(\.model.name))
        let gone = live.keys.filter { !names.contains($0) }
        for name in gone {
            live[name] = nil
            adopted[name] = nil
        }
        let hasLeftOvers = aside.withLock { $0.takeLeftOvers() }
        if names != sweptNames || hasLeftOvers { roster.sweep() }
        sweptNames = names
    }

    // MARK: Folding

    func fold(_ models: [LiveModel], upTo: UInt64) throws {
        var batch = LiveBatch(log: log, models: models, upTo: Position(upTo))
        batch.mostReconsidered = Self.mostReconsidered(of: upTo)
        let outcome = try batch.run { commits in
            try swaps.hold(unless: mustEnd) {
                try requireServing(models)
                try gate.withLock { _ in try commits() }
            }
        }
        let halted = Set(outcome.halts.map(\.live.model.name))
        for model in models where !halted.contains(model.model.name) { state.goesWell(model.model.name) }
        for halt in outcome.halts { try take(halt, upTo: outcome.upTo) }
        for model in models { announce(model) }
    }

    /// Whether a read model is not folded: it has stopped, or rests.
    func isHalted(_ name: String) -> Bool { failure(of: name) != nil || state.isResting(name) }

    /// Nothing is written to what has been replaced: who still reads it would see more than who reads what has
    /// replaced it. Nor to what has come to serve again meanwhile: it has been written to by others.
    func requireServing(_ models: [LiveModel]) throws {
        for model in models {
            guard let current = try served(model)?.stampedCurrent(), isAdopted(current, model.model.name),
                current.generation === model.generation
            else { throw StaleCache(model: model.model.name) }
        }
    }

    func isAdopted(_ current: StampedGeneration, _ name: String) -> Bool {
        adopted[name].map { $0.generation === current.generation && $0.stamp == current.stamp } ?? false
    }

    private func take(_ halt: LiveBatch.Halt, upTo: UInt64) throws {
        switch halt.cause {
        case .failure(let failure, let isExact): try foldBefore(failure, isExact: isExact, halt.live, upTo: upTo)
        case .unavailable(let reason): rest(halt.live.model.name, for: reason)
        }
    }

    /// What stands before the event that cannot be folded is folded; then the model stops.
    private func foldBefore(
        _ failure: ProjectionFailure, isExact: Bool, _ model: LiveModel, upTo: UInt64
    ) throws {
        let name = model.model.name
        let first = model.checkpoint.position + 1
        if !isExact, first < upTo {
            // Something in the batch does not fit together: halve it until the event is found.
            try fold([model], upTo: first + (upTo - first) / 2)
            if !isHalted(name) { try fold([model], upTo: upTo) }
            return
        }
        let last = failure.position.rawValue - 1
        if isExact, last >= first { try fold([model], upTo: last) }
        if !isHalted(name) { stop(failure, in: model.generation.name) }
    }

    func stop(_ failure: ProjectionFailure, in generation: String?) {
        state.stop(failure, in: generation)
        logger.error(
            "read model stopped",
            metadata: [
                "model": "\(failure.model)", "position": "\(failure.position)", "reason": "\(failure.reason)",
            ])
    }

    func announce(_ live: LiveModel) {
        served(live)?.position.advance(to: live.checkpoint.position)
    }

    func served(_ live: LiveModel) -> ServedModel? { models.first { $0.model.name == live.model.name } }
}
