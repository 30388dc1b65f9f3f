public import EventLog
internal import Foundation
internal import LMDB
public import Logging
internal import Synchronization

/// Keeps read models up to date behind a log, and answers from their rows.
///
/// One process at a time holds the lease (`views/LEASE`), builds and follows; the others read its rows, and the next
/// takes over when it is gone.
public final class ProjectionHost: Sendable {
    let log: EventLog
    private let roster: ModelRoster
    let follower: Follower
    /// Rows of the past that have been asked for.
    let pastGenerations: PastGenerations

    /// Whether this process takes part in following; otherwise the rows that are there answer as they are.
    public var follows: Bool { log.keepsDerived }

    /// Takes part in following `models` behind `log`, if it may write to their folder; a thread of its own does the
    /// work.
    ///
    /// Each read model keeps some files open, so the limit of the process on open files is raised as far as the system
    /// allows.
    ///
    /// - Parameters:
    ///   - defined: read models that events of the log define, beside `models`; nil where none does.
    ///   - onBuild: told of the progress of builds that are due: the first one, or another version.
    public init(
        _ log: EventLog, models: [ReadModel], defined: (any ReadModelSource)? = nil,
        logger: Logger = Logger(label: "rapport.projection"),
        onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) throws {
        OpenFiles.raiseLimit()
        self.log = log
        let views = log.derivedPath + "/views"
        if log.keepsDerived { try DurableFile.createDirectory(views) }
        roster = ModelRoster(models, defined, of: log, in: views)
        try roster.refresh(log)
        follower = Follower(log, roster, views: views, logger: logger, onBuild: onBuild)
        let state = follower.state
        pastGenerations = PastGenerations(log) { state.isClosing }
        state.know(pastGenerations)
        if log.keepsDerived { follower.start() }
    }

    deinit {
        close()
    }

    /// Ends the thread, syncs what it has written, and lets the lease go. Ends rebuilds on other threads, too, and
    /// waits for them: not to be called from what they tell their progress to.
    public func close() {
        follower.close()
        roster.release()
    }

    /// As of the last time that somebody looked which ones the events define.
    var models: [ServedModel] { roster.models }

    func served(_ name: String) throws -> ServedModel {
        guard let model = try roster.model(named: name, in: log) else {
            throw ProjectionUnavailable.unknown(model: name)
        }
        return model
    }

    /// Looks which read models the events define by now.
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func refreshModels() throws { try roster.refresh(log) }

    // MARK: Queries

    /// Lends a snapshot of the rows of the read model `name` to `body`.
    ///
    /// - Throws: ``ProjectionUnavailable``, and what `body` throws.
    public func read<Result>(
        _ name: String, _ body: (borrowing ModelReader) throws -> Result
    ) throws -> Result {
        let model = try served(name)
        guard let generation = try model.current() else { throw ProjectionUnavailable.rebuilding(model: name) }
        return try discardingDamage(of: [(model, generation)]) { try body(try ModelReader(generation)) }
    }

    /// Runs `body`. When it comes across a damaged row, the rows are thrown away, as far as this process may, and built
    /// anew.
    ///
    /// - Throws: ``ProjectionUnavailable``, and what `body` throws.
    private func discardingDamage<Result>(
        of used: [(model: ServedModel, generation: Generation)], _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as LMDBError where error.kind.isDamage && follows {
            for (model, generation) in used where error.path.hasPrefix(generation.environment.path) {
                guard follower.discard(generation, of: model, error) else { continue }
                throw ProjectionUnavailable.rebuilding(model: model.model.name)
            }
            throw error
        }
    }

    /// Lends snapshots of two read models at the same position.
    public func read<Result>(
        _ first: String, and second: String,
        _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result {
        let (firstModel, secondModel) = (try served(first), try served(second))
        for _ in 0..<1000 {
            guard let firstGeneration = try firstModel.current() else {
                throw ProjectionUnavailable.rebuilding(model: first)
            }
            guard let secondGeneration = try secondModel.current() else {
                throw ProjectionUnavailable.rebuilding(model: second)
            }
            let (left, right) = try follower.gate.withLock { _ throws -> (SnapshotBox, SnapshotBox) in
                (SnapshotBox(try ModelReader(firstGeneration)), SnapshotBox(try ModelReader(secondGeneration)))
            }
            // Within this process the gate makes them equal; another process may commit in between.
            if left.reader.position == right.reader.position {
                return try discardingDamage(of: [(firstModel, firstGeneration), (secondModel, secondGeneration)]) {
                    try body(left.reader, right.reader)
                }
            }
            if let failure = follower.failure(of: first) ?? follower.failure(of: second) {
                throw ProjectionUnavailable.stopped(failure)
            }
            Thread.sleep(forTimeInterval: 0.002)
        }
        throw ProjectionUnavailable.behind(model: first, at: .zero, wanted: log.head)
    }

    /// Waits until the read models have folded every event up to `position`.
    ///
    /// - Throws: ``ProjectionUnavailable`` when one has stopped before, or `seconds` have passed; when following fails
    ///   again and again, an error of the storage layer, or the reason of a ``FoldUnavailable``; `CancellationError`
    ///   when the task is cancelled.
    public func wait(for position: Position, of names: [String], seconds: Double = 30) async throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        for name in names {
            while let model = try awaited(name, position, until: deadline) {
                try await waitForStep(of: model, beyond: position)
            }
        }
    }

    /// The read model, while it has not folded every event up to `position`; looked up anew each time: one that events
    /// define may be defined no more.
    private func awaited(_ name: String, _ position: Position, until deadline: Date) throws -> ServedModel? {
        try roster.refresh(log, for: name)
        let model = try served(name)
        if try follower.hasReached(model, position) { return nil }
        if let failure = follower.failure(of: name) { throw ProjectionUnavailable.stopped(failure) }
        if let trouble = follower.trouble(of: name) { throw trouble }
        guard Date() < deadline else { throw try behind(model, position) }
        return model
    }

    private func waitForStep(of model: ServedModel, beyond position: Position) async throws {
        if isToldOfSteps(model, to: position) {
            // Woken by the next commit; now and then anyway, to see a failure.
            await model.position.waitAWhile(beyond: position.rawValue - 1)
            try Task.checkCancellation()
        } else {
            try await Task.sleep(nanoseconds: 2_000_000)
        }
    }

    /// Whether this process will hear of the step to `position`. Not where another one follows, nor where rows that
    /// were there are gone and are built again.
    private func isToldOfSteps(_ model: ServedModel, to position: Position) -> Bool {
        follower.holdsLease && model.position.head < position.rawValue
    }

    /// As ``wait(for:of:seconds:)``, blocking the calling thread.
    public func waitBlocking(for position: Position, of names: [String], seconds: Double = 600) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        for name in names {
            while let model = try awaited(name, position, until: deadline) {
                if isToldOfSteps(model, to: position) {
                    _ = model.position.waitBlocking(beyond: position.rawValue - 1, seconds: 0.1)
                } else {
                    Thread.sleep(forTimeInterval: 0.002)
                }
            }
        }
    }

    func behind(_ model: ServedModel, _ wanted: Position) throws -> ProjectionUnavailable {
        guard let position = try model.current()?.checkpoint()?.position else {
            return .rebuilding(model: model.model.name)
        }
        return .behind(model: model.model.name, at: Position(position), wanted: wanted)
    }

    // MARK: Operating

    /// Whether there are rows that this version of the read model can read.
    ///
    /// - Throws: ``ProjectionUnavailable`` when there is no such read model, and errors of the storage layer.
    public func hasRows(_ name: String) throws -> Bool { try served(name).current() != nil }

    /// The names of all read models, in their order.
    public var names: [String] { models.map(\.model.name) }

    /// All read models, in their order.
    public var readModels: [ReadModel] { models.map(\.model) }

    /// How each read model is doing, of those that the events define by now.
    ///
    /// - Throws: `DamagedLog` and errors of the storage layer.
    public func status() throws -> [ProjectionStatus] {
        try roster.refresh(log)
        return try models.map { model in
            let position = try model.current()?.checkpoint()?.position
            let name = model.model.name
            let failure = follower.failure(of: name)
            let unavailability = follower.unavailability(of: name)
            let isFollowing = follower.holdsLease && unavailability == nil
            let state: ProjectionStatus.State =
                failure != nil ? .stopped : follower.isBuilding(name) ? .building : isFollowing ? .following : .waiting
            return ProjectionStatus(
                name: name, version: model.model.version, position: position.map { Position($0) }, state: state,
                failure: failure, unavailability: unavailability.map { "\($0)" })
        }
    }

    /// The content digest of a read model, with the position it is of. O(rows).
    ///
    /// Where the read model has none (``ReadModel/hasDigest``), it is the digest of no rows, whatever there are.
    public func digest(of name: String) throws -> (digest: String, position: Position) {
        let model = try served(name)
        guard let generation = try model.current() else { throw ProjectionUnavailable.rebuilding(model: name) }
        guard model.model.hasDigest else {
            return (ContentDigest.ofNothing, Position(try generation.checkpoint()?.position ?? 0))
        }
        return try discardingDamage(of: [(model, generation)]) {
            // The rows must stand still: digest the tables of one moment.
            while true {
                let before = try generation.checkpoint()
                let digest = try ContentDigest.of(generation)
                if try generation.checkpoint() == before { return (digest, Position(before?.position ?? 0)) }
            }
        }
    }

    /// Builds read models anew beside the generations that serve, and swaps each in when it has caught up with them.
    ///
    /// Appends and queries go on, and no query goes back in time. Interrupted at any point, the old generations still
    /// serve. Whoever follows, this process or another, goes on in the new ones.
    ///
    /// - Parameter names: which; nil means all.
    /// - Throws: `CancellationError` when `isCancelled` answers true or the host is closed, ``ProjectionFailure``,
    ///   ``ProjectionUnavailable``, the reason of a ``FoldUnavailable``.
    public func rebuild(
        _ names: [String]? = nil, isCancelled: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) throws {
        let chosen = try names.map { try $0.map { try served($0) } } ?? models
        if chosen.isEmpty { return }
        try follower.rebuild(chosen, isCancelled: isCancelled, progress: progress)
    }
}
