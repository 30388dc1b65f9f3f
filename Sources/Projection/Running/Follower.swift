internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging
internal import Synchronization

/// The thread that keeps read models at the log's head, while its process holds the lease.
final class Follower: @unchecked Sendable {
    // Unchecked: `live`, `adopted`, `walked`, `pace` and `forgetting` belong to the thread; `state` and `gate` guard
    // themselves, all else is constant.

    private let models: [ServedModel]
    private let views: String
    let swaps: SwapLock
    let logger: Logger
    private let onBuild: @Sendable (BuildProgress) -> Void
    let state: FollowerState
    /// Exclusive for the commits of a batch; taken by whoever opens several snapshots at one position.
    let gate = Mutex(())

    var live: [String: LiveModel] = [:]
    /// The generations that were adopted last, by the names of their read models, whatever has become of `live` since.
    var adopted: [String: StampedGeneration] = [:]
    /// The generations whose pages need not be looked at: by name.
    private var walked: Set<String> = []
    private var pace = BatchPace()
    /// What the read models that forget have to forget, by name.
    var forgetting: [String: PendingForgetting] = [:]
    /// When the slots of dead readers were freed the last time.
    var readersChecked = ContinuousClock.now

    /// From this lag on, and when more than half is missing, building anew is faster than following.
    private static let rebuildLag: UInt64 = 200_000

    init(
        _ log: EventLog, _ models: [ServedModel], views: String, logger: Logger,
        onBuild: @escaping @Sendable (BuildProgress) -> Void
    ) {
        self.models = models
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

    private var log: EventLog { state.log }
    var holdsLease: Bool { state.holdsLease }
    func failure(of name: String) -> ProjectionFailure? { state.failure(of: name) }
    /// Why no read model moves, once that has lasted for some seconds.
    var trouble: (any Error)? { state.trouble }
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
                if try takeLease() {
                    try clearStaleReaders()
                    try step()
                    state.succeed()
                } else {
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
        finish()
    }

    private func finish() {
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
        state.end()
    }

    private func takeLease() throws -> Bool {
        if holdsLease { return true }
        guard let lease = try FileLock.acquire(views + "/LEASE") else { return false }
        state.take(lease)
        return true
    }

    /// Goes on in the generations that serve, builds those that are missing, folds the next batch, or waits for one.
    private func step() throws {
        try adoptGenerations()
        if try forget() { return }
        let head = log.head.rawValue
        let following = live.values.filter { failure(of: $0.model.name) == nil }
        let positions = Set(following.map(\.checkpoint.position)).sorted()
        guard let lowest = positions.first, lowest < head else {
            _ = log.signal.waitBlocking(beyond: head, seconds: 0.05)
            // A log that is closed keeps nobody waiting.
            if log.signal.isClosed { Thread.sleep(forTimeInterval: 0.002) }
            return
        }
        let next = positions.count > 1 ? positions[1] : UInt64.max
        let upTo = min(lowest + pace.events, head, next)
        let took = try ContinuousClock().measure {
            try fold(following.filter { $0.checkpoint.position == lowest }, upTo: upTo)
        }
        pace.adapt(took: took, waiting: head - upTo)
    }

    // MARK: Folding

    private func fold(_ models: [LiveModel], upTo: UInt64) throws {
        let batch = LiveBatch(log: log, models: models, upTo: Position(upTo))
        let outcome = try batch.run { commits in
            try swaps.hold(unless: state.isClosing) {
                try requireServing(models)
                try gate.withLock { _ in try commits() }
            }
        }
        for halt in outcome.halts { try foldBefore(halt, upTo: outcome.upTo) }
        for model in models { announce(model) }
    }

    /// Nothing is written to what has been replaced: who still reads it would see more than who reads what has
    /// replaced it. Nor to what has come to serve again meanwhile: it has been written to by others.
    func requireServing(_ models: [LiveModel]) throws {
        for model in models {
            guard let current = try served(model)?.stampedCurrent(), isAdopted(current, model.model.name),
                current.generation === model.generation
            else { throw StaleCache(model: model.model.name) }
        }
    }

    private func isAdopted(_ current: StampedGeneration, _ name: String) -> Bool {
        adopted[name].map { $0.generation === current.generation && $0.stamp == current.stamp } ?? false
    }

    /// What stands before the event that cannot be folded is folded; then the model stops.
    private func foldBefore(_ halt: LiveBatch.Halt, upTo: UInt64) throws {
        let model = halt.live
        let name = model.model.name
        let first = model.checkpoint.position + 1
        if !halt.isExact, first < upTo {
            // Something in the batch does not fit together: halve it until the event is found.
            try fold([model], upTo: first + (upTo - first) / 2)
            if failure(of: name) == nil { try fold([model], upTo: upTo) }
            return
        }
        let last = halt.failure.position.rawValue - 1
        if halt.isExact, last >= first { try fold([model], upTo: last) }
        if failure(of: name) == nil { stop(halt.failure, in: model.generation.name) }
    }

    private func stop(_ failure: ProjectionFailure, in generation: String?) {
        state.stop(failure, in: generation)
        logger.error(
            "read model stopped",
            metadata: [
                "model": "\(failure.model)", "position": "\(failure.position)", "reason": "\(failure.reason)",
            ])
    }

    private func announce(_ live: LiveModel) {
        served(live)?.position.advance(to: live.checkpoint.position)
    }

    func served(_ live: LiveModel) -> ServedModel? { models.first { $0.model.name == live.model.name } }

    // MARK: Generations

    /// Goes on in the generations that serve, whoever has made them serve; builds those that are missing.
    private func adoptGenerations() throws {
        var missing: [ServedModel] = []
        for model in models {
            let name = model.model.name
            let current = try model.stampedCurrent()
            state.goOn(name, in: current?.generation.name)
            if failure(of: name) != nil { continue }
            if let known = live[name], let current, known.generation === current.generation, isAdopted(current, name) {
                continue
            }
            live[name] = try adopt(model)
            if live[name] == nil, try goBack(model) { live[name] = try adopt(model) }
            if live[name] == nil { missing.append(model) }
        }
        if !missing.isEmpty { try build(missing) }
    }

    /// Nil when there is no generation to go on in. Under the lock, so that it is not replaced and removed meanwhile.
    private func adopt(_ model: ServedModel) throws -> LiveModel? {
        try swaps.hold(unless: state.isClosing) { () throws -> LiveModel? in
            guard let stamped = try model.stampedCurrent() else { return nil }
            let current = stamped.generation
            guard let checkpoint = try usableCheckpoint(of: current) else { return nil }
            let marker = DirtyMarker(generation: model.directory + "/" + current.name)
            if try marker.isSet, !walked.contains(current.name) {
                // Whoever wrote to it has not come to its end: a damaged page may have been the reason.
                guard try isWalkable(current, of: model) else { return nil }
            }
            walked.insert(current.name)
            try marker.set()
            settle(model, unless: current)
            adopted[model.model.name] = stamped
            let live = LiveModel(model.model, current, checkpoint)
            announce(live)
            return live
        }
    }

    /// Nil when the generation belongs to another log, or is so far behind that building anew is better.
    func usableCheckpoint(of generation: Generation) throws -> Checkpoint? {
        guard let checkpoint = try generation.checkpoint(),
            try Checkpoint(of: log, at: checkpoint.position) == checkpoint
        else { return nil }
        let head = log.head.rawValue
        let isFarBehind = head - checkpoint.position > Self.rebuildLag && checkpoint.position < head / 2
        return isFarBehind ? nil : checkpoint
    }

    private func build(_ missing: [ServedModel]) throws {
        let state = state
        try swaps.hold(unless: state.isClosing) {
            for model in missing { try model.sweep() }
        }
        do {
            let renewal = Renewal(log: log, swaps: swaps, isCancelled: { state.isClosing }, progress: onBuild)
            try renew(missing, renewal)
        } catch let failure as ProjectionFailure {
            // The one that cannot be built stops; the others are tried again without it.
            let current = try missing.first { $0.model.name == failure.model }?.current()
            stop(failure, in: current?.name)
        }
    }

    /// Builds, then swaps in one after the other; what does not come to serve is removed.
    private func renew(_ models: [ServedModel], _ renewal: Renewal) throws {
        var waiting = try state.whileBuilding(models.map(\.model.name)) { try renewal.build(models) }
        defer { for built in waiting { built.giveUp() } }
        while let built = waiting.first {
            try renewal.swapIn(built)
            waiting.removeFirst()
            state.goOn(built.model.model.name, in: built.generation.name)
        }
    }
}
