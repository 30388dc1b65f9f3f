internal import EventLog
internal import Foundation
internal import LMDB

/// The generations that the thread goes on in.
extension Follower {
    /// From this lag on, and when more than half is missing, building anew is faster than following.
    private static let rebuildLag: UInt64 = 200_000

    /// Goes on in the generations that serve, whoever has made them serve; builds those that are missing.
    func adoptGenerations() throws {
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
            if live[name] != nil || state.isResting(name) { continue }
            if try goBack(model) { live[name] = try adopt(model) }
            if live[name] != nil { continue }
            // What is defined while others are asked does not hold these up.
            if roster.isDefined(model) { buildAside(model) } else { missing.append(model) }
        }
        if !missing.isEmpty { try build(missing) }
    }

    /// Nil when there is no generation to go on in. Under the lock, so that it is not replaced and removed meanwhile.
    func adopt(_ model: ServedModel) throws -> LiveModel? {
        try swaps.hold(unless: mustEnd) { () throws -> LiveModel? in
            guard let stamped = try model.stampedCurrent() else { return nil }
            let current = stamped.generation
            guard let checkpoint = try usableCheckpoint(of: current) else { return nil }
            let marker = DirtyMarker(generation: model.directory + "/" + current.name)
            if try marker.isSet, !walked.contains(current.name) {
                // Whoever wrote to it has not come to its end: a damaged page may have been the reason.
                guard try isWalkable(current, of: model, { mustEnd }) else { return nil }
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

    /// Folding the entities of an event again takes so much longer than folding the event in a build.
    static func mostReconsidered(of events: UInt64) -> Int { Int(clamping: max(100_000, events / 8)) }

    /// Builds read models anew that the next batch would change in too many places.
    func buildAnew(_ models: [LiveModel]) throws {
        try build(models.compactMap { served($0) })
        for model in models { live[model.model.name] = nil }
    }

    private func build(_ missing: [ServedModel]) throws {
        let state = state
        let start = ContinuousClock.now
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
        } catch let unavailable as UnavailableModel {
            // The others are built without it meanwhile.
            rest(unavailable.model, for: unavailable.reason, after: start.duration(to: .now))
        }
    }

    /// Builds, then swaps in one after the other; what does not come to serve is removed.
    func renew(_ models: [ServedModel], _ renewal: Renewal) throws {
        var waiting = try state.whileBuilding(models.map(\.model.name)) { try renewal.build(models) }
        defer { for built in waiting { built.giveUp() } }
        while let built = waiting.first {
            try renewal.swapIn(built)
            waiting.removeFirst()
            state.goOn(built.model.model.name, in: built.generation.name)
            state.goesWell(built.model.model.name)
        }
    }
}
