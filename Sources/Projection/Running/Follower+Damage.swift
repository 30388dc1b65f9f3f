internal import EventLog
internal import Foundation
internal import LMDB
internal import Logging

/// Rows are derived: damaged ones are thrown away and built anew.
extension Follower {
    /// Throws away the generation that the error tells of; false when it tells of none.
    func discard(_ error: LMDBError) -> Bool {
        let damaged = live.values.first { error.path.hasPrefix($0.generation.environment.path) }
        guard let damaged, let model = served(damaged) else { return false }
        return discard(damaged.generation, of: model, error)
    }

    /// Throws away a generation that is damaged; false when it cannot be. It is built anew then.
    func discard(_ generation: Generation, of model: ServedModel, _ error: LMDBError) -> Bool {
        do {
            try swaps.hold(unless: state.isClosing) { try model.discard(generation) }
        } catch {
            return false
        }
        logger.warning(
            "rows are damaged and are built anew",
            metadata: ["model": "\(model.model.name)", "error": "\(error)"])
        return true
    }

    /// Whether its pages are sound; it is thrown away if they are not.
    ///
    /// - Throws: `CancellationError` when `isCancelled` answers true.
    func isWalkable(_ generation: Generation, of model: ServedModel, _ isCancelled: () -> Bool) throws -> Bool {
        do {
            _ = try PageWalk.check(generation.environment) { _, _ in
                if isCancelled() { throw CancellationError() }
            }
            return true
        } catch let damage as PageDamage {
            logger.warning("rows are damaged and are built anew", metadata: ["damage": "\(damage)"])
            try model.discard(generation)
            return false
        }
    }
}
