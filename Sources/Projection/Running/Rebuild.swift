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

/// Builds read models from the first event, on as many cores as there are.
///
/// Each model is built by a task of its own that goes through the log; when there are fewer models than cores, several
/// tasks share a model, and each folds the entities (and events) that fall to it. Then contributions are added up, rows
/// sorted and loaded into an empty environment, and everything is synced. Nothing that serves is touched.
struct Build {
    let log: EventLog
    let models: [ReadModel]
    /// The directory for the generation of each model.
    let directories: [String]
    let upTo: Position
    let isCancelled: @Sendable () -> Bool
    let progress: @Sendable (BuildProgress) -> Void

    /// The folds of one model for one worker.
    private final class Worker: @unchecked Sendable {
        // Unchecked: used by one thread until it has ended, then by the thread that has waited for it.
        let pass: FoldPass
        let runners: [FoldRunner]

        init(_ log: EventLog, _ model: ReadModel, _ number: Int, of count: Int, upTo: Position) {
            pass = FoldPass(log, worker: number, workers: count)
            pass.upTo = upTo
            runners = model.folds.enumerated().map { $0.element.makeRunner(number: UInt8($0.offset)) }
        }
    }

    /// Positions folded by all tasks, of how many.
    private final class Meter: Sendable {
        let done = Atomic<UInt64>(0)
        let total: UInt64
        let start = Date()

        init(total: UInt64) {
            self.total = total
        }
    }

    /// Builds and answers the generations, synced and ready to serve.
    ///
    /// - Throws: `CancellationError` when cancelled, ``ProjectionFailure`` when a fold cannot take an event.
    func run() throws -> [Generation] {
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        let perModel = max(1, cores / models.count)
        guard let checkpoint = try Checkpoint(of: log, at: upTo.rawValue) else {
            throw DamagedLog(position: upTo, damage: .missing)
        }
        let meter = Meter(total: upTo.rawValue * UInt64(models.count * perModel))
        return try inParallel(models.count) { number in
            do {
                let workers = try inParallel(perModel) { worker in
                    let worker = Worker(log, models[number], worker, of: perModel, upTo: upTo)
                    try fold(worker, models[number], meter)
                    return worker
                }
                return try load(number, workers, checkpoint)
            } catch {
                guard ProjectionFailure.isOfTheFold(error) else { throw error }
                throw ProjectionFailure(model: models[number].name, position: upTo, reason: "\(error)")
            }
        }
    }

    /// Runs `body` for 0..<count on all cores and answers the results in order, or throws the first failure.
    private func inParallel<Result: Sendable>(
        _ count: Int, _ body: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let outcomes = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { number in
            let outcome = Swift.Result { try body(number) }
            outcomes.withLock { $0[number] = outcome }
        }
        return try outcomes.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
    }

    private func fold(_ worker: Worker, _ model: ReadModel, _ meter: Meter) throws {
        let routes = try Routes([model], log)
        let payload = PayloadCache()
        var count: UInt64 = 0
        try log.read(to: upTo) { view in
            count += 1
            if count % 16_384 == 0 { try report(16_384, meter) }
            let targets = routes.targets(of: view.typeNumber)
            if targets.isEmpty { return true }
            payload.value = nil
            let event = ProjectedEvent(EventView(view.bytes), payload)
            for target in targets {
                do {
                    try worker.runners[target.fold].process(event, target.type, worker.pass)
                } catch {
                    throw ProjectionFailure(model: model.name, position: view.position, reason: "\(error)")
                }
            }
            return true
        }
        for runner in worker.runners { try runner.finish(worker.pass) }
        try report(count % 16_384, meter)
    }

    private func report(_ count: UInt64, _ meter: Meter) throws {
        if isCancelled() { throw CancellationError() }
        let done = meter.done.wrappingAdd(count, ordering: .relaxed).newValue
        let share = meter.total == 0 ? 1 : Double(done) / Double(meter.total)
        progress(
            BuildProgress(
                done: UInt64(share * Double(upTo.rawValue)), total: upTo.rawValue,
                elapsed: -meter.start.timeIntervalSinceNow))
    }

    private func load(_ number: Int, _ workers: [Worker], _ checkpoint: Checkpoint) throws -> Generation {
        for worker in workers.dropFirst() { try workers[0].pass.contributions.merge(worker.pass.contributions) }
        try workers[0].pass.contributions.rollUp()
        if isCancelled() { throw CancellationError() }
        try DurableFile.createDirectory(directories[number])
        let generation = try Generation(path: directories[number])
        let perFold = models[number].folds.indices.map { fold in workers.map { $0.runners[fold] } }
        try RowWriter(generation: generation, model: models[number])
            .load(perFold, workers[0].pass.contributions, checkpoint)
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

    /// Whether an error comes of what a fold has made of the events, so that trying again would not help: not a full
    /// disk, a damaged log, or being cancelled.
    static func isOfTheFold(_ error: any Error) -> Bool {
        switch error {
        case let error as LMDBError: error.kind == .badValueSize
        case is ProjectionFailure, is DamagedLog, is CancellationError, is StaleCache: false
        default: true
        }
    }

    public var description: String { "read model \(model) stopped at position \(position): \(reason)" }
}
