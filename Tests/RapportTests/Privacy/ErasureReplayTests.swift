import EventLog
import Foundation
import Rapport
import Testing
import TestSupport

/// What was begun is brought to its end, and what was erased stays so.
@Suite(.timeLimit(.minutes(5))) struct ErasureReplayTests {
    private typealias Story = ErasureStory

    /// Runs `body` with the CRM of a folder, which is closed then.
    @discardableResult
    private func withCRM<Result>(_ folder: SealedCRM, _ body: (Rapport) async throws -> Result) async throws -> Result {
        let crm = try folder.opened()
        defer { crm.close() }
        return try await body(crm)
    }

    @Test("an erasure whose process died before the keys were destroyed is carried out when the CRM is opened")
    func died() async throws {
        let folder = try SealedCRM()
        try await withCRM(folder) { crm in
            try crm.log.appendBlocking([try Story.registered("C-1", "Ada"), try Story.registered("C-2", "Bo")])
            // As far as the process has come.
            try crm.log.appendBlocking([try SealedCRM.erased("C-1")])
            #expect(try Story.key(of: "customer:C-1", "identity", in: crm) == "key")
        }
        try await withCRM(folder) { crm in
            #expect(try Story.key(of: "customer:C-1", "identity", in: crm) == "erased")
            #expect(try Story.key(of: "customer:C-2", "identity", in: crm) == "key")
            #expect(crm.log.head == Position(3), "the receipt comes with the next command about a person")
            let receipt = try #require(try await crm.finishReceipts())
            #expect(receipt.position == Position(4) && receipt.keyCount == 1)
            #expect(try await crm.finishReceipts() == nil)
            #expect(crm.log.head == Position(4))
        }
    }

    @Test("one receipt covers all erasures that were waiting, and an erasure begins with it")
    func waiting() async throws {
        let folder = try SealedCRM()
        try await withCRM(folder) { crm in
            try crm.log.appendBlocking((1...4).map { try Story.registered("C-\($0)", "Ada") })
            try crm.log.appendBlocking([try SealedCRM.erased("C-1"), try SealedCRM.erased("C-2")])
        }
        try await withCRM(folder) { crm in
            try await crm.erase(try crm.planErasure(of: [.customer("C-3")]))
            let types = try crm.log.events(from: Position(5)).map(\.event.type)
            let (erased, destroyed) = (SubjectErased.eventType, KeyDestroyed.eventType)
            #expect(types == [erased, erased, destroyed, erased, destroyed])
            #expect(try crm.log.event(at: Position(7))?.event.tags.map(\.text) == ["customer:C-1", "customer:C-2"])
        }
    }

    @Test("an old copy of the key store that is put back is purged before anything is answered")
    func oldKeys() async throws {
        let folder = try SealedCRM()
        let old = try TemporaryDirectory()
        let keys = folder.directory.path + "/keys"
        try await withCRM(folder) { crm in
            try crm.log.appendBlocking([try Story.registered("C-1", "Ada"), try Story.registered("C-2", "Bo")])
        }
        try FileManager.default.copyItem(atPath: keys, toPath: old.path + "/keys")
        try await withCRM(folder) { crm in _ = try await crm.erase(try crm.planErasure(of: [.customer("C-1")])) }
        try FileManager.default.removeItem(atPath: keys)
        try FileManager.default.copyItem(atPath: old.path + "/keys", toPath: keys)
        try await withCRM(folder) { crm in
            #expect(try Story.key(of: "customer:C-1", "identity", in: crm) == "erased")
            #expect(try Story.key(of: "customer:C-2", "identity", in: crm) == "key")
            let certificate = try await crm.erasureCertificate(of: .customer("C-1"))
            #expect(certificate.isComplete, "\(certificate.checks)")
        }
    }

    @Test("what a law keeps stays until its time is over; then a second erasure takes it")
    func retained() async throws {
        let folder = try SealedCRM()
        try await withCRM(folder) { crm in
            let yesterday = Timestamp.now().plus(days: -1)
            try crm.log.appendBlocking([
                try Story.registered("C-1", "Ada", at: yesterday),
                try Story.caseOpened("S-1", of: "C-1", "it leaks", at: yesterday),
                try Story.policy("cases", .keepFor, days: 30), try Story.policy("voice", .keepFor, days: 30),
            ])
            let plan = try crm.planErasure(of: [.customer("C-1")])
            let kept = RetainedCases(plan)
            #expect(kept.categories == ["cases"] && kept.until == yesterday.plus(days: 30))
            let outcome = try #require(try await crm.erase(plan).first)
            #expect(outcome.isComplete && outcome.receipt?.keyCount == 1)
            #expect(try Story.key(of: "customer:C-1", "identity", in: crm) == "erased")
            #expect(try Story.key(of: "customer:C-1", "cases", in: crm) == "key")
            let opened = try crm.reader.opened(crm.log.events(to: Position(2)), asking: "test")
            #expect(opened.map { $0.withheld["customer:C-1"] } == [.erased, .erased], "kept, and not shown")
            let certificate = try await crm.erasureCertificate(of: .customer("C-1"))
            #expect(certificate.isComplete && certificate.retained.map(\.category) == ["cases"])
            #expect(try crm.planErasure(of: [.customer("C-1")]).alreadyErased.count == 1, "nothing more may go")
        }
        try await withCRM(folder) { crm in
            #expect(try Story.key(of: "customer:C-1", "cases", in: crm) == "key", "it outlives a restart")
            let later = try await crm.planRetention(at: .now().plus(days: 40))
            #expect(later.released.map(\.text) == ["customer:C-1"])
            let outcomes = try await crm.applyRetention(later)
            #expect(outcomes.map(\.retained) == [[]] && outcomes.allSatisfy(\.isComplete))
            #expect(try Story.key(of: "customer:C-1", "cases", in: crm) == "erased")
            let last = try await crm.planRetention(at: .now().plus(days: 41))
            #expect(last.released == [] && last.erasure.persons == [])
        }
    }

    /// What a plan for one person keeps.
    private struct RetainedCases {
        let categories: [String]
        let until: Timestamp?

        init(_ plan: ErasurePlan) {
            let retained = plan.persons.flatMap(\.retained)
            categories = retained.map(\.category)
            until = retained.first?.until
        }
    }
}
