import EventLog
import Foundation
import Projection
import TestSupport
import Testing

@testable import RapportCLI

/// `rebuild --preview`: what this program would make of the rows that are there.
@Suite(.timeLimit(.minutes(5)))
struct PreviewCommandTests {
    @Test func rowsThatThisVersionHasMadeWouldStay() async throws {
        let directory = try await TinyCompany.directory()
        let before = try await rapport("rebuild", "--preview", "--data", directory.path)
        #expect(before.status == 0)
        #expect(before.output == "Nothing to preview: this version of the program has made all rows.\n")
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/views"))
        _ = try await rapport("rebuild", "--data", directory.path)
        let all = try await rapport("rebuild", "--preview", "--data", directory.path, "--json")
        #expect(try ServedRows.decode([ModelPreview].self, all) == [])
        let named = try await Command(["rebuild", "--preview", "--json", "--data", directory.path] + readModelNames)
            .run()
        #expect(named.status == 0, "\(named.errors)")
        let previews = try ServedRows.decode([ModelPreview].self, named)
        #expect(previews.map(\.name) == readModelNames)
        for preview in previews {
            #expect(preview.changes == [], "\(preview.name)")
            #expect(preview.digestBefore == preview.digestAfter, "\(preview.name)")
            #expect((preview.digestBefore == nil) == (preview.name == "search"))
            #expect((preview.notShown == nil) == (preview.name != "search"))
            #expect(preview.versionBefore == preview.versionAfter)
            #expect(preview.position == Position(15))
        }
        // Of leads, orders, promises, cases and consents this company has none; search is not shown.
        #expect(previews.filter { $0.tables.contains { $0.same > 0 } }.count == readModelNames.count - 6)
        let text = try await rapport("rebuild", "--preview", "pipeline", "--data", directory.path)
        #expect(text.lines[0].hasPrefix("pipeline, version ") && text.lines[0].hasSuffix(": nothing would change"))
        #expect(text.lines.last == "at position 15")
    }

    @Test func rowsOfAnotherVersionAreComparedBeforeTheyAreReplaced() async throws {
        let directory = try await TinyCompany.directory()
        try await ServedRows.letOthersAnswer(in: directory, of: "profile")
        let names = try ServedRows.names(in: directory, of: "profile")
        let version = ServedRows.version(of: "profile")
        let data = ["--data", directory.path]
        let run = try await Command(["rebuild", "--preview", "--json"] + data).run()
        #expect(run.status == 0, "\(run.errors)")
        let previews = try ServedRows.decode([ModelPreview].self, run)
        #expect(previews.map(\.name) == ["profile"])
        let preview = try #require(previews.first)
        #expect(preview.versionBefore == ServedRows.otherVersion)
        #expect(preview.versionAfter == version)
        #expect(preview.digestBefore != preview.digestAfter)
        let added = preview.tables.reduce(0) { $0 + $1.added }
        #expect(added > 1)
        #expect(preview.changes.count == min(added, 20))
        #expect(preview.changes.allSatisfy { $0.kind == .added })
        #expect(preview.changes.contains { $0.table == "entities" && $0.key == "customer:C-2" })

        let text = try await Command(["rebuild", "--preview", "--limit", "1"] + data).run()
        let outcome = "\(added) rows would change"
        #expect(text.lines[0] == "profile, version \(version) instead of \(ServedRows.otherVersion): \(outcome)")
        let rest = added == 2 ? "1 more row" : "\(added - 1) more rows"
        #expect(text.lines.contains("and \(rest); --limit says how many are shown"), "\(text.output)")

        let csv = try await Command(["rebuild", "--preview", "--csv"] + data).run()
        #expect(csv.lines[0] == "name,table,fold,key,kind,path,before,after")
        #expect(csv.lines.contains { $0.hasPrefix("profile,entities,0,customer:C-2,added,") })

        // Nothing has been touched, and nothing is left.
        #expect(try ServedRows.names(in: directory, of: "profile") == names)
        let views = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/views")
        #expect(views.sorted() == ["LEASE", "SWAP", "profile"])
        let built = try await rapport("rebuild", "profile", "--json", "--data", directory.path)
        #expect(try ServedRows.decode([RebuiltModel].self, built).map(\.digestAfter) == [preview.digestAfter])
        let after = try await rapport("rebuild", "--preview", "profile", "--json", "--data", directory.path)
        let same = try ServedRows.decode([ModelPreview].self, after)
        #expect(same.map(\.changes) == [[]])
        #expect(same.flatMap(\.tables).reduce(0) { $0 + $1.same } == added)
    }

    @Test func rowsThatHoldPersonalValuesAreNotShown() async throws {
        let directory = try await TinyCompany.directory()
        try await ServedRows.letOthersAnswer(in: directory)
        let data = ["--data", directory.path]
        let text = try await Command(["rebuild", "--preview"] + data).run()
        #expect(text.status == 0, "\(text.errors)")
        let versions = "version \(ServedRows.version) instead of \(ServedRows.otherVersion)"
        let line = "search, \(versions): its rows hold personal values and are not shown"
        #expect(text.lines == [Substring(line), "at position 15"])
        let run = try await Command(["rebuild", "--preview", "search", "--json"] + data).run()
        let preview = try #require(try ServedRows.decode([ModelPreview].self, run).first)
        #expect(preview.notShown == "its rows hold personal values and are not shown")
        #expect(preview.tables == [] && preview.changes == [] && preview.digestAfter == nil)
        #expect(!run.output.contains("Müller"))
        let folder = directory.path + "/views/search"
        #expect(!FileManager.default.fileExists(atPath: folder + "/preview"))
    }

    @Test func whatHasNoRowsCannotBePreviewed() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("rebuild", "--preview", "pipeline", "--data", directory.path)
        #expect(run.status == 7)
        #expect(run.errors == "rapport: read model pipeline is being built\n")
        let unknown = try await rapport("rebuild", "--preview", "sales", "--data", directory.path)
        #expect(unknown.status == 2)
    }

    @Test(arguments: [
        ["--preview", "--roll-back", "search"], ["--roll-back"], ["--preview", "tree"], ["--roll-back", "tree"],
        ["--limit", "3"], ["search", "--limit", "3"], ["--preview", "--limit", "10001"],
        ["--preview", "--json", "--csv"],
    ])
    func optionsThatDoNotFitAreWrongUsage(options: [String]) async throws {
        let run = try await Command(["rebuild", "--data", "nowhere"] + options).run()
        #expect(run.status == 64, "\(run.output)\(run.errors)")
    }
}
