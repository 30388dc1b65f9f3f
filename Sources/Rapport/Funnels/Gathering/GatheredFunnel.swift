internal import EventLog
internal import Foundation
internal import Projection

/// A funnel whose events were gone through.
struct GatheredFunnel: Sendable {
    private let definition: FunnelDefinition
    private let streams: GatheredStreams
    /// Subjects that one core takes at a time.
    private static let chunk = 2_000

    /// - Throws: as ``FunnelGatherer/gather()``.
    init(_ definition: FunnelDefinition, _ streams: GatheredStreams) {
        self.definition = definition
        self.streams = streams
    }

    /// The name of a number of the breakdown's values.
    func group(_ number: UInt32) -> String { streams.group(number) }

    /// What all subjects come to, on all cores.
    ///
    /// - Throws: `SumOverflow`.
    func tally(_ empty: BehaviourTally) throws -> BehaviourTally {
        let parts = try inParts { range in
            var counter = SubjectCounter(definition, empty)
            var events: [FunnelEvent] = []
            for subject in range {
                streams.copy(subject, to: &events)
                try counter.count(&events)
            }
            return counter.tally
        }
        var all = empty
        for part in parts { try all.merge(part) }
        return all
    }

    /// What `wanted` makes of the outcomes of every subject, numbered for each subject, in no order.
    func outcomes<Found: Sendable>(
        _ empty: BehaviourTally,
        _ wanted: @escaping @Sendable (FunnelOutcome, _ number: Int, _ subject: String, [FunnelEvent]) -> Found?
    ) throws -> [Found] {
        try inParts { range in
            let counter = SubjectCounter(definition, empty)
            var events: [FunnelEvent] = []
            var found: [Found] = []
            for subject in range {
                streams.copy(subject, to: &events)
                let result = counter.run(&events)
                if result.outcomes.isEmpty { continue }
                let name = streams.subject(subject)
                for (number, outcome) in result.outcomes.enumerated() {
                    if let one = wanted(outcome, number, name, events) { found.append(one) }
                }
            }
            return found
        }.flatMap { $0 }
    }

    private func inParts<Part: Sendable>(_ body: @escaping @Sendable (Range<Int>) throws -> Part) throws -> [Part] {
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        let count = streams.count
        let size = max(Self.chunk, count / (cores * 4) + 1)
        let parts = (count + size - 1) / size
        return try inParallel(parts, on: cores) { part in
            try body(part * size..<min(count, (part + 1) * size))
        }
    }
}
