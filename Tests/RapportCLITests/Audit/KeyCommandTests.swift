import Foundation
import Testing
import TestSupport
import Transparency

@Suite(.timeLimit(.minutes(5)))
struct KeyCommandTests {
    @Test func aNewKeyIsForItsOwnerAndItsVerifierKeyForEverybody() async throws {
        let desk = try TemporaryDirectory()
        let file = desk.path + "/acme.key"
        let made = try await rapport("key", file, "--name", "crm.example/acme")
        #expect(made.errors == "" && made.status == 0)
        #expect(made.output.hasPrefix("crm.example/acme+") && made.lines.count == 1)
        let key = try VerifierKey(String(try #require(made.lines.first)))
        #expect(key.algorithm == .ed25519)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        #expect(try await rapport("key", file).output == made.output)
        let cosigner = try await rapport("key", file, "--cosigner")
        #expect(cosigner.output == "\(key.cosigner)\n")
    }

    @Test func aKeyIsNeverReplaced() async throws {
        let desk = try TemporaryDirectory()
        let file = desk.path + "/acme.key"
        _ = try await rapport("key", file, "--name", "crm.example/acme")
        let before = try Data(contentsOf: URL(filePath: file))
        let again = try await rapport("key", file, "--name", "crm.example/other")
        #expect(again.status == 3 && again.output == "")
        #expect(
            again.errors == "rapport: \(file): is there already, and no key is replaced; expected a new file\n")
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test func aKeyDoesNotLieInADataDirectory() async throws {
        let data = try await TinyCompany.directory()
        for place in ["/acme.key", "/log/acme.key"] {
            let run = try await rapport("key", data.path + place, "--name", "crm.example/acme")
            #expect(run.status == 8 && run.output == "", "\(run.errors)")
            #expect(run.errors.contains("whose copies would hold the key"), "\(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: data.path + place))
        }
    }

    @Test(arguments: ["", "two words", "a+b"])
    func aNameIsOneWordWithoutAPlus(name: String) async throws {
        let desk = try TemporaryDirectory()
        let run = try await rapport("key", desk.path + "/key", "--name", name)
        #expect(run.status == 6 && run.output == "", "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: desk.path + "/key"))
    }

    @Test func whatIsNoKeyIsToldSo() async throws {
        let desk = try TemporaryDirectory()
        let missing = try await rapport("key", desk.path + "/key")
        #expect(missing.status == 2)
        #expect(missing.errors == "rapport: \(desk.path)/key: cannot be opened for reading\n")
        let other = try desk.write("PRIVATE+KEY+nothing\n", to: "other")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: other)
        let wrong = try await rapport("key", other)
        #expect(wrong.status == 6)
        #expect(wrong.errors.hasPrefix("rapport: \(other): "), "\(wrong.errors)")
        #expect(!wrong.errors.contains("nothing"), "nothing of what may be a secret is told")
    }

    @Test func aKeyThatOthersMayReadIsNotUsed() async throws {
        let company = try await SignedCompany()
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: company.key)
        let shown = try await rapport("key", company.key)
        #expect(shown.status == 8)
        #expect(
            shown.errors == """
                rapport: \(company.key): others may read the key (mode 640); expected 600, for its owner only\n
                """)
        let signed = try await company.run("checkpoint", "--key", company.key)
        #expect(signed.status == 8 && signed.output == "", "\(signed.errors)")
    }
}
