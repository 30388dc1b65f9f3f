import EventLog
import Foundation
import Projection
import Rapport
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
    private static let samples = ProcessInfo.processInfo.environment["RAPPORT_SAMPLES"].flatMap { Int($0) } ?? 6

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

    @Test func aValueThatIsNotThereHasNoLineage() async throws {
        let folder = try CRMFolder(try DemoHistory(events: 100).events)
        let none = try await folder.crm.explain { try await $0.profile(of: "nobody")?.value(of: "name") }
        #expect(none == nil)
    }
}
