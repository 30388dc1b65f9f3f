@testable import EventLog
import Foundation
@testable import Projection
import Testing
import TestSupport

/// Programs of two versions that take turns at one directory.
@Suite(.timeLimit(.minutes(5))) struct OlderProgramTests {
    private func names(_ hosted: HostedLog) throws -> GenerationNames {
        try GenerationNames(of: "ledger", at: hosted.directory.path)
    }

    private static let doubled = ReadModel(name: "ledger", version: 2, folds: Ledger.folds + [TypeFold()])

    @Test("an older program that comes back to a newer one's directory serves its own rows at once, and builds nothing")
    func olderProgram() async throws {
        var ledger = RandomLedger(seed: 5)
        var events = ledger.events(200)
        let hosted = try HostedLog(after: events)
        defer { hosted.close() }
        try await hosted.settle()
        let old = try hosted.currentGeneration()
        hosted.close()

        events += ledger.events(50)
        try hosted.open([Self.doubled], after: Array(events.suffix(50)))
        try await hosted.settle()
        let new = try hosted.currentGeneration()
        #expect(try names(hosted) == GenerationNames(serving: new, previous: old))
        do {
            let host = hosted.host
            let refusal = NoPreviousGeneration(model: "ledger", version: 2, reason: .otherVersion(1))
            #expect(throws: refusal) { try host.rollBack("ledger") }
        }
        hosted.close()

        for (model, serving, previous) in [
            (Ledger.model, old, new), (Self.doubled, new, old), (Ledger.model, old, new),
        ] {
            let opened = try OpenedHost([model], at: hosted.directory.path)
            defer { opened.close() }
            let more = ledger.events(30)
            try await opened.log.append(more)
            events += more
            try await opened.host.wait(for: opened.log.head, of: ["ledger"], seconds: 60)
            #expect(!opened.hasBuilt)
            #expect(try names(hosted) == GenerationNames(serving: serving, previous: previous))
            #expect(try opened.host.servedVersion(of: "ledger") == model.version)
            let rows = try opened.host.read("ledger") { reader in try LedgerRows(reader) }
            if model.version == 1 { #expect(rows == LedgerRows(of: events)) }
        }
        try hosted.open([Self.doubled])
        try await hosted.settle()
        let (served, fresh) = (try hosted.host.digest(of: "ledger").digest, try hosted.freshDigest(of: Self.doubled))
        #expect(served == fresh)
    }

    @Test("an older program whose own rows are damaged builds them again")
    func olderProgramBuilds() async throws {
        let hosted = try HostedLog(after: [Ledger.event(1, "account:a")])
        defer { hosted.close() }
        try await hosted.settle()
        let data = hosted.folder() + "/" + (try hosted.currentGeneration()) + "/data.mdb"
        hosted.close()
        try hosted.open([Self.doubled])
        try await hosted.settle()
        let new = try hosted.currentGeneration()
        hosted.close()
        try Data(repeating: 0x5A, count: 50_000).write(to: URL(fileURLWithPath: data))
        let opened = try OpenedHost([Ledger.model], at: hosted.directory.path)
        defer { opened.close() }
        try await opened.host.wait(for: opened.log.head, of: ["ledger"], seconds: 60)
        #expect(opened.hasBuilt)
        #expect(try names(hosted).previous == new)
        let rows = try opened.host.read("ledger") { reader in try LedgerRows(reader) }
        #expect(rows == LedgerRows(of: [Ledger.event(1, "account:a")]))
    }
}
