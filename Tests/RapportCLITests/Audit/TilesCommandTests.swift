import Foundation
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct TilesCommandTests {
    @Test func tilesAreWrittenUpToTheNewestCheckpoint() async throws {
        let company = try await SignedCompany()
        let folder = company.file("public")
        let unsigned = try await company.run("export", "--tiles", folder)
        #expect(unsigned.status == 2 && unsigned.output == "", "\(unsigned.errors)")
        let note = try await company.checkpoint()
        try await company.append(101)
        let run = try await company.run("export", "--tiles", folder)
        #expect(run.errors == "" && run.status == 0)
        #expect(run.output == "3 files written to \(folder)\nat position 15\n")
        #expect(try String(contentsOfFile: folder + "/checkpoint", encoding: .utf8) == note)
        #expect(try Data(contentsOf: URL(filePath: folder + "/tile/0/000.p/15")).count == 15 * 32)
        let entries = try Data(contentsOf: URL(filePath: folder + "/tile/entries/000.p/15"))
        #expect(!String(decoding: entries, as: UTF8.self).contains("王小明"), "entries hold hashes, not events")
    }

    @Test func aFolderOfAnotherLogIsRefused() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let other = try await SignedCompany()
        try await other.append(101)
        _ = try await other.checkpoint()
        let folder = company.file("public")
        #expect(try await other.run("export", "--tiles", folder).status == 0)
        let run = try await company.run("export", "--tiles", folder)
        #expect(run.status == 3 && run.output == "", "\(run.errors)")
    }

    @Test(arguments: [
        ["--personal"], ["--output", "f"], ["--from", "3"], ["--tag", "a:b"], ["--since", "2017-01-01"],
    ])
    func tilesAreOfTheWholeLog(options: [String]) async throws {
        let run = try await Command(["export", "--data", "nowhere", "--tiles", "there"] + options).run()
        #expect(run.status == 64, "\(run.errors)")
    }

    // MARK: The tree

    @Test func theTreeIsRebuiltByItsName() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let run = try await company.run("rebuild", "tree")
        #expect(run.errors == "" && run.status == 0)
        #expect(run.lines.count == 4 && run.lines[2].hasPrefix("tree ") && run.lines[2].hasSuffix("  same"))
        #expect(run.lines.last == "at position 15")
        let both = try await company.run("rebuild", "profile", "tree", "--csv")
        #expect(both.lines.count == 3 && both.lines[2].hasPrefix("tree,15,"), "\(both.output)")
        #expect(try await company.run("verify").status == 0)
    }

    @Test func aDamagedTreeIsToldAndRebuilt() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        // The only hashes of so small a tree are those of its leaves.
        let folder = company.data.path + "/tree"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix("level-0") }
        let file = folder + "/" + (try #require(files.first))
        var bytes = try Data(contentsOf: URL(filePath: file))
        try #require(bytes.count >= 15 * 32)
        bytes[5 * 32] ^= 1
        let handle = try FileHandle(forUpdating: URL(filePath: file))
        try handle.write(contentsOf: bytes)
        try handle.close()
        let verified = try await company.run("verify")
        #expect(verified.status == 4 && verified.output == "", "\(verified.errors)")
        let proved = try await company.run("prove", "6")
        #expect(proved.status != 0 && proved.output == "", "no proof is made of wrong hashes")
        let rebuilt = try await company.run("rebuild", "tree")
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        #expect(try await company.run("verify").status == 0)
        #expect(try await company.run("prove", "6").status == 0)
    }
}
