public import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// How far a build is.
public struct BuildProgress: Sendable {
    /// Events folded so far, and how many there are to fold.
    public let done: UInt64
    public let total: UInt64
    /// Since the start, in seconds.
    public let elapsed: Double

    /// Events per second so far.
    public var rate: Double { elapsed > 0 ? Double(done) / elapsed : 0 }
    /// Seconds left at this rate; nil before anything was done.
    public var timeLeft: Double? { rate > 0 ? Double(total - done) / rate : nil }
}

/// Builds read models from the first event, all of them in one pass, on as many cores as there are.
///
/// Each worker goes through the log and folds the entities (and events) that fall to it; then contributions are added
/// up, rows sorted and loaded into an empty environment, and everything is synced. Nothing that serves is touched.
struct Build {
    let log: EventLog
    let models: [ReadModel]
    /// The directory for the generation of each model.
    let directories: [String]
    let upTo: Position
    let isCancelled: @Sendable () -> Bool
    let progress: @Sendable (BuildProgress) -> Void

    /// Folds of all models for one worker.
    private final class Worker: @unchecked Sendable {
        // Unchecked: used by one thread until it has ended, then by the thread that has waited for it.
        let passes: [FoldPass]
        let runners: [[any FoldRunner]]
        var failure: (any Error)?

        init(_ log: EventLog, _ models: [ReadModel], _ number: Int, of count: Int, upTo: Position) {
            passes = models.map { _ in
                let pass = FoldPass(log, worker: number, workers: count)
                pass.upTo = upTo
                return pass
            }
            runners = models.map { model in
                model.folds.enumerated().map { $0.element.makeRunner(number: UInt8($0.offset)) }
            }
        }
    }

    /// Builds and answers the generations, synced and ready to serve.
    ///
    /// - Throws: `CancellationError` when cancelled, ``ProjectionFailure`` when a fold cannot take an event.
    func run() throws -> [Generation] {
        let count = min(4, max(1, ProcessInfo.processInfo.activeProcessorCount))
        let workers = (0..<count).map { Worker(log, models, $0, of: count, upTo: upTo) }
        let start = Date()
        DispatchQueue.concurrentPerform(iterations: count) { number in
            do {
                try fold(workers[number], reports: number == 0, since: start)
            } catch {
                workers[number].failure = error
            }
        }
        for worker in workers { if let failure = worker.failure { throw failure } }
        return try load(workers)
    }

    private func fold(_ worker: Worker, reports: Bool, since start: Date) throws {
        let routes = try Routes(models, log)
        let payload = PayloadCache()
        var count = 0
        try log.read(to: upTo) { view in
            count += 1
            if count % 16_384 == 0 {
                if isCancelled() { throw CancellationError() }
                if reports { report(view.position.rawValue, since: start) }
            }
            let targets = routes.targets(of: view.typeNumber)
            if targets.isEmpty { return true }
            payload.value = nil
            let event = ProjectedEvent(EventView(view.bytes), payload)
            for target in targets {
                do {
                    try worker.runners[target.model][target.fold].process(
                        event, type: target.type, in: worker.passes[target.model])
                } catch {
                    throw ProjectionFailure(
                        model: models[target.model].name, position: view.position, reason: "\(error)")
                }
            }
            return true
        }
        for (model, runners) in worker.runners.enumerated() {
            for runner in runners { try runner.finish(in: worker.passes[model]) }
        }
        if reports { report(upTo.rawValue, since: start) }
    }

    private func report(_ position: UInt64, since start: Date) {
        progress(BuildProgress(done: position, total: upTo.rawValue, elapsed: -start.timeIntervalSinceNow))
    }

    private func load(_ workers: [Worker]) throws -> [Generation] {
        guard let checkpoint = try Checkpoint(of: log, at: upTo.rawValue) else {
            throw DamagedLog(position: upTo, damage: .missing)
        }
        let built = Mutex<[Int: Result<Generation, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: models.count) { number in
            let result = Result { try load(number, workers, checkpoint) }
            built.withLock { $0[number] = result }
        }
        let results = built.withLock { $0 }
        return try models.indices.map { number in
            guard let result = results[number] else { preconditionFailure("every model was loaded") }
            return try result.get()
        }
    }

    private func load(_ number: Int, _ workers: [Worker], _ checkpoint: Checkpoint) throws -> Generation {
        var contributions = workers[0].passes[number].contributions
        for worker in workers.dropFirst() { try contributions.merge(worker.passes[number].contributions) }
        try contributions.rollUp()
        if isCancelled() { throw CancellationError() }
        try DurableFile.createDirectory(directories[number])
        let generation = try Generation(path: directories[number])
        let perFold = models[number].folds.indices.map { fold in workers.map { $0.runners[number][fold] } }
        try RowWriter(generation: generation, model: models[number]).load(perFold, contributions, checkpoint)
        try generation.environment.sync()
        try DurableFile.syncDirectory(of: directories[number] + "/data.mdb")
        return generation
    }
}

/// Which folds want which type of event.
struct Routes {
    struct Target {
        let model: Int
        let fold: Int
        /// The index of the type within the fold's types.
        let type: Int
    }

    private var byTypeNumber: [[Target]] = []
    private var known: [(name: EventType, target: Target)] = []
    private let log: EventLog

    init(_ models: [ReadModel], _ log: EventLog) throws {
        self.log = log
        for (modelNumber, model) in models.enumerated() {
            for (foldNumber, fold) in model.folds.enumerated() {
                for (typeIndex, type) in fold.types.enumerated() {
                    known.append((type, Target(model: modelNumber, fold: foldNumber, type: typeIndex)))
                }
            }
        }
        for entry in known {
            guard let number = try log.typeNumber(of: entry.name) else { continue }
            while byTypeNumber.count <= Int(number) { byTypeNumber.append([]) }
            byTypeNumber[Int(number)].append(entry.target)
        }
    }

    func targets(of typeNumber: UInt32) -> [Target] {
        Int(typeNumber) < byTypeNumber.count ? byTypeNumber[Int(typeNumber)] : []
    }
}

/// A read model that has stopped: at which event, and why. The others go on.
public struct ProjectionFailure: Error, Equatable, Sendable, CustomStringConvertible {
    public let model: String
    /// The event that could not be folded.
    public let position: Position
    public let reason: String

    public var description: String { "read model \(model) stopped at position \(position): \(reason)" }
}
