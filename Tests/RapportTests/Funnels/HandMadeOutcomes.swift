import EventLog

@testable import Rapport

/// Outcomes of funnels that were made by hand, and what a tally makes of them.
enum HandMadeOutcomes {
    static let second: Int64 = 1_000_000
    static let hour = 3600 * second
    static let day = 24 * hour

    /// The breakdown values by their numbers; that of 0 is none.
    static let groupNames = ["", "web", "app", "邮件", "e\u{301}", "\u{e9}"]

    /// A funnel for customers, whose steps have these names.
    static func funnel(_ names: String..., optional: Set<String> = []) -> FunnelDefinition {
        let events = FunnelDefinition.Matcher(types: [TouchpointRecorded.eventType])
        return FunnelDefinition(
            name: "signup",
            steps: names.map { .init(name: $0, events: events, isOptional: optional.contains($0)) })
    }

    /// A funnel of two steps, broken down by channel.
    static func broken(_ mostGroups: Int = 25) -> FunnelDefinition {
        var definition = funnel("A", "B")
        definition.breakdown = .init(property: .field("channel"), mostGroups: mostGroups)
        return definition
    }

    /// An outcome that has reached its steps at these times.
    ///
    /// - Parameter optional: the numbers of the steps, from 0, that do not count towards the depth.
    static func outcome(_ times: [Int64?], optional: Set<Int> = [], group: UInt32? = nil) -> FunnelOutcome {
        let required = times.indices.filter { times[$0] != nil && !optional.contains($0) }
        let start = times.first.flatMap { $0 } ?? 0
        return FunnelOutcome(
            depth: required.count, times: times, events: times.map { $0 == nil ? -1 : 0 }, group: group, start: start,
            completion: required.last.flatMap { times[$0] } ?? start)
    }

    /// What became of a subject with one outcome.
    ///
    /// - Parameter lastEntry: when it has entered for the last time; nil is the outcome's start.
    static func result(
        _ times: [Int64?], optional: Set<Int> = [], groups: [UInt32] = [], lastEntry: Int64? = nil
    ) -> FunnelResult {
        let outcome = outcome(times, optional: optional)
        var result = FunnelResult()
        result.outcomes = [outcome]
        result.grouped = groups.map { Self.outcome(times, optional: optional, group: $0) }
        result.lastEntry = lastEntry ?? outcome.start
        return result
    }

    /// A tally of these results, as at `now` in microseconds.
    static func tally(
        _ definition: FunnelDefinition, of results: [FunnelResult], now: Int64 = 400 * day, bins: Int? = nil,
        trend: Granularity? = nil
    ) throws -> BehaviourTally {
        var tally = BehaviourTally(
            definition, now: Timestamp(microseconds: now), bins: bins, trend: trend,
            calendar: try ZonedCalendar(zone: definition.zone))
        for result in results { try tally.add(result) }
        return tally
    }

    /// The answer of a tally, of position 7.
    static func answer(_ tally: BehaviourTally, compared: [String] = []) throws -> BehaviourFunnel {
        try tally.answer(
            groupName: { groupNames[Int($0)] }, isErased: { _ in false }, compared: compared, readModel: nil,
            position: Position(7))
    }
}
