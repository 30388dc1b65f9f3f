import EventLog
import Foundation
import Projection
import Rapport
import SwiftProtobuf
import TestSupport
import Testing

/// A number leads back to the events it is made of: these alone give it again, and without any one of them they do not.
@Suite(.timeLimit(.minutes(10)))
struct LineageTests {
    /// A value of an answer.
    private struct Value: Sendable, CustomStringConvertible {
        let description: String
        let ask: @Sendable (any CRMState) async throws -> String?
    }

    private static let events = Result { try DemoHistory(seed: 11, events: 1500).events }
    /// How many of the events of a value are left out one by one.
    private static let samples = ProcessInfo.processInfo.environment["RAPPORT_SAMPLES"].flatMap { Int($0) } ?? 2

    private static func values(_ customer: String) -> [Value] {
        [
            Value(description: "name") { try await $0.profile(of: customer)?.value(of: "name") },
            Value(description: "interactions") { try await $0.profile(of: customer).map { "\($0.interactions)" } },
            Value(description: "won deals of the customer") { crm in
                try await crm.profile(of: customer)?.sales.first.map { "\($0.won) \($0.wonValue)" }
            },
            Value(description: "deals that reached a stage") { crm in
                try await crm.funnel(.init(pipeline: "sales")).steps.first { $0.stage == "propose" }
                    .map { "\($0.deals)" }
            },
            Value(description: "what won deals come to") { crm in
                try await crm.funnel(.init(pipeline: "sales")).values.first.map { "\($0.currency) \($0.wonValue)" }
            },
            Value(description: "a stage's total on a day") { crm in
                let found = try await crm.pipeline(pipeline: "sales")
                return found.stages.first { $0.stage == "qualify" }.map { "\($0.open) \($0.openValue)" }
            },
            Value(description: "NPS") { crm in
                try await crm.satisfaction(.init(metric: "nps")).overall.first.map { "\($0.counts)" }
            },
            Value(description: "open cases") { crm in
                try await crm.caseFlow().points.first.map { "\($0.open)" }
            },
            Value(description: "orders placed") {
                try await $0.orderSales(.init()).overall.first.map { "\($0.counts.placed)" }
            },
        ]
    }

    @Test func theEventsOfAValueGiveItAgainAndNoneOfThemIsTooMany() async throws {
        let events = try Self.events.get()
        var known: [String: Int] = [:]
        for event in events {
            for tag in event.tags where tag.kind == "customer" { known[String(tag.id), default: 0] += 1 }
        }
        let customer = try #require(known.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key)
        let folder = try CRMFolder(events)
        var random = SeededGenerator(seed: 12)
        for position in [Position(900), folder.head] {
            for value in Self.values(customer) {
                let past = try folder.crm.state(asOf: position)
                guard let wanted = try await value.ask(past) else { continue }
                let lineage = try #require(
                    try await folder.crm.explain(at: past.moment) { crm in try await value.ask(crm) })
                #expect(lineage.value == wanted)
                #expect(lineage.isExact, "\(value)")
                #expect(lineage.positions == lineage.positions.sorted())
                let made = lineage.positions.map { events[Int($0.rawValue) - 1] }
                #expect(try await ask(value, of: made) == wanted, "\(value) as of \(position)")
                let indices = made.indices.shuffled(using: &random)
                // Definitions say what the others mean; the number may be the same by chance without them.
                for left in indices.lazy.filter({ made[$0].type != PipelineDefined.eventType }).prefix(Self.samples) {
                    var others = made
                    others.remove(at: left)
                    #expect(
                        try await ask(value, of: others) != wanted,
                        "\(value) as of \(position): \(made[left].type) at \(lineage.positions[left]) is too many")
                }
            }
        }
    }

    /// Asks it of a CRM that was told these events and nothing else.
    private func ask(_ value: Value, of events: [NewEvent]) async throws -> String? {
        let told = try CRMFolder(events)
        try await told.crm.projections.wait(for: told.head, of: told.crm.projections.names)
        return try await value.ask(told.crm)
    }

    /// By which events a value has become another: also by those that took something away.
    @Test func whatChangedBetweenTwoMomentsIsFound() async throws {
        let events = try Self.events.get()
        let folder = try CRMFolder(events)
        let open = Value(description: "open deals of a stage") { crm in
            try await crm.pipeline(pipeline: "sales").stages.first { $0.stage == "propose" }.map { "\($0.open)" }
        }
        for (first, second) in [(300, 700), (700, 1500), (1450, 1500)] as [(UInt64, UInt64)] {
            let (then, now) = (PastMoment(position: Position(first)), PastMoment(position: Position(second)))
            let found = try await folder.crm.changes(from: then, to: now) { crm in try await open.ask(crm) }
            // Counted apart: the deals that stand there at one of the two moments only.
            let (before, after) = (
                try await standing(events, first, in: "propose"), try await standing(events, second, in: "propose")
            )
            let moved = before.symmetricDifference(after)
            let named = Set(found.flatMap { events[Int($0.rawValue) - 1].tags.filter { $0.kind == "opportunity" } })
            #expect(named == moved, "\(first) to \(second)")
            #expect(found.allSatisfy { $0 > Position(first) && $0 <= Position(second) })
        }
    }

    /// The open deals that stand in a stage, each asked for alone.
    private func standing(_ events: [NewEvent], _ count: UInt64, in stage: String) async throws -> Set<EntityTag> {
        var lives: [EntityTag: [NewEvent]] = [:]
        for event in events.prefix(Int(count)) {
            for tag in event.tags where tag.kind == "opportunity" { lives[tag, default: []].append(event) }
        }
        let told = lives.filter { life in
            var (at, isOpen) = ("", true)
            for event in life.value.sorted(by: { $0.occurredAt < $1.occurredAt }) {
                switch event.type {
                case OpportunityOpened.eventType:
                    at = (try? OpportunityOpened(serializedBytes: event.data))?.stage ?? ""
                case OpportunityStageChanged.eventType:
                    at = (try? OpportunityStageChanged(serializedBytes: event.data))?.toStage ?? at
                case OpportunityWon.eventType, OpportunityLost.eventType: isOpen = false
                case OpportunityReopened.eventType:
                    isOpen = true
                    at = (try? OpportunityReopened(serializedBytes: event.data))?.toStage ?? at
                default: break
                }
            }
            return isOpen && at == stage
        }
        return Set(told.keys)
    }

    /// A median, or who ordered first, is not made of parts that can be looked at one by one; the events found give it.
    @Test func valuesThatAreNotSumsHaveTheirEventsToo() async throws {
        let events = try Self.events.get()
        let folder = try CRMFolder(events)
        let values = [
            Value(description: "customers of a cohort") { crm in
                try await crm.cohorts().cohorts.first.map { "\($0.period) \($0.customers)" }
            },
            Value(description: "median of a cycle") { crm in
                try await crm.cycleTimes().outcomes.first.map { "\($0)" }
            },
        ]
        for value in values {
            let now = try folder.crm.state(asOf: folder.head)
            guard let wanted = try await value.ask(now) else { continue }
            let lineage = try #require(try await folder.crm.explain { crm in try await value.ask(crm) })
            #expect(lineage.isExact, "\(value)")
            let made = lineage.positions.map { events[Int($0.rawValue) - 1] }
            #expect(made.count < events.count / 2, "\(value): \(made.count)")
            #expect(try await ask(value, of: made) == wanted, "\(value)")
        }
    }

    @Test func aValueThatIsNotThereHasNoLineage() async throws {
        let folder = try CRMFolder(try DemoHistory(events: 100).events)
        let none = try await folder.crm.explain { try await $0.profile(of: "nobody")?.value(of: "name") }
        #expect(none == nil)
    }
}
