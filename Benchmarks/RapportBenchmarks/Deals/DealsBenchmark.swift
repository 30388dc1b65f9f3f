import EventLog
import Projection
import Rapport

/// Questions that go through the histories of all deals: waterfalls, times in stages, forecasts and their tests.
///
/// Goal: how long each takes, and how that grows with the deals. Not a goal: what they answer.
struct DealsBenchmark {
    private let options: BenchmarkOptions

    init(_ options: BenchmarkOptions) {
        self.options = options
    }

    func run() async throws {
        for deals in options.isSmoke ? [200] : [10_000, 100_000] { try await run(deals) }
    }

    private func run(_ deals: Int) async throws {
        let path = options.place + "/\(deals)"
        let events = try DealSample(deals: deals).write(to: path)
        let crm = try Rapport(at: path)
        defer { crm.close() }
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        try rebuild(crm, deals, events)
        for question in DealQuestion.all { try await measure(question, crm, deals) }
        line("\(deals) deals, this process", "\(ThisProcess.privateKilobytes / 1024) MB private")
    }

    private func rebuild(_ crm: Rapport, _ deals: Int, _ events: Int) throws {
        var rates: [Double] = []
        for _ in 0..<min(options.rounds, 3) {
            let took = try seconds { try crm.projections.rebuild(["pipeline"]) }
            rates.append(Double(events) / took)
        }
        line("\(deals) deals, \(events) events, rebuild of pipeline", "\(Spread(rates).text) events/s")
    }

    /// The first round, which loads the rows into memory, is left out.
    private func measure(_ question: DealQuestion, _ crm: Rapport, _ deals: Int) async throws {
        var taken: [Double] = []
        for round in 0...options.rounds {
            let start = uptime()
            let found = try await question.ask(crm)
            if round > 0 { taken.append(milliseconds(since: start)) }
            guard found > 0 else { throw Disagreement("the answer to \(question.name) says nothing") }
        }
        line("\(deals) deals, \(question.name)", "\(Spread(taken).text) ms")
    }
}
