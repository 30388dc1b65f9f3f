@testable import EventLog
@testable import Projection
import Testing
import TestSupport

/// A read model brings up to date what its folds know from elsewhere, before each pass.
@Suite(.timeLimit(.minutes(5))) struct PreparingTests {
    private static let events = (1...20).map { Ledger.event(UInt8($0), "account:\($0 % 3)", at: Int64($0)) }

    @Test("whatever folds events prepares before")
    func everyPass() async throws {
        let preparations = Preparations()
        let hosted = try HostedLog([preparations.model], after: Self.events)
        defer { hosted.close() }
        try await hosted.settle()
        let host = hosted.host
        #expect(preparations.count > 0, "built")
        func expectPrepared(_ what: Comment, _ pass: () async throws -> Void) async throws {
            let before = preparations.count
            try await pass()
            #expect(preparations.count > before, what)
        }
        try await expectPrepared("followed") {
            try await hosted.log.append([Ledger.event(7, "account:1")])
            try await hosted.settle()
        }
        #expect(preparations.head == hosted.log.head)
        try await expectPrepared("rebuilt") { try host.rebuild() }
        try await expectPrepared("previewed") { _ = try host.preview(preparations.model) { _ in true } }
        func past(_ position: UInt64) -> PastRows { host.past(PastMoment(position: Position(position))) }
        try await expectPrepared("around an entity") {
            _ = try past(6).read("ledger", and: "ledger", around: Ledger.tag("account:1")) { rows, _ in rows.position }
        }
        try await expectPrepared("of the past") { _ = try past(5).read("ledger") { $0.position } }
        try await expectPrepared("going on from there") { _ = try past(9).read("ledger") { $0.position } }
        try await expectPrepared("lineage") {
            _ = try await host.lineage(at: PastMoment(position: Position(5))) { rows in
                try rows.read("ledger") { reader in "\(reader.position)" }
            }
        }
        let before = preparations.count
        _ = try past(9).read("ledger") { $0.position }
        #expect(preparations.count == before, "what is kept is only read")
    }

    @Test("an error of it ends the pass, and is no failure of the folds")
    func refusal() async throws {
        let preparations = Preparations()
        let hosted = try HostedLog([preparations.model], after: Self.events)
        defer { hosted.close() }
        try await hosted.settle()
        let host = hosted.host
        preparations.refuse(true)
        #expect(throws: Preparations.Refused()) { try host.rebuild() }
        #expect(throws: Preparations.Refused()) {
            try host.past(PastMoment(position: Position(5))).read("ledger") { $0.position }
        }
        let before = preparations.count
        try await hosted.log.append([Ledger.event(7, "account:1")])
        let isTriedAgain = try await eventually { preparations.count >= before + 2 }
        #expect(isTriedAgain)
        let refused = try host.status()[0]
        #expect(refused.failure == nil && refused.position == Position(20))
        preparations.refuse(false)
        let goesOn = try await eventually { try host.status()[0].position == hosted.log.head }
        #expect(goesOn)
        #expect(try host.digest(of: "ledger").digest == hosted.freshDigest())
    }
}
