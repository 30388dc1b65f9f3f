import EventLog
import Rapport
import SwiftProtobuf
import Testing

/// The log keeps the names of imported files, so they must not hold what identifies a person.
@Suite struct FileNameTests {
    private static let mapping = """
        source: shop
        files:
          - file: "*"
            events:
              - name: won
                type: OpportunityWon
                key: [id]
                occurredAt: "{day}"
                about: ["opportunity:{id}"]
                data: {opportunityId: "{id}"}
        """

    private let files = ImportFolder()

    private func run(_ names: [String], into log: EventLog, strictly: Bool = false) async throws -> ImportReport {
        let paths = try names.enumerated().map { number, name in
            try files.write(name, "id,day\nO-\(number),2024-01-01\n")
        }
        var options = ImportOptions()
        options.isStrict = strictly
        return try await Importer(try ImportMapping(yaml: Self.mapping), options: options).run(files: paths, into: log)
    }

    @Test(
        "a name that holds an address or a number is replaced in the log, and told",
        arguments: [
            ("c_kunde_anna.schmidt@gmail.com.csv", "file-2.csv"), ("anna@example.org", "file-2"),
            ("calls +49 170 1234567.CSV", "file-2.csv"), ("calls_+49 170 1234567.CSV", "file-2.csv"),
            ("export-13812345678.txt", "file-2.txt"), ("11010519491231002X.zip", "file-2"),
        ])
    func replaced(name: String, stored: String) async throws {
        let folder = try CRMFolder()
        let report = try await run(["orders.csv", name], into: folder.crm.log)
        #expect(try folder.crm.imports().map { $0.files.map(\.name) } == [["orders.csv", stored]])
        #expect(report.appended == 2)
        #expect(report.warnings.count == 1)
        #expect(report.warnings.first?.reason.contains("the log has \(stored) instead") ?? false)
        withExtendedLifetime(folder) {}
    }

    @Test("usual names stay", arguments: ["orders_2024-03-01.csv", "20240301123456.csv", "a@b.csv", "C-4711.tsv", "x"])
    func kept(name: String) async throws {
        let folder = try CRMFolder()
        let report = try await run([name], into: folder.crm.log, strictly: true)
        #expect(report.warnings == [])
        #expect(try folder.crm.imports().first?.files.map(\.name) == [name])
        withExtendedLifetime(folder) {}
    }

    @Test("a strict import refuses such a file before anything is appended, and does not repeat its name")
    func strict() async throws {
        let folder = try CRMFolder()
        let refused = await #expect(throws: ImportMappingError.self) {
            try await run(["orders.csv", "anna@example.org.csv"], into: folder.crm.log, strictly: true)
        }
        #expect(refused?.reason.contains("the name of file 2 holds an e-mail address") ?? false)
        #expect(folder.head == .zero)
        withExtendedLifetime(folder) {}
    }
}
