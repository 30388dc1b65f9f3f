import Foundation
import Testing
import TestSupport

/// The rights of a person at the command line.
@Suite(.timeLimit(.minutes(10)))
struct SubjectTests {
    private let company: SignedCompany

    init() async throws { company = try await SignedCompany() }

    /// The id of the event that a command about a person has appended.
    private func recorded(_ arguments: String...) async throws -> String {
        let run = try await Command(
            ["subject"] + arguments + ["--json", "--data", company.data.path]
        ).run()
        try #require(run.status == 0, "\(run.errors)")
        return try #require(try jsonObject(run)["id"] as? String)
    }

    @Test func aPlanIsShownAndNothingIsDone() async throws {
        let run = try await company.run("subject", "erase", "C-1", "--dry-run")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("customer:C-1") && run.output.contains("identity"))
        #expect(run.output.hasSuffix("at position 15\n"), "\(run.output)")
        let profile = try await company.run("profile", "C-1")
        #expect(profile.output.contains("王小明"))
    }

    @Test func nobodyIsErasedWithoutBeingAsked() async throws {
        let run = try await company.run("subject", "erase", "C-1")
        #expect(run.status == 6)
        #expect(run.errors.contains("expected --yes"), "\(run.errors)")
        #expect(try await DirectoryStatus.of(company.data).head == 15)
    }

    @Test func anErasedPersonIsGoneForGoodAndACertificateSaysSo() async throws {
        let file = company.file("c-1.txt")
        let run = try await company.run(
            "subject", "erase", "C-1", "--yes", "--key", company.key, "--certificate", file)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("erased") && run.output.hasSuffix("at position 17\n"), "\(run.output)")
        for question in [["profile", "C-1"], ["replay", "--json", "--personal"], ["find", "王"]] {
            let answer = try await Command(question + ["--data", company.data.path]).run()
            #expect(answer.status == 0 && !answer.output.contains("王小明"), "\(question)")
        }
        #expect(try files(below: company.data.path, holding: Array("王小明".utf8)) == [])
        let check = try await rapport("subject", "check-certificate", file, "--key", company.verifierKey)
        #expect(check.status == 0, "\(check.errors)")
        #expect(check.output.hasPrefix("complete: "), "\(check.output)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let forged = try company.desk.write(text.replacing("customer:C-1", with: "customer:C-2"), to: "forged.txt")
        #expect(try await rapport("subject", "check-certificate", forged, "--key", company.verifierKey).status == 4)
        for flag in ["--yes", "--dry-run"] {
            let again = try await company.run("subject", "erase", "C-1", flag)
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.output.contains("customer:C-1: is erased already (position 16)"), "\(again.output)")
        }
        #expect(try await DirectoryStatus.of(company.data).head == 17)
        let late = try await company.run("subject", "certificate", "C-1", "--key", company.key, "--to", file)
        #expect(late.status == 3, "a file is never replaced")
        let verified = try await company.run("verify")
        #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test(arguments: [("C-9", Int32(2)), ("lead:L-9", 2)])
    func whomNothingIsKnownOfIsNotFound(id: String, status: Int32) async throws {
        for command in [["erase", id, "--yes"], ["export", id, "--to", company.file("out")], ["restrict", id]] {
            let run = try await Command(["subject"] + command + ["--data", company.data.path]).run()
            #expect(run.status == status, "\(command): \(run.errors)")
            #expect(run.errors.contains("no event is about it"), "\(run.errors)")
        }
        #expect(try await company.run("subject", "erase", id, "--dry-run").status == status)
        #expect(!FileManager.default.fileExists(atPath: company.file("out")))
    }

    @Test func aHoldIsInTheWayUntilItIsReleased() async throws {
        _ = try await recorded("hold", "C-1", "--matter", "M-7")
        let held = try await company.run("subject", "erase", "C-1", "--yes")
        #expect(held.status == 3)
        #expect(held.errors.contains("legal hold (matter M-7, position 16)"), "\(held.errors)")
        let plan = try await company.run("subject", "erase", "C-1", "--dry-run")
        #expect(plan.status == 3 && plan.output.contains("M-7"), "a dry run ends as the real one")
        let none = try await company.run("subject", "hold", "C-1", "--matter", "M-8", "--release")
        #expect(none.status == 2 && none.errors.contains("is not held for matter M-8; expected M-7"), "\(none.errors)")
        _ = try await recorded("hold", "C-1", "--matter", "M-7", "--release")
        #expect(try await company.run("subject", "erase", "C-1", "--yes").status == 0)
    }

    @Test func idsComeFromAFile() async throws {
        let ids = try company.desk.write("C-1\n\n customer:C-2 \n", to: "ids.txt")
        let run = try await company.run("subject", "erase", "--from", ids, "--yes", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let outcomes = try #require(try jsonObject(run)["outcomes"] as? [[String: Any]])
        #expect(outcomes.compactMap { $0["subject"] as? String } == ["customer:C-1", "customer:C-2"])
        let empty = try company.desk.write("\n", to: "none.txt")
        #expect(try await company.run("subject", "erase", "--from", empty, "--yes").status == 6)
    }

    @Test func aRequestIsRecordedServedAndAnswered() async throws {
        let request = try await recorded("request", "C-1", "--kind", "access", "--law", "GDPR")
        let open = try await company.run("requests")
        #expect(open.output.contains("customer:C-1"), "\(open.output)")
        let folder = company.file("c-1")
        let export = try await company.run("subject", "export", "C-1", "--to", folder, "--json")
        #expect(export.status == 0, "\(export.errors)")
        let sha256 = try #require(try jsonObject(export)["sha256"] as? String)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == ["README.txt", "events.jsonl", "person.json"])
        let events = try String(contentsOfFile: folder + "/events.jsonl", encoding: .utf8)
        #expect(events.contains("王小明") && !events.contains("Müller"))
        let person = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder + "/person.json")))
        #expect((person as? [String: Any])?["form"] as? String == "rapport.person/v1")
        let answered = try await company.run(
            "subject", "answer", request, "--outcome", "done", "--artefact", sha256, "--refused", "orders=HGB 257")
        #expect(answered.status == 0, "\(answered.errors)")
        #expect(try await !company.run("requests").output.contains("customer:C-1"))
        let accesses = try await company.run("subject", "accesses", "C-1")
        #expect(accesses.output.contains("access request"), "\(accesses.output)")
        for wrong in [folder, company.data.path + "/c-1"] {
            let refused = try await company.run("subject", "export", "C-1", "--to", wrong)
            #expect(refused.status == (wrong == folder ? 3 : 8), "\(refused.errors)")
        }
        #expect(try await company.run("subject", "answer", sha256, "--outcome", "done").status == 64)
    }

    @Test func anExportHasAProofOnceACheckpointIsSigned() async throws {
        _ = try await company.checkpoint()
        let folder = company.file("c-1")
        let export = try await company.run("subject", "export", "C-1", "--to", folder)
        #expect(export.status == 0, "\(export.errors)")
        let check = try await rapport("check-proof", folder + "/proof.bundle", "--key", company.verifierKey)
        #expect(check.status == 0, "\(check.errors)")
    }

    @Test func restrictedValuesAreWithheldUntilItIsOver() async throws {
        _ = try await recorded("restrict", "C-1", "--law", "GDPR 18(1)(a)")
        let withheld = try await company.run("profile", "C-1")
        #expect(withheld.output.contains("restricted") && !withheld.output.contains("王小明"), "\(withheld.output)")
        _ = try await recorded("restrict", "C-1", "--off")
        #expect(try await company.run("profile", "C-1").output.contains("王小明"))
    }

    @Test func consentIsRecordedAndAsked() async throws {
        let grant = try await recorded("consent", "C-1", "--grant", "--purpose", "marketing", "--channel", "email")
        let ask = ["consent", "C-1", "--purpose", "marketing", "--channel", "email", "--json"]
        let allowed = try await Command(ask + ["--data", company.data.path]).run()
        #expect(try jsonObject(allowed)["allowed"] as? Bool == true, "\(allowed.errors)")
        _ = try await recorded("consent", "C-1", "--withdraw", "--grant-event", grant, "--via", "letter")
        let denied = try await Command(ask + ["--data", company.data.path]).run()
        #expect(try jsonObject(denied)["allowed"] as? Bool == false, "\(denied.errors)")
    }

    @Test func whoWasNotSeenForLongIsErased() async throws {
        let set = try await company.run("subject", "retain", "--set", "customer", "--days", "365", "--erase-after")
        #expect(set.status == 0, "\(set.errors)")
        let plan = try await company.run("subject", "retain", "--dry-run")
        #expect(plan.status == 0 && plan.output.contains("customer:C-1: nothing has happened since 2017-"))
        #expect(try await company.run("subject", "retain", "--run").status == 6)
        let run = try await company.run("subject", "retain", "--run", "--yes")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try files(below: company.data.path, holding: Array("王小明".utf8)) == [])
        let next = try await company.run("subject", "retain")
        #expect(next.output.contains("Nobody is to be erased."), "\(next.output)")
    }

    @Test(arguments: [
        ["erase"], ["erase", "C-1", "--from", "x"], ["erase", "C-1", "--key", "k"], ["hold", "C-1"],
        ["consent", "C-1"], ["consent", "C-1", "--grant"], ["consent", "C-1", "--withdraw", "--separate"],
        ["restrict", "C-1", "--off", "--until", "2030-01-01"], ["retain", "--days", "3"],
        ["retain", "--set", "nothing", "--days", "3", "--keep"], ["retain", "--run", "--dry-run"],
        ["request", "C-1", "--kind", "party", "--law", "GDPR"],
    ])
    func wrongUsage(arguments: [String]) async throws {
        let run = try await Command(["subject"] + arguments + ["--data", company.data.path]).run()
        #expect(run.status == 64, "\(run.errors)")
    }
}
