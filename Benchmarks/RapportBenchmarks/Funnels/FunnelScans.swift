import EventLog
import Rapport

/// Funnels whose definition is given with the question: the events are gone through each time. No read model is there,
/// and none is built.
struct FunnelScans {
    private let path: String
    private let events: Int
    private let now: Timestamp
    private let rounds: Int

    init(of path: String, events: Int, now: Timestamp, rounds: Int) {
        self.path = path
        self.events = events
        self.now = now
        self.rounds = rounds
    }

    func run(_ funnels: [FunnelSample]) async throws {
        let crm = try Rapport(at: path, readOnly: true)
        defer { crm.close() }
        for funnel in funnels { try await measure(funnel, crm) }
    }

    /// The first round, which loads the log into memory, is left out.
    private func measure(_ funnel: FunnelSample, _ crm: Rapport) async throws {
        let question = BehaviourQuestion(.definition(funnel.definition), now: now)
        var taken: [Double] = []
        var entered: Int64 = 0
        var converted: Int64 = 0
        let before = ThisProcess.privateKilobytes
        let peak = try await ThisProcess.privatePeak {
            for round in 0...rounds {
                let start = uptime()
                let answer = try await crm.behaviour(question)
                if round > 0 { taken.append(milliseconds(since: start)) }
                (entered, converted) = (answer.entered, answer.converted)
            }
        }
        guard entered > 0 else { throw Disagreement("nobody has entered the funnel with \(funnel.name)") }
        let time = Spread(taken)
        line(
            "\(events) events gone through, \(funnel.name)",
            "\(time.text) ms, \(number(Double(events) / time.median * 1000)) events/s, "
                + "\(max(0, peak - before) / 1024) MB; \(entered) entered, \(converted) converted")
    }
}
