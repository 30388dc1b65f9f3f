@testable import EventLog
import Foundation
@testable import Projection
import Testing
import TestSupport

/// A read model that cannot go on stops alone, before the event, and says where and why.
@Suite struct StoppingTests {
    private static func failure(at position: Int) -> ProjectionFailure {
        ProjectionFailure(
            model: "brittle", position: Position(UInt64(position)), reason: "this amount cannot be folded")
    }

    /// Ten events, the one at `position` unfoldable.
    private static func events(unfoldableAt position: Int) -> [NewEvent] {
        (1...10).map { Ledger.event($0 == position ? Brittle.unfoldable : UInt8($0), "account:\($0 % 3)") }
    }

    private func brittleRows(_ host: ProjectionHost) throws -> (position: Position, amounts: [Int64]) {
        try host.read("brittle") { reader in (reader.position, try reader.total(Brittle.table, "amounts")) }
    }

    private func status(of name: String, _ host: ProjectionHost) throws -> ProjectionStatus {
        try #require(try host.status().first { $0.name == name })
    }

    @Test(
        "a fold that throws at an event leaves the rows of the event before, wherever in a batch it stands",
        arguments: [1, 2, 7, 10], [1, 3, 10])
    func stopsBeforeTheEvent(bad: Int, batch: Int) async throws {
        let hosted = try HostedLog([Brittle.model, Ledger.model])
        defer { hosted.close() }
        try await hosted.follow()
        let (log, host) = (hosted.log, hosted.host)
        let events = Self.events(unfoldableAt: bad)
        for start in stride(from: 0, to: 10, by: batch) {
            try await log.append(Array(events[start..<min(start + batch, 10)]))
        }
        try await host.wait(for: Position(10), of: ["ledger"], seconds: 60)
        let failure = Self.failure(at: bad)
        await #expect(throws: ProjectionUnavailable.stopped(failure)) {
            try await host.wait(for: Position(10), of: ["brittle"], seconds: 60)
        }
        let stopped = try status(of: "brittle", host)
        #expect(stopped.state == .stopped)
        #expect(stopped.failure == failure)
        #expect(stopped.position == Position(UInt64(bad - 1)))
        let rows = try brittleRows(host)
        #expect(rows.position == Position(UInt64(bad - 1)))
        #expect(rows.amounts == (bad == 1 ? [] : [Int64(bad - 1)]))
        let others = try status(of: "ledger", host)
        #expect(others.state == .following)
        let ledger = try hosted.rows()
        #expect(ledger == LedgerRows(of: events))
    }

    @Test("positions before the failure can be waited for and read")
    func whatIsBeforeCanBeRead() async throws {
        let hosted = try HostedLog([Brittle.model])
        defer { hosted.close() }
        try await hosted.follow()
        try await hosted.log.append(Self.events(unfoldableAt: 6))
        try await hosted.host.wait(for: Position(5), of: ["brittle"], seconds: 60)
        let rows = try brittleRows(hosted.host)
        #expect(rows.amounts == [5])
    }

    @Test("what has stopped stays at its position after opening again, and a version that can fold the event goes on")
    func goesOnWhenMended() async throws {
        let hosted = try HostedLog([Brittle.model])
        try await hosted.follow()
        try await hosted.log.append(Self.events(unfoldableAt: 4))
        for _ in 0..<2 {
            try await expectStopped(hosted.host)
            hosted.close()
            try hosted.open([Brittle.model])
        }
        hosted.close()
        try hosted.open([Brittle.mended])
        try await hosted.settle()
        let rows = try brittleRows(hosted.host)
        #expect(rows.amounts == [10])
    }

    private func expectStopped(_ host: ProjectionHost) async throws {
        await #expect(throws: ProjectionUnavailable.stopped(Self.failure(at: 4))) {
            try await host.wait(for: Position(10), of: ["brittle"], seconds: 60)
        }
        let rows = try brittleRows(host)
        #expect(rows.amounts == [3])
    }

    @Test("a fold that throws while everything is built stops alone; the others are built", arguments: [1, 5, 10])
    func stopsWhileBuilding(bad: Int) async throws {
        let events = Self.events(unfoldableAt: bad)
        let hosted = try HostedLog([Brittle.model, Ledger.model], after: events)
        defer { hosted.close() }
        let host = hosted.host
        try await host.wait(for: Position(10), of: ["ledger"], seconds: 60)
        await #expect(throws: ProjectionUnavailable.stopped(Self.failure(at: bad))) {
            try await host.wait(for: Position(1), of: ["brittle"], seconds: 60)
        }
        #expect(throws: ProjectionUnavailable.rebuilding(model: "brittle")) { try brittleRows(host) }
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events))
    }

    @Test("a rebuild that cannot fold an event says so, and the rows from before the event go on serving")
    func rebuildSaysSo() async throws {
        let hosted = try HostedLog([Brittle.model, Ledger.model])
        defer { hosted.close() }
        try await hosted.follow()
        try await hosted.log.append(Self.events(unfoldableAt: 8))
        try await hosted.host.wait(for: Position(7), of: ["brittle"], seconds: 60)
        let host = hosted.host
        let before = try hosted.generations(of: "brittle")
        #expect(throws: Self.failure(at: 8)) { try host.rebuild(["brittle"]) }
        #expect(throws: Self.failure(at: 8)) { try host.rebuild() }
        let after = try hosted.generations(of: "brittle")
        #expect(after == before)
        let rows = try brittleRows(host)
        #expect(rows.amounts == [7])
        try host.rebuild(["ledger"])
        try await host.wait(for: Position(10), of: ["ledger"], seconds: 60)
    }

    // MARK: Sums that do not fit

    @Test("a sum that does not fit stops the read model before the first event that makes it so", arguments: [1, 2, 4])
    func overflowNamesTheEvent(batch: Int) async throws {
        let hosted = try HostedLog([Brittle.sums, Ledger.model])
        defer { hosted.close() }
        try await hosted.follow()
        let (log, host) = (hosted.log, hosted.host)
        try await log.append([Ledger.event(5, "account:a")])
        try await hosted.settle()
        let events = [
            Ledger.event(0, "account:b"), Ledger.event(Brittle.greatest, "account:c"), Ledger.event(0, "account:d"),
            Ledger.event(0, "account:e"),
        ]
        for start in stride(from: 0, to: 4, by: batch) {
            try await log.append(Array(events[start..<min(start + batch, 4)]))
        }
        try await host.wait(for: Position(5), of: ["ledger"], seconds: 60)
        await #expect(throws: ProjectionUnavailable.self) {
            try await host.wait(for: Position(5), of: ["sums"], seconds: 60)
        }
        let stopped = try status(of: "sums", host)
        #expect(stopped.state == .stopped)
        #expect(stopped.failure?.position == Position(3))
        #expect(stopped.failure?.reason == SumOverflow(row: "1/sum", column: 0).description)
        #expect(stopped.position == Position(2))
    }

    @Test("a sum that does not fit while everything is built stops its read model alone; the others are built")
    func overflowWhileBuilding() async throws {
        let events = (1...12).map { Ledger.event(Brittle.greatest, "account:\($0)") }
        let hosted = try HostedLog([Brittle.sums, Ledger.model], after: events)
        defer { hosted.close() }
        let host = hosted.host
        try await host.wait(for: Position(12), of: ["ledger"], seconds: 15)
        let isStopped = try await eventually { try status(of: "sums", host).state == .stopped }
        #expect(isStopped)
        let reason = try status(of: "sums", host).failure?.reason
        #expect(reason == SumOverflow(row: "1/sum", column: 0).description)
    }

    @Test("a row whose key is too long for the storage does not keep other read models from going on")
    func longKeys() async throws {
        let hosted = try HostedLog([Brittle.names, Ledger.model])
        defer { hosted.close() }
        try await hosted.follow()
        let events = [1, Brittle.longName, 2].map { Ledger.event($0, "account:a") }
        try await hosted.log.append(events)
        try await hosted.host.wait(for: Position(3), of: ["ledger"], seconds: 15)
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events))
    }

    @Test("a row whose key is too long for the storage does not keep other read models from being built")
    func longKeysWhileBuilding() async throws {
        let events = [Ledger.event(1, "account:a"), Ledger.event(Brittle.longName, "account:a")]
        let hosted = try HostedLog([Brittle.names, Ledger.model], after: events)
        defer { hosted.close() }
        try await hosted.host.wait(for: Position(2), of: ["ledger"], seconds: 15)
        let rows = try hosted.rows()
        #expect(rows == LedgerRows(of: events))
    }
}
