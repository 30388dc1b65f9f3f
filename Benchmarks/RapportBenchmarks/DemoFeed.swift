import EventLog
import Rapport
import Synchronization

/// The demo company, which hands out its events to whoever asks, in its order.
final class DemoFeed: Sendable {
    /// How many customers it has known from early on: 15 of 100 are registered before anything else happens.
    let earlyCustomers: Int
    private let company: Mutex<DemoCompany>

    /// - Parameter events: how many there are to be handed out.
    init(events: Int) {
        earlyCustomers = max(1, events / 20 * 15 / 100)
        company = Mutex(DemoCompany(seed: 1, events: events))
    }

    /// The next events, fewer where there are no more.
    func next(_ count: Int) throws -> [NewEvent] {
        try company.withLock { try $0.nextBatch(count) } ?? []
    }

    /// Appends the next `count` events to each of `logs`.
    func fill(_ logs: EventLog..., with count: Int) async throws {
        var left = count
        while left > 0 {
            let batch = try next(min(left, 5000))
            if batch.isEmpty { return }
            for log in logs { try await log.append(batch) }
            left -= batch.count
        }
    }
}
