import EventLog
import Foundation
import Projection
import Rapport
import Sealing
import Testing
import TestSupport

/// The programs of the page on personal data.
@Suite struct PersonalDataPage {
    /// Stands for a service that keeps a key to itself.
    struct Vault: Sendable {
        let key: LocalMasterKey

        init() throws {
            key = try LocalMasterKey(bytes: (0..<32).map { UInt8($0) }, name: "the vault")
        }

        func encrypt(_ bytes: [UInt8], context: [UInt8]) throws -> [UInt8] { try key.wrap(bytes, for: context) }
        func decrypt(_ bytes: [UInt8], context: [UInt8]) throws -> [UInt8] { try key.unwrap(bytes, for: context) }
    }

    struct VaultKey: MasterKey {
        let vault: Vault
        var name: String { "vault:crm" }

        func wrap(_ key: [UInt8], for context: [UInt8]) throws -> [UInt8] {
            try vault.encrypt(key, context: context)
        }

        func unwrap(_ wrapped: [UInt8], for context: [UInt8]) throws -> [UInt8] {
            try vault.decrypt(wrapped, context: context)
        }
    }

    private static func register(in crm: Rapport) async throws {
        try await crm.append(
            CustomerRegistered.with { $0.customerID = "C-1" }, personal: .with { $0.displayName = "王小明" },
            of: .customer("C-1"))
    }

    @Test func aPersonAllowsIsShownAndIsErased() async throws {
        let desk = try TemporaryDirectory()
        let (data, masterKeyFile) = (desk.path + "/crm", desk.path + "/master.key")
        try LocalMasterKey.make(at: masterKeyFile)
        let crm = try Rapport(at: data, masterKey: .file(masterKeyFile))
        defer { crm.close() }
        try await Self.register(in: crm)

        let person = try Tag.customer("C-1")
        let consent = ConsentGranted.with {
            $0.subjectID = person.text
            $0.purpose = "marketing"
            $0.channel = "email"
            $0.legalBasis = "consent"
            $0.policyVersion = "2017-05"
        }
        let position = try await crm.append(consent, about: person)
        let use = try await crm.mayUse(
            subject: person, for: "marketing", on: "email", at: .now(), atLeast: position)
        #expect(use.allowed && use.proof?.position == position)

        try await crm.projections.wait(for: position, of: crm.projections.names)
        let profile = try await crm.reading(as: "user:7", for: "support").profile(of: "C-1")
        let accesses = try crm.accessLog.accesses(to: "customer:C-1")
        #expect(profile?.value(of: "name") == "王小明")
        #expect(accesses.rows.map(\.actor) == ["user:7"])

        let plan = try crm.planErasure(of: [person], reason: "request")
        let outcomes = try await crm.erase(plan)
        #expect(outcomes.map(\.isComplete) == [true])
        let erased = try await crm.profile(of: "C-1", atLeast: crm.log.head)
        #expect(erased?.value(of: "name") == nil && erased?.withheld["customer:C-1"] == .erased)
    }

    @Test func aServiceKeepsTheMasterKey() async throws {
        let desk = try TemporaryDirectory()
        let vault = try Vault()
        let crm = try Rapport(at: desk.path, masterKey: .key(VaultKey(vault: vault)))
        defer { crm.close() }
        try await Self.register(in: crm)
        let profile = try await crm.profile(of: "C-1", atLeast: crm.log.head)
        #expect(profile?.value(of: "name") == "王小明")
    }
}
