import EventLog
import Projection
import Rapport

/// The questions that lead from kept promises over service and satisfaction to loyalty and to what customers are worth,
/// asked of a CRM of the demo company; and what counting by hours of work and fitting models take on their own.
///
/// Goal: how long each takes over all events, as they are and as of the past. Not a goal: what they answer.
struct ServiceBenchmark {
    /// The read models that answer them.
    private static let models = ["promises", "cases", "satisfaction", "loyalty", "voice", "orders"]
    private static let shares = [(name: "p50", share: 0.5), (name: "p99", share: 0.99)]

    private let options: BenchmarkOptions

    init(_ options: BenchmarkOptions) {
        self.options = options
    }

    func run() async throws {
        try CalendarBenchmark(options).run()
        try LifetimeFitBenchmark(options).run()
        let path = options.place + "/crm"
        try await fill(path)
        let crm = try Rapport(at: path)
        defer { crm.close() }
        try await crm.saveCalendar(ServiceSample.office(holidaysIn: ServiceSample.years))
        try await crm.saveServiceLevel(ServiceSample.level)
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 3600)
        line("events", "\(crm.log.head.rawValue)")
        try rebuild(crm)
        for question in ServedQuestion.all { try await measure(question, crm) }
        for question in ServedQuestion.ofThePast { try await measurePast(question, crm) }
        line("this process", "\(ThisProcess.privateKilobytes / 1024) MB private")
    }

    private func fill(_ path: String) async throws {
        let log = try EventLog(at: path)
        try await DemoFeed(events: options.events).fill(log, with: options.events)
        log.close()
    }

    private func rebuild(_ crm: Rapport) throws {
        for model in Self.models {
            var rates: [Double] = []
            for _ in 0..<min(options.rounds, 3) {
                let took = try seconds { try crm.projections.rebuild([model]) }
                rates.append(Double(crm.log.head.rawValue) / took)
            }
            line("rebuild of \(model)", "\(Spread(rates).text) events/s")
        }
    }

    // MARK: Questions

    /// The first time, which loads the rows into memory, is left out. Models that cannot be fitted are no failure here.
    private func measure(_ question: ServedQuestion, _ crm: Rapport) async throws {
        var taken: [Double] = []
        var found = 0
        do {
            for time in 0...(options.isSmoke ? 1 : question.times) {
                let start = uptime()
                found = try await question.ask(crm, ServiceSample.end)
                if time > 0 { taken.append(milliseconds(since: start)) }
            }
        } catch let error as LifetimeError {
            return line(question.name, "left out: \(error)")
        }
        try require(found, question)
        line(question.name, "\(quantiles(Self.shares, of: taken)), \(found) \(question.unit)")
    }

    /// As of the middle of the log: first when nothing of the past is kept, and then again.
    private func measurePast(_ question: ServedQuestion, _ crm: Rapport) async throws {
        let middle = Position(crm.log.head.rawValue / 2)
        var built: [Double] = []
        var kept: [Double] = []
        for _ in 0..<min(options.rounds, 3) {
            try crm.projections.forgetPast()
            built.append(try await askPast(question, crm, middle))
            for _ in 0..<(options.isSmoke ? 1 : 10) { kept.append(try await askPast(question, crm, middle)) }
        }
        line("\(question.name), as of the middle, rows built", "\(Spread(built).text) ms")
        line("\(question.name), as of the middle, rows kept", quantiles(Self.shares, of: kept))
    }

    /// Milliseconds until it was answered.
    private func askPast(_ question: ServedQuestion, _ crm: Rapport, _ position: Position) async throws -> Double {
        let start = uptime()
        let found = try await question.ask(crm.state(asOf: position), ServiceSample.middle)
        let taken = milliseconds(since: start)
        try require(found, question)
        return taken
    }

    private func require(_ found: Int, _ question: ServedQuestion) throws {
        if found > 0 { return }
        throw Disagreement("the answer to \(question.name) says nothing: there are no \(question.unit)")
    }
}
