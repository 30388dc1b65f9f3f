import EventLog
import Projection
@testable import Rapport
import Testing

/// Funnels of leads against figures of a marketplace that were computed elsewhere.
///
/// The published conversions know no window: five of them took longer than the longest there is, or came before the
/// lead. Which these are the list of leads says.
@Suite(.enabled(if: GoldenDataSets.folder != nil, "RAPPORT_DATASETS does not say where the data sets are"))
struct GoldenBehaviourTests {
    private typealias Figures = GoldenFigures.Leads

    private static func joining(_ order: FunnelDefinition.Order) -> FunnelDefinition {
        var definition = FunnelDefinition(
            name: "joining-\(order)",
            steps: [
                .init(name: "captured", events: .init(types: [LeadCaptured.eventType])),
                .init(name: "converted", events: .init(types: [LeadConverted.eventType])),
            ])
        definition.subject = .entity(kind: "lead")
        definition.order = order
        definition.window = .time(FunnelDefinition.Window.longest)
        definition.breakdown = .init(property: .field("source"))
        return definition
    }

    private static func imported() async throws -> CRMFolder {
        let files = ["olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"]
        let folder = try CRMFolder()
        let importer = Importer(try ImportMapping(path: GoldenDataSets.mapping("olist")))
        let report = try await importer.run(
            files: files.map { GoldenDataSets.path("olist_funnel", $0) }, into: folder.crm.log)
        #expect(report.badRowCount == 0)
        return folder
    }

    @Test("Olist: captured and converted leads, by origin and month, are the published ones")
    func olist() async throws {
        let figures = try GoldenDataSets.figures(Figures.self, of: "olist_funnel")
        let folder = try await Self.imported()
        let crm = folder.crm
        let ordered = try await FunnelPair(Self.joining(.ordered), in: crm).answer { $0.trend = .month }
        let inAnyOrder = try await FunnelPair(Self.joining(.any), in: crm).answer()
        let head = folder.head
        let leads = try await GoldenImport.allRows { try await crm.leads(limit: 1_000, after: $0, atLeast: head) }
        let times = leads.filter { $0.status == .converted }.compactMap { lead in
            lead.closedAt.map { $0.microseconds - lead.capturedAt.microseconds }
        }
        #expect(times.count == Int(figures.converted))
        let late = Int64(times.count { $0 > FunnelDefinition.Window.longest })
        let early = Int64(times.count { $0 < 0 })
        #expect(early == Int64(figures.daysToClose.negative))

        #expect(ordered.entered == figures.captured && inAnyOrder.entered == figures.captured)
        #expect(ordered.converted == figures.converted - late - early)
        #expect(inAnyOrder.converted == figures.converted - late)
        #expect(ordered.trend.map(\.period) == figures.cohorts.keys.sorted())
        for point in ordered.trend {
            #expect(point.counts.first == figures.cohorts[point.period]?.first, "\(point.period)")
        }
        #expect(ordered.trend.reduce(0) { $0 + $1.counts[1] } == ordered.converted)
        for origin in figures.byOrigin {
            let value = origin.name == "(blank)" ? nil : origin.name
            let group = try #require(ordered.groups.first { $0.value == value }, "\(origin.name)")
            #expect(group.counts[0] == origin.captured && group.counts[1] <= origin.converted, "\(origin.name)")
        }
        #expect(ordered.groups.count == figures.byOrigin.count)
        #expect(ordered.groups.reduce(0) { $0 + $1.counts[1] } == ordered.converted)
        withExtendedLifetime(folder) {}
    }
}
