import EventLog
import Projection
import Rapport

/// Appending an event and reading the profile of its customer at that position, against appending the same event to a
/// log that nobody follows.
struct OwnWritesBenchmark {
    private let place: String
    private let events: Int
    private let rounds: Int
    /// Blocks of a round; in each the two ways take turns.
    private let blocks: Int

    init(_ options: BenchmarkOptions) {
        place = options.place
        events = options.events
        rounds = options.rounds
        blocks = options.isSmoke ? 1 : 10
    }

    func run() async throws {
        let crm = try Rapport(at: place + "/crm")
        let idle = try EventLog(at: place + "/idle")
        let feed = DemoFeed(events: events + rounds * blocks * 50)
        try await feed.fill(crm.log, idle, with: events)
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        var all = Times()
        var ratios: [Double] = []
        var slowRatios: [Double] = []
        for _ in 0..<rounds {
            var times = Times()
            for _ in 0..<blocks { try await compare(feed.next(50), crm, idle, &times) }
            ratios.append(Spread.quantile(0.5, of: times.followed) / Spread.quantile(0.5, of: times.bare))
            slowRatios.append(Spread.quantile(0.99, of: times.followed) / Spread.quantile(0.99, of: times.bare))
            all.bare += times.bare
            all.followed += times.followed
        }
        let shares = [(name: "p50", share: 0.5), (name: "p99", share: 0.99)]
        line("append, nobody follows", quantiles(shares, of: all.bare))
        line("append and profile at that position", quantiles(shares, of: all.followed))
        line("ratio of a round", "\(Spread(ratios).text) at p50, \(Spread(slowRatios).text) at p99")
        crm.close()
    }

    /// Milliseconds of each event.
    private struct Times {
        var bare: [Double] = []
        var followed: [Double] = []
    }

    /// The events of a block are appended one by one, to one log first and then to the other.
    private func compare(_ events: [NewEvent], _ crm: Rapport, _ idle: EventLog, _ times: inout Times) async throws {
        for event in events {
            let start = uptime()
            try await idle.append([event])
            times.bare.append(milliseconds(since: start))
        }
        for event in events {
            guard let customer = event.tags.first(where: { $0.kind == "customer" }) else { continue }
            let start = uptime()
            let position = try await crm.log.append([event]).last
            let profile = try await crm.profile(of: String(customer.id), atLeast: position)
            times.followed.append(milliseconds(since: start))
            precondition(profile?.position ?? .zero >= position, "a profile that knows of the event")
        }
    }
}
