import EventLog
import LMDB
import Projection
@testable import Rapport
import Testing
import TestSupport

/// Who is erased is not found any more, and nobody is found whose data must not be used.
@Suite struct IdentifierErasureTests {
    @Test("who is erased stays so, whatever arrives and in whatever order")
    func erasure() async throws {
        let anna = [
            try IdentifierSearchTests.registered(
                "C-1", IdentifierSearchTests.identifier(.email, "anna@example.com"), name: "Anna Amsel"),
            try IdentifierSearchTests.linked("C-1", .phone, "+49 30 1", after: 1),
            try IdentifierSearchTests.changed("C-1", "email", "a@example.com", after: 9),
        ]
        let erasure = try IdentifierSearchTests.erased("C-1", alsoAbout: "C-2", after: 5)
        let berta = try IdentifierSearchTests.registered(
            "C-2", IdentifierSearchTests.identifier(.email, "berta@example.com"), name: "Berta Blume")
        var random = SeededGenerator(seed: 7)
        for _ in 0..<6 {
            // The fold itself: a log would refuse what comes after the erasure.
            let order = (anna + [erasure, berta]).shuffled(using: &random)
            let directory = try TemporaryDirectory()
            let log = try EventLog(at: directory.path)
            defer { log.close() }
            let host = try ProjectionHost(log, models: [SearchModel.model(opening: NoParts(), index: Self.plainIndex)])
            defer { host.close() }
            for event in order {
                try await log.append([event])
                try await host.wait(for: log.head, of: [SearchModel.name], seconds: 60)
            }
            try await host.waitForForgetting(log.head, seconds: 60)
            #expect(try IdentifierSearchTests.rows(of: host) == ["1 C-2", "2 C-2"])
            let folder = directory.path + "/views/search"
            for text in ["Anna Amsel", "anna amsel", "anna@example.com"] {
                #expect(try files(below: folder, holding: Array(text.utf8)) == [])
            }
            #expect(try files(below: folder, holding: Array("Berta Blume".utf8)).count == 1)
            try host.rebuild()
            #expect(try IdentifierSearchTests.rows(of: host) == ["1 C-2", "2 C-2"])
        }
    }

    /// A hash as long as a blind index, without a key.
    private static let plainIndex: BlindIndexing = { kind, value in
        let text = Array((kind + " " + value).utf8)
        let hash = FastHash.hash128(text.rawSpan)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: hash.high)
        bytes.append(bigEndian: hash.low)
        return bytes
    }

    @Test("of persons whose data must not be used no name is shown, and nobody is found by an identifier")
    func restriction() async throws {
        let folder = try CRMFolder([
            try IdentifierSearchTests.registered(
                "C-1", IdentifierSearchTests.identifier(.email, "anna@example.com"), name: "Anna Amsel"),
            try IdentifierSearchTests.registered(
                "C-2", IdentifierSearchTests.identifier(.email, "anna@example.com"), name: "Anna Amsel"),
        ])
        #expect(try await IdentifierSearchTests.find(.email, "anna@example.com", in: folder) == ["C-1", "C-2"])
        let restricted = ProcessingRestricted.with {
            $0.subjectID = "customer:C-1"
            $0.isOn = true
        }
        try folder.append([
            try NewEvent(restricted, about: [try .customer("C-1")], occurredAt: IdentifierSearchTests.morning)
        ])
        #expect(try await IdentifierSearchTests.find(.email, "anna@example.com", in: folder) == ["C-2"])
        let found = try await folder.crm.find("anna", atLeast: folder.head)
        #expect(found.page.rows == [FoundCustomer(customerID: "C-2", name: "Anna Amsel", match: .startOfName)])
        #expect(found.total == 1, "that a name holds the text is not told")
        let restrictedByID = try await folder.crm.find("c-1")
        #expect(
            restrictedByID.page.rows == [
                FoundCustomer(customerID: "C-1", name: nil, match: .id, withheld: .restricted)
            ])
        let all = try await folder.crm.find("c-")
        #expect(all.total == 2 && all.page.rows.map(\.name) == [nil, "Anna Amsel"])

        try folder.append([try IdentifierSearchTests.erased("C-2", after: 1)])
        #expect(try await IdentifierSearchTests.find(.email, "anna@example.com", in: folder) == [])
        let rest = try await folder.crm.find("anna", atLeast: folder.head)
        #expect(rest.page.rows == [] && rest.total == 0)
        let byID = try await folder.crm.find("C-2")
        #expect(byID.page.rows == [FoundCustomer(customerID: "C-2", name: nil, match: .id, withheld: .erased)])
    }

    @Test("where nobody can note it nobody is found by an identifier, and the answer says that somebody is withheld")
    func notLogged() async throws {
        let folder = try CRMFolder([
            try IdentifierSearchTests.registered(
                "C-1", IdentifierSearchTests.identifier(.email, "anna@example.com"), name: "Anna Amsel")
        ])
        folder.crm.accessLog.close()
        let found = try await folder.crm.customers(with: .email, value: "anna@example.com", atLeast: folder.head)
        #expect(found.customers == [])
        #expect(found.withheld?.count == 1 && found.withheld?.reason == .notLogged)
        let nobody = try await folder.crm.customers(with: .email, value: "berta@example.com")
        #expect(nobody.customers == [] && nobody.withheld == nil)
    }
}
