import EventLog
import Foundation
import LMDB
import Projection
@testable import Rapport
import Sealing
import Testing
import TestSupport

/// What `search` holds of the past never brings back who is erased, and a key that is not there stops nothing.
@Suite(.timeLimit(.minutes(5))) struct PastErasureTests {
    private typealias Story = ErasureStory
    private static let name = "Quastenflosserin Adelheid"

    @Test("where a law keeps the key, the past is asked after an erasure without bringing the name back")
    func retained() async throws {
        let folder = try SealedCRM()
        let data = folder.directory.path
        do {
            let crm = try folder.opened()
            defer { crm.close() }
            try crm.log.appendBlocking([
                try Story.policy("identity", .keepFor, days: 3_650),
                try Story.registered("C-1", Self.name), try Story.registered("C-2", "Bo Blumenkohl"),
                try Story.caseOpened("S-1", of: "C-2", "it leaks"),
            ])
            try await crm.projections.wait(for: crm.log.head, of: crm.projections.names)
            #expect(try await crm.state(asOf: Position(3)).find("Quastenflosserin").total == 1)
            try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
            #expect(try Story.key(of: "customer:C-1", "identity", in: crm) == "key", "a law keeps it")
            try await expectNothing(crm, data)
        }
        // And in a process that has not seen it happen.
        let crm = try folder.opened()
        defer { crm.close() }
        try await expectNothing(crm, data)
        try crm.projections.rebuild([SearchModel.name])
        #expect(try files(below: data, holding: Array(Self.name.utf8)) == [])
    }

    private func expectNothing(_ crm: Rapport, _ data: String) async throws {
        for position in [2, 3, 4] as [UInt64] {
            let past = try crm.state(asOf: Position(position))
            #expect(try await past.find("Quastenflosserin").total == 0, "as of \(position)")
        }
        #expect(try await crm.state(asOf: Position(3)).find("Blumenkohl").total == 1)
        #expect(try files(below: data, holding: Array(Self.name.utf8)) == [])
    }

    @Test("without the right master key search waits, and goes on in a process that has it")
    func otherMasterKey() async throws {
        let folder = try SealedCRM()
        do {
            let crm = try folder.opened()
            defer { crm.close() }
            try crm.log.appendBlocking([try Story.registered("C-1", Self.name)])
        }
        // The rows must be built anew, and cannot be.
        try? FileManager.default.removeItem(atPath: folder.directory.path + "/views/search")
        do {
            let crm = try folder.opened(keyByte: 8)
            defer { crm.close() }
            try await crm.projections.wait(for: crm.log.head, of: [ProfileModel.name])
            let isWaiting = try await eventually {
                try crm.projections.status().contains { $0.name == SearchModel.name && $0.unavailability != nil }
            }
            #expect(isWaiting)
            #expect(try crm.projections.status().allSatisfy { $0.failure == nil })
            await #expect(throws: MasterKeyRefusal.self) {
                try await crm.projections.wait(for: crm.log.head, of: [SearchModel.name], seconds: 120)
            }
        }
        let crm = try folder.opened()
        defer { crm.close() }
        try await crm.projections.wait(for: crm.log.head, of: [SearchModel.name], seconds: 120)
        #expect(try await crm.find("Quastenflosserin").total == 1)
    }

    @Test("a part that is not what was sealed says nothing, is told once, and stops nothing")
    func damagedPart() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([try Story.registered("C-1", Self.name)])
        // The part of one event in another one: sealed under the right key, and yet not what belongs there.
        var forged = try #require(try crm.log.event(at: Position(1))).event
        forged.id = EventID()
        try crm.log.appendBlocking([forged, try Story.registered("C-2", "Bo Blumenkohl")])
        try await crm.projections.wait(for: crm.log.head, of: crm.projections.names, seconds: 120)
        #expect(try await crm.find("Quastenflosserin").total == 1)
        #expect(try await crm.find("Blumenkohl").total == 1)
        try crm.projections.rebuild([SearchModel.name])
        #expect(try crm.projections.status().allSatisfy { $0.state == .following })
        let told = folder.alarms.heard.filter { $0.hasPrefix("a personal part does not open") }
        #expect(told.count == 1)
    }
}
