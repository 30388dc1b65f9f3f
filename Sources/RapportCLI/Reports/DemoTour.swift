import EventLog
import Foundation
import Projection
import Rapport

/// Answers of the demo company, each with the time it took, and where to find more.
struct DemoTour {
    /// Customers looked at to find one with a Chinese name.
    private static let candidates = 400

    /// The funnel of behaviour that is shown: that of `schemas/funnels/lead-to-order.yaml`.
    static let leadToOrder = """
        funnel: lead-to-order
        title: From a lead to a delivered order
        steps:
          - {name: Lead converted, event: LeadConverted}
          - name: Looked around
            event: TouchpointRecorded
            where: [{property: channel, is: [web, app]}]
            optional: true
          - {name: Deal won, event: OpportunityWon}
          - {name: Ordered, event: OrderPlaced, within: 30 d}
          - {name: Delivered, event: OrderDelivered}
        window: 180 d
        """

    let crm: Rapport
    let terminal: Terminal

    /// Waits for the read models, and asks. The company has no present: what depends on one is asked as at its newest
    /// event.
    func show() async throws {
        let (_, elapsed) = try await timed {
            try await DataDirectory.wait(of: crm.projections.names, in: crm)
        }
        try Output.print("Read models caught up after another \(elapsed.text).")
        let (funnel, funnelTime) = try await timed { try await crm.funnel(FunnelQuestion()) }
        try show("The sales funnel", funnelTime, funnel.text(for: terminal))
        let newest = try crm.log.withEvent(at: crm.log.head) { $0.occurredAt } ?? Timestamp(microseconds: 0)
        let question = BehaviourQuestion(
            .definition(try FunnelDefinition(yaml: Self.leadToOrder)), now: newest)
        let (behaviour, behaviourTime) = try await timed { try await crm.behaviour(question) }
        try show("A funnel of any events", behaviourTime, behaviour.text(for: terminal))
        let customer = try await customerToShow()
        if let customer {
            let (profile, profileTime) = try await timed { try await crm.profile(of: customer) }
            if let profile { try show("A customer", profileTime, profile.text(for: terminal, .utc)) }
        }
        let (trend, trendTime) = try await timed {
            try await crm.satisfaction(SatisfactionQuestion(metric: "nps", by: .quarter))
        }
        try show("Would they recommend us?", trendTime, trend.text(for: terminal))
        try await showCustomers(now: newest)
        try await showService(now: newest)
        try showMore(about: customer)
    }

    /// Names commands that have something to tell of this company, too.
    private func showMore(about customer: String?) throws {
        let commands = [
            "rapport leads --funnel --by source", "rapport waterfall --from 2026-04-01 --to 2026-06-30",
            "rapport forecast --from 2026-04-01 --to 2026-06-30 --made 2026-04-30", "rapport dwell --at 2026-06-30",
            "rapport orders --sales --by region", "rapport cohorts --by quarter",
            "rapport cases --flow --by category --period quarter",
            "rapport sla --queue --level standard --at 2026-06-30", "rapport voice --unanswered --at 2026-06-30",
            "rapport satisfaction --response-rate --by quarter",
            "rapport lifetime --to 2025-12-31 --currency EUR --customers", "rapport find anna",
            "rapport timeline \(customer ?? "C-000001")", "rapport report page.html --no-charts",
        ]
        let heading = terminal.styled("── More to ask, each with --data and this directory ──", .yellow)
        try Output.print("\n" + heading + "\n\n" + commands.map { "  " + $0 }.joined(separator: "\n"))
    }

    /// Prints an answer under its title and the time that it took.
    func show(_ title: String, _ time: Duration, _ text: String) throws {
        let heading = "── \(title) (answered in \(time.text)) ──"
        try Output.print("\n" + terminal.styled(heading, .yellow) + "\n\n" + text)
    }

    /// What is asked, and how long it took.
    func timed<Value>(_ body: () async throws -> Value) async throws -> (Value, Duration) {
        let start = ContinuousClock.now
        let value = try await body()
        return (value, ContinuousClock.now - start)
    }

    /// The first customer with a Chinese name, or else the first.
    private func customerToShow() async throws -> String? {
        let registrations = try crm.log.events(
            Query(types: [CustomerRegistered.eventType]), limit: Self.candidates)
        let ids = registrations.compactMap { recorded in
            recorded.event.tags.first { $0.kind == "customer" }.map { String($0.id) }
        }
        for id in ids {
            let name = try await crm.profile(of: id)?.value(of: "name") ?? ""
            if name.unicodeScalars.contains(where: { (0x4E00...0x9FFF).contains($0.value) }) { return id }
        }
        return ids.first
    }
}

extension Duration {
    /// `12.3 ms`.
    var text: String {
        NumberFormat.duration(microseconds: Int64((self / .microseconds(1)).rounded()))
    }
}
