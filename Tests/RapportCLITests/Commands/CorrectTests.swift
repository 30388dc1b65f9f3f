import Foundation
import Testing
import TestSupport

/// Corrections at the command line.
@Suite(.timeLimit(.minutes(5)))
struct CorrectTests {
    private let company: TemporaryDirectory

    init() async throws { company = try await TinyCompany.directory() }

    private func run(_ arguments: String...) async throws -> CommandRun {
        try await Command(arguments + ["--data", company.path]).run()
    }

    private func wonDeals(_ options: String...) async throws -> Int? {
        let answer = try await Command(["pipeline", "--json", "--data", company.path] + options).run()
        return (try jsonObject(answer)["deals"] as? [String: Any])?["won"] as? Int
    }

    @Test func anEventIsAnnulledAndRestored() async throws {
        #expect(try await wonDeals() == 1)
        let annulled = try await run("correct", "9", "--annul", "--reason", "mistake", "--actor", "user:7")
        #expect(annulled.status == 0, "\(annulled.errors)")
        #expect(annulled.lines.first == "the OpportunityWon at position 9 is annulled")
        #expect(annulled.lines.last == "at position 16")
        #expect(try await wonDeals() == 0)
        #expect(try await wonDeals("--as-of", "15") == 1)
        let again = try await run("correct", "9", "--annul")
        #expect(again.status == 3)
        #expect(again.errors == "rapport: position 9: is annulled already (position 16)\n")
        #expect(try await run("correct", "9", "--restore", "--json").status == 0)
        #expect(try await wonDeals() == 1)
        let list = try await run("correct", "9", "--csv")
        #expect(list.lines.count == 3)
        #expect(list.lines[1].hasPrefix("16,") && list.lines[1].contains(",annulled,"), "\(list.output)")
        #expect(list.lines[1].hasSuffix(",user:7,mistake,,"), "\(list.output)")
        #expect(list.lines[2].hasPrefix("17,") && list.lines[2].contains(",restored,"), "\(list.output)")
    }

    @Test func anAmendmentMovesADeal() async throws {
        let json = #"{"opportunityId":"O-3","customerId":"C-1","pipelineId":"sales","stage":"lead"}"#
        let file = try company.write(json + "\n", to: "deal.json")
        let amended = try await run("correct", "6", "--amend-file", file, "--occurred-at", "2017-02-03", "--json")
        #expect(amended.status == 0, "\(amended.errors)")
        let receipt = try jsonObject(amended)
        #expect(receipt["kind"] as? String == "amended" && receipt["target"] as? Int == 6)
        #expect(receipt["tags"] as? [String] == ["opportunity:O-3", "customer:C-1"])
        let same = try await run("correct", "6", "--amend", json)
        #expect(same.status == 3 && same.errors.contains("is seen like this already"), "\(same.errors)")
        let list = try await run("correct", "6")
        #expect(list.output.contains("2017-02-03T00:00:00Z") && list.output.contains("customer:C-1"), "\(list.output)")
    }

    @Test func personalFieldsAreAmendedFromAFile() async throws {
        let file = try company.write(#"{"customer:C-1": {"displayName": "王大明"}}"#, to: "personal.json")
        let amended = try await run("correct", "2", "--personal-file", file)
        #expect(amended.status == 0, "\(amended.errors)")
        #expect(try files(below: company.path + "/log", holding: Array("王大明".utf8)) == [])
        let unknown = try company.write(#"{"customer:C-1": {"name": "王大明"}}"#, to: "unknown.json")
        let refused = try await run("correct", "2", "--personal-file", unknown)
        #expect(refused.status == 6 && refused.errors.contains("unknown.json: personal: does not fit"))
    }

    @Test func aNameGoesNowhereByItselfAndAMistypedCustomerIsTold() async throws {
        let refused = try await run("correct", "2", "--tag", "customer:C-9")
        #expect(refused.status == 6, "\(refused.output)")
        #expect(refused.errors.contains("is about customer:C-1, and would be nobody's"), "\(refused.errors)")
        let file = try company.write(#"{"customer:C-9": {"displayName": "王大明"}}"#, to: "personal.json")
        let moved = try await run("correct", "2", "--tag", "customer:C-9", "--personal-file", file)
        #expect(moved.status == 0, "\(moved.errors)")
        #expect(
            moved.lines.prefix(3) == [
                "the CustomerRegistered at position 2 is amended", "about customer:C-9",
                "warning: no event was about customer:C-9 before",
            ])
        let found = try await run("find", "王大明", "--json")
        #expect(found.output.contains("C-9"), "\(found.output)")
    }

    @Test func whatIsAnnulledIsNotAmended() async throws {
        #expect(try await run("correct", "9", "--annul").status == 0)
        let refused = try await run("correct", "9", "--occurred-at", "2017-02-21")
        #expect(refused.status == 3 && refused.errors.contains("restore it first"), "\(refused.errors)")
        #expect(try await wonDeals() == 0)
    }

    @Test func anIDIsForOneCorrectionOnly() async throws {
        let id = "00000000-0000-7000-8000-0000000000aa"
        #expect(try await run("correct", "9", "--occurred-at", "2017-02-21", "--event-id", id).status == 0)
        #expect(try await run("correct", "9", "--occurred-at", "2017-02-21", "--event-id", id).status == 0)
        let other = try await run("correct", "9", "--occurred-at", "2017-02-22", "--event-id", id)
        #expect(other.status == 3 && other.errors.contains("is taken by another event"), "\(other.errors)")
    }

    @Test func whatCannotBeIsRefused() async throws {
        let missing = try await run("correct", "99", "--annul")
        #expect(missing.status == 2)
        #expect(missing.errors.contains("position 99 is not in the log, which holds 1 to 15"), "\(missing.errors)")
        #expect(try await run("correct", "99").status == 2)
        #expect(try await run("correct", "99", "--amend", "{}").status == 2)
        #expect(try await run("correct", "9", "--restore").status == 3)
        let unknown = try await run("correct", "9", "--amend", #"{"opportunityID":"O-1"}"#)
        #expect(unknown.status == 6)
        #expect(unknown.errors.contains("--amend: data: does not fit rapport.crm.v1.OpportunityWon"))
        #expect(unknown.errors.contains("opportunityID"), "\(unknown.errors)")
        #expect(try await run("correct", "9", "--amend", "7").status == 6)
        #expect(try await run("correct", "9", "--annul").status == 0)
        let correction = try await run("correct", "16", "--annul")
        #expect(correction.status == 6 && correction.errors.contains("cannot be corrected"), "\(correction.errors)")
        #expect(try await run("correct", "8").lines.first == "Position 8 was not corrected.")
    }

    @Test(arguments: [
        ["--annul", "--restore"], ["--annul", "--amend", "{}"], ["--amend", "{}", "--amend-file", "x"],
        ["--reason", "mistake"], ["--annul", "--reason", "a mistake"], ["--json", "--csv"],
    ])
    func whatDoesNotGoTogetherIsWrongUsage(arguments: [String]) async throws {
        #expect(try await Command(["correct", "9"] + arguments + ["--data", company.path]).run().status == 64)
    }
}
