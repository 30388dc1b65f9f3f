@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Testing
import TestSupport

/// A fold that lacks something for a while does not stop its read model; others go on, here and in other processes.
@Suite(.timeLimit(.minutes(5))) struct UnavailableTests {
    private static let events = (1...10).map { Ledger.event(UInt8($0), "account:\($0 % 3)") }

    private func status(_ host: ProjectionHost) throws -> ProjectionStatus {
        try #require(try host.status().first { $0.name == "gated" })
    }

    private func amounts(_ host: ProjectionHost) throws -> [Int64] {
        try host.read("gated") { reader in try reader.total(GatedFold.table, "amounts") }
    }

    @Test("others are built and followed meanwhile; it goes on when the reason has passed", arguments: [true, false])
    func goesOn(isBuilt: Bool) async throws {
        let gate = Gate()
        let hosted = try HostedLog([gate.model, Ledger.model], after: isBuilt ? [] : Self.events)
        defer { hosted.close() }
        let host = hosted.host
        if isBuilt {
            try await hosted.follow()
            try await hosted.log.append(Self.events)
        }
        try await host.wait(for: Position(10), of: ["ledger"], seconds: 60)
        let isWaiting = try await eventually {
            let now = try status(host)
            return now.state == .waiting && now.unavailability == "the gate is shut"
        }
        #expect(isWaiting)
        let waiting = try status(host)
        #expect(waiting.failure == nil)
        #expect(waiting.position == (isBuilt ? Position.zero : nil))
        try await hosted.log.append([Ledger.event(11, "account:2")])
        try await host.wait(for: Position(11), of: ["ledger"], seconds: 60)

        gate.open()
        let hasGoneOn = try await eventually { try status(host).position == Position(11) }
        #expect(hasGoneOn)
        try await host.wait(for: Position(11), of: ["gated"], seconds: 60)
        #expect(try amounts(host) == [11])
        let isFollowing = try await eventually {
            let now = try status(host)
            return now.state == .following && now.unavailability == nil
        }
        #expect(isFollowing)
    }

    @Test("whoever waits is told the reason, once it has lasted; whoever rebuilds or asks the past, at once")
    func reason() async throws {
        let gate = Gate()
        let hosted = try HostedLog([gate.model, Ledger.model])
        defer { hosted.close() }
        try await hosted.follow()
        try await hosted.log.append(Self.events)
        let host = hosted.host
        await #expect(throws: GateShut()) { try await host.wait(for: Position(10), of: ["gated"], seconds: 120) }
        #expect(throws: GateShut()) { try host.rebuild(["gated"]) }
        #expect(throws: GateShut()) { try host.past(PastMoment(position: Position(5))).read("gated") { $0.position } }
        #expect(throws: GateShut()) {
            let past = host.past(PastMoment(position: Position(5)))
            _ = try past.read("gated", and: "ledger", around: Ledger.tag("account:1")) { rows, _ in rows.position }
        }
        #expect(try status(host).failure == nil)
    }

    @Test("before it is tried again another process can have the lease, with all rows at rest")
    func handsOver() async throws {
        let gate = Gate()
        let hosted = try HostedLog([gate.model, Ledger.model])
        defer { hosted.close() }
        let host = hosted.host
        try await hosted.follow()
        try await hosted.log.append(Self.events)
        var lease: FileLock? = try await leaseOfAnother(hosted)
        #expect(lease != nil && !host.follower.holdsLease)
        let generation = hosted.folder() + "/" + (try hosted.currentGeneration())
        #expect(try !DirtyMarker(generation: generation).isSet)
        #expect(try host.read("ledger") { $0.position } == Position(10))

        // The other process has gone; this one has what it lacked.
        gate.open()
        withExtendedLifetime(lease) {}
        lease = nil
        let hasGoneOn = try await eventually { try status(host).position == Position(10) }
        #expect(hasGoneOn)
        try await hosted.settle()
        #expect(try amounts(host) == [10])
    }

    private struct NeverFree: Error {}

    private func leaseOfAnother(_ hosted: HostedLog) async throws -> FileLock {
        for _ in 0..<10_000 {
            if let lease = try FileLock.acquire(hosted.directory.path + "/views/LEASE") { return lease }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw NeverFree()
    }
}
