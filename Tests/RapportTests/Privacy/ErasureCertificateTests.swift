import Audit
import EventLog
import LMDB
import Rapport
import Testing
import TestSupport
import Transparency

/// What is said of an erasure, and who has said it.
@Suite(.timeLimit(.minutes(5))) struct ErasureCertificateTests {
    private typealias Story = ErasureStory

    private static func erased() async throws -> (folder: SealedCRM, crm: Rapport) {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        try crm.log.appendBlocking([try Story.registered("C-1", "Ada"), try Story.registered("C-2", "Bo")])
        try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        return (folder, crm)
    }

    @Test("each check says what it has found, and the leaf of the erasure leads to the root of the tree")
    func checks() async throws {
        let (folder, crm) = try await Self.erased()
        defer { withExtendedLifetime(folder) { crm.close() } }
        let certificate = try await crm.erasureCertificate(of: .customer("C-1"))
        #expect(certificate.isComplete, "\(certificate.checks)")
        #expect(
            certificate.checks.map(\.name) == [
                "keys", "sealed parts", "parts in clear", "read models", "earlier rows", "tree",
            ])
        #expect(certificate.checks[1].found == "0 of 1 open")
        #expect(certificate.erasure.position == Position(3) && certificate.receipt?.position == Position(4))
        #expect(certificate.keyCount == 1 && certificate.epoch > 0 && certificate.retained == [])
        let place = try #require(certificate.place)
        #expect(place.leafIndex == 2 && place.size >= 3 && !place.isSigned)
        #expect(place.root == (try crm.audit.tree.root(size: place.size)).hex)
    }

    @Test("whoever is erased once more has a certificate of the last erasure, with its own receipt")
    func twice() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try Story.registered("C-1", "Ada")])
        try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        try crm.log.appendBlocking([try SealedCRM.erased("C-1")])
        let certificate = try await crm.erasureCertificate(of: .customer("C-1"))
        #expect(certificate.erasure.position == Position(4))
        #expect(certificate.receipt?.position == Position(5), "the receipt is appended before anything is checked")
        #expect(certificate.isComplete)
    }

    @Test("signed, it is a note that says the same again, and nothing else passes for it")
    func signed() async throws {
        let (folder, crm) = try await Self.erased()
        defer { withExtendedLifetime(folder) { crm.close() } }
        let certificate = try await crm.erasureCertificate(of: .customer("C-1"))
        let key = try SigningKey(name: "crm.example/acme")
        let note = try certificate.signed(with: key)
        let read = try SignedNote(parsing: note.encoded)
        #expect(try read.verify(with: [key.verifier]) == [key.verifier])
        #expect(try ErasureCertificate(read) == certificate)
        let forged = try SignedNote(parsing: note.encoded.replacing("customer:C-1", with: "customer:C-2"))
        #expect(throws: NoteError.self) { try forged.verify(with: [key.verifier]) }
        let other = try SigningKey(name: "crm.example/acme")
        #expect(throws: NoteError.self) { try read.verify(with: [other.verifier]) }
    }

    @Test(
        "what is no certificate is refused",
        arguments: [
            "x\n", "rapport.erasure-certificate/v1\n\n{}\n", "rapport.erasure-certificate/v2\na\n{}\n",
            "a\nb\nc\nd\n",
        ])
    func malformed(text: String) throws {
        let note = try SignedNote(text: text)
        #expect(throws: MalformedCertificate.self) { try ErasureCertificate(note) }
    }

    @Test("nobody who is not erased gets one, and nobody whom nothing is known of")
    func none() async throws {
        let (folder, crm) = try await Self.erased()
        defer { withExtendedLifetime(folder) { crm.close() } }
        await #expect(throws: NotErased.self) { try await crm.erasureCertificate(of: .customer("C-2")) }
        await #expect(throws: UnknownSubject.self) { try await crm.erasureCertificate(of: .customer("C-3")) }
    }
}
