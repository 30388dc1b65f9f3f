import Foundation
import LMDB
import Testing
import TestSupport
import Transparency

@Suite(.timeLimit(.minutes(5)))
struct CheckpointCommandTests {
    @Test func theNoteIsPrintedAsItIsSigned() async throws {
        let company = try await SignedCompany()
        let run = try await company.run("checkpoint", "--key", company.key)
        #expect(run.errors == "" && run.status == 0)
        let note = try SignedNote(parsing: run.output)
        let key = try VerifierKey(company.verifierKey)
        #expect(try note.verify(with: [key]) == [key])
        let checkpoint = try TreeCheckpoint(parsing: note.text)
        #expect(checkpoint.origin == SignedCompany.name && checkpoint.size == 15)
        #expect(note.encoded == run.output, "byte for byte")
    }

    @Test func theKeyMayBeNamedInTheEnvironment() async throws {
        let company = try await SignedCompany()
        let run = try await rapport(
            "checkpoint", "--data", company.data.path, environment: ["RAPPORT_SIGNING_KEY": company.key])
        #expect(run.output.hasPrefix("crm.example/acme\n15\n"), "\(run.errors)")
    }

    @Test func whereNothingIsNewTheSameCheckpointIsAnsweredAgain() async throws {
        let company = try await SignedCompany()
        let first = try await company.checkpoint()
        #expect(try await company.checkpoint() == first)
        try await company.append(101)
        let second = try TreeCheckpoint(parsing: SignedNote(parsing: await company.checkpoint()).text)
        #expect(second.size == 16)
    }

    @Test func withoutAKeySizeAndRootArePrintedAndThatNobodyHasSigned() async throws {
        let company = try await SignedCompany()
        let short = try await company.run("checkpoint")
        #expect(short.status == 0)
        #expect(short.errors.hasPrefix("rapport: nobody has signed this; "))
        let signed = try TreeCheckpoint(parsing: SignedNote(parsing: await company.checkpoint()).text)
        let root = Data(signed.root.bytes).base64EncodedString()
        #expect(short.output == "15:\(root)\n")
        let kept = try company.desk.write(short.output, to: "short")
        for argument in [kept, "15:" + root] {
            let verified = try await company.run("verify", "--against", argument)
            #expect(verified.status == 0, "\(verified.errors)")
        }
    }

    @Test func theReportHasFormsForPrograms() async throws {
        let company = try await SignedCompany()
        let unsigned = try jsonObject(try await company.run("checkpoint", "--json"))
        #expect(Set(unsigned.keys) == ["size", "root", "signers"])
        let signed = try jsonObject(try await company.run("checkpoint", "--key", company.key, "--json"))
        #expect(Set(signed.keys) == ["origin", "size", "root", "signers", "note"])
        #expect(signed["size"] as? Int == 15 && signed["root"] as? String == unsigned["root"] as? String)
        let prefix = company.verifierKey.split(separator: "+").prefix(2).joined(separator: "+")
        #expect(signed["signers"] as? [String] == [prefix])
        let again = try await company.checkpoint()
        #expect(signed["note"] as? String == again)
        let table = try await company.run("checkpoint", "--csv")
        #expect(table.lines[0] == "origin,size,root,signers,note")
        #expect(table.lines[1] == ",15,\(unsigned["root"] as? String ?? ""),,")
    }

    @Test func twoKeysSignOneNote() async throws {
        let company = try await SignedCompany()
        _ = try await company.checkpoint()
        let next = company.file("next.key")
        let made = try await rapport("key", next, "--name", SignedCompany.name)
        try await company.append(101)
        let run = try await company.run("checkpoint", "--key", company.key, "--key", next)
        #expect(run.status == 0, "\(run.errors)")
        let keys = [try VerifierKey(company.verifierKey), try VerifierKey(String(try #require(made.lines.first)))]
        #expect(try SignedNote(parsing: run.output).verify(with: keys) == keys)
        #expect(try await company.run("verify").status == 0)
    }

    @Test func itGoesOnSigningUntilASignalComes() async throws {
        let company = try await SignedCompany()
        let command = try Command([
            "checkpoint", "--data", company.data.path, "--key", company.key, "--every", "2", "--json",
        ])
        let run = try await command.run { command in
            try await poll { command.outputSoFar.count(where: \.isNewline) == 1 }
            let lines = NumberedEvents.lines(101...102).joined()
            #expect(try await company.run("append", input: lines).status == 0)
            try await poll { command.outputSoFar.contains(#""size":17"#) }
            command.send(SIGINT)
        }
        #expect(run.status == 0 && run.errors == "")
        let sizes = try run.lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])["size"] as? Int
        }
        #expect(sizes == [15, 17])
        let listed = try await company.run("checkpoint", "--list", "--csv")
        #expect(listed.lines.count == 3)
    }

    @Test func whatIsNewIsSignedAfterAWhile() async throws {
        let company = try await SignedCompany()
        let command = try Command([
            "checkpoint", "--data", company.data.path, "--key", company.key, "--seconds", "0.1",
        ])
        let run = try await command.run { command in
            try await poll { command.outputSoFar.contains("\n15\n") }
            try await company.append(101)
            try await poll { command.outputSoFar.contains("\n16\n") }
            command.send(SIGTERM)
        }
        #expect(run.status == 0)
        let notes = run.output.components(separatedBy: "\n\ncrm.example/acme\n")
        #expect(notes.count == 2, "an empty line tells one note from the next, and nothing is signed twice")
    }

    @Test func asLongAsOneProcessSignsNoOtherDoes() async throws {
        let company = try await SignedCompany()
        let command = try Command([
            "checkpoint", "--data", company.data.path, "--key", company.key, "--every", "1000",
        ])
        _ = try await command.run { command in
            try await poll { command.outputSoFar.contains("\n15\n") }
            let other = try await company.run("checkpoint", "--key", company.key)
            #expect(other.status == 7 && other.output == "", "\(other.errors)")
            command.send(SIGINT)
        }
    }

    @Test func anOlderCopyIsNotSigned() async throws {
        let company = try await SignedCompany()
        let copy = company.file("copy")
        _ = try await company.run("backup", copy)
        let restored = company.file("restored")
        #expect(try await rapport("restore", copy, "--into", restored).status == 0)
        try await company.append(101)
        _ = try await company.checkpoint()
        let run = try await rapport("checkpoint", "--data", restored, "--key", company.key)
        #expect(run.status == 3 && run.output == "", "\(run.errors)")
    }

    @Test(arguments: [
        ["--every", "0"], ["--every", "1"], ["--seconds", "0.01", "--key", "k"], ["--seconds", "nan", "--key", "k"],
        ["--list", "--key", "k"], ["--list", "--add", "f"], ["--remember", "f", "--every", "1"], ["--json", "--csv"],
    ])
    func wrongUsageIsRefused(options: [String]) async throws {
        let run = try await Command(["checkpoint", "--data", "nowhere"] + options).run()
        #expect(run.status == 64, "\(run.errors)")
    }

    @Test func withoutALogOrAKeyThereIsNothingToSign() async throws {
        let company = try await SignedCompany()
        let nowhere = try await rapport("checkpoint", "--data", company.file("nothing"), "--key", company.key)
        #expect(nowhere.status == 2 && nowhere.output == "")
        let keyless = try await company.run("checkpoint", "--key", company.file("no.key"))
        #expect(keyless.status == 2 && keyless.output == "", "\(keyless.errors)")
        let copy = company.file("copy")
        _ = try await company.run("backup", copy)
        let ofBackup = try await rapport("checkpoint", "--data", copy, "--key", company.key)
        #expect(ofBackup.status == 8 && ofBackup.output == "", "\(ofBackup.errors)")
    }
}
