import EventLog
import Rapport

/// Funnels of the touchpoints that ``RandomVisits`` makes, each counted in another way.
enum FunnelVariety {
    static let all = ordered + strict + inAnyOrder + bySessions

    private static let hour: Int64 = 3_600_000_000

    private static func funnel(
        _ name: String, _ change: (inout FunnelDefinition) -> Void
    ) -> FunnelDefinition {
        var definition = Visits.funnel("A", "B", "C", name: name)
        definition.window = .time(24 * hour)
        change(&definition)
        return definition
    }

    private static func byChannel(_ attribution: FunnelDefinition.Attribution) -> FunnelDefinition.Breakdown {
        .init(property: .field("channel"), attribution: attribution)
    }

    private static let ordered: [FunnelDefinition] = [
        funnel("best") { definition in
            definition.exclusions = [Visits.withoutX(after: 1, before: 2)]
            definition.exclusionMode = .dropSubject
            definition.breakdown = byChannel(.last)
        },
        funnel("totals") { definition in
            definition.steps.removeLast()
            definition.counting = .total
            definition.exclusions = [Visits.withoutX(after: 1, before: 2)]
            definition.breakdown = byChannel(.all)
        },
        funnel("held") { definition in
            definition.steps.removeLast()
            definition.reentry = .first
            definition.held = [.field("channel"), .field("session")]
            definition.breakdown = .init(property: .field("session"), attribution: .firstDefined)
        },
        funnel("firsts") { definition in
            definition.steps[0].occurrence = .firstEver
            definition.steps[1].occurrence = .firstMatching
            definition.from = .init(text: "2024-03-02", time: Visits.time(24))
            definition.to = .init(text: "2024-03-05", time: Visits.time(96))
            definition.clipsToRange = true
        },
        funnel("segments") { definition in
            definition.grace = hour / 2
            definition.steps[1].isOptional = true
            definition.steps[2].within = 12 * hour
            definition.breakdown = byChannel(.step(1))
            definition.breakdown?.isPerSegment = true
        },
    ]

    private static let strict: [FunnelDefinition] = [
        funnel("strict") { definition in
            definition.order = .strict
            definition.repeatBreaks = false
            definition.breakdown = byChannel(.step(2))
        },
        funnel("strict-totals") { definition in
            definition.steps.removeLast()
            definition.order = .strict
            definition.scope = [OrderPlaced.eventType]
            definition.counting = .total
            definition.exclusions = [Visits.withoutX(after: 1, before: 2)]
            definition.exclusionMode = .dropSubject
        },
    ]

    private static let inAnyOrder: [FunnelDefinition] = [
        funnel("any") { definition in
            definition.order = .any
            definition.exclusions = [Visits.withoutX(after: 1, before: 3)]
            definition.exclusionMode = .dropSubject
            definition.breakdown = byChannel(.all)
        },
        funnel("any-totals") { definition in
            definition.order = .any
            definition.counting = .total
            definition.held = [.field("channel")]
            definition.breakdown = byChannel(.first)
        },
    ]

    private static let bySessions: [FunnelDefinition] = [
        funnel("sessions") { definition in
            definition.steps.removeLast()
            definition.counting = .session
            definition.sessions = .gap(6 * hour)
            definition.reentry = .first
        },
        funnel("window-of-sessions") { definition in
            definition.window = .sessions(2)
            definition.sessions = .property(.field("session"))
            definition.breakdown = byChannel(.lastDefined)
        },
        funnel("any-sessions") { definition in
            definition.order = .any
            definition.counting = .session
            definition.sessions = .property(.field("session"))
        },
    ]
}
