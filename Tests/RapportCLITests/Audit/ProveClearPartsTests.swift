import EventLog
import Foundation
import Rapport
import Testing
import TestSupport

/// Proofs of events whose personal parts nobody has sealed.
@Suite(.timeLimit(.minutes(5)))
struct ProveClearPartsTests {
    /// A company with a part in clear about the customer C-1 at position 16, as a program appends it that opens the log
    /// alone.
    private static func company() async throws -> SignedCompany {
        let company = try await SignedCompany()
        // Where there are keys, no log takes a part in clear.
        let keys = company.data.path + "/keys"
        try FileManager.default.moveItem(atPath: keys, toPath: keys + ".aside")
        defer { try? FileManager.default.moveItem(atPath: keys + ".aside", toPath: keys) }
        let log = try EventLog(at: company.data.path)
        defer { log.close() }
        try log.appendBlocking([
            NewEvent(
                type: try EventType("shop.Met"), tags: [try .customer("C-1")],
                subjects: [Subject(id: "customer:C-1", part: .unsealed(Array("mine".utf8)))])
        ])
        return company
    }

    /// Whether the parts of each event of a file are kept back, by position.
    private static func withheld(_ file: String, _ company: SignedCompany) async throws -> [Int: Bool] {
        let run = try await rapport("check-proof", file, "--key", company.verifierKey, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let events = try #require(try jsonObject(run)["events"] as? [[String: Any]])
        var withheld: [Int: Bool] = [:]
        for event in events {
            if let position = event["position"] as? Int { withheld[position] = event["isWithheld"] as? Bool }
        }
        return withheld
    }

    @Test func whoseValuesAProofShowsIsNoted() async throws {
        let company = try await Self.company()
        _ = try await company.checkpoint()
        for (number, selection) in [["16"], ["--customer", "C-1"], ["--range", "1-16"]].enumerated() {
            let file = company.file("proof-\(number)")
            let words = ["prove"] + selection + ["--output", file, "--data", company.data.path]
            let bare = try await Command(words).run()
            #expect(bare.status == 0, "\(bare.errors)")
            let none = try await company.run("subject", "accesses", "--by", "user:\(number)")
            #expect(none.output.contains("No access is noted."), "nothing personal was shown")
            let shown = try await Command(words + ["--personal", "--force", "--actor", "user:\(number)"]).run()
            #expect(shown.status == 0 && !shown.errors.contains("kept back"), "\(shown.errors)")
            let access = try await company.run("subject", "accesses", "--by", "user:\(number)", "--csv")
            #expect(access.lines.count == 2 && access.lines[1].contains(",customer:C-1,user:\(number),,prove,"))
            if number > 0 { #expect(try await Self.withheld(file, company)[16] == false) }
        }
    }

    @Test(arguments: ["restrict", "erase"])
    func partsInClearOfWhomNothingMayBeShownAreKeptBack(command: String) async throws {
        let company = try await Self.company()
        let run = try await Command(
            ["subject", command, "C-1", "--data", company.data.path] + (command == "erase" ? ["--yes"] : [])
        ).run()
        #expect([0, 1].contains(run.status), "an erasure is not complete while a part stands in clear: \(run.errors)")
        _ = try await company.checkpoint()
        let one = company.file("one")
        let written = try await company.run("prove", "16", "--personal", "--output", one)
        #expect(written.status == 0 && written.errors.contains("kept back in 1 event,"), "\(written.errors)")
        #expect(try !Data(contentsOf: URL(filePath: one)).isEmpty)
        let shown = try await rapport("check-proof", one, "--key", company.verifierKey)
        #expect(shown.status == 0 && shown.output.contains("personal part withheld)"), "\(shown.output)")
        for selection in [["--customer", "C-1"], ["--range", "1-16"]] {
            let file = company.file("bundle" + (selection.first ?? ""))
            let bundle = try await Command(
                ["prove"] + selection + ["--personal", "--output", file, "--data", company.data.path]
            ).run()
            #expect(bundle.status == 0, "\(bundle.errors)")
            let withheld = try await Self.withheld(file, company)
            #expect(withheld[16] == true)
            #expect(withheld[2] == false, "sealed parts go as they are")
        }
        #expect(try await !company.run("subject", "accesses", "C-1", "--csv").output.contains(",prove,"))
    }
}
