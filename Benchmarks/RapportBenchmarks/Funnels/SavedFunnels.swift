import EventLog
import Projection
import Rapport

/// A saved funnel: how fast its rows are built and answer, and what it costs whoever appends. All other read models
/// follow, too.
struct SavedFunnels {
    private let path: String
    private let events: Int
    private let rounds: Int
    private let isSmoke: Bool

    private static let definition = FunnelSample.byTag.definition

    init(of path: String, events: Int, _ options: BenchmarkOptions) {
        self.path = path
        self.events = events
        rounds = min(options.rounds, 3)
        isSmoke = options.isSmoke
    }

    func run(_ sample: VisitSample) async throws {
        var sample = sample
        let crm = try Rapport(at: path)
        defer { crm.close() }
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        guard let saved = try await follow(crm, &sample) else { return }
        try rebuild(crm, saved)
        try await ask(crm, saved, sample.now)
        line(
            "\(events) events, this process",
            "\(ThisProcess.privateKilobytes / 1024) MB private, \(ThisProcess.residentKilobytes / 1024) MB resident")
    }

    // MARK: Upkeep

    /// Microseconds for each event, by the clock until all read models have it, and by what all threads compute.
    private struct Upkeep {
        var passed: [Double] = []
        var computed: [Double] = []

        var text: String {
            "\(Spread(passed).text) us an event through to the rows, \(Spread(computed).text) us computed"
        }

        /// Round by round.
        func less(_ other: Upkeep) -> Upkeep {
            Upkeep(
                passed: zip(passed, other.passed).map { $0 - $1 },
                computed: zip(computed, other.computed).map { $0 - $1 })
        }
    }

    /// In each round events are appended while nothing is saved, then the funnel is saved, and as many are appended
    /// again; at the start of the next one it is retired. Answers the funnel as it was saved last.
    private func follow(_ crm: Rapport, _ sample: inout VisitSample) async throws -> SavedFunnel? {
        let others = crm.projections.names
        var warming = Upkeep()
        try await append(&sample, crm, followedBy: others, &warming)
        var alone = Upkeep()
        var followed = Upkeep()
        var builds: [Double] = []
        var bytes: [Double] = []
        var saved: SavedFunnel?
        for _ in 0..<rounds {
            if let saved { try await crm.retireFunnel(saved.name) }
            try await append(&sample, crm, followedBy: others, &alone)
            let start = uptime()
            let funnel = try await crm.saveFunnel(Self.definition)
            try await crm.projections.wait(for: funnel.position, of: [funnel.readModel], seconds: 3600)
            let head = Double(funnel.position.rawValue)
            builds.append(head / milliseconds(since: start) * 1000)
            bytes.append(Double(Folder.bytes(path + "/views/" + funnel.readModel)) / head)
            try await append(&sample, crm, followedBy: others + [funnel.readModel], &followed)
            saved = funnel
        }
        line("\(events) events, funnel saved until its rows are there", "\(Spread(builds).text) events/s")
        line("\(events) events, rows of the funnel", "\(Spread(bytes).text) bytes an event")
        line("\(events) events, append 100 a call, no funnel saved", alone.text)
        line("\(events) events, append 100 a call, a funnel saved", followed.text)
        line("\(events) events, upkeep of the funnel", followed.less(alone).text)
        return saved
    }

    private func append(
        _ sample: inout VisitSample, _ crm: Rapport, followedBy models: [String], _ upkeep: inout Upkeep
    ) async throws {
        let calls = min(200, max(10, events / 500))
        var batches: [[NewEvent]] = []
        for _ in 0..<calls { batches.append(try sample.next(100)) }
        let count = Double(calls * 100)
        let computed = ThisProcess.computedSeconds
        let start = uptime()
        for batch in batches { try await crm.log.append(batch) }
        try await crm.projections.wait(for: crm.log.head, of: models, seconds: 3600)
        upkeep.passed.append(milliseconds(since: start) * 1000 / count)
        upkeep.computed.append((ThisProcess.computedSeconds - computed) * 1e6 / count)
    }

    // MARK: Rows

    private func rebuild(_ crm: Rapport, _ saved: SavedFunnel) throws {
        let head = Double(crm.log.head.rawValue)
        var rates: [Double] = []
        let before = ThisProcess.privateKilobytes
        let peak = try PrivateMemoryPeak.during {
            for _ in 0..<rounds {
                let took = try seconds { try crm.projections.rebuild([saved.readModel]) }
                rates.append(head / took)
            }
        }
        line(
            "\(events) events, rebuild of the funnel alone",
            "\(Spread(rates).text) events/s, \(max(0, peak - before) / 1024) MB")
    }

    /// Asked while windows are open, which takes longer, and long after.
    private func ask(_ crm: Rapport, _ saved: SavedFunnel, _ now: Timestamp) async throws {
        let question = BehaviourQuestion(.saved(name: saved.name), now: now)
        let answer = try await crm.behaviour(question)
        let scanned = try await crm.behaviour(BehaviourQuestion(.definition(saved.definition), now: now))
        let isSame = answer.steps.map(\.count) == scanned.steps.map(\.count) && answer.immature == scanned.immature
        guard isSame else {
            throw Disagreement("the rows of the funnel do not say what its events do")
        }
        let later = now.advanced(byMicroseconds: FunnelDefinition.Window.longest)
        try await ask(crm, question, "\(answer.immature) immature")
        try await ask(crm, BehaviourQuestion(.saved(name: saved.name), now: later), "all mature")
        var trend = question
        trend.trend = .week
        try await ask(crm, trend, "trend by week")
    }

    private func ask(_ crm: Rapport, _ question: BehaviourQuestion, _ name: String) async throws {
        var taken: [Double] = []
        for _ in 0..<(isSmoke ? 20 : 1000) {
            let start = uptime()
            _ = try await crm.behaviour(question)
            taken.append(milliseconds(since: start))
        }
        line("\(events) events, saved funnel asked, \(name)", quantiles([("p50", 0.5), ("p99", 0.99)], of: taken))
    }
}
