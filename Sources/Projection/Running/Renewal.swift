internal import EventLog
internal import LMDB

/// Makes new generations of read models: builds them beside those that serve, and swaps them in.
///
/// On any thread of any process, whoever follows: a generation is swapped in under the ``SwapLock``, when its rows have
/// come as far as those that serve.
struct Renewal {
    let log: EventLog
    let swaps: SwapLock
    let isCancelled: @Sendable () -> Bool
    let progress: @Sendable (BuildProgress) -> Void

    /// From here on, whoever follows is held up for the rest.
    fileprivate static let closeEnough: UInt64 = 1_000

    /// Builds generations of `models` up to the head of now.
    ///
    /// - Throws: `CancellationError`, ``ProjectionFailure``; then nothing is left of them.
    func build(_ models: [ServedModel]) throws -> [UnservedGeneration] {
        // A build fills more memory than anything else, and the C library would keep it.
        defer { FreedMemory.giveBack() }
        var places: [GenerationPlace] = []
        do {
            for model in models { places.append(try model.newPlace()) }
            let build = Build(
                log: log, models: models.map(\.model), directories: places.map(\.path), upTo: log.head,
                isCancelled: isCancelled, progress: progress)
            let generations = try build.run()
            return models.indices.map {
                UnservedGeneration(model: models[$0], generation: generations[$0], place: places[$0])
            }
        } catch {
            for place in places { place.remove() }
            throw error
        }
    }

    /// Brings a generation up to date with the one that serves, and makes it serve instead.
    ///
    /// - Parameter beforeServing: runs at last, under the lock.
    /// - Throws: `CancellationError`, ``ProjectionFailure``, what `beforeServing` throws; then the other one goes on
    ///   serving.
    func swapIn(_ built: UnservedGeneration, beforeServing: () throws -> Void = {}) throws {
        let model = built.model
        guard let checkpoint = try built.generation.checkpoint() else { throw StaleCache(model: model.model.name) }
        let live = LiveModel(model.model, built.generation, checkpoint)
        try live.chase(in: log, isCancelled: isCancelled) { try servingPosition(of: model) }
        if live.checkpoint != checkpoint { try built.generation.environment.sync() }
        try swaps.hold(unless: isCancelled()) {
            // Nobody commits now, so what serves stands still.
            let before = live.checkpoint
            try live.goOn(to: Position(try servingPosition(of: model)), in: log, isCancelled: isCancelled)
            let hasNoted = try takeOverForgotten(built)
            if hasNoted || live.checkpoint != before { try built.generation.environment.sync() }
            if isCancelled() { throw CancellationError() }
            try beforeServing()
            try model.serve(built.generation)
        }
        built.place.release()
    }

    /// What was in no file before is in none after the swap, where the new one never held it either. Else whoever
    /// follows removes what is to be forgotten once more.
    ///
    /// - Returns: whether something was written.
    private func takeOverForgotten(_ built: UnservedGeneration) throws -> Bool {
        guard !built.model.model.forgets.isEmpty, let serving = try built.model.current() else { return false }
        let position = min(try serving.forgottenUpTo(), try built.generation.cleanUpTo())
        guard position > (try built.generation.forgottenUpTo()) else { return false }
        do {
            try built.generation.noteForgotten(upTo: position)
            return true
        } catch let error as LMDBError where error.kind == .mapFull {
            return false
        }
    }

    private func servingPosition(of model: ServedModel) throws -> UInt64 {
        try model.current()?.checkpoint()?.position ?? 0
    }
}

extension LiveModel {
    /// Follows with a generation that nobody reads yet, until it is close to the one that serves.
    ///
    /// - Parameter servingPosition: where that one is now.
    /// - Throws: `CancellationError`, ``ProjectionFailure``.
    func chase(in log: EventLog, isCancelled: () -> Bool, _ servingPosition: () throws -> UInt64) throws {
        var gap = UInt64.max
        while true {
            let serving = try servingPosition()
            let missing = serving - min(serving, checkpoint.position)
            // Whoever follows may be as fast; then waiting for a smaller gap is for nothing.
            if missing <= Renewal.closeEnough || missing > gap / 2 { break }
            gap = missing
            try goOn(to: Position(serving), in: log, isCancelled: isCancelled)
        }
    }
}

/// A generation that is complete but does not serve, or not any more.
struct UnservedGeneration {
    let model: ServedModel
    let generation: Generation
    let place: GenerationPlace

    /// It never will.
    func giveUp() {
        // Serving it may have failed after `CURRENT` was replaced; and the one before stays.
        let kept = try? GenerationNames(in: model.directory).kept
        if kept?.contains(generation.name) ?? true { place.release() } else { place.remove() }
    }
}
