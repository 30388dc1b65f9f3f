public import EventLog
internal import Foundation
internal import LMDB

extension ProjectionHost {
    /// Waits until nothing of what events up to `position` delete is left in any file of the read models that forget
    /// (``ReadModel/forgets``): their rows are written anew, and rows from before, of the past, and of previews are
    /// gone. Returns at once where no such event stands up to there.
    ///
    /// Whoever follows does it, this process or another. What another process holds in memory stays there until it has
    /// answered; a file that is gone and that it has open is closed within seconds, or with its next question where it
    /// may not write to the data directory.
    ///
    /// - Throws: ``ProjectionUnavailable`` when a read model has stopped before, or `seconds` have passed; when
    ///   following fails again and again, an error of the storage layer, or the reason of a ``FoldUnavailable``;
    ///   `CancellationError` when the task is cancelled.
    public func waitForForgetting(_ position: Position, seconds: Double = 600) async throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        for (model, last) in try forgettings(upTo: position) {
            while try !hasForgotten(model, last, deadline) { try await Task.sleep(nanoseconds: 2_000_000) }
        }
    }

    /// As ``waitForForgetting(_:seconds:)``, blocking the calling thread.
    public func waitForForgettingBlocking(_ position: Position, seconds: Double = 600) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        for (model, last) in try forgettings(upTo: position) {
            while try !hasForgotten(model, last, deadline) { Thread.sleep(forTimeInterval: 0.002) }
        }
    }

    /// The read models that have something to forget, each with the last event that says so.
    private func forgettings(upTo position: Position) throws -> [(model: ServedModel, last: Position)] {
        try models.compactMap { model in
            try model.model.lastForgetting(in: log, from: 1, upTo: position.rawValue).map { (model, Position($0)) }
        }
    }

    private func hasForgotten(_ model: ServedModel, _ last: Position, _ deadline: Date) throws -> Bool {
        if try model.current()?.forgottenUpTo() ?? 0 >= last.rawValue { return true }
        if let failure = follower.failure(of: model.model.name) { throw ProjectionUnavailable.stopped(failure) }
        if let trouble = follower.trouble(of: model.model.name) { throw trouble }
        guard Date() < deadline else { throw try behind(model, last) }
        return false
    }

    /// As ``forgetPast()``, of those read models alone that forget (``ReadModel/forgets``).
    ///
    /// - Throws: `CancellationError` when the host is closed, and errors of the storage layer.
    public func forgetPastOfModelsThatForget() throws {
        let state = follower.state
        for model in models where !model.model.forgets.isEmpty {
            while try !pastGenerations.forget(model) {
                if state.isClosing { throw CancellationError() }
                Thread.sleep(forTimeInterval: 0.002)
            }
            PreviewFolder(log).sweep(model)
            if follows { try follower.forgetPrevious(of: model) }
        }
    }
}
