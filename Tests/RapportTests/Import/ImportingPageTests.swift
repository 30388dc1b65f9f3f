import EventLog
import Foundation
import Rapport
import Testing
import TestSupport

/// What the page on importing shows works.
@Suite struct ImportingPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Rapport/Rapport.docc/Importing.md")

    /// The first block of the page in `language`.
    private func block(_ language: String) throws -> String {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let start = try #require(text.range(of: "```\(language)\n")?.upperBound)
        return String(text[start..<(try #require(text.range(of: "```", range: start..<text.endIndex)).lowerBound)])
    }

    @Test func theExampleIsImported() async throws {
        let directory = try TemporaryDirectory()
        let folder = ImportFolder()
        try folder.write("sellers.csv", "login;region\nnora;North\n")
        let paths = [try folder.write("orders.csv", try block("csv"))]
        let mappingPath = try folder.write("shop.yaml", try block("yaml"))
        let crm = try Rapport(at: directory.path)
        defer { crm.close() }

        let mapping = try ImportMapping(path: mappingPath)
        let report = try await Importer(mapping).run(files: paths, into: crm.log)
        #expect(report.appended == 4 && report.badRows == [] && report.warnings.map(\.reason) == [])

        let again = ImportFolder()
        try again.write("sellers.csv", "login;region\nnora;North\n")
        try await again.run(mapping, [try again.write("orders.csv", try block("csv"))])
        #expect(
            again.events.map(\.head) == [
                "2025-03-30T22:00:00Z opportunity:A-1 customer:C-7",
                "2025-03-30T22:00:00Z opportunity:A-1 customer:C-7",
                "2025-03-31T22:00:00Z opportunity:A-2 customer:C-9",
                "2024-12-31T23:00:00Z opportunity:A-3 customer:C-7",
            ])
        let offered = #""stage":"Offered","owner":"nora","attributes":[{"name":"region","value":"North"}]"#
        let undated = #""stage":"Offered","attributes":[{"name":"date_unknown","value":"true"}]"#
        #expect(
            try again.events.map { try $0.json } == [
                #"{"opportunityId":"A-1",\#(offered)}"#,
                #"{"opportunityId":"A-1","amount":{"minorUnits":"109950","currency":"EUR"}}"#,
                #"{"opportunityId":"A-2",\#(offered)}"#,
                #"{"opportunityId":"A-3",\#(undated)}"#,
            ])
    }
}
