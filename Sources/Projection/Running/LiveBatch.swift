internal import EventLog
internal import Foundation
internal import LMDB

/// A read model being followed: its generation, its folds with what they have cached, and how far it is.
final class LiveModel: @unchecked Sendable {
    // Unchecked: one thread at a time uses it; a batch lends it to another thread and waits until that one is done.

    let model: ReadModel
    let generation: Generation
    let runners: [FoldRunner]
    /// The checkpoint that the cache was built on.
    private(set) var checkpoint: Checkpoint
    private var routes: Routes

    init(_ model: ReadModel, _ generation: Generation, _ checkpoint: Checkpoint) {
        self.model = model
        self.generation = generation
        self.checkpoint = checkpoint
        routes = Routes([model])
        runners = model.makeRunners()
    }

    /// Gives the event to the folds that want its type.
    func process(_ event: borrowing ProjectedEvent, in pass: FoldPass) throws {
        for number in try routes.targets(of: event.view, in: pass.seen.log) {
            let target = routes.targets[number]
            try runners[target.fold].process(event, target.type, pass)
        }
    }

    /// That an event is seen otherwise than before: how it was seen, or how it is seen now.
    func reconsider(_ event: borrowing ProjectedEvent, isNow: Bool, in pass: FoldPass) throws {
        for number in try routes.targets(of: event.view, in: pass.seen.log) {
            let target = routes.targets[number]
            try runners[target.fold].reconsider(event, target.type, isNow, pass)
        }
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
///
/// What comes after the pass is each model's own; large batches do it on several threads.
struct LiveBatch {
    let log: EventLog
    let models: [LiveModel]
    let upTo: Position
    /// The batch ends early with the event that makes it so large: states and contributions are kept in memory.
    var maximumBytes = 256 << 20
    /// Of more events before it nothing may be said by the batch.
    var mostReconsidered = Int.max

    /// Below so many events, starting a thread costs more than it brings.
    private static let sharedFrom: UInt64 = 2_048
    private static let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)

    /// What has come of a batch.
    struct Outcome {
        /// The last event taken; the models that have not halted are there.
        let upTo: UInt64
        let halts: [Halt]
    }

    /// A model that could not go along; it is where it was before.
    struct Halt {
        let live: LiveModel
        let cause: Cause

        enum Cause {
            /// - Parameter isExact: whether the failure names the very event; it does not where only the batch as a
            ///   whole could not be taken.
            case failure(ProjectionFailure, isExact: Bool)
            /// It may pass.
            case unavailable(any Error)
        }

        /// For those who have nothing but this batch.
        var error: any Error {
            switch cause {
            case .failure(let failure, _): failure
            case .unavailable(let reason): UnavailableModel(model: live.model.name, reason: reason)
            }
        }
    }

    /// - Parameter commit: runs the commits of all models together, so that a reader sees them all or none. Called
    ///   once more for those whose map had to grow.
    /// - Throws: what ``ReadModel/prepare`` throws, ``StaleCache``, errors of the storage layer.
    func run(commit: (() throws -> Void) throws -> Void) throws -> Outcome {
        for live in models { try live.model.prepare(log) }
        let before = models[0].checkpoint.position
        var upTo = upTo
        while true {
            let parts = try models.map { try Part($0, log, upTo: upTo) }
            let hindsight = HindsightStep(parts.map(\.pass.seen), after: before, through: upTo.rawValue)
            if let hindsight {
                let places = try hindsight.places(in: log, most: mostReconsidered)
                if places.count > mostReconsidered { throw WideHindsight(events: places.count) }
                try reconsider(parts, places, hindsight)
            }
            let checkpoint = try fold(parts, upTo: upTo)
            if let hindsight, hindsight.saysMore(after: checkpoint.position) {
                // The batch ended early, and what is said later was taken in already.
                for live in models { live.forgetCache() }
                upTo = Position(checkpoint.position)
                continue
            }
            return try finish(parts, checkpoint, before, commit)
        }
    }

    private func finish(
        _ parts: [Part], _ checkpoint: Checkpoint, _ before: UInt64, _ commit: (() throws -> Void) throws -> Void
    ) throws -> Outcome {
        let threads = checkpoint.position - before >= Self.sharedFrom ? Self.cores : 1
        _ = try inParallel(parts.count, on: threads) { number in try parts[number].finish(checkpoint) }
        try write(parts, checkpoint, on: threads, commit)
        for part in parts { part.end(checkpoint) }
        return Outcome(upTo: checkpoint.position, halts: parts.compactMap { $0.halt })
    }

    /// Takes what was seen otherwise before out of the rows, as far as it stands for itself, and marks the entities
    /// that must be folded again.
    private func reconsider(_ parts: [Part], _ places: [Position], _ step: HindsightStep) throws {
        let payload = PayloadCache()
        for position in places {
            _ = try log.withEvent(at: position) { stored in
                for sight in [Sight.corrected, .resolved] {
                    let (before, now) = (step.before.seen(stored, sight), step.now.seen(stored, sight))
                    if before == now { continue }
                    for part in parts where part.pass.seen.sight == sight {
                        _ = try SeenLog.lend(before, of: stored, payload) { try part.reconsider($0, isNow: false) }
                        _ = try SeenLog.lend(now, of: stored, payload) { try part.reconsider($0, isNow: true) }
                    }
                }
            }
        }
    }

    /// The one pass; answers the checkpoint of the last event taken.
    private func fold(_ parts: [Part], upTo: Position) throws -> Checkpoint {
        let payload = PayloadCache()
        let seeing = Seeing(parts.map(\.pass.seen))
        var checkpoint = Checkpoint(logID: log.logID, position: 0, recordChecksum: 0)
        var bytes = 0
        try log.read(from: Position(models[0].checkpoint.position + 1), to: upTo) { view in
            try seeing.lend(view, payload) { event, sight in
                for part in parts where sight == nil || part.pass.seen.sight == sight { try part.process(event) }
            }
            checkpoint.position = view.position.rawValue
            checkpoint.recordChecksum = view.checksum
            bytes += view.bytes.byteCount
            return bytes < maximumBytes
        }
        guard checkpoint.position > 0 else { throw DamagedLog(position: upTo, damage: .missing) }
        return checkpoint
    }

    private func write(
        _ parts: [Part], _ checkpoint: Checkpoint, on threads: Int, _ commit: (() throws -> Void) throws -> Void
    ) throws {
        var waiting = parts.filter { $0.halt == nil }
        while !waiting.isEmpty {
            let round = waiting
            try commit {
                _ = try inParallel(round.count, on: threads) { number in try round[number].write(checkpoint) }
            }
            waiting = round.filter { $0.needsLargerMap }
            // Growing waits for the transactions of this process, so nothing that they may wait for is held here.
            for part in waiting { try part.live.generation.environment.growMap() }
        }
    }
}

extension LiveBatch {
    /// One model's part in a batch.
    fileprivate final class Part: @unchecked Sendable {
        // Unchecked: one thread at a time uses it, as its model.

        let live: LiveModel
        let pass: FoldPass
        private(set) var halt: Halt?
        /// Whether nothing was written because the map is full.
        private(set) var needsLargerMap = false

        init(_ live: LiveModel, _ log: EventLog, upTo: Position) throws {
            if try live.generation.checkpoint() != live.checkpoint { throw StaleCache(model: live.model.name) }
            self.live = live
            pass = FoldPass(try live.model.seen(log, asOf: upTo))
            pass.source = try EntitySource(live.generation)
        }

        func process(_ event: borrowing ProjectedEvent) throws {
            if halt != nil { return }
            do {
                try live.process(event, in: pass)
            } catch {
                try stop(at: event.position, isExact: true, error)
            }
        }

        /// As ``LiveModel/reconsider(_:isNow:in:)``.
        func reconsider(_ event: borrowing ProjectedEvent, isNow: Bool) throws {
            if halt != nil { return }
            do {
                try live.reconsider(event, isNow: isNow, in: pass)
            } catch {
                // What is said of the event may stand anywhere in the batch.
                try stop(at: pass.seen.hindsight?.position ?? event.position, isExact: false, error)
            }
        }

        /// Gathers what the entities touched contribute.
        func finish(_ checkpoint: Checkpoint) throws {
            // A snapshot that is held would keep the map from growing.
            defer { pass.source = nil }
            if halt != nil { return }
            pass.upTo = Position(checkpoint.position)
            do {
                for runner in live.runners { try runner.finish(pass) }
            } catch {
                try stop(at: pass.upTo, isExact: false, error)
            }
        }

        func write(_ checkpoint: Checkpoint) throws {
            needsLargerMap = false
            do {
                try RowWriter(generation: live.generation)
                    .apply(live.runners, pass.contributions, checkpoint)
            } catch let error as LMDBError where error.kind == .mapFull {
                needsLargerMap = true
            } catch {
                try stop(at: Position(checkpoint.position), isExact: false, error)
            }
        }

        func end(_ checkpoint: Checkpoint) {
            if halt == nil { live.advance(to: checkpoint) } else { live.forgetCache() }
        }

        /// An error that has nothing to do with the folds is thrown on.
        private func stop(at position: Position, isExact: Bool, _ error: any Error) throws {
            switch ProjectionFailure.telling(error, of: live.model.name, at: position) {
            case let failure as ProjectionFailure where !(error is ProjectionFailure):
                halt = Halt(live: live, cause: .failure(failure, isExact: isExact))
            case let unavailable as UnavailableModel:
                halt = Halt(live: live, cause: .unavailable(unavailable.reason))
            default: throw error
            }
        }
    }
}

/// A batch says something of so many earlier events that building anew is faster than folding their entities again.
struct WideHindsight: Error {
    let events: Int
}

/// The rows on disk are not those that the cache was built on, or do not serve any more: another process or thread has
/// written them.
struct StaleCache: Error {
    let model: String
}
