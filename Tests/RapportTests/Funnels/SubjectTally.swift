@testable import Rapport

/// What the engine says of some subjects, counted.
struct SubjectTally {
    let plan: FunnelPlan
    /// Of each subject.
    let results: [FunnelResult]
    /// What the rules say of each.
    let expected: [FunnelResult]

    init(_ plan: FunnelPlan, _ subjects: [[FunnelEvent]]) {
        // What is no step and no exclusion is something only in strict order.
        let streams = subjects.map { subject in
            subject.filter { plan.order == .strict || $0.steps != 0 || $0.exclusions != 0 }
        }
        let engine = FunnelEngine(plan)
        var results: [FunnelResult] = []
        for stream in streams { results.append(engine.run(stream).inOneOrder(plan)) }
        self.plan = plan
        self.results = results
        expected = streams.map { FunnelOracle(plan, $0).result.inOneOrder(plan) }
    }

    var outcomes: [FunnelOutcome] { results.flatMap(\.outcomes) }

    /// How many have reached each step.
    var counts: [Int] { counts(of: outcomes) }

    /// How many of some outcomes have reached each step.
    func counts(of outcomes: [FunnelOutcome]) -> [Int] {
        (0..<plan.stepCount).map { step in
            let number = (0...step).count { !plan.isOptional($0) }
            return outcomes.count { plan.isOptional(step) ? $0.times[step] != nil : $0.depth >= number }
        }
    }

    /// The times to convert of a step, by number from 1, since the step before on each path; in microseconds.
    func timesToConvert(step number: Int) -> [Int64] {
        outcomes.compactMap { outcome -> Int64? in
            let before = outcome.times[..<(number - 1)].compactMap { $0 }.last
            guard let time = outcome.times[number - 1], let before else { return nil }
            return max(0, time - before)
        }
    }

    /// From first to last step, of those that are complete.
    var totalTimes: [Int64] {
        outcomes.filter { $0.depth == plan.requiredCount }.map { $0.completion - $0.start }
    }

    /// Those whose window is still open at a moment, or that may yet have a better attempt.
    func immature(at now: Int64) -> [FunnelOutcome] {
        results.flatMap { result in
            result.outcomes.filter { outcome in
                let lastEntry = result.lastEntry ?? outcome.start
                return outcome.start + plan.window > now
                    || outcome.depth < plan.requiredCount && lastEntry + plan.window > now
            }
        }
    }

    static func mean(_ times: [Int64]) -> Int64? {
        times.isEmpty ? nil : times.reduce(0, +) / Int64(times.count)
    }

    /// That in the middle, or the mean of the two.
    static func median(_ times: [Int64]) -> Int64? {
        let sorted = times.sorted()
        let middle = sorted.dropFirst((sorted.count - 1) / 2).prefix(sorted.count % 2 == 0 ? 2 : 1)
        return mean(Array(middle))
    }
}
