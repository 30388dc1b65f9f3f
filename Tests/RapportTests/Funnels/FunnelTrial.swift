@testable import Rapport
import TestSupport

/// A plan and the stream of one subject to count by it.
struct FunnelTrial {
    let mode: FunnelMode
    let seed: UInt64
    let plan: FunnelPlan
    /// By time and position.
    var events: [FunnelEvent]

    init(_ mode: FunnelMode, seed: UInt64) {
        var streams = FunnelStreams(seed: seed)
        let trial = streams.trial(mode)
        self.mode = mode
        self.seed = seed
        plan = trial.plan
        events = trial.events
    }

    /// What the rules say.
    var expected: FunnelResult { FunnelOracle(plan, events).result.inOneOrder(plan) }

    /// What the engine says.
    var found: FunnelResult {
        let engine = FunnelEngine(plan)
        return engine.run(events).inOneOrder(plan)
    }

    /// As the log may have it if they had come in another order; those of one time stay in theirs.
    func arrivingOtherwise(_ random: inout SeededGenerator) -> [FunnelEvent] {
        var arrival = events.shuffled(using: &random)
        for time in Set(events.map(\.time)) {
            let places = arrival.indices.filter { arrival[$0].time == time }
            for (place, event) in zip(places, events.filter { $0.time == time }) { arrival[place] = event }
        }
        for place in arrival.indices { arrival[place].position = UInt64(place + 1) }
        return arrival
    }
}

extension FunnelTrial: CustomStringConvertible {
    var description: String {
        """
        \(mode), seed \(seed)
        \(plan)
        \(events.map { $0.shortText }.joined(separator: "\n"))
        """
    }
}

extension FunnelEvent {
    /// The steps as A, B ..., the exclusions as x, y, or X for something else; when; and the rest by first letters.
    var shortText: String {
        var name = ""
        for (bit, letter) in ["A", "B", "C", "D"].enumerated() where steps & (1 << UInt32(bit)) != 0 { name += letter }
        for (bit, letter) in ["x", "y"].enumerated() where exclusions & (1 << UInt32(bit)) != 0 { name += letter }
        if name.isEmpty { name = "X" }
        return "\(name) \(time) #\(position) held \(held) group \(group) session \(session)"
    }
}

extension FunnelResult {
    /// With outcomes in an order that does not depend on how they were found, and without what may be any of the events
    /// in any order.
    func inOneOrder(_ plan: FunnelPlan) -> FunnelResult {
        var result = plan.order == .any ? withoutEvents : self
        result.outcomes.sort { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }
        result.grouped.sort { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }
        return result
    }

    /// Without the places of the events in the stream.
    var withoutEvents: FunnelResult {
        var result = self
        for index in outcomes.indices { result.outcomes[index].events = [] }
        for index in grouped.indices { result.grouped[index].events = [] }
        return result
    }
}

extension FunnelOutcome {
    /// All that there is of it, as numbers.
    fileprivate var sortKey: [Int64] {
        let value = group.map { Int64($0) } ?? -1
        var key: [Int64] = [value, start, completion, Int64(depth)]
        key += times.map { $0 ?? Int64.max }
        key += events.map { Int64($0) }
        return key
    }
}
