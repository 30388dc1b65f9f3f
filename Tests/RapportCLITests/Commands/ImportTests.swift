import Foundation
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct ImportTests {
    private static let mapping = """
        source: shop
        files:
          - file: deals.csv
            events:
              - name: opened
                type: OpportunityOpened
                key: [id]
                occurredAt: "{day}"
                about: ["opportunity:{id}", "customer:{customer}"]
                data:
                  opportunityId: "{id}"
                  customerId: "{customer}"
                  pipelineId: sales
                  stage: "{stage}"
                  amount: {money: "{value}", currency: EUR}
        """

    private static let rows = """
        id,customer,day,stage,value
        O-1,C-1,2017-03-01,lead,1200
        O-2,C-2,the day after,lead,500
        O-3,C-3,2017-03-03,询价,300.50

        """

    /// A folder with a mapping, a file and room for a data directory.
    private func makeFolder(rows: String = rows) throws -> (TemporaryDirectory, command: [String], data: String) {
        let folder = try TemporaryDirectory()
        let mapping = try folder.write(Self.mapping, to: "shop.yaml")
        let deals = try folder.write(rows, to: "deals.csv")
        let data = folder.path + "/data"
        return (folder, ["import", mapping, deals, "--data", data], data)
    }

    @Test func rowsBecomeEventsAndBadOnesAreNamed() async throws {
        let (folder, command, data) = try makeFolder()
        let run = try await Command(command).run()
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(
            run.lines.filter { !$0.hasPrefix("  ") }.map { $0.replacing(/imp-[0-9a-f]{16}/, with: "ID") } == [
                "3 rows read, 1 bad; events: 2 new, 0 there already, 0 changed", "import ID", "Event   Made",
                "──────  ────", "opened     2", "Bad rows: 1", "at position 4",
            ])
        #expect(run.lines.contains { $0.hasPrefix("  deals.csv:3: day: ") })
        let replayed = try await rapport("replay", "--data", data, "--customer", "C-3")
        #expect(replayed.lines[0].hasSuffix("pipelineId=sales  stage=询价  amount=300.50 EUR"))
        withExtendedLifetime(folder) {}
    }

    @Test func aSecondImportAddsWhatIsNewAndNamesWhatHasChanged() async throws {
        let (folder, command, _) = try makeFolder()
        _ = try await Command(command).run()
        let changed = Self.rows.replacing("300.50", with: "400") + "O-4,C-1,2017-03-04,lead,1\n"
        _ = try folder.write(changed, to: "deals.csv")
        let run = try await Command(command + ["--json"]).run()
        #expect(run.status == 0)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["rows"] as? Int == 4)
        #expect(report["appended"] as? Int == 1)
        #expect(report["alreadyThere"] as? Int == 1)
        #expect(report["changedRowCount"] as? Int == 1)
        #expect(report["badRowCount"] as? Int == 1)
        #expect((report["changedRows"] as? [String])?.first?.hasPrefix("deals.csv:4: opened: ") ?? false)
    }

    @Test func theFilesOfAnImportAreToldApart() async throws {
        let folder = try TemporaryDirectory()
        let second = Self.mapping.split(separator: "\n").dropFirst(2).joined(separator: "\n")
            .replacing("deals.csv", with: "old deals.csv").replacing("name: opened", with: "name: again")
        let mapping = try folder.write(Self.mapping + "\n" + second + "\n", to: "shop.yaml")
        let files = try ["deals.csv", "old deals.csv"].map { name in
            try folder.write(Self.rows.replacing("O-", with: name == "deals.csv" ? "O-" : "P-"), to: name)
        }
        let data = folder.path + "/data"
        let run = try await Command(["import", mapping] + files + ["--data", data]).run()
        #expect(run.status == 0, "\(run.errors)")
        let csv = try await rapport("imports", "--csv", "--data", data)
        #expect(csv.output.contains(",\"deals.csv, old deals.csv\","), "\(csv.output)")
    }

    @Test func aStrictImportStopsAtTheFirstBadRow() async throws {
        let (folder, command, data) = try makeFolder()
        let run = try await Command(command + ["--strict"]).run()
        #expect(run.status == 6)
        #expect(run.errors == "rapport: stopped at the first bad row; expected none with --strict\n")
        // It has a beginning and no end.
        #expect(try await rapport("replay", "--data", data).lines.last == "at position 2")
        #expect(try await rapport("imports", "--data", data).output.contains("interrupted"))
        withExtendedLifetime(folder) {}
    }

    @Test func aDryRunMakesNothing() async throws {
        let (folder, command, data) = try makeFolder()
        let run = try await Command(command + ["--dry-run"]).run()
        #expect(run.status == 0)
        #expect(run.lines[0] == "3 rows read, 1 bad")
        #expect(run.lines.contains { $0.hasPrefix("opened ") && $0.hasSuffix(" 2") })
        #expect(!FileManager.default.fileExists(atPath: data))
        withExtendedLifetime(folder) {}
    }

    @Test func onlyTheFirstBadRowsAreShown() async throws {
        let bad = (1...25).map { "O-\($0),C-1,never,lead,1\n" }.joined()
        let (folder, command, _) = try makeFolder(rows: "id,customer,day,stage,value\n" + bad)
        func shown(_ options: String...) async throws -> Int {
            try await Command(command + options).run().lines.count { $0.hasPrefix("  deals.csv:") }
        }
        #expect(try await shown() == 20)
        #expect(try await shown("--all-rows") == 25)
        withExtendedLifetime(folder) {}
    }

    /// The only import of a data directory, by its id.
    private func importID(in data: String) async throws -> String {
        let run = try await rapport("imports", "--json", "--data", data)
        let list = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let imports = try #require(list["imports"] as? [[String: Any]])
        #expect(imports.count == 1)
        return try #require(imports.first?["importID"] as? String)
    }

    private func openDeals(in data: String, _ options: String...) async throws -> Int? {
        let run = try await Command(["pipeline", "--json", "--data", data] + options).run()
        let answer = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        return (answer?["deals"] as? [String: Any])?["open"] as? Int
    }

    @Test func anImportIsTakenBackAndDoneAgain() async throws {
        let (folder, command, data) = try makeFolder()
        #expect(try await Command(command).run().status == 0)
        let id = try await importID(in: data)
        #expect(try await openDeals(in: data) == 2)
        let plan = try await rapport("import", "--revert", id, "--dry-run", "--data", data)
        #expect(plan.status == 0, "\(plan.errors)")
        #expect(plan.lines == ["\(id): 2 events would be reverted", "at position 4"])
        let run = try await rapport("import", "--revert", id, "--reason", "wrong_file", "--data", data)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines == ["\(id): 2 events reverted", "at position 5"])
        #expect(try await openDeals(in: data) == 0)
        #expect(try await openDeals(in: data, "--as-of", "4") == 2)
        let again = try await rapport("import", "--revert", id, "--data", data)
        #expect(again.status == 3)
        #expect(again.errors == "rapport: \(id): is reverted already (position 5)\n")
        #expect(try await Command(command).run().lines.first?.contains("events: 2 new, 0 there already") ?? false)
        #expect(try await openDeals(in: data) == 2)
        withExtendedLifetime(folder) {}
    }

    @Test func whatSomebodyHasWorkedOnStays() async throws {
        let (folder, command, data) = try makeFolder()
        #expect(try await Command(command).run().status == 0)
        let id = try await importID(in: data)
        let won = #"{"type":"OpportunityWon","tags":["opportunity:O-1"],"data":{"opportunityId":"O-1"}}"#
        #expect(try await rapport("append", "--data", data, input: won + "\n").status == 0)
        let run = try await rapport("import", "--revert", id, "--data", data)
        #expect(run.lines.first == "\(id): 1 event reverted, 1 event kept (about 1 entity)")
        #expect(
            run.lines.contains { $0.hasSuffix("opportunity:O-1  edited since by the event at position 5") },
            "\(run.output)")
        withExtendedLifetime(folder) {}
    }

    @Test func whatStayedIsTakenBackLaterByForce() async throws {
        let (folder, command, data) = try makeFolder()
        #expect(try await Command(command).run().status == 0)
        let id = try await importID(in: data)
        let won = #"{"type":"OpportunityWon","tags":["opportunity:O-1"],"data":{"opportunityId":"O-1"}}"#
        #expect(try await rapport("append", "--data", data, input: won + "\n").status == 0)
        #expect(try await rapport("import", "--revert", id, "--data", data).status == 0)
        let refused = try await rapport("import", "--revert", id, "--data", data)
        #expect(refused.status == 3)
        #expect(refused.errors.contains("position 6), but for 1 of its events"), "\(refused.errors)")
        let forced = try await rapport("import", "--revert", id, "--force", "--data", data)
        #expect(forced.lines == ["\(id): 1 event reverted", "at position 7"], "\(forced.errors)")
        withExtendedLifetime(folder) {}
    }

    @Test func aFileNamedAfterSomebodyIsNotNamedInTheLog() async throws {
        let folder = try TemporaryDirectory()
        let name = "c_kunde_anna.schmidt@gmail.com.csv"
        let mapping = try folder.write(Self.mapping.replacing("deals.csv", with: "\"*.csv\""), to: "shop.yaml")
        let command = ["import", mapping, try folder.write(Self.rows, to: name), "--data", folder.path + "/data"]
        let strict = try await Command(command + ["--strict"]).run()
        #expect(strict.status == 6 && strict.errors.contains("holds an e-mail address"), "\(strict.errors)")
        let run = try await Command(command).run()
        #expect(run.status == 0 && run.output.contains("the log has file-1.csv instead"), "\(run.errors)")
        let list = try await rapport("imports", "--json", "--data", folder.path + "/data")
        #expect(list.output.contains("file-1.csv") && !list.output.contains("anna"), "\(list.output)")
    }

    @Test(arguments: [
        ["--revert", "imp-1", "mapping.yaml"], ["--force", "mapping.yaml", "file.csv"], [], ["mapping.yaml"],
        ["--revert", "imp-1", "--reason", "a b"],
    ])
    func whatDoesNotGoTogetherIsWrongUsage(arguments: [String]) async throws {
        #expect(try await Command(["import"] + arguments + ["--data", "nowhere"]).run().status == 64)
    }

    @Test func anUnknownImportIsNotFound() async throws {
        let (folder, command, data) = try makeFolder()
        #expect(try await Command(command).run().status == 0)
        let run = try await rapport("import", "--revert", "imp-0000000000000000", "--data", data)
        #expect(run.status == 2)
        #expect(run.errors.contains("the log has no such import"), "\(run.errors)")
        withExtendedLifetime(folder) {}
    }

    @Test func filesThatAreMissingOrNoMappingAreToldApart() async throws {
        let (folder, command, data) = try makeFolder()
        let missing = try await Command(command + [folder.path + "/none.csv"]).run()
        #expect(missing.status == 2)
        #expect(missing.errors == "rapport: \(folder.path)/none.csv: no such file\n")
        _ = try folder.write("source: shop\nfiles: 7\n", to: "shop.yaml")
        #expect(try await Command(command).run().status == 6)
        #expect(!FileManager.default.fileExists(atPath: data))
    }
}
