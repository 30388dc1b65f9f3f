@testable import EventLog
import Foundation
@testable import Projection
import Testing

@Suite struct HostTests {
    @Test("a task that is cancelled waits no longer")
    func cancelledWait() async throws {
        let hosted = try HostedLog()
        defer { hosted.close() }
        let host = hosted.host
        let waiting = Task { try await host.wait(for: Position(1_000), of: ["ledger"], seconds: 3600) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test(
        "rows follow appends, late events among them, however they fall into batches",
        arguments: [1, 2, 3] as [UInt64])
    func rowsFollow(seed: UInt64) async throws {
        var ledger = RandomLedger(seed: seed)
        let hosted = try HostedLog()
        try await hosted.follow()
        var events: [NewEvent] = []
        for _ in 0..<25 {
            let batch = ledger.events(ledger.number(in: 1...30))
            try await hosted.log.append(batch)
            events += batch
            // Now and then several appends fall into one batch.
            if ledger.chance(3) { continue }
            try await hosted.settle()
            let rows = try hosted.rows()
            let expected = LedgerRows(of: events)
            #expect(rows == expected)
        }
    }

    @Test("rows built at open are those that plain folding gives", arguments: [4, 5, 6] as [UInt64])
    func rowsAreBuilt(seed: UInt64) async throws {
        var ledger = RandomLedger(seed: seed)
        let events = ledger.events(400)
        let hosted = try HostedLog(after: events)
        try await hosted.settle()
        let rows = try hosted.rows()
        let expected = LedgerRows(of: events)
        #expect(rows == expected)
    }

    @Test("waiting for a position returns when the rows have it")
    func waits() async throws {
        let hosted = try HostedLog()
        for number in 1...40 as ClosedRange<UInt64> {
            let position = try await hosted.log.append([Ledger.event(1, "account:a")]).last
            try await hosted.host.wait(for: position, of: ["ledger"])
            let (reached, count) = try hosted.host.read("ledger") { reader in
                (reader.position, try reader.state(AmountSummary.self, fold: 1, of: Ledger.tag("account:a"))?.count)
            }
            #expect(reached == position)
            #expect(count == number)
        }
    }

    @Test("many can wait at once, and a blocked thread too; each finds its position in the rows")
    func manyWait() async throws {
        let hosted = try HostedLog()
        defer { hosted.close() }
        let (log, host) = (hosted.log, hosted.host)
        let reached = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<24 {
                group.addTask {
                    let position = try await log.append([Ledger.event(UInt8(number), "account:\(number)")]).last
                    if number % 4 == 0 {
                        try await onThread { try host.waitBlocking(for: position, of: ["ledger"], seconds: 60) }
                    } else {
                        try await host.wait(for: position, of: ["ledger"], seconds: 60)
                    }
                    return try host.read("ledger") { reader in reader.position >= position }
                }
            }
            var reached: [Bool] = []
            for try await one in group { reached.append(one) }
            return reached
        }
        #expect(reached == Array(repeating: true, count: 24))
    }

    @Test("waiting for a position beyond the log ends at its deadline and says where the rows are")
    func endsAtDeadline() async throws {
        let hosted = try HostedLog(after: [Ledger.event(1), Ledger.event(2)])
        defer { hosted.close() }
        try await hosted.settle()
        let host = hosted.host
        let behind = ProjectionUnavailable.behind(model: "ledger", at: Position(2), wanted: Position(9))
        await #expect(throws: behind) { try await host.wait(for: Position(9), of: ["ledger"], seconds: 0.05) }
        #expect(throws: behind) { try host.waitBlocking(for: Position(9), of: ["ledger"], seconds: 0.05) }
    }

    @Test("waiting for nothing on an empty log returns as soon as there are rows")
    func waitsForNothing() async {
        await #expect(processExitsWith: .success) {
            let hosted = try HostedLog()
            try await hosted.host.wait(for: .zero, of: ["ledger"], seconds: 60)
            let rows = try hosted.rows()
            #expect(rows == LedgerRows(of: []))
        }
    }

    @Test("a read model that nobody has defined is refused by its name")
    func unknownName() async throws {
        let hosted = try HostedLog()
        defer { hosted.close() }
        let host = hosted.host
        let unknown = ProjectionUnavailable.unknown(model: "ledgers")
        #expect(throws: unknown) { try host.read("ledgers") { reader in reader.position } }
        #expect(throws: unknown) { try host.digest(of: "ledgers") }
        #expect(throws: unknown) { try host.rebuild(["ledgers"]) }
        await #expect(throws: unknown) { try await host.wait(for: Position(1), of: ["ledgers"]) }
    }

    @Test("two read models are read at one position, while both are moving")
    func readsAtOnePosition() async throws {
        let other = ReadModel(name: "other", version: 1, folds: Ledger.folds)
        let hosted = try HostedLog([Ledger.model, other])
        defer { hosted.close() }
        try await hosted.follow()
        let (log, host) = (hosted.log, hosted.host)
        var ledger = RandomLedger(seed: 8)
        let batches = (0..<60).map { _ in ledger.events(15) }
        // On a thread of its own: tasks wait for each other where many tests run.
        let appending = Thread { for batch in batches { _ = try? log.appendBlocking(batch) } }
        appending.start()
        let deadline = Date(timeIntervalSinceNow: 60)
        var last = Position.zero
        while last < Position(900), Date() < deadline {
            let (left, right, areSame) = try host.read("ledger", and: "other") { left, right in
                (left.position, right.position, try LedgerRows(left) == LedgerRows(right))
            }
            #expect(left == right)
            #expect(areSame)
            #expect(left >= last)
            last = left
            await Task.yield()
        }
        #expect(last == Position(900))
    }

    @Test("the status names each read model with its version and position")
    func status() async throws {
        let other = ReadModel(name: "other", version: 7, folds: [])
        let hosted = try HostedLog([Ledger.model, other], after: [Ledger.event(1), Ledger.event(2)])
        try await hosted.settle()
        try await hosted.follow()
        let status = try hosted.host.status()
        #expect(status.map(\.name) == ["ledger", "other"])
        #expect(status.map(\.version) == [1, 7])
        #expect(status.map(\.position) == [Position(2), Position(2)])
        #expect(status.map(\.state) == [.following, .following])
        #expect(status.allSatisfy { $0.failure == nil })
    }
}
