import Foundation
import Testing
import TestSupport

/// A log that was changed after others have kept a checkpoint of it, with every checksum as it should be.
@Suite(.timeLimit(.minutes(5)))
struct VerifyAgainstTests {
    /// The company, and a copy that is the same log up to position 15 and knows nothing of what came then.
    private struct Copied {
        let company: SignedCompany
        /// The checkpoint of 16 events.
        let note: String
        /// The copy's data directory.
        let copy: String

        init() async throws {
            company = try await SignedCompany()
            let backup = company.file("backup")
            copy = company.file("copy")
            let backedUp = try await company.run("backup", backup)
            try #require(backedUp.status == 0, "\(backedUp.errors)")
            let restored = try await rapport("restore", backup, "--into", copy)
            try #require(restored.status == 0, "\(restored.errors)")
            try await company.append(101)
            note = try await company.keptCheckpoint("acme.note")
        }

        /// Gives the copy the hash tree of the log it is a copy of.
        func takeTree() throws {
            try? FileManager.default.removeItem(atPath: copy + "/tree")
            try FileManager.default.copyItem(atPath: company.data.path + "/tree", toPath: copy + "/tree")
        }

        func verify(_ options: String...) async throws -> CommandRun {
            try await Command(["verify", "--data", copy] + options).run()
        }
    }

    @Test func anHonestLogAgreesWithWhatOthersHaveKept() async throws {
        let company = try await SignedCompany()
        let note = try await company.keptCheckpoint("acme.note")
        try await company.append(101)
        _ = try await company.checkpoint()
        let proof = company.file("3.tlog-proof")
        _ = try await company.run("prove", "3", "--output", proof)
        let run = try await company.run("verify", "--against", note, "--against", proof)
        #expect(run.errors == "" && run.status == 0)
        #expect(run.output.hasPrefix("sound: 16 events, "))
        #expect(run.lines[1].hasPrefix("2 checkpoints agree; the tree over 16 events has the root "), "\(run.output)")
        #expect(run.lines.last == "at position 16")
        let told = try jsonObject(try await company.run("verify", "--against", note, "--json"))
        #expect(told["treeSize"] as? Int == 16 && told["checkpoints"] as? Int == 2)
        let short = try await company.run("checkpoint")
        #expect(short.output == "16:\(told["root"] as? String ?? "")\n")
    }

    @Test func withoutCheckpointsTheRootIsToldToPrograms() async throws {
        let data = try await TinyCompany.directory()
        let run = try await rapport("verify", "--data", data.path)
        #expect(run.lines.count == 2, "\(run.output)")
        let told = try jsonObject(try await rapport("verify", "--data", data.path, "--json"))
        #expect(told["treeSize"] as? Int == 15 && told["checkpoints"] as? Int == 0)
        #expect((told["root"] as? String)?.count == 44)
    }

    @Test func anEventThatWasDroppedAtTheEndIsMissed() async throws {
        let copied = try await Copied()
        #expect(try await copied.verify().status == 0, "nothing is wrong with what is left")
        let run = try await copied.verify("--against", copied.note)
        #expect(run.status == 4 && run.output == "")
        #expect(run.errors.hasPrefix("rapport: \(copied.copy): "), "\(run.errors)")
        #expect(run.errors.hasSuffix(" (dropped)\n"), "\(run.errors)")
        let told = try jsonObject(try await copied.verify("--against", copied.note, "--json"))
        #expect(told["damage"] as? String == "dropped" && told["position"] as? Int == 16)
        try copied.takeTree()
        let withTree = try jsonObject(try await copied.verify("--json"))
        #expect(withTree["damage"] as? String == "dropped" && withTree["position"] as? Int == 16)
    }

    @Test func anEventThatWasExchangedIsFoundByTheTreeOrByACheckpoint() async throws {
        let copied = try await Copied()
        let appended = try await rapport("append", "--data", copied.copy, input: NumberedEvents.line(102))
        try #require(appended.status == 0, "\(appended.errors)")
        #expect(try await copied.verify().status == 0, "its checksums are as they should be")
        let run = try await copied.verify("--against", copied.note)
        #expect(run.status == 4 && run.output == "")
        #expect(run.errors.contains(copied.note) && run.errors.hasSuffix(" (disagrees)\n"), "\(run.errors)")
        let table = try await copied.verify("--against", copied.note, "--csv")
        #expect(table.status == 4 && table.lines.last?.contains(",disagrees,") == true, "\(table.output)")
        try copied.takeTree()
        let told = try jsonObject(try await copied.verify("--json"))
        #expect(told["damage"] as? String == "edited" && told["position"] as? Int == 16)
    }

    @Test func aCheckpointThatIsStoredIsComparedWithEveryTime() async throws {
        let copied = try await Copied()
        let appended = try await rapport("append", "--data", copied.copy, input: NumberedEvents.line(102))
        try #require(appended.status == 0, "\(appended.errors)")
        let stored = copied.copy + "/checkpoints"
        try? FileManager.default.removeItem(atPath: stored)
        try FileManager.default.copyItem(atPath: copied.company.data.path + "/checkpoints", toPath: stored)
        let told = try jsonObject(try await copied.verify("--json"))
        #expect(told["damage"] as? String == "disagrees")
        let signed = try await rapport("checkpoint", "--data", copied.copy, "--key", copied.company.key)
        #expect(signed.status != 0 && signed.output == "", "the key signs no second history")
    }

    @Test func aDamagedRecordIsToldAsBefore() async throws {
        let company = try await SignedCompany()
        let note = try await company.keptCheckpoint("acme.note")
        try flipBits(of: "Müller GmbH", in: company.data.path + "/log/data.mdb")
        let run = try await company.run("verify", "--against", note)
        #expect(run.status == 4)
        #expect(
            run.errors == """
                rapport: \(company.data.path): damaged at position 3: the record does not match its checksum \
                (checksum)\n
                """)
    }

    @Test func whatIsNoCheckpointIsToldBeforeTheWorkBegins() async throws {
        let company = try await SignedCompany()
        let missing = try await company.run("verify", "--against", company.file("no.note"))
        #expect(missing.status == 2 && missing.output == "", "\(missing.errors)")
        let text = try company.desk.write("hello\n", to: "hello")
        let other = try await company.run("verify", "--against", text)
        #expect(other.status == 6 && other.output == "", "\(other.errors)")
        #expect(other.errors.hasPrefix("rapport: \(text): "), "\(other.errors)")
    }
}
