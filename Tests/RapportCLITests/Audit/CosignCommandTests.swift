import Foundation
import Testing
import TestSupport
import Transparency

/// A second party that watches over what the log signs.
@Suite(.timeLimit(.minutes(5)))
struct CosignCommandTests {
    /// The company and somebody who cosigns for it.
    private struct Watched {
        let company: SignedCompany
        /// The cosigner's key file, and what others check cosignatures with.
        let key: String
        let cosigner: String

        init() async throws {
            company = try await SignedCompany()
            key = company.file("witness.key")
            let made = try await rapport("key", key, "--name", "witness.example")
            try #require(made.status == 0, "\(made.errors)")
            cosigner = String(try #require(try await rapport("key", key, "--cosigner").lines.first))
        }

        func cosign(_ note: String, _ options: String...) async throws -> CommandRun {
            try await Command(["cosign", note, "--key", key, "--log", company.verifierKey] + options).run()
        }

        /// Writes the proof from one size to another into a file.
        func proof(from: Int, to: Int) async throws -> String {
            let run = try await company.run("consistency", "--from", "\(from)", "--to", "\(to)")
            try #require(run.status == 0, "\(run.errors)")
            return try company.desk.write(run.output, to: "\(from)-\(to).proof")
        }
    }

    @Test func theNoteGetsACosignatureMore() async throws {
        let watched = try await Watched()
        let note = try await watched.company.keptCheckpoint("acme.note")
        let run = try await watched.cosign(note)
        #expect(run.errors == "" && run.status == 0)
        let before = try SignedNote(parsing: String(contentsOfFile: note, encoding: .utf8))
        let cosigned = try SignedNote(parsing: run.output)
        #expect(cosigned.text == before.text && cosigned.signatures.count == 2)
        let keys = [try VerifierKey(watched.company.verifierKey), try VerifierKey(watched.cosigner)]
        #expect(try cosigned.verify(with: keys) == keys)
        let file = try watched.company.desk.write(run.output, to: "cosigned")
        let checked = try await rapport("check-proof", file, "--key", watched.cosigner)
        #expect(checked.lines.contains { $0.hasPrefix("cosigned by \(watched.cosigner) at 2") }, "\(checked.output)")
        let again = try await watched.cosign(file)
        #expect(try SignedNote(parsing: again.output).signatures.count == 2, "a cosigner signs once")
    }

    @Test func aLogThatHasGrownShowsThatItHasOnlyGrown() async throws {
        let watched = try await Watched()
        _ = try await watched.cosign(watched.company.keptCheckpoint("15"))
        for number in 101...103 { try await watched.company.append(number) }
        let larger = try await watched.company.keptCheckpoint("18")
        let unproved = try await watched.cosign(larger)
        #expect(unproved.status == 6 && unproved.output == "")
        #expect(unproved.errors.contains("rapport consistency --from 15 --to 18"), "\(unproved.errors)")
        let proof = try await watched.proof(from: 15, to: 18)
        let run = try await watched.cosign(larger, "--proof", proof)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try SignedNote(parsing: run.output).verify(with: [VerifierKey(watched.cosigner)]).count == 1)
        let smaller = try await watched.cosign(watched.company.file("15"))
        #expect(smaller.status == 3 && smaller.output == "", "\(smaller.errors)")
    }

    @Test func aWrongProofIsRefusedAndNothingIsForgotten() async throws {
        let watched = try await Watched()
        _ = try await watched.cosign(watched.company.keptCheckpoint("15"))
        for number in 101...103 { try await watched.company.append(number) }
        let larger = try await watched.company.keptCheckpoint("18")
        let other = try await String(contentsOfFile: watched.proof(from: 14, to: 18), encoding: .utf8)
        for (name, text) in [("none", ""), ("other", other)] {
            let file = try watched.company.desk.write(text, to: name)
            let run = try await watched.cosign(larger, "--proof", file)
            #expect(run.status == 4 && run.output == "", "\(name) \(run.errors)")
        }
        let text = try watched.company.desk.write("hello\n", to: "hello")
        #expect(try await watched.cosign(larger, "--proof", text).status == 6)
        let right = try await watched.proof(from: 15, to: 18)
        #expect(try await watched.cosign(larger, "--proof", right).status == 0)
    }

    @Test func aCopyOfTheDataServesInsteadOfAProof() async throws {
        let watched = try await Watched()
        let company = watched.company
        _ = try await watched.cosign(company.keptCheckpoint("15"))
        let copy = company.file("backup")
        _ = try await company.run("backup", copy)
        try await company.append(101)
        let larger = try await company.keptCheckpoint("16")
        let behind = try await watched.cosign(larger, "--data", copy)
        #expect(behind.status == 2 && behind.output == "", "\(behind.errors)")
        _ = try await company.run("backup", copy)
        let run = try await watched.cosign(larger, "--data", copy)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func twoHistoriesOfOneLogAreEvidence() async throws {
        let watched = try await Watched()
        _ = try await watched.cosign(watched.company.keptCheckpoint("15"))
        // The operator has a second key file, which has never signed anything, and another log.
        let forged = try TemporaryDirectory()
        let key = try forged.write(try String(contentsOfFile: watched.company.key, encoding: .utf8), to: "acme.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        let log = forged.path + "/data"
        let lines = NumberedEvents.lines(1...15).joined()
        #expect(try await rapport("append", "--data", log, input: lines).status == 0)
        let signed = try await rapport("checkpoint", "--data", log, "--key", key)
        #expect(signed.status == 0, "\(signed.errors)")
        let run = try await watched.cosign(try forged.write(signed.output, to: "forged.note"))
        #expect(run.status == 4 && run.output == "")
        #expect(run.errors.contains("has signed two histories of 15 events"), "\(run.errors)")
    }

    @Test func onlyWhatTheLogHasSignedIsCosigned() async throws {
        let watched = try await Watched()
        let note = try await watched.company.checkpoint()
        let forged = try watched.company.desk.write(note.replacing("\n15\n", with: "\n14\n"), to: "forged")
        let wrong = try await watched.cosign(forged)
        #expect(wrong.status == 4 && wrong.output == "", "\(wrong.errors)")
        let other = try await SignedCompany()
        let foreign = try await watched.cosign(other.keptCheckpoint("foreign"))
        #expect(foreign.status == 4 && foreign.output == "", "\(foreign.errors)")
        let file = try watched.company.desk.write(note, to: "acme.note")
        let own = try await rapport(
            "cosign", file, "--key", watched.company.key, "--log", watched.company.verifierKey)
        #expect(own.status == 3 && own.output == "", "\(own.errors)")
        #expect(own.errors.contains("is the log's own key"))
    }

    @Test func whatWasSeenLastIsNotGuessedWhenItCannotBeRead() async throws {
        let watched = try await Watched()
        let note = try await watched.company.keptCheckpoint("15")
        _ = try await watched.cosign(note)
        let folder = watched.company.desk.path
        let seen = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first {
                $0.hasPrefix("witness.key.") && $0.hasSuffix(".seen")
            })
        #expect(try String(contentsOfFile: "\(folder)/\(seen)", encoding: .utf8).hasPrefix("crm.example/acme\n15\n"))
        _ = try watched.company.desk.write("", to: seen)
        let run = try await watched.cosign(note)
        #expect(run.status == 4 && run.output == "", "\(run.errors)")
    }

    // MARK: In the log's data directory

    @Test func aCosignedNoteGoesIntoTheStoreAndIntoProofs() async throws {
        let watched = try await Watched()
        let company = watched.company
        let cosigned = try await watched.cosign(company.keptCheckpoint("15")).output
        let file = try company.desk.write(cosigned, to: "cosigned")
        let added = try await company.run("checkpoint", "--add", file, "--cosigner", watched.cosigner)
        #expect(added.status == 0, "\(added.errors)")
        let unknown = try await company.run("checkpoint", "--add", file)
        #expect(unknown.status == 3, "\(unknown.errors)")
        #expect(added.output.hasPrefix("stored: the checkpoint of 15 events, signed by "), "\(added.output)")
        let proof = company.file("3.tlog-proof")
        _ = try await company.run("prove", "3", "--output", proof)
        let checked = try await rapport("check-proof", proof, "--key", watched.cosigner)
        #expect(checked.status == 0 && checked.output.contains("\ncosigned by "), "\(checked.errors)")
        let listed = try await company.run("checkpoint", "--list", "--json")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]])
        #expect(rows.count == 1 && (rows[0]["signers"] as? [String])?.count == 2, "\(listed.output)")
        let again = try await company.run("checkpoint", "--add", file, "--cosigner", watched.cosigner)
        #expect(again.status == 3 && again.output == "", "\(again.errors)")
        #expect(try await company.run("verify").status == 0)
    }

    @Test func onlyACheckpointThatWasSignedHereIsAdded() async throws {
        let watched = try await Watched()
        let other = try await SignedCompany()
        let foreign = try await other.keptCheckpoint("foreign")
        let run = try await watched.company.run("checkpoint", "--add", foreign)
        #expect(run.status == 3 && run.output == "", "\(run.errors)")
    }

    @Test func whatSomebodyHasKeptIsRememberedOnceTheLogAgrees() async throws {
        let watched = try await Watched()
        let company = watched.company
        let kept = try await company.keptCheckpoint("15")
        try await company.append(101)
        let run = try await company.run("checkpoint", "--remember", kept)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("remembered: the log agrees with the checkpoint of 15 events"), "\(run.output)")
        let listed = try await company.run("checkpoint", "--list")
        #expect(listed.lines.count == 4 && listed.output.contains("  seen "), "\(listed.output)")
        let other = try await SignedCompany()
        for number in 101...102 { try await other.append(number) }
        let foreign = try await other.keptCheckpoint("foreign")
        let refused = try await company.run("checkpoint", "--remember", foreign)
        #expect(refused.status == 4 && refused.output == "", "\(refused.errors)")
        #expect(try await company.run("verify").status == 0, "and is not remembered")
    }

    // MARK: Consistency

    @Test func consistencyProofsAreHashesOnLines() async throws {
        let watched = try await Watched()
        let company = watched.company
        let none = try await company.run("consistency", "--from", "0", "--to", "15")
        #expect(none.status == 0 && none.output == "", "\(none.errors)")
        let run = try await company.run("consistency", "--from", "7", "--to", "15")
        #expect(run.lines.count > 1 && run.lines.allSatisfy { Data(base64Encoded: String($0))?.count == 32 })
        let unsigned = try await company.run("consistency", "--from", "7")
        #expect(unsigned.status == 2 && unsigned.errors.contains("no checkpoint was signed yet"))
        _ = try await company.checkpoint()
        #expect(try await company.run("consistency", "--from", "7").output == run.output)
        #expect(try await company.run("consistency", "--from", "7", "--to", "16").status == 2)
        #expect(try await company.run("consistency", "--from", "16").status == 2)
        #expect(try await company.run("consistency", "--from", "8", "--to", "7").status == 64)
    }
}
