import ArgumentParser
import EventLog
import Foundation
import Projection
import Rapport

/// A question about what is allowed or due at a time, which for most is now. An answer that is kept says which time it
/// was, so that the same can be asked again.
protocol DatedQuestion: QuestionCommand {
    /// The time that is asked about; nil is now, or that of `--as-of`.
    var at: TimeBound? { get set }
}

extension DatedQuestion {
    /// Asks about now where no time is given: the only place that looks at the clock, and the answer's words name it.
    func run() async throws { try await runDated() }

    /// As ``run()``, for commands that do something else besides.
    func runDated() async throws {
        var words = Self.words
        var question = self
        if let time = try defaultTime(now: .now()) {
            question.at = .time(time)
            // Behind the name of the command, for behind `--` it would be no option.
            words.insert("--at=\(time)", at: min(1, words.count))
        }
        try await question.run(asking: words)
    }

    /// What to ask about where no time is given; nil where the position asked about says it.
    private func defaultTime(now: Timestamp) throws -> Timestamp? {
        guard at == nil else { return nil }
        switch query.asOf {
        case nil: return now
        case .time(let bound): return bound.end(in: try query.calendar)
        case .position: return nil
        }
    }

    /// The time that is asked about. Where none is given it is when the last event of the state was recorded.
    func time(in crm: any CRMState) throws -> Timestamp {
        if let at { return at.end(in: try query.calendar) }
        let position = crm.moment?.position ?? crm.log.head
        return try crm.log.withEvent(at: position) { $0.recordedAt } ?? Timestamp(microseconds: 0)
    }
}
