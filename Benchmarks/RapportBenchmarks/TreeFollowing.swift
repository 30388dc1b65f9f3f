import Audit
import EventLog

/// Appends while the tree follows, against appends while nobody but the index does.
struct TreeFollowing {
    private let place: String
    private let events: Int
    private let rounds: Int

    init(in place: String, events: Int, rounds: Int) {
        self.place = place
        self.events = events
        self.rounds = rounds
    }

    func run() async throws {
        let idle = try EventLog(at: place + "/idle")
        let followed = try EventLog(at: place + "/followed")
        let trail = try AuditTrail(followed, follows: true)
        defer {
            trail.close()
            followed.close()
            idle.close()
        }
        var sample = EventSample(customers: max(100, events / 20))
        for size in [1, 100, 1000] {
            let calls = max(1, min(events, size == 1 ? 1000 : 200_000) / size)
            var ratios: [Double] = []
            var rates: [Double] = []
            var through: [Double] = []
            for _ in 0..<rounds {
                let batches = (0..<calls).map { _ in sample.next(size) }
                let alone = try await seconds { for batch in batches { try await idle.append(batch) } }
                try await rest(idle)
                let taken = try await seconds { for batch in batches { try await followed.append(batch) } }
                let caughtUp = try await seconds { try await wait(for: trail.tree, toReach: followed.head) }
                try await rest(followed)
                ratios.append(alone / taken)
                rates.append(Double(calls * size) / taken)
                through.append(Double(calls * size) / (taken + caughtUp))
            }
            line(
                "append \(size) a call while the tree follows",
                "\(Spread(ratios).text) of idle, \(number(Spread(rates).median)) events/s, "
                    + "\(number(Spread(through).median)) events/s through to the tree")
        }
    }

    /// - Throws: ``Disagreement`` when the tree does not get there.
    private func wait(for tree: LogTree, toReach head: Position) async throws {
        let start = uptime()
        while tree.size < head.rawValue {
            guard milliseconds(since: start) < 600_000 else {
                throw Disagreement("the tree has \(tree.size) leaves of \(head) after ten minutes")
            }
            try await Task.sleep(nanoseconds: 1_000_000)
        }
    }

    /// Waits until the index has caught up: the next log gets the whole machine.
    private func rest(_ log: EventLog) async throws {
        while try log.metrics().index.fullTables > 0 { try await Task.sleep(nanoseconds: 1_000_000) }
    }
}
