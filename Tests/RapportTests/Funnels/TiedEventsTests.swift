@testable import Rapport
import TestSupport
import Testing

/// Many events at one time that may each be several steps, as those of a file that has dates only.
@Suite struct TiedEventsTests {
    private static let steps = 12

    @Test("events that may all be any step are taken one for each step", arguments: [4, 11, 12, 200])
    func allAlike(count: Int) throws {
        let plan = FunnelPlan(stepCount: Self.steps, window: 1)
        let every = (UInt32(1) << UInt32(Self.steps)) - 1
        let events = (1...count).map { FunnelEvent(time: 5, position: UInt64($0), steps: every) }
        let outcome = try #require(FunnelEngine(plan).run(events).outcomes.first)
        #expect(outcome.depth == min(count, Self.steps))
        #expect(outcome.events == (0..<Self.steps).map { $0 < count ? $0 : -1 })
    }

    @Test("no event is taken twice, however steps and events are mixed", arguments: 0..<40 as Range<UInt64>)
    func mixed(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let plan = FunnelPlan(stepCount: Self.steps, window: 1)
        let events = (1...14).map { position in
            // A first step, and others that are a few of the steps.
            let few = UInt32.random(in: 0..<1 << 12, using: &random) & UInt32.random(in: 0..<1 << 12, using: &random)
            return FunnelEvent(time: 5, position: UInt64(position), steps: position == 1 ? few | 1 : few)
        }
        let outcome = try #require(FunnelEngine(plan).run(events).outcomes.first)
        let taken = outcome.events.filter { $0 >= 0 }
        #expect(Set(taken).count == taken.count)
        for (step, event) in outcome.events.enumerated() where event >= 0 {
            #expect(events[event].steps & (1 << UInt32(step)) != 0)
        }
        #expect(taken.count == outcome.depth)
        #expect(outcome.depth == Self.deepest(events))
    }

    /// How many steps from the first one on can be matched to events, each one once: by sets of steps that are done.
    private static func deepest(_ events: [FunnelEvent]) -> Int {
        var reachable: Set<UInt32> = [0]
        for event in events {
            for done in reachable {
                for step in 0..<steps where event.steps & ~done & (1 << UInt32(step)) != 0 {
                    reachable.insert(done | 1 << UInt32(step))
                }
            }
        }
        let prefixes = reachable.map { (~$0).trailingZeroBitCount }
        return prefixes.max() ?? 0
    }
}
