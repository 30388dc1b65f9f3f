internal import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// What is defined while others are asked is built beside the thread, which goes on following meanwhile.
extension Follower {
    /// Has a read model built on another thread, unless it is waiting for that; when its rows serve they are gone on
    /// in. All that wait are built by one thread: each pass over the log takes all cores.
    func buildAside(_ model: ServedModel) {
        guard aside.withLock({ $0.add(model) }) else { return }
        let thread = Thread { [self] in
            while true {
                let next = aside.withLock { $0.next() }
                if next.isEmpty { break }
                buildNext(next)
            }
        }
        thread.name = "build aside"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Builds read models in one pass, and where that fails each by itself: one of them holds up no other.
    private func buildNext(_ next: [ServedModel]) {
        defer {
            // They may have been defined no more meanwhile. Who holds the lease removes what was written.
            let hasLeftOvers = next.contains { !roster.has($0) }
            aside.withLock { $0.end(next, hasLeftOvers: hasLeftOvers) }
        }
        let models = next.filter { roster.has($0) }
        if models.count > 1 {
            do {
                return try renewAside(models)
            } catch {
                // Whose error it is shows when they are built one by one.
            }
        }
        for model in models where roster.has(model) { buildAlone(model) }
    }

    private func buildAlone(_ model: ServedModel) {
        let start = ContinuousClock.now
        do {
            try renewAside([model])
        } catch is CancellationError {
            // It is built by whoever follows next, or not needed any more.
        } catch let failure as ProjectionFailure {
            stop(failure, in: (try? model.current())??.name)
        } catch {
            // Of what no event defines any more the folder may be gone.
            guard roster.has(model) else { return }
            rest(model.model.name, for: error, after: start.duration(to: .now))
        }
    }

    /// - Throws: `CancellationError` when this is closed, or none of them is defined any more, and what building
    ///   throws.
    private func renewAside(_ models: [ServedModel]) throws {
        let state = state
        let roster = roster
        let isCancelled: @Sendable () -> Bool = { state.isClosing || !models.contains { roster.has($0) } }
        try state.whileRebuilding { log in
            let renewal = Renewal(log: log, swaps: swaps, isCancelled: isCancelled, progress: onBuild)
            try swaps.hold(unless: isCancelled()) {
                for model in models { try model.sweep() }
            }
            try renew(models, renewal)
        }
    }
}
