internal import EventLog
internal import LMDB

/// A read model being followed: its generation, its folds with what they have cached, and how far it is.
final class LiveModel {
    let model: ReadModel
    let generation: Generation
    let runners: [FoldRunner]
    /// The checkpoint that the cache was built on.
    private(set) var checkpoint: Checkpoint

    init(_ model: ReadModel, _ generation: Generation, _ checkpoint: Checkpoint) {
        self.model = model
        self.generation = generation
        self.checkpoint = checkpoint
        runners = model.folds.enumerated().map { $0.element.makeRunner(number: UInt8($0.offset)) }
    }

    func forgetCache() {
        for runner in runners { runner.reset() }
    }

    func advance(to checkpoint: Checkpoint) {
        self.checkpoint = checkpoint
        for runner in runners { runner.endBatch() }
    }
}

/// One step of several read models that are at the same place: one pass over the next events, each decoded at most
/// once, then for each model rows and checkpoint in one transaction.
struct LiveBatch {
    let log: EventLog
    let models: [LiveModel]
    let upTo: Position

    /// - Parameter commit: runs the commits of all models together, so that a reader sees them all or none.
    /// - Returns: the models that could not go on, with the event that stopped them; not exact where only the batch as
    ///   a whole could not be taken. The others are at `upTo`.
    func run(
        commit: (() throws -> Void) throws -> Void
    ) throws -> [(model: LiveModel, failure: ProjectionFailure, isExact: Bool)] {
        var passes: [FoldPass] = []
        for live in models {
            if try live.generation.checkpoint() != live.checkpoint {
                throw StaleCache(model: live.model.name)
            }
            let pass = FoldPass(log)
            pass.upTo = upTo
            pass.source = try EntitySource(live.generation)
            passes.append(pass)
        }
        var failures = try fold(passes)
        let exact = Set(failures.keys)
        for number in models.indices where failures[number] == nil {
            do {
                for runner in models[number].runners { try runner.finish(passes[number]) }
            } catch {
                guard ProjectionFailure.isOfTheFold(error) else { throw error }
                failures[number] = ProjectionFailure(
                    model: models[number].model.name, position: upTo, reason: "\(error)")
            }
            passes[number].source = nil
        }
        guard let checkpoint = try Checkpoint(of: log, at: upTo.rawValue) else {
            throw DamagedLog(position: upTo, damage: .missing)
        }
        try commit {
            for number in models.indices where failures[number] == nil {
                do {
                    try RowWriter(generation: models[number].generation, model: models[number].model)
                        .apply(models[number].runners, passes[number].contributions, checkpoint)
                } catch {
                    guard ProjectionFailure.isOfTheFold(error) else { throw error }
                    failures[number] = ProjectionFailure(
                        model: models[number].model.name, position: upTo, reason: "\(error)")
                }
            }
        }
        for number in models.indices {
            if failures[number] == nil { models[number].advance(to: checkpoint) } else { models[number].forgetCache() }
        }
        return models.indices.compactMap { number in
            failures[number].map { (models[number], $0, exact.contains(number)) }
        }
    }

    private func fold(_ passes: [FoldPass]) throws -> [Int: ProjectionFailure] {
        var failures: [Int: ProjectionFailure] = [:]
        let routes = try Routes(models.map(\.model), log)
        let payload = PayloadCache()
        let from = Position(models[0].checkpoint.position + 1)
        try log.read(from: from, to: upTo) { view in
            let targets = routes.targets(of: view.typeNumber)
            if targets.isEmpty { return true }
            payload.value = nil
            let event = ProjectedEvent(EventView(view.bytes), payload)
            for number in targets {
                let target = routes.targets[number]
                if failures[target.model] != nil { continue }
                do {
                    try models[target.model].runners[target.fold].process(
                        event, target.type, passes[target.model])
                } catch {
                    failures[target.model] = ProjectionFailure(
                        model: models[target.model].model.name, position: view.position, reason: "\(error)")
                }
            }
            return true
        }
        return failures
    }
}

/// The rows on disk are not those that the cache was built on: another process has written them.
struct StaleCache: Error {
    let model: String
}
