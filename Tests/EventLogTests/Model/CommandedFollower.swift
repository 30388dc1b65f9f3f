@testable import EventLog
import Synchronization

/// A follower, and what it has seen so far.
final class CommandedFollower: Sendable {
    private let sight: Sight
    private let task: Task<Void, Never>

    private final class Sight: Sendable {
        let seen = Mutex<[ModelSeen]>([])
        let failure = Mutex<(any Error)?>(nil)
    }

    init(of log: EventLog, _ query: Query, from position: Position) {
        let sight = Sight()
        self.sight = sight
        task = Task {
            do {
                for try await recorded in log.follow(query, from: position) {
                    let seen = try ModelSeen(position: recorded.position.rawValue, recorded.event)
                    sight.seen.withLock { $0.append(seen) }
                }
            } catch {
                sight.failure.withLock { $0 = error }
            }
        }
    }

    /// What it has seen.
    ///
    /// - Throws: what has ended it.
    func seen() throws -> [ModelSeen] {
        if let failure = sight.failure.withLock({ $0 }) { throw failure }
        return sight.seen.withLock { $0 }
    }

    /// Ends it some time.
    func stop() { task.cancel() }

    /// Ends it wherever it is.
    func cancelled() async throws -> [ModelSeen] {
        task.cancel()
        return try await ended()
    }

    /// Waits until it has ended; what it has seen.
    func ended() async throws -> [ModelSeen] {
        await task.value
        return try seen()
    }
}
