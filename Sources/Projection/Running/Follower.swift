internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging
internal import Synchronization

/// The thread that keeps read models at the log's head, while its process holds the lease.
final class Follower: @unchecked Sendable {
    // Unchecked: `live` belongs to the thread; everything shared is in `shared` or guarded by `gate`.

    private let models: [ServedModel]
    private let views: String
    private let logger: Logger
    private let onBuild: @Sendable (BuildProgress) -> Void
    /// Exclusive for the commits of a batch; taken by whoever opens several snapshots at one position.
    let gate = Mutex(())

    private struct Shared {
        /// Let go of when following ends: the ending thread must not keep the log's files open.
        var log: EventLog?
        var isClosing = false
        var isRunning = false
        var lease: FileLock?
        var building: Set<String> = []
        var failures: [String: ProjectionFailure] = [:]
        /// Built by another thread, to be brought up to date and swapped in by this one.
        var handedOver: [(ServedModel, Generation, @Sendable ((any Error)?) -> Void)] = []
    }

    private let shared = Mutex(Shared())
    private var live: [String: LiveModel] = [:]

    /// Events of one batch: short ones keep queries fresh, long ones are cheaper per event.
    private static let batch: UInt64 = 16_384
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
        shared.withLock { $0.log = log }
    }

    func start() {
        shared.withLock { $0.isRunning = true }
        log.watchOtherProcesses()
        let thread = Thread { [self] in run() }
        thread.name = "follower"
        thread.start()
    }

    func close() {
        shared.withLock { $0.isClosing = true }
        while shared.withLock({ $0.isRunning }) { Thread.sleep(forTimeInterval: 0.0005) }
    }

    private var log: EventLog {
        guard let log = shared.withLock({ $0.log }) else { preconditionFailure("used after it was closed") }
        return log
    }

    var holdsLease: Bool { shared.withLock { $0.lease != nil } }
    func failure(of name: String) -> ProjectionFailure? { shared.withLock { $0.failures[name] } }
    func isBuilding(_ name: String) -> Bool { shared.withLock { $0.building.contains(name) } }
    private var isClosing: Bool { shared.withLock { $0.isClosing } }

    func hasReached(_ model: ServedModel, _ position: Position) throws -> Bool {
        guard let checkpoint = try model.current()?.checkpoint() else { return false }
        return checkpoint.position >= position.rawValue
    }

    // MARK: The thread

    private func run() {
        while !isClosing {
            do {
                if try takeLease() {
                    try step()
                } else {
                    Thread.sleep(forTimeInterval: 0.1)
                }
            } catch is StaleCache {
                live.removeAll()
            } catch is CancellationError {
                break
            } catch {
                logger.error("following failed; it is tried again", metadata: ["error": "\(error)"])
                live.removeAll()
                Thread.sleep(forTimeInterval: 0.5)
            }
        }
        finish()
    }

    private func finish() {
        for (name, model) in live {
            do {
                try model.generation.environment.sync()
                try DirtyMarker(generation: directory(of: model, name)).clear()
            } catch {
                logger.warning("not synced; it is built again after a restart", metadata: ["model": "\(name)"])
            }
        }
        live.removeAll()
        shared.withLock { shared in
            shared.lease = nil
            for (_, _, done) in shared.handedOver { done(CancellationError()) }
            shared.handedOver = []
            shared.log = nil
            shared.isRunning = false
        }
    }

    private func directory(of model: LiveModel, _ name: String) -> String {
        views + "/" + name + "/" + model.generation.name
    }

    private func takeLease() throws -> Bool {
        if holdsLease { return true }
        guard let lease = try FileLock.acquire(views + "/LEASE") else { return false }
        shared.withLock { $0.lease = lease }
        return true
    }

    /// Builds what must be built, swaps in what was handed over, folds the next batch, or waits for one.
    private func step() throws {
        try adoptGenerations()
        try swapHandedOver()
        let head = log.head.rawValue
        let following = live.values.filter { failure(of: $0.model.name) == nil }
        let positions = Set(following.map(\.checkpoint.position)).sorted()
        guard let lowest = positions.first, lowest < head else {
            _ = log.signal.waitBlocking(beyond: head, seconds: 0.05)
            return
        }
        let next = positions.count > 1 ? positions[1] : UInt64.max
        let upTo = min(lowest + Self.batch, head, next)
        try fold(following.filter { $0.checkpoint.position == lowest }, upTo: upTo)
    }

    private func fold(_ models: [LiveModel], upTo: UInt64) throws {
        let batch = LiveBatch(log: log, models: models, upTo: Position(upTo))
        let failures = try batch.run { commits in try gate.withLock { _ in try commits() } }
        for (model, failure, isExact) in failures {
            // What stands before the event that cannot be folded is folded; then the model stops.
            let first = model.checkpoint.position + 1
            if !isExact, first < upTo {
                // Something in the batch does not fit together: halve it until the event is found.
                try fold([model], upTo: first + (upTo - first) / 2)
                if self.failure(of: model.model.name) == nil { try fold([model], upTo: upTo) }
                continue
            }
            let last = failure.position.rawValue - 1
            if isExact, last >= first { try fold([model], upTo: last) }
            if self.failure(of: model.model.name) != nil { continue }
            shared.withLock { $0.failures[model.model.name] = failure }
            logger.error(
                "read model stopped",
                metadata: [
                    "model": "\(model.model.name)", "position": "\(failure.position)", "reason": "\(failure.reason)",
                ])
        }
        for model in models { announce(model) }
    }

    private func announce(_ live: LiveModel) {
        models.first { $0.model.name == live.model.name }?.position.advance(to: live.checkpoint.position)
    }

    // MARK: Generations

    /// Opens the generation that serves for each model; builds those that have none, or one too far behind.
    private func adoptGenerations() throws {
        var missing: [ServedModel] = []
        for model in models where failure(of: model.model.name) == nil {
            let name = model.model.name
            let current = try model.current()
            if let known = live[name], let current, known.generation === current { continue }
            if let current, let checkpoint = try usableCheckpoint(of: current) {
                try DirtyMarker(generation: model.directory + "/" + current.name).set()
                let adopted = LiveModel(model.model, current, checkpoint)
                live[name] = adopted
                announce(adopted)
            } else {
                live[name] = nil
                missing.append(model)
            }
        }
        if !missing.isEmpty { try buildMissing(missing) }
    }

    /// Nil when the generation belongs to another log, or is so far behind that building anew is better.
    private func usableCheckpoint(of generation: Generation) throws -> Checkpoint? {
        guard let checkpoint = try generation.checkpoint(),
            try Checkpoint(of: log, at: checkpoint.position) == checkpoint
        else { return nil }
        let head = log.head.rawValue
        let isFarBehind = head - checkpoint.position > Self.rebuildLag && checkpoint.position < head / 2
        return isFarBehind ? nil : checkpoint
    }

    private func buildMissing(_ missing: [ServedModel]) throws {
        for model in missing { model.sweep() }
        do {
            for built in try build(missing, isCancelled: { [self] in isClosing }, progress: onBuild) {
                try built.model.serve(built.generation)
                built.release()
            }
        } catch let failure as ProjectionFailure {
            // The one that cannot be built stops; the others are tried again without it.
            shared.withLock { $0.failures[failure.model] = failure }
            logger.error("read model cannot be built", metadata: ["failure": "\(failure)"])
        }
    }

    /// A generation that is complete but does not serve yet; until it does, its lock keeps it from being swept.
    private struct Built {
        let model: ServedModel
        let generation: Generation
        let directory: String
        let lock: FileLock?

        /// It serves now.
        func release() { try? FileManager.default.removeItem(atPath: directory + ".lock") }

        /// It never will.
        func giveUp() {
            try? FileManager.default.removeItem(atPath: directory)
            release()
        }
    }

    private func build(
        _ models: [ServedModel], isCancelled: @escaping @Sendable () -> Bool,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) throws -> [Built] {
        let names = models.map(\.model.name)
        shared.withLock { $0.building.formUnion(names) }
        defer { shared.withLock { $0.building.subtract(names) } }
        let directories = try models.map { try $0.newGenerationPath() }
        let locks = try directories.map { try FileLock.acquire($0 + ".lock") }
        do {
            let generations = try Build(
                log: log, models: models.map(\.model), directories: directories, upTo: log.head,
                isCancelled: isCancelled, progress: progress
            ).run()
            return models.indices.map {
                Built(model: models[$0], generation: generations[$0], directory: directories[$0], lock: locks[$0])
            }
        } catch {
            for directory in directories {
                try? FileManager.default.removeItem(atPath: directory)
                try? FileManager.default.removeItem(atPath: directory + ".lock")
            }
            throw error
        }
    }

    // MARK: Rebuild

    /// Builds on the calling thread; the follower brings the result up to date and swaps it in.
    func rebuild(
        _ models: [ServedModel], isCancelled: @escaping @Sendable () -> Bool,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) throws {
        var waiting = try build(models, isCancelled: isCancelled, progress: progress)[...]
        defer { for built in waiting { built.giveUp() } }
        while let built = waiting.first {
            try catchUp(built.model, built.generation, isCancelled: isCancelled)
            shared.withLock { _ = $0.failures.removeValue(forKey: built.model.model.name) }
            try handOver(built.model, built.generation)
            built.release()
            waiting.removeFirst()
        }
    }

    /// Follows with a generation that nobody reads yet until it is close to the head.
    private func catchUp(
        _ model: ServedModel, _ generation: Generation, isCancelled: @Sendable () -> Bool
    ) throws {
        guard let checkpoint = try generation.checkpoint() else { return }
        let live = LiveModel(model.model, generation, checkpoint)
        var head = log.head.rawValue
        while live.checkpoint.position < head {
            if isCancelled() { throw CancellationError() }
            let upTo = min(live.checkpoint.position + Self.batch, head)
            let batch = LiveBatch(log: log, models: [live], upTo: Position(upTo))
            if let (_, failure, _) = try batch.run(commit: { try $0() }).first { throw failure }
            head = log.head.rawValue - min(log.head.rawValue, 1000)
        }
        try generation.environment.sync()
    }

    private func handOver(_ model: ServedModel, _ generation: Generation) throws {
        if holdsLease, shared.withLock({ $0.isRunning && !$0.isClosing }) {
            let outcome = Mutex<(any Error)?>(nil)
            let done = DispatchSemaphore(value: 0)
            shared.withLock { shared in
                shared.handedOver.append(
                    (
                        model, generation,
                        { error in
                            outcome.withLock { $0 = error }
                            done.signal()
                        }
                    ))
            }
            done.wait()
            if let error = outcome.withLock({ $0 }) { throw error }
        } else {
            // Another process follows; it takes the new generation up with its next step.
            try model.serve(generation)
        }
    }

    private func swapHandedOver() throws {
        let handedOver = shared.withLock { shared in
            defer { shared.handedOver = [] }
            return shared.handedOver
        }
        for (model, generation, done) in handedOver {
            do {
                guard let checkpoint = try generation.checkpoint() else { throw StaleCache(model: model.model.name) }
                try DirtyMarker(generation: model.directory + "/" + generation.name).set()
                let fresh = LiveModel(model.model, generation, checkpoint)
                let serving = live[model.model.name]?.checkpoint.position ?? 0
                while fresh.checkpoint.position < serving {
                    try fold([fresh], upTo: min(fresh.checkpoint.position + Self.batch, serving))
                    if let failure = failure(of: model.model.name) { throw failure }
                }
                try model.serve(generation)
                live[model.model.name] = fresh
                announce(fresh)
                done(nil)
            } catch {
                done(error)
            }
        }
    }
}
