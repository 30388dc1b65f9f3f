import EventLog
import Foundation
import Rapport
import Testing
import TestSupport

/// The example on the page about mapping an own export works.
@Suite struct MappingYourExportPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Rapport/Rapport.docc/MappingYourExport.md")
    private static let files = ["accounts.csv", "contacts.csv", "deals.csv", "stages.csv", "cases.csv"]

    /// What stands between each `start` and the end of its block.
    private func blocks(after start: String) throws -> [String] {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        return try text.components(separatedBy: start).dropFirst().map { rest in
            String(rest[..<(try #require(rest.range(of: "```"))).lowerBound])
        }
    }

    /// The parts of the mapping, one below the other.
    private func mapping() throws -> ImportMapping {
        try ImportMapping(yaml: try blocks(after: "```yaml\n").joined())
    }

    /// Writes the page's files; returns their paths.
    private func write(to folder: ImportFolder) throws -> [String] {
        try Self.files.map { name in
            let found = try blocks(after: "`\(name)`:\n\n```csv\n")
            #expect(found.count == 1, "\(name)")
            return try folder.write(name, try #require(found.first))
        }
    }

    @Test func theExampleIsImported() async throws {
        let folder = ImportFolder()
        let paths = try write(to: folder)
        let report = try await folder.run(try mapping(), paths)
        #expect(report.badRows == [] && report.warnings == [] && report.changedRows == [])
        #expect(
            report.events.map { "\($0.name) \($0.count)" } == [
                "account 2", "contact 2", "pipeline 1", "deal 3", "owner 3", "value 1", "won 1", "lost 1", "stage 4",
                "case 2", "taken 1", "solved 1", "closed 1",
            ])
        let about = folder.events.filter { $0.type == OpportunityStageChanged.eventType }.map(\.head)
        #expect(
            about == [
                "2024-03-10T08:00:00Z opportunity:D-1 customer:A-1",
                "2024-04-02T13:00:00Z opportunity:D-1 customer:A-1",
                "2024-03-08T16:30:00Z opportunity:D-2 customer:A-2",
                "2024-05-20T07:30:00Z opportunity:D-3 customer:A-1",
            ])
        // Nothing personal is in tags or data.
        for event in folder.events {
            let open = try event.json + event.head
            for personal in ["Mia", "Jun", "@", "+49", "Stuck", "invoice"] { #expect(!open.contains(personal)) }
        }
        #expect(folder.events.count { $0.subjects.contains { $0.part != nil } } == 4)
    }

    @Test func theSecondExportAddsWhatIsNew() async throws {
        let folder = ImportFolder()
        let paths = try write(to: folder)
        let first = try await folder.run(try mapping(), paths)
        let again = try await folder.run(try mapping(), paths)
        #expect(again.appended == 0 && again.alreadyThere == first.appended && again.changedRows == [])
        // The open deal has another owner and another value, and a solved case was opened again and solved.
        let deals = try #require(try blocks(after: "`deals.csv`:\n\n```csv\n").first)
        let row = "D-3,A-1,nora,\"3,000.00\",EUR,open,,02.04.2024 14:00,20.05.2024 09:30,"
        #expect(deals.contains(row))
        try folder.write(
            "deals.csv",
            deals.replacingOccurrences(
                of: row, with: "D-3,A-1,omar,\"4,500.00\",EUR,open,,02.04.2024 14:00,03.06.2024 12:00,"))
        let cases = try #require(try blocks(after: "`cases.csv`:\n\n```csv\n").first)
        #expect(cases.contains("03.05.2024 12:00"))
        try folder.write("cases.csv", cases.replacingOccurrences(of: "03.05.2024 12:00", with: "06.05.2024 12:00"))
        let next = try await folder.run(try mapping(), paths)
        #expect(next.appended == 3 && next.changedRows == [] && next.badRows == [])
        #expect(
            try folder.events.suffix(3).map { try $0.json } == [
                #"{"opportunityId":"D-3","to":"omar"}"#,
                #"{"opportunityId":"D-3","to":{"minorUnits":"450000","currency":"EUR"}}"#, #"{"caseId":"S-1"}"#,
            ])
    }

    @Test func theReadModelsAnswer() async throws {
        let folder = ImportFolder()
        let paths = try write(to: folder)
        let crmFolder = try CRMFolder()
        let crm = crmFolder.crm
        _ = try await Importer(try mapping()).run(files: paths) { events in
            ImportBatchResult(appended: try await crm.log.append(events, known: .skip).appended)
        }
        let pipeline = try await crm.pipeline(atLeast: crmFolder.head)
        #expect(pipeline.stages.map { "\($0.stage) \($0.open) \($0.openValue)" } == ["Offer 1 300000"])
        #expect(pipeline.totals.first { $0.currency == "EUR" }?.wonValue == 1_250_000)
        let contact = try #require(try await crm.profile(of: "P-1", atLeast: crmFolder.head))
        #expect(contact.fields.filter(\.isPersonal).map(\.name) == ["email", "name", "phone"])
        let account = try #require(try await crm.profile(of: "A-1", atLeast: crmFolder.head))
        let known = Dictionary(account.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(known["name"] == "Nordwind GmbH" && known["industry"] == "logistics" && known["kind"] == "organisation")
        withExtendedLifetime(crmFolder) {}
    }
}
