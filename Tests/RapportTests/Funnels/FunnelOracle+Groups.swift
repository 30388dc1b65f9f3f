@testable import Rapport

/// The breakdown.
extension FunnelOracle {
    /// The outcomes by group; empty without a breakdown.
    var grouped: [FunnelOutcome] {
        guard let attribution = plan.attribution else { return [] }
        if attribution == .all { return outcomesByValue }
        if plan.isPerSegment { return bestOutcomes(by: attribution) }
        return attempts.compactMap { attempt in
            value(of: attempt, by: attribution).map { outcome(of: attempt, under: $0) }
        }
    }

    /// Each value's outcomes where only events of this value are steps.
    private var outcomesByValue: [FunnelOutcome] {
        let values = Set(events.filter { $0.steps != 0 }.map(\.group)).sorted()
        return values.flatMap { value -> [FunnelOutcome] in
            let ofValue = events.map { event -> FunnelEvent in
                var event = event
                if event.group != value { event.steps = 0 }
                return event
            }
            let attempts = FunnelOracle(plan: plan, events: ofValue, stream: stream).attempts
            return attempts.map { outcome(of: $0, under: value) }
        }
    }

    /// Of the attempts one after the other, the best one of each value.
    private func bestOutcomes(by attribution: FunnelDefinition.Attribution) -> [FunnelOutcome] {
        var best: [UInt32: OracleAttempt] = [:]
        for attempt in successiveAttempts {
            guard let value = self.value(of: attempt, by: attribution) else { continue }
            if let other = best[value], !attempt.rank.lexicographicallyPrecedes(other.rank) { continue }
            best[value] = attempt
        }
        return best.sorted { $0.key < $1.key }.map { outcome(of: $0.value, under: $0.key) }
    }

    /// The value that an attempt counts under; nil in no group.
    private func value(of attempt: OracleAttempt, by attribution: FunnelDefinition.Attribution) -> UInt32? {
        let values = attempt.elements.map { events[$0.event].group }
        switch attribution {
        case .first, .all: return values.first
        case .last: return values.last
        case .firstDefined: return values.first { $0 != 0 } ?? 0
        case .lastDefined: return values.last { $0 != 0 } ?? 0
        case .step(let number):
            return attempt.elements.first { $0.step == number - 1 }.map { events[$0.event].group }
        }
    }

    private func outcome(of attempt: OracleAttempt, under value: UInt32) -> FunnelOutcome {
        var outcome = attempt.outcome
        outcome.group = value
        return outcome
    }
}
