import EventLog
import Projection
import Rapport

/// Questions about the past: of one customer, for which the events around it are folded; of all, for which rows are
/// built and kept; and which events have made a value.
struct PastBenchmark {
    private let place: String
    private let events: Int
    private let rounds: Int
    private let isSmoke: Bool

    init(_ options: BenchmarkOptions) {
        place = options.place + "/crm"
        events = options.events
        rounds = min(options.rounds, 3)
        isSmoke = options.isSmoke
    }

    func run() async throws {
        let feed = DemoFeed(events: events)
        try await fill(feed)
        let crm = try Rapport(at: place)
        defer { crm.close() }
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        try await profiles(crm, feed)
        try await aggregates(crm)
        try await lineages(crm)
    }

    /// The demo company's events, with those of the one customer in between, at even distances. The last event is not
    /// one of them.
    private func fill(_ feed: DemoFeed) async throws {
        let log = try EventLog(at: place)
        for event in try LongHistory.events() {
            try await log.append([event])
            try await feed.fill(log, with: max(1, events / LongHistory.count))
        }
        log.close()
    }

    // MARK: One customer

    private func profiles(_ crm: Rapport, _ feed: DemoFeed) async throws {
        let times = isSmoke ? 50 : 1000
        var random = SplitMix(state: 21)
        let head = crm.log.head.rawValue
        try await profile(crm, "a random customer at a random position", times: times) {
            let position = Position(UInt64.random(in: head / 10...head - 1, using: &random))
            return (Question.customer(among: feed.earlyCustomers, &random), position)
        }
        // At the head itself, rows that serve would answer.
        let before = Position(head - 1)
        let usual = try customers(crm, with: 18...22)
        if usual.isEmpty {
            line("profile of customers with about 20 events", "left out: there are none")
        } else {
            try await profile(crm, "customers with about 20 events", times: times) {
                (usual[Int.random(in: 0..<usual.count, using: &random)], before)
            }
        }
        try await profile(crm, "a customer with \(LongHistory.count) events", times: times) {
            (LongHistory.customerID, before)
        }
    }

    /// Asks as of positions at which no rows are kept.
    private func profile(
        _ crm: Rapport, _ name: String, times: Int, next: () throws -> (customer: String, position: Position)
    ) async throws {
        var taken: [Double] = []
        var found: [Double] = []
        for _ in 0..<times {
            let (customer, position) = try next()
            let start = uptime()
            let profile = try await crm.state(asOf: position).profile(of: customer)
            taken.append(milliseconds(since: start))
            if let profile { found.append(Double(profile.events)) }
        }
        let events = found.isEmpty ? "nobody was known" : "\(Spread(found).text) events each"
        line("profile of \(name)", "\(quantiles([("p50", 0.5), ("p99", 0.99)], of: taken)), \(events)")
    }

    /// Up to a hundred customers with so many events.
    private func customers(_ crm: Rapport, with wanted: ClosedRange<Int>) throws -> [String] {
        var random = SplitMix(state: 22)
        var found: [String] = []
        for _ in 0..<5000 where found.count < 100 {
            let customer = Question.customer(among: max(1, events / 20), &random)
            let query = Query(tag: try Tag.customer(customer))
            var count = 0
            try crm.log.read(query, limit: wanted.upperBound + 1) { _ in
                count += 1
                return true
            }
            if wanted.contains(count) { found.append(customer) }
        }
        return found
    }

    // MARK: All of them

    /// A question about all, and what is taken of the answer so that nothing is left out.
    private struct Aggregate: Sendable {
        let name: String
        let ask: @Sendable (PastState) async throws -> Int64
    }

    private static let questions = [
        Aggregate(name: "deal funnel") { try await $0.funnel(FunnelQuestion()).opened },
        Aggregate(name: "NPS by month") { state in
            let trend = try await state.satisfaction(SatisfactionQuestion(metric: "nps"))
            return Int64(trend.overall.reduce(0) { $0 + $1.counts.respondents })
        },
    ]

    private func aggregates(_ crm: Rapport) async throws {
        let head = crm.log.head.rawValue
        let middle = Position(head / 2)
        let later = Position(middle.rawValue + head / 100)
        for aggregate in Self.questions {
            var cold: [Double] = []
            var again: [Double] = []
            var near: [Double] = []
            for _ in 0..<rounds {
                try crm.projections.forgetPast()
                cold.append(try await ask(aggregate, crm, middle))
                for _ in 0..<20 { again.append(try await ask(aggregate, crm, middle)) }
                near.append(try await ask(aggregate, crm, later))
            }
            line("\(aggregate.name) as of the middle, rows built", "\(Spread(cold).text) ms")
            line("\(aggregate.name) as of the middle, rows kept", "\(Spread(again).text) ms")
            line("\(aggregate.name), \(later.rawValue - middle.rawValue) events later", "\(Spread(near).text) ms")
        }
    }

    /// Milliseconds until it was answered.
    private func ask(_ aggregate: Aggregate, _ crm: Rapport, _ position: Position) async throws -> Double {
        let start = uptime()
        let counted = try await aggregate.ask(crm.state(asOf: position))
        let taken = milliseconds(since: start)
        guard counted > 0 else { throw Disagreement("\(aggregate.name) as of \(position) counts nothing") }
        return taken
    }

    // MARK: Which events

    private func lineages(_ crm: Rapport) async throws {
        let moment = PastMoment(position: Position(crm.log.head.rawValue / 2))
        // The rows of the moment are there before.
        for aggregate in Self.questions { _ = try await ask(aggregate, crm, moment.position) }
        try await lineage(crm, moment, "a field of a profile") { crm in
            try await crm.profile(of: LongHistory.customerID)?.value(of: "segment")
        }
        try await lineage(crm, moment, "open deals of a stage") { crm in
            try await crm.pipeline(pipeline: "sales").stages.first { $0.stage == "propose" }
                .map { "\($0.open) \($0.currency) \($0.openValue)" }
        }
        try await lineage(crm, moment, "NPS of a month") { crm in
            guard let first = CivilDate(year: 2024, month: 6, day: 1),
                let last = CivilDate(year: 2024, month: 6, day: 30)
            else { return nil }
            let question = SatisfactionQuestion(metric: "nps", from: first, to: last)
            return try await crm.satisfaction(question).overall.first?.nps.map { "\($0.score)" }
        }
    }

    private func lineage(
        _ crm: Rapport, _ moment: PastMoment, _ name: String,
        _ value: @escaping @Sendable (any CRMState) async throws -> String?
    ) async throws {
        let start = uptime()
        let lineage = try await crm.explain(at: moment, answering: value)
        let taken = milliseconds(since: start) / 1000
        guard let lineage else { return line("events behind \(name)", "left out: there is no such value") }
        line(
            "events behind \(name)",
            "\(number(taken)) s, \(lineage.positions.count) events\(lineage.isExact ? "" : ", not exact")")
    }
}
