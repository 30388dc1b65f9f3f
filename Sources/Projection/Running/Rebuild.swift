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
/// Each core goes through the log once, for all models, and folds the entities (and events) that fall to it. Then,
/// model by model, contributions are added up, rows sorted and loaded into an empty environment, and everything is
/// synced. Nothing that serves is touched.
struct Build {
    let log: EventLog
    let models: [ReadModel]
    /// The directory for the generation of each model.
    let directories: [String]
    let upTo: Position
    /// What happened later is left out; nil leaves out nothing.
    var occurredUntil: Timestamp?
    let isCancelled: @Sendable () -> Bool
    let progress: @Sendable (BuildProgress) -> Void
    /// For the map of each generation, at first.
    var mapSize = Generation.usualMapSize

    /// What one core has folded of one model.
    private final class Share: @unchecked Sendable {
        // Unchecked: used by one thread until it has ended, then by the thread that has waited for it.
        let pass: FoldPass
        let runners: [FoldRunner]

        init(_ build: Build, _ model: ReadModel, _ number: Int, of count: Int) throws {
            let seen = try model.seen(build.log, asOf: build.upTo)
            pass = FoldPass(seen, worker: number, workers: count, occurredUntil: build.occurredUntil)
            pass.upTo = build.upTo
            runners = model.makeRunners()
        }
    }

    /// Positions folded by all cores, of how many.
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
    /// - Throws: `CancellationError` when cancelled, ``ProjectionFailure`` when a fold cannot take an event,
    ///   ``UnavailableModel`` when it cannot at the moment, what ``ReadModel/prepare`` throws.
    func run() throws -> [Generation] {
        for model in models { try model.prepare(log) }
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        guard let checkpoint = try Checkpoint(of: log, at: upTo.rawValue) else {
            throw DamagedLog(position: upTo, damage: .missing)
        }
        let meter = Meter(total: upTo.rawValue * UInt64(cores))
        let shares = try inParallel(cores, on: cores) { core in
            let shares = try models.map { try Share(self, $0, core, of: cores) }
            try fold(shares, meter)
            return shares
        }
        return try inParallel(models.count, on: cores) { number in
            try namingFailure(of: models[number]) { try load(number, shares.map { $0[number] }, checkpoint) }
        }
    }

    /// An error of a model's folds is told as the failure of that model.
    private func namingFailure<Result>(of model: ReadModel, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw ProjectionFailure.telling(error, of: model.name, at: upTo)
        }
    }

    private func fold(_ shares: [Share], _ meter: Meter) throws {
        var routes = Routes(models)
        let payload = PayloadCache()
        let seeing = Seeing(shares.map(\.pass.seen))
        var count: UInt64 = 0
        try log.read(to: upTo) { view in
            count += 1
            if count % 16_384 == 0 { try report(16_384, meter) }
            let targets = try routes.targets(of: view, in: log)
            if targets.isEmpty { return true }
            try seeing.lend(view, payload) { event, sight in
                if let occurredUntil, event.occurredAt > occurredUntil { return }
                for number in targets {
                    let target = routes.targets[number]
                    let share = shares[target.model]
                    if let sight, share.pass.seen.sight != sight { continue }
                    do {
                        try share.runners[target.fold].process(event, target.type, share.pass)
                    } catch {
                        throw ProjectionFailure.telling(error, of: models[target.model].name, at: event.position)
                    }
                }
            }
            return true
        }
        for (share, model) in zip(shares, models) {
            try namingFailure(of: model) { for runner in share.runners { try runner.finish(share.pass) } }
        }
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

    private func load(_ number: Int, _ shares: [Share], _ checkpoint: Checkpoint) throws -> Generation {
        for share in shares.dropFirst() {
            shares[0].pass.contributions.merge(share.pass.contributions)
            share.pass.contributions = Contributions()
        }
        if isCancelled() { throw CancellationError() }
        let perFold = models[number].folds.indices.map { fold in shares.map { $0.runners[fold] } }
        let generation = try Generation.make(in: directories[number], mapSize: mapSize) { generation in
            try RowLoader.load(
                perFold, shares[0].pass.contributions, checkpoint, of: models[number], into: generation,
                isCancelled: isCancelled)
        }
        try generation.environment.sync()
        try DurableFile.syncDirectory(of: directories[number] + "/data.mdb")
        return generation
    }
}

/// A read model that has stopped: at which event, and why. The others go on.
public struct ProjectionFailure: Error, Equatable, Sendable, CustomStringConvertible {
    public let model: String
    /// The event that could not be folded.
    public let position: Position
    public let reason: String

    /// What an error of a pass is told as: one of a fold names the read model and the event.
    static func telling(_ error: any Error, of model: String, at position: Position) -> any Error {
        if let passing = error as? FoldUnavailable { return UnavailableModel(model: model, reason: passing.reason) }
        guard isOfTheFold(error) else { return error }
        return ProjectionFailure(model: model, position: position, reason: "\(error)")
    }

    /// Whether an error comes of what a fold has made of the events, so that trying again would not help: not a full
    /// disk, a damaged log, what passes, or being cancelled.
    static func isOfTheFold(_ error: any Error) -> Bool {
        switch error {
        case let error as LMDBError: error.kind == .badValueSize
        case is FoldUnavailable, is UnavailableModel: false
        case is ProjectionFailure, is DamagedLog, is CancellationError, is StaleCache: false
        default: true
        }
    }

    public var description: String { "read model \(model) stopped at position \(position): \(reason)" }
}
