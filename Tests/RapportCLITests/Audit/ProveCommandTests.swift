import Foundation
import Testing
import TestSupport

/// What somebody can check who has the file and the verifier key, and nothing else.
@Suite(.timeLimit(.minutes(5)))
struct ProveCommandTests {
    private func check(_ file: String, _ company: SignedCompany, _ options: String...) async throws -> CommandRun {
        try await Command(["check-proof", file, "--key", company.verifierKey] + options).run()
    }

    // MARK: One event

    @Test func anEventIsProvedAndShown() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let proof = try await company.run("prove", "9")
        #expect(proof.errors == "" && proof.output.hasPrefix("c2sp.org/tlog-proof@v1\nextra "))
        let file = try company.desk.write(proof.output, to: "9.tlog-proof")
        let run = try await check(file, company)
        #expect(run.errors == "" && run.status == 0)
        #expect(run.lines[0] == "proved: crm.example/acme held this event at position 9 when it had 15 events")
        #expect(run.lines[1].contains("  OpportunityWon  "), "\(run.output)")
        #expect(run.lines[1].contains("amount=1,000.00 EUR"), "\(run.output)")
        #expect(run.lines[3] == "signed by \(company.verifierKey)")
        #expect(run.lines.last == "at position 15")
        let piped = try await rapport("check-proof", "-", "--key", company.verifierKey, input: proof.output)
        #expect(piped.output == run.output)
    }

    @Test func personalPartsAreLeftOutUnlessAskedFor() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let bare = company.file("bare")
        let written = try await company.run("prove", "2", "--output", bare)
        #expect(written.output == "proof of position 2 written to \(bare)\nat position 15\n")
        let withheld = try await check(bare, company)
        #expect(withheld.status == 0 && withheld.output.contains("(personal part withheld)"), "\(withheld.output)")
        #expect(!withheld.output.contains("王小明"))
        let whole = company.file("whole")
        _ = try await company.run("prove", "2", "--personal", "--output", whole)
        let shown = try await check(whole, company)
        // As it is sealed: whoever has no key sees nothing of it.
        #expect(shown.status == 0 && !shown.output.contains("王小明"), "\(shown.output)")
        #expect(!shown.output.contains("withheld"))
        for file in [bare, whole] {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
        }
    }

    @Test func anyChangeOfAProofIsRefused() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let proof = try await company.run("prove", "9").output
        var lines = proof.components(separatedBy: "\n")
        let index = try #require(lines.firstIndex { $0.hasPrefix("index ") })
        lines[index] = "index 9"
        let moved = try await check(company.desk.write(lines.joined(separator: "\n"), to: "moved"), company)
        #expect(moved.status == 4 && moved.output == "", "\(moved.errors)")
        lines[index] = "index 8"
        lines.swapAt(index + 1, index + 2)
        let swapped = try await check(company.desk.write(lines.joined(separator: "\n"), to: "swapped"), company)
        #expect(swapped.status == 4 && swapped.output == "", "\(swapped.errors)")
        #expect(swapped.errors.hasPrefix("rapport: \(company.file("swapped")): proves nothing: "), "\(swapped.errors)")
        let larger = try await check(
            company.desk.write(proof.replacing("\n15\n", with: "\n16\n"), to: "larger"), company)
        #expect(larger.status == 4 && larger.output == "", "\(larger.errors)")
    }

    @Test func theProofOfAStrangerProvesNothing() async throws {
        let company = try await SignedCompany()
        let other = try await SignedCompany()
        _ = try await company.checkpoint()
        let file = company.file("9.tlog-proof")
        _ = try await company.run("prove", "9", "--output", file)
        let run = try await check(file, other)
        #expect(run.status == 4 && run.output == "")
        let both = try await check(file, other, "--key", company.verifierKey)
        #expect(both.status == 0, "\(both.errors)")
    }

    @Test func unknownTypesAreShownAsSuch() async throws {
        let company = try await SignedCompany()
        let line = #"{"type":"shop.ParcelSent","tags":["parcel:P-1"],"data":{"weight":3}}"#
        #expect(try await company.run("append", input: line).status == 0)
        _ = try await company.checkpoint()
        let file = company.file("16.tlog-proof")
        _ = try await company.run("prove", "16", "--output", file)
        let run = try await check(file, company)
        #expect(run.lines[1].contains("shop.ParcelSent"), "\(run.output)")
        #expect(run.lines[1].contains("(unknown type)  parcel:P-1  weight=3"), "\(run.output)")
    }

    // MARK: Several events

    @Test func theEventsOfACustomerAreASelection() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let file = company.file("c-2.bundle")
        let written = try await company.run("prove", "--customer", "C-2", "--output", file)
        #expect(written.status == 0 && written.output.hasSuffix(" written to \(file)\nat position 15\n"))
        #expect(written.errors.contains("not that none is missing"), "\(written.errors)")
        let replayed = try await company.run("replay", "--customer", "C-2", "--json")
        let run = try await check(file, company)
        #expect(run.errors == "" && run.status == 0)
        #expect(run.lines[0].hasPrefix("proved: crm.example/acme held the "), "\(run.output)")
        #expect(
            run.lines[1] == """
                not proved: that no other event about customer:C-2 was there; only a range proves that nothing is \
                missing
                """)
        #expect(run.lines.count == replayed.lines.count + 5, "\(run.output)")
        let told = try jsonObject(try await check(file, company, "--json"))
        #expect(Set(told.keys) == ["kind", "origin", "size", "root", "signers", "subject", "events"])
        #expect(told["kind"] as? String == "selection" && told["subject"] as? String == "customer:C-2")
        #expect((told["events"] as? [Any])?.count == replayed.lines.count)
    }

    @Test func aRangeIsWhole() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let file = company.file("range.bundle")
        let written = try await company.run("prove", "--range", "4-12", "--output", file)
        #expect(written.output == "bundle of positions 4 to 12 written to \(file)\nat position 15\n")
        #expect(written.errors == "")
        let run = try await check(file, company)
        #expect(
            run.lines[0]
                == "proved: these are all events of crm.example/acme at positions 4 to 12 when it had 15 events")
        let told = try jsonObject(try await check(file, company, "--json"))
        let events = try #require(told["events"] as? [[String: Any]])
        #expect(events.compactMap { $0["position"] as? Int } == Array(4...12))
        #expect(events.allSatisfy { $0["isWithheld"] as? Bool == false })
        let table = try await check(file, company, "--csv")
        let replayed = try await company.run("replay", "--from", "4", "--to", "12", "--csv")
        #expect(table.lines[0].hasSuffix(",isWithheld"))
        #expect(table.lines.dropFirst().allSatisfy { $0.hasSuffix(",false") }, "\(table.output)")
        #expect(table.lines.count == replayed.lines.count)
    }

    @Test func aBundleWithoutOneOfItsEventsIsRefusedOrSaysSo() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let bundle = try await company.run("prove", "--range", "4-12").output
        let start = try #require(bundle.range(of: "index 5\n")).lowerBound
        let end = try #require(bundle.range(of: "index 6\n")).lowerBound
        let shorter = String(bundle[..<start] + bundle[end...]).replacing("events 9\n", with: "events 8\n")
        let run = try await check(company.desk.write(shorter, to: "shorter"), company)
        #expect(run.status != 0 && run.output == "", "\(run.errors)")
    }

    @Test func aBundleWithAChangedEventIsRefused() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let bundle = try await company.run("prove", "--range", "4-12").output
        var lines = bundle.components(separatedBy: "\n")
        let index = try #require(lines.firstIndex(of: "index 5")) + 1
        var event = Array(lines[index])
        let middle = event.count / 2
        event[middle] = event[middle] == "A" ? "B" : "A"
        lines[index] = String(event)
        let run = try await check(company.desk.write(lines.joined(separator: "\n"), to: "edited"), company)
        #expect(run.status != 0 && run.output == "", "\(run.errors)")
    }

    // MARK: Checkpoints

    @Test func aCheckpointProvesWhatWasSigned() async throws {
        let company = try await SignedCompany()
        let file = try await company.keptCheckpoint("acme.note")
        let run = try await check(file, company)
        #expect(run.lines[0] == "proved: crm.example/acme has signed the root below when it had 15 events")
        #expect(run.lines.count == 4, "\(run.output)")
        let told = try jsonObject(try await check(file, company, "--json"))
        #expect(told["kind"] as? String == "checkpoint" && (told["events"] as? [Any])?.isEmpty == true)
        let table = try await check(file, company, "--csv")
        #expect(table.lines[0] == "origin,size,root,signers")
        #expect(table.lines[1].hasPrefix("crm.example/acme,15,"))
        let forged = try String(contentsOfFile: file, encoding: .utf8).replacing("\n15\n", with: "\n14\n")
        #expect(try await check(company.desk.write(forged, to: "forged"), company).status == 4)
    }

    // MARK: Unpacking

    @Test func aRangeFromTheFirstEventOnBecomesADataDirectory() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let file = company.file("all.bundle")
        _ = try await company.run("prove", "--range", "1-15", "--personal", "--output", file)
        let copy = company.file("copy")
        let run = try await check(file, company, "--unpack", copy)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.hasPrefix("rapport: 15 events unpacked into \(copy); "), "\(run.errors)")
        for question in [["replay", "--json"], ["funnel"], ["profile", "C-2"]] {
            let ofCopy = try await Command(question + ["--data", copy]).run()
            let ofLog = try await Command(question + ["--data", company.data.path]).run()
            #expect(ofCopy.status == 0 && ofCopy.output == ofLog.output, "\(question) \(ofCopy.errors)")
        }
        #expect(try await rapport("verify", "--data", copy, "--against", file).status == 0)
        let again = try await check(file, company, "--unpack", copy)
        #expect(again.status == 3 && again.output == "", "\(again.errors)")
    }

    @Test func whatHasNoBeginningOrMissesPartsIsNotUnpacked() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        for (name, options) in [("tail", ["--range", "2-15", "--personal"]), ("bare", ["--range", "1-15"])] {
            let file = company.file(name)
            let made = try await Command(["prove", "--data", company.data.path, "--output", file] + options).run()
            #expect(made.status == 0, "\(made.errors)")
            let run = try await check(file, company, "--unpack", company.file("copy"))
            #expect(run.status == 3 && run.output == "", "\(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: company.file("copy") + "/log/data.mdb"))
        }
    }

    // MARK: Refusals

    @Test func withoutACheckpointThatCoversItNothingIsProved() async throws {
        let company = try await SignedCompany()
        let unsigned = try await company.run("prove", "1")
        #expect(unsigned.status == 2 && unsigned.output == "")
        #expect(unsigned.errors == "rapport: no checkpoint was signed yet; rapport checkpoint --key FILE signs one\n")
        _ = try await company.checkpoint()
        try await company.append(101)
        for options in [["16"], ["--range", "10-16"]] {
            let run = try await Command(["prove", "--data", company.data.path] + options).run()
            #expect(run.status == 2 && run.output == "")
            #expect(run.errors.contains("rapport checkpoint --key FILE signs a newer one"), "\(run.errors)")
        }
        let beyond = try await company.run("prove", "17")
        #expect(beyond.errors == "rapport: position 17 is not in the log, which ends at position 16\n")
        let nobody = try await company.run("prove", "--customer", "C-9")
        #expect(nobody.status == 2 && nobody.output == "", "\(nobody.errors)")
    }

    @Test(arguments: [
        [], ["0"], ["1", "--customer", "C-1"], ["--range", "5-4"], ["--range", "0-4"], ["--range", "4"],
        ["1", "--force"],
    ])
    func wrongUsageIsRefused(options: [String]) async throws {
        let run = try await Command(["prove", "--data", "nowhere"] + options).run()
        #expect(run.status == 64, "\(run.errors)")
    }

    @Test func whatIsNoProofIsToldSo() async throws {
        let company = try await SignedCompany()
        for (name, text) in [
            ("empty", ""), ("text", "hello\n"), ("proof", "c2sp.org/tlog-proof@v1\nindex x\n"),
            ("bundle", "rapport.bundle/v1\nselection x\n"),
        ] {
            let file = try company.desk.write(text, to: name)
            let run = try await check(file, company)
            #expect(run.status == 6 && run.output == "", "\(name) \(run.errors)")
            #expect(run.errors.hasPrefix("rapport: \(file): "), "\(run.errors)")
        }
        #expect(try await check(company.file("missing"), company).status == 2)
        #expect(try await rapport("check-proof", company.key).status == 64, "a proof needs a key")
        #expect(try await rapport("check-proof", company.key, "--key", "nobody").status == 64)
    }
}
