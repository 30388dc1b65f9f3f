import Rapport

/// A funnel of the five steps of a ``VisitSample`` within thirty days, and what is special about it.
struct FunnelSample: Sendable {
    let name: String
    let definition: FunnelDefinition

    /// Each step is a type of its own.
    static let ofOwnTypes = [FunnelSample("steps by type", ownType)]

    /// Each step is a type and a tag.
    static let byTag = FunnelSample("steps by tag", tag)

    /// Over touchpoints, which are of one type.
    static let ofTouchpoints = [
        byTag,
        FunnelSample("steps by name and plan", nameAndPlan),
        FunnelSample("strict order", tag) { definition in
            definition.order = .strict
            definition.scope = [TouchpointRecorded.eventType]
        },
        FunnelSample("any order", tag) { $0.order = .any },
        FunnelSample("exclusion", tag) { definition in
            let events = tag(VisitSample.cancelled)
            definition.exclusions = [.init(events: events, after: 1, before: definition.steps.count)]
        },
        FunnelSample("every attempt", tag) { $0.counting = .total },
        FunnelSample("sessions of 30 minutes", tag) { $0.counting = .session },
        FunnelSample("sessions that events name", tag) { definition in
            definition.counting = .session
            definition.sessions = .property(.field("session"))
        },
        FunnelSample("breakdown by plan", tag) { definition in
            definition.breakdown = FunnelDefinition.Breakdown(property: .field("properties[plan]"))
        },
    ]

    private static let day: Int64 = 86_400_000_000

    private init(
        _ name: String, _ matcher: (String) -> FunnelDefinition.Matcher,
        _ change: (inout FunnelDefinition) -> Void = { _ in }
    ) {
        var definition = FunnelDefinition(
            name: "bench", steps: VisitSample.steps.map { FunnelDefinition.Step(name: $0, events: matcher($0)) })
        definition.window = .time(30 * Self.day)
        change(&definition)
        self.name = name
        self.definition = definition
    }

    private static func ownType(_ name: String) -> FunnelDefinition.Matcher {
        FunnelDefinition.Matcher(types: [VisitSample.type(of: name)])
    }

    private static func tag(_ name: String) -> FunnelDefinition.Matcher {
        FunnelDefinition.Matcher(
            types: [TouchpointRecorded.eventType],
            conditions: [EventCondition(.tag(kind: "touchpoint"), .isOneOf([name]))])
    }

    /// Half of the people have one of these plans.
    private static func nameAndPlan(_ name: String) -> FunnelDefinition.Matcher {
        FunnelDefinition.Matcher(
            types: [TouchpointRecorded.eventType],
            conditions: [
                EventCondition(.field("name"), .isOneOf([name])),
                EventCondition(.field("properties[plan]"), .isOneOf(["pro", "team"])),
            ])
    }
}
