import Foundation
@testable import Rapport
import TestSupport
import Testing

/// The engine against the rules themselves, on random small streams in every mode.
@Suite struct FunnelOracleTests {
    /// How many streams of each mode.
    private static let streams =
        ProcessInfo.processInfo.environment["RAPPORT_FUNNEL_STREAMS"].flatMap { UInt64($0) } ?? 300

    /// What is enough to see what is wrong.
    private static let mostDifferences = 3

    private static func seeds(_ count: UInt64) -> Range<UInt64> { 0..<max(1, count) }

    @Test("what the engine says is what the rules say", arguments: FunnelMode.all)
    func everyMode(mode: FunnelMode) async {
        var differences = 0
        for seed in Self.seeds(Self.streams) where differences < Self.mostDifferences {
            let trial = FunnelTrial(mode, seed: seed)
            if trial.found == trial.expected { continue }
            differences += 1
            let shortest = await Self.shortest(trial)
            Issue.record(
                """
                \(shortest)
                found    \(shortest.found)
                expected \(shortest.expected)
                """)
        }
    }

    @Test("events that arrive in another order change nothing", arguments: FunnelMode.all)
    func otherArrivals(mode: FunnelMode) {
        var differences = 0
        for seed in Self.seeds(Self.streams / 5) where differences < Self.mostDifferences {
            let trial = FunnelTrial(mode, seed: seed)
            var random = SeededGenerator(seed: seed)
            let arrival = trial.arrivingOtherwise(&random)
            let engine = FunnelEngine(trial.plan)
            let found = engine.run(arrival).inOneOrder(trial.plan)
            if found.withoutEvents == trial.found.withoutEvents { continue }
            differences += 1
            Issue.record(
                """
                \(trial)
                arriving as
                \(arrival.map { $0.shortText }.joined(separator: "\n"))
                found    \(found)
                expected \(trial.found)
                """)
        }
    }

    /// One engine for all of them: nothing is left of the streams before.
    @Test("after every event the engine says what the rules say of those so far", arguments: FunnelMode.all)
    func oneEventAfterTheOther(mode: FunnelMode) {
        var differences = 0
        for seed in Self.seeds(Self.streams / 10) where differences < Self.mostDifferences {
            // Other streams than those that are counted as a whole.
            var trial = FunnelTrial(mode, seed: seed &+ 1_000_000_000)
            let arrival = trial.events.sorted { $0.position < $1.position }
            let engine = FunnelEngine(trial.plan)
            for count in 0...arrival.count {
                trial.events = arrival[..<count].sorted { ($0.time, $0.position) < ($1.time, $1.position) }
                let found = engine.run(trial.events).inOneOrder(trial.plan)
                let expected = trial.expected
                if found == expected { continue }
                differences += 1
                Issue.record("after \(count) events of \(trial)\nfound    \(found)\nexpected \(expected)")
                break
            }
        }
    }

    /// A comparison is worth what there is to compare.
    @Test("the streams have everything in them", arguments: FunnelMode.all)
    func variety(mode: FunnelMode) {
        let trials = (0..<600 as Range<UInt64>).map { FunnelTrial(mode, seed: $0) }
        let results = trials.map(\.expected)
        let pairs = Array(zip(trials, results))
        func happens(_ name: String, _ isSo: (FunnelTrial, FunnelResult) -> Bool) {
            let isThere = pairs.contains { isSo($0.0, $0.1) }
            #expect(isThere, "\(name)")
        }
        happens("nobody enters") { $1.lastEntry == nil && !$0.events.isEmpty }
        happens("an excluded subject") { $1.isExcluded }
        happens("somebody converts") { trial, result in
            trial.plan.stepCount == 4 && result.outcomes.contains { $0.depth == trial.plan.requiredCount }
        }
        happens("somebody comes halfway") { trial, result in
            result.outcomes.contains { (2..<max(2, trial.plan.requiredCount)).contains($0.depth) }
        }
        happens("a time of 0") { $1.outcomes.contains { $0.start == 0 && $0.depth > 1 } }
        happens("a time before 1970") { $1.outcomes.contains { $0.start < 0 && $0.depth > 1 } }
        happens("a session window") { $0.plan.sessionWindow != nil && $1.outcomes.contains { $0.depth > 1 } }
        happens("held values") { $0.plan.holds && $1.outcomes.contains { $0.depth > 1 } }
        happens("several groups") { Set($1.grouped.map(\.group)).count > 1 }
        if mode.counting != .unique { happens("several outcomes") { $1.outcomes.count > 2 } }
        if mode.order != .any {
            happens("grace that turns the order round") { _, result in
                result.outcomes.contains { outcome in
                    outcome.times.contains { $0 ?? outcome.start < outcome.start }
                }
            }
            happens("an optional step done") { trial, result in
                result.outcomes.contains { outcome in
                    outcome.times.indices.contains { trial.plan.isOptional($0) && outcome.times[$0] != nil }
                }
            }
        }
    }

    /// The trial with as few events as give a difference.
    private static func shortest(_ trial: FunnelTrial) async -> FunnelTrial {
        var attempts = 300
        var shortest = trial
        shortest.events = await Shrinking.shortest(trial.events, attempts: &attempts) { events in
            var fewer = trial
            fewer.events = events
            return fewer.found != fewer.expected
        }
        return shortest
    }
}
