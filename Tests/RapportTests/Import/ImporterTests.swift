import EventLog
import Foundation
import Rapport
import Testing

@Suite struct ImporterTests {
    /// One event a row.
    private func mapping(_ more: String = "", key: String = "[id]") -> String {
        """
        source: shop
        files:
          - file: "*.csv"
            events:
              - name: won
                type: OpportunityWon
                key: \(key)
                occurredAt: "{day}"
                about: ["opportunity:{id}"]
                data:
                  opportunityId: "{id}"
                  amount: {money: "{amount}", currency: EUR}
        \(more)
        """
    }

    @Test func aRowBecomesAnEvent() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,day,amount\nO-1,2024-02-29,19.99\n")
        let report = try await folder.run(mapping(), "a.csv")
        #expect(report.rows == 1 && report.appended == 1 && report.events.map(\.count) == [1])
        let event = try #require(folder.events.first)
        #expect(event.id.description == "cd0c08fc-0aeb-8ed6-9ab3-08a5f1a5401b")
        #expect(event.type == OpportunityWon.eventType)
        #expect(event.head == "2024-02-29T00:00:00Z opportunity:O-1")
        #expect(event.provenance == Provenance(source: "shop"))
        #expect(try event.json == #"{"opportunityId":"O-1","amount":{"minorUnits":"1999","currency":"EUR"}}"#)
    }

    @Test func importingTwiceAddsNothing() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,day,amount\nO-1,2024-01-01,1\nO-2,2024-01-02,2\n")
        try await folder.run(mapping(), "a.csv")
        // Another file name, order, line end and way to quote: the same rows.
        try folder.write("b.csv", "amount,id,day\r\n\"2\",O-2 , 2024-01-02\r\n1,O-1,2024-01-01\r\n")
        let report = try await folder.run(mapping(), "b.csv")
        #expect(report.appended == 0 && report.alreadyThere == 2 && report.changedRowCount == 0)
        #expect(folder.events.count == 2)
    }

    @Test func aKnownKeyWithOtherContentIsAChangedRow() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,day,amount\nO-1,2024-01-01,1\nO-2,2024-01-02,2\n")
        try await folder.run(mapping(), "a.csv")
        try folder.write(
            "b.csv", "id,day,amount\nO-1,2024-01-01,1\nO-2,2024-01-02,3\nO-3,2024-01-03,4\nO-3,2024-01-03,5\n")
        let report = try await folder.run(mapping(), "b.csv")
        #expect(report.appended == 1 && report.alreadyThere == 1 && report.changedRowCount == 2)
        #expect(report.changedRows.map(\.line) == [3, 5])
        #expect(report.changedRows.map(\.position) == [Position(2), Position(3)])
        #expect(
            report.changedRows.first?.description
                == "b.csv:3: won: the event at position 2 has the same key and other content "
                + "(id f1f77392-83c3-8e46-b280-9dea5b310678)")
        #expect(try folder.events.map { try $0.json }.joined().contains("500") == false)
    }

    @Test func ofTwoRowsWithOneKeyTheFirstCounts() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,day,amount\nO-1,2024-01-01,1\nO-1,2024-01-01,2\nO-1,2024-01-01,1\n")
        let report = try await folder.run(mapping(), "a.csv")
        #expect(report.appended == 1 && report.alreadyThere == 1)
        #expect(report.changedRows.map(\.line) == [3] && report.changedRows.map(\.position) == [nil])
    }

    @Test func aFileInWhichEveryRowChangedTakesAnAppendARow() async throws {
        let folder = ImportFolder()
        let rows = (0..<2_000).map { "O-\($0),2024-01-01," }
        try folder.write("a.csv", "id,day,amount\n" + rows.map { $0 + "1\n" }.joined())
        try folder.write("b.csv", "id,day,amount\n" + rows.map { $0 + "2\n" }.joined() + "O-new,2024-01-01,1\n")
        try await folder.run(mapping(), "a.csv")
        let report = try await folder.run(mapping(), "b.csv")
        #expect(report.changedRowCount == 2_000 && report.changedRows.count == 1_000 && report.appended == 1)
        #expect(folder.appendSizes.reduce(0, +) < 10_000)
    }

    @Test func badRowsAreListedAndTheOthersImported() async throws {
        let folder = ImportFolder()
        let text = """
            id,day,amount
            O-1,2024-01-01,1
            O-2,2024-02-30,2
            ,2024-01-01,3
            O-4,2024-01-01,1.005
            O-5,,5
            O-6,2024-01-01
            O-7,2024-01-01,"7" EUR
            O-8,2024-01-01,8
            "O-9,2024-01-01,9

            """
        try folder.write("a.csv", text)
        let report = try await folder.run(mapping(), "a.csv")
        #expect(
            report.badRows.map(\.description) == [
                "a.csv:3: day: '2024-02-30' is no date of the mapping's format",
                "a.csv:4: id: is empty, but belongs to the key of event 'won'",
                "a.csv:5: amount: '1.005' has more than the 2 decimal digits of EUR",
                "a.csv:6: day: is empty, and the mapping has no fallback",
                "a.csv:7: the row has 2 fields instead of 3",
                "a.csv:8: byte 18 of the line: a quotation mark stands where none may; "
                    + "within a quoted field it is doubled",
                "a.csv:10: a quotation mark begins a field that does not end",
            ])
        #expect(report.rows == 9 && report.badRowCount == 7 && report.appended == 2 && !report.isStopped)
        #expect(try folder.events.map { try $0.json }.count == 2)
    }

    @Test func aStrictImportStopsAtTheFirstBadRow() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,day,amount\nO-1,2024-01-01,1\nO-2,never,2\nO-3,2024-01-01,3\n")
        var options = ImportOptions()
        options.isStrict = true
        let report = try await folder.run(mapping(), "a.csv", options: options)
        #expect(report.isStopped && report.badRowCount == 1 && report.rows == 2 && report.appended == 1)
        #expect(folder.events.map(\.head) == ["2024-01-01T00:00:00Z opportunity:O-1"])
    }

    @Test func aDryRunAppendsNothing() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,day,amount\nO-1,2024-01-01,1\nO-2,never,2\n")
        var options = ImportOptions()
        options.isDryRun = true
        let report = try await folder.run(mapping(), "a.csv", options: options)
        #expect(report.events.map(\.count) == [1] && report.badRowCount == 1 && report.appended == 0)
        #expect(folder.appendSizes == [])
    }

    @Test func idsThatLookPersonalAreFlaggedAndInAStrictImportRefused() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,day,amount\nann@example.org,2024-01-01,1\nbob@example.org,2024-01-01,1\n")
        let report = try await folder.run(mapping(), "a.csv")
        #expect(
            report.warnings.map(\.description) == [
                "a.csv:2: event 'won': an id of kind 'opportunity' looks like an e-mail address (and 1 more)"
            ])
        #expect(report.appended == 2)
        var options = ImportOptions()
        options.isStrict = true
        let strict = try await ImportFolder.copy(of: folder, "a.csv").run(mapping(), "a.csv", options: options)
        #expect(strict.isStopped && strict.appended == 0)
        #expect(strict.badRows.map(\.line) == [2])
    }

    @Test func aColumnThatTheFileHasNotIsAMistakeOfTheMapping() async throws {
        let folder = ImportFolder()
        try folder.write("a.csv", "id,date,amount\nO-1,2024-01-01,1\n")
        let error = await #expect(throws: ImportMappingError.self) { try await folder.run(mapping(), "a.csv") }
        #expect(error?.description == "8:21: a.csv has no column 'day'; it has 'id', 'date', 'amount'")
        try folder.write("b.csv", "id,day,day,amount\n")
        let twice = await #expect(throws: ImportMappingError.self) { try await folder.run(mapping(), "b.csv") }
        #expect(twice?.reason == "column 'day' stands 2 times in b.csv")
        let other = await #expect(throws: ImportMappingError.self) { try await folder.run(mapping(), "b.txt") }
        #expect(other?.description == "no section of the mapping is about b.txt")
        let missing = await #expect(throws: ImportFileError.self) { try await folder.run(mapping(), "c.csv") }
        #expect(missing?.path == folder.path("c.csv"))
        #expect(folder.appendSizes == [])
    }

    @Test func whereEqualRowsAreRealTheRowNumberIsTheKey() async throws {
        let folder = ImportFolder()
        let yaml = mapping(key: "row")
        try folder.write("a.csv", "id,day,amount\nO-1,2024-01-01,1\nO-1,2024-01-01,1\nbad\nO-1,2024-01-01,1\n")
        #expect(try await folder.run(yaml, "a.csv").appended == 3)
        #expect(try await folder.run(yaml, "a.csv").alreadyThere == 3)
        // A row that is mended keeps its number, and the rows behind it theirs.
        try folder.write(
            "a.csv", "id,day,amount\nO-1,2024-01-01,1\nO-1,2024-01-01,1\nO-2,2024-01-01,2\nO-1,2024-01-01,1\n")
        let report = try await folder.run(yaml, "a.csv")
        #expect(report.appended == 1 && report.alreadyThere == 3 && report.changedRowCount == 0)
    }

    @Test func theAppendersErrorsEndTheImport() async throws {
        let folder = ImportFolder()
        let path = try folder.write("a.csv", "id,day,amount\nO-1,2024-01-01,1\n")
        let importer = Importer(try ImportMapping(yaml: mapping()))
        await #expect(throws: AppendError.closed) {
            try await importer.run(files: [path]) { _ in throw AppendError.closed }
        }
    }

    @Test func batchesKeepTheOrderOfTheRows() async throws {
        let folder = ImportFolder()
        let text = "id,day,amount\n" + (0..<1_000).map { "O-\($0),2024-01-01,1\n" }.joined()
        try folder.write("a.csv", text)
        var options = ImportOptions()
        options.batchSize = 64
        let report = try await folder.run(mapping(), "a.csv", options: options)
        #expect(report.appended == 1_000)
        #expect(folder.events.flatMap(\.tags).map(\.text) == (0..<1_000).map { "opportunity:O-\($0)" })
        #expect(folder.appendSizes.count == 16 && folder.appendSizes.max() == 64)
    }
}

extension ImportFolder {
    /// Another folder, with nothing imported yet, that has the same file.
    static func copy(of folder: ImportFolder, _ name: String) throws -> ImportFolder {
        let copy = ImportFolder()
        try copy.write(name, try String(contentsOfFile: folder.path(name), encoding: .utf8))
        return copy
    }
}
