import Foundation
import Testing
import TestSupport

/// The keys of persons, and the master key that opens them.
@Suite(.timeLimit(.minutes(5)))
struct KeysTests {
    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    // MARK: The master key

    @Test func aNewMasterKeyIsForItsOwnerAndNeverReplaced() async throws {
        let desk = try TemporaryDirectory()
        let file = desk.path + "/master.key"
        let made = try await rapport("keys", "new", file)
        #expect(made.errors == "" && made.status == 0)
        #expect(made.output.contains("export RAPPORT_MASTER_KEY_FILE=\(file)\n"))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasSuffix("\n") && Data(base64Encoded: String(text.dropLast()))?.count == 32)
        #expect(!made.output.contains(text.dropLast()), "the key itself is not shown")
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        let again = try await rapport("keys", "new", file)
        #expect(again.status == 3 && again.output == "")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
        #expect(try await rapport("keys", "new", "").status == 64)
    }

    @Test func theFirstMasterKeyIsNotMadeInSilence() async throws {
        let desk = try TemporaryDirectory()
        func append(to name: String) async throws -> CommandRun {
            try await Command(
                ["append", "--data", desk.path + "/" + name], input: SealedCompany.lead,
                environment: ["XDG_CONFIG_HOME": desk.path + "/config"],
                unset: ["RAPPORT_MASTER_KEY", "RAPPORT_MASTER_KEY_FILE"]
            ).run()
        }
        let first = try await append(to: "one")
        let file = desk.path + "/config/rapport/master.key"
        let warning = "keep a copy of it apart; without it nobody can read personal values"
        #expect(first.status == 0)
        #expect(first.errors == "rapport: made the master key \(file): \(warning)\n")
        #expect(FileManager.default.fileExists(atPath: file))
        let second = try await append(to: "two")
        #expect(second.status == 0 && second.errors == "")
    }

    @Test func aMasterKeyDoesNotLieInADataDirectory() async throws {
        let company = try await SealedCompany()
        let inside = company.data + "/master.key"
        let made = try await rapport("keys", "new", inside)
        #expect(made.status == 8 && made.output == "", "\(made.errors)")
        #expect(!FileManager.default.fileExists(atPath: inside))
        try FileManager.default.copyItem(atPath: company.keyFile, toPath: inside)
        let used = try await company.run("keys", "status", "--check", "--master-key", inside)
        #expect(used.status == 8 && used.output == "", "\(used.errors)")
    }

    @Test func aMasterKeyThatOthersMayReadIsRefused() async throws {
        let company = try await SealedCompany()
        let check = ["keys", "status", "--check", "--master-key", company.keyFile, "--data", company.data]
        #expect(try await Command(check).run().status == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: company.keyFile)
        let refused = try await Command(check).run()
        #expect(refused.status == 8 && refused.output == "")
        #expect(refused.errors.contains(company.keyFile) && refused.errors.contains("640"), "\(refused.errors)")
    }

    @Test func whatIsNoMasterKeyIsToldWithoutShowingIt() async throws {
        let company = try await SealedCompany()
        let check = ["keys", "status", "--check", "--data", company.data, "--master-key"]
        let missing = try await Command(check + [company.desk.path + "/none.key"]).run()
        #expect(missing.status == 2 && missing.output == "", "\(missing.errors)")
        let other = try company.desk.write("c2VjcmV0\n", to: "short.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: other)
        let malformed = try await Command(check + [other]).run()
        #expect(malformed.status == 6 && malformed.output == "", "\(malformed.errors)")
        #expect(!malformed.errors.contains("c2VjcmV0") && !malformed.errors.contains("secret"))
    }

    @Test func aWrongMasterKeyIsAnAlarmAndErasesNobody() async throws {
        let company = try await SealedCompany()
        #expect(try await company.run("profile", "C-1").output.contains("王小明"))
        let other = try await SealedCompany.newKey(in: company.desk, named: "other.key")
        let shown = try await company.run("profile", "C-1", masterKey: other)
        #expect(shown.status == 3 && shown.output == "", "\(shown.errors)")
        #expect(!shown.errors.contains("erased"), "\(shown.errors)")
        let checked = try await company.run("keys", "status", "--check", masterKey: other)
        #expect(checked.status == 3 && checked.output == "", "\(checked.errors)")
        let appended = try await company.run("append", masterKey: other, input: SealedCompany.lead)
        #expect(appended.status == 3, "\(appended.errors)")
        let counted = try await object(company.run("keys", "status", "--json", masterKey: other).output)
        #expect(counted["head"] as? Int == 15 && counted["erased"] as? Int == 0 && counted["keys"] as? Int == 1)
        #expect(try await company.run("profile", "C-1").output.contains("王小明"))
    }

    // MARK: What there is

    @Test func statusCountsKeysAndPersonsWithoutTheMasterKey() async throws {
        let company = try await SealedCompany()
        let other = try await SealedCompany.newKey(in: company.desk, named: "other.key")
        let run = try await company.run("keys", "status", "--json", masterKey: other)
        let report = try object(run.output)
        #expect(
            Set(report.keys) == [
                "logId", "head", "epoch", "keys", "persons", "erased", "replayedTo", "bytes", "pendingErasures",
            ])
        #expect(report["keys"] as? Int == 1 && report["persons"] as? Int == 1)
        #expect(report["erased"] as? Int == 0 && report["pendingErasures"] as? Int == 0)
        let checked = try await object(company.run("keys", "status", "--check", "--json").output)
        #expect(checked["opens"] as? Bool == true)
        let text = try await company.run("keys", "status")
        #expect(text.lines.contains("Keys    1 key of 1 person"), "\(text.output)")
        #expect(text.lines.last == "at position 15")
        let csv = try await company.run("keys", "status", "--csv")
        #expect(
            csv.lines.first == """
                logId,head,epoch,keys,persons,erased,replayedTo,bytes,pendingErasures,erasedAgain,opens
                """)
        #expect(csv.lines.count == 2)
    }

    @Test func theStatusOfADirectoryNamesItsKeys() async throws {
        let company = try await SealedCompany()
        let text = try await company.run("status")
        let line = try #require(text.lines.first { $0.hasPrefix("Keys   ") })
        #expect(line.hasSuffix(", 1 person, 0 erased"), "\(line)")
        let json = try await object(company.run("status", "--json").output)
        let keys = try #require(json["keyStore"] as? [String: Any])
        #expect(keys["persons"] as? Int == 1 && keys["keys"] as? Int == 1)
    }

    @Test(arguments: [["status"], ["backup", "somewhere"], ["rotate", "--to", "KEY"]])
    func whereNothingIsSealedThereAreNoKeys(command: [String]) async throws {
        let desk = try TemporaryDirectory()
        let data = desk.path + "/crm"
        _ = try await SealedCompany.newKey(in: desk, named: "KEY")
        let appended = try await rapport("append", "--data", data, input: #"{"type":"own.a"}"#)
        #expect(appended.status == 0)
        let words = command.map { $0 == "KEY" ? desk.path + "/KEY" : $0 == "somewhere" ? desk.path + "/keys" : $0 }
        let run = try await Command(["keys"] + words + ["--data", data]).run()
        #expect(run.status == 2 && run.output == "")
        #expect(run.errors.hasPrefix("rapport: \(data): no key store here; "), "\(run.errors)")
    }

    // MARK: Backups

    @Test func whoWasErasedStaysErasedWhenTheKeysComeBack() async throws {
        let company = try await SealedCompany()
        let copy = company.desk.path + "/keys-of-may"
        let backedUp = try await company.run("keys", "backup", copy)
        #expect(backedUp.status == 0, "\(backedUp.errors)")
        #expect(backedUp.output.hasPrefix("1 key of 1 person copied into \(copy)\n"))
        #expect(try await company.run("profile", "C-1").output.contains("王小明"))
        let erased = try await company.run("subject", "erase", "customer:C-1", "--yes")
        #expect(erased.status == 0, "\(erased.errors)")
        try FileManager.default.removeItem(atPath: company.data + "/keys")

        let restored = try await company.run("keys", "restore", copy, "--json")
        #expect(restored.status == 0, "\(restored.errors)")
        let report = try object(restored.output)
        #expect(report["erasedAgain"] as? Int == 1 && report["erased"] as? Int == 1)
        #expect(report["keys"] as? Int == 0 && report["pendingErasures"] as? Int == 0)
        for question in [["profile", "C-1"], ["replay", "--personal"], ["timeline", "C-1", "--personal"]] {
            let run = try await Command(
                question + ["--data", company.data], environment: ["RAPPORT_MASTER_KEY": company.masterKey]
            ).run()
            #expect(run.status == 0 && !run.output.contains("王小明"), "\(question) \(run.errors)")
        }
        let twice = try await company.run("keys", "restore", copy)
        #expect(twice.status == 3, "keys are not put in the place of others: \(twice.errors)")
    }

    @Test func logKeysAndMasterKeyTogetherBringNamesBack() async throws {
        let company = try await SealedCompany()
        let place = company.desk.path
        #expect(try await company.run("backup", place + "/log").status == 0)
        #expect(try await company.run("keys", "backup", place + "/keys").status == 0)
        #expect(try await rapport("restore", place + "/log", "--into", place + "/new").status == 0)
        let key = ["RAPPORT_MASTER_KEY": company.masterKey]
        let keys = try await rapport("keys", "restore", place + "/keys", "--data", place + "/new", environment: key)
        #expect(keys.status == 0, "\(keys.errors)")
        let profile = try await rapport("profile", "C-1", "--data", place + "/new", environment: key)
        #expect(profile.output.contains("王小明"), "\(profile.errors)")
    }

    @Test func keysOfAnotherLogAreRefused() async throws {
        let company = try await SealedCompany()
        let copy = company.desk.path + "/keys"
        #expect(try await company.run("keys", "backup", copy).status == 0)
        let data = company.desk.path + "/other"
        #expect(try await rapport("append", "--data", data, input: #"{"type":"own.a"}"#).status == 0)
        let run = try await rapport("keys", "restore", copy, "--data", data)
        #expect(run.status == 3 && run.output == "", "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: data + "/keys/CURRENT"))
    }

    @Test func aBackupOfKeysGoesIntoANewFolderOutsideOfTheData() async throws {
        let company = try await SealedCompany()
        let there = try company.desk.write("kept", to: "there")
        let refused = try await company.run("keys", "backup", there)
        #expect(refused.status == 3 && refused.output == "", "\(refused.errors)")
        #expect(try String(contentsOfFile: there, encoding: .utf8) == "kept")
        let inside = try await company.run("keys", "backup", company.data + "/spare")
        #expect(inside.status != 0 && inside.output == "", "\(inside.errors)")
        #expect(!FileManager.default.fileExists(atPath: company.data + "/spare"))
    }

    // MARK: Another master key

    @Test func theMasterKeyInUseIsNoOtherOne() async throws {
        let company = try await SealedCompany()
        let run = try await company.run("keys", "rotate", "--to", company.keyFile)
        #expect(run.status == 3 && run.output == "")
        #expect(run.errors.contains("\(company.keyFile): is the key in use already"), "\(run.errors)")
        #expect(try await company.run("keys", "status", "--check").status == 0)
    }

    @Test func afterARotationOnlyTheOtherMasterKeyOpens() async throws {
        let company = try await SealedCompany()
        let other = try await SealedCompany.newKey(in: company.desk, named: "other.key")
        let file = company.desk.path + "/other.key"
        let rotated = try await company.run("keys", "rotate", "--to", file)
        #expect(rotated.status == 0, "\(rotated.errors)")
        #expect(rotated.output.contains("export RAPPORT_MASTER_KEY_FILE=\(file)\n"))
        #expect(try await company.run("keys", "status", "--check").status == 3)
        let status = try await company.run("keys", "status", "--check", masterKey: other)
        #expect(status.output.contains("the master key opens them"), "\(status.errors)")
        let profile = try await company.run("profile", "C-1", masterKey: other)
        #expect(profile.output.contains("王小明"), "\(profile.errors)")
    }
}

/// A tiny company whose personal values are sealed under a master key of its own.
private struct SealedCompany {
    /// An event with a personal part, about somebody who has no key yet.
    static let lead = #"""
        {"type":"LeadCaptured","tags":["lead:L-1"],"data":{"leadId":"L-1","source":"web"},\#
        "subjects":[{"id":"lead:L-1","personal":{"displayName":"Anna Muster"}}]}
        """#

    let desk: TemporaryDirectory
    let keyFile: String
    /// What the file holds.
    let masterKey: String

    var data: String { desk.path + "/crm" }

    init() async throws {
        desk = try TemporaryDirectory()
        keyFile = desk.path + "/master.key"
        masterKey = try await Self.newKey(in: desk, named: "master.key")
        let appended = try await run("append", input: TinyCompany.input)
        try #require(appended.status == 0, "\(appended.errors)")
    }

    /// Makes a master key, and answers what its file holds.
    static func newKey(in desk: TemporaryDirectory, named name: String) async throws -> String {
        let file = desk.path + "/" + name
        let made = try await rapport("keys", "new", file)
        try #require(made.status == 0, "\(made.errors)")
        return try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// Runs a command on the data, with the company's master key unless another one is given.
    func run(_ arguments: String..., masterKey other: String? = nil, input: String = "") async throws -> CommandRun {
        try await Command(
            arguments + ["--data", data], input: input, environment: ["RAPPORT_MASTER_KEY": other ?? masterKey]
        ).run()
    }
}
