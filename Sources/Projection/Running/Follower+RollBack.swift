public import EventLog
internal import Foundation
internal import LMDB
internal import Logging

/// Rows from before are kept beside those that serve, and can take their place.
extension Follower {
    /// Makes the rows from before serve again, once they have caught up with those that do. On the calling thread;
    /// whoever follows goes on in them.
    ///
    /// - Returns: where they were when they came to serve.
    /// - Throws: ``NoPreviousGeneration``, ``ProjectionFailure``, `CancellationError` when this is closed; then the
    ///   others go on serving.
    func rollBack(_ model: ServedModel) throws -> Position {
        let state = state
        var position = Position.zero
        try state.whileRebuilding { log in
            let previous = try swaps.hold(unless: state.isClosing) { try model.takePrevious() }
            let renewal = Renewal(log: log, swaps: swaps, isCancelled: { state.isClosing }, progress: { _ in })
            do {
                try swapIn(previous, renewal)
            } catch {
                previous.giveUp()
                throw error
            }
            state.goOn(model.model.name, in: previous.generation.name)
            position = Position(try previous.generation.checkpoint()?.position ?? 0)
        }
        return position
    }

    private func swapIn(_ previous: UnservedGeneration, _ renewal: Renewal) throws {
        let (model, generation) = (previous.model, previous.generation)
        let marker = DirtyMarker(generation: previous.place.path)
        if try marker.isSet, try !isWalkable(generation, of: model, { state.isClosing }) {
            throw model.noPrevious(.unusable)
        }
        // What is missing is folded into rows that `PREVIOUS` names, whatever becomes of this process.
        try marker.set()
        try renewal.swapIn(previous) {
            try model.requirePrevious(generation)
            try generation.environment.sync()
            try marker.clear()
        }
    }

    /// Where an older program has come back to the directory of a newer one, its rows are still there: makes them serve
    /// at once. They catch up as any rows that are behind.
    ///
    /// - Returns: false when rows of this version serve, or there are none from before that it can read, or they are so
    ///   far behind that building anew is better.
    func goBack(_ model: ServedModel) throws -> Bool {
        let hasGoneBack = try swaps.hold(unless: state.isClosing) { () throws -> Bool in
            guard try model.isOfAnotherVersion(), let previous = try? model.takePrevious() else { return false }
            defer { previous.place.release() }
            guard try usableCheckpoint(of: previous.generation) != nil else { return false }
            try model.serve(previous.generation)
            return true
        }
        guard hasGoneBack else { return false }
        logger.info("rows that this version has made before serve again", metadata: ["model": "\(model.model.name)"])
        return true
    }

    /// Brings to rest what the follower has written to before, now that it goes on in `current`. For its thread, under
    /// the lock.
    func settle(_ model: ServedModel, unless current: Generation) {
        guard let before = adopted[model.model.name]?.generation, before !== current else { return }
        do {
            try model.settle(before)
        } catch {
            logger.warning(
                "not synced; it cannot be gone back to after the machine was started anew",
                metadata: ["model": "\(model.model.name)", "error": "\(error)"])
        }
    }

    /// Removes the rows from before, for what is in them.
    ///
    /// - Throws: `CancellationError` when this is closed.
    func forgetPrevious(of model: ServedModel) throws {
        let state = state
        try state.whileRebuilding { _ in
            while try !swaps.hold(unless: state.isClosing, { try model.forgetPrevious() }) {
                if state.isClosing { throw CancellationError() }
                // Somebody is just going back to them; then there are others from before.
                Thread.sleep(forTimeInterval: 0.002)
            }
        }
    }
}

extension ProjectionHost {
    /// Makes the rows from before serve again: those that the last rebuild, the last new version or the last going back
    /// has replaced. The ones that serve now are kept in their place, so that going back twice changes nothing.
    ///
    /// They are brought up to date first, and no query goes back in time. Interrupted at any point, the rows that
    /// served still do. Whoever follows, this process or another, goes on in those that do now.
    ///
    /// O(events since they were replaced).
    ///
    /// - Returns: where the rows were when they came to serve.
    /// - Throws: ``NoPreviousGeneration`` when there are none that this version of the read model can read;
    ///   ``ProjectionFailure``, ``ProjectionUnavailable``, `CancellationError` when the host is closed; an error of the
    ///   storage layer when nothing may be written to the data directory.
    @discardableResult
    public func rollBack(_ name: String) throws -> Position {
        let model = try served(name)
        guard follows else { throw LMDBError(.readOnly, "go back", path: model.directory) }
        return try follower.rollBack(model)
    }

    /// Removes what is kept of rows that do not serve: those from before, and what was looked at in previews.
    func forgetUnserved() throws {
        for model in models { PreviewFolder(log).sweep(model) }
        guard follows else { return }
        for model in models { try follower.forgetPrevious(of: model) }
    }
}
