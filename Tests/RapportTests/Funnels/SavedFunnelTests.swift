import EventLog
import Foundation
@testable import Rapport
import SwiftProtobuf
import Testing

/// Funnels that are saved under a name: which version is in force, and when.
@Suite(.timeLimit(.minutes(5))) struct SavedFunnelTests {
    private static let day: Int64 = 86_400_000_000

    /// From a lead to a deal that is won, within some days.
    private static func funnel(_ name: String = "sale", days: Int64 = 14) -> FunnelDefinition {
        var definition = FunnelDefinition(
            name: name,
            steps: [
                FunnelDefinition.Step(name: "lead", events: .init(types: [LeadCaptured.eventType])),
                FunnelDefinition.Step(name: "deal", events: .init(types: [OpportunityOpened.eventType])),
                FunnelDefinition.Step(name: "won", events: .init(types: [OpportunityWon.eventType])),
            ])
        definition.window = .time(days * day)
        return definition
    }

    /// An event as another program has appended it, without a look at what it says.
    private static func unchecked(_ name: String, version: UInt32, _ definition: String) throws -> NewEvent {
        let message = FunnelDefined.with { message in
            message.funnelID = name
            message.version = version
            message.definition = definition
        }
        return NewEvent(
            type: FunnelDefined.eventType, tags: [try EntityTag.funnel(name)], data: try message.serializedBytes())
    }

    private static func unchecked(version: UInt32, days: Int64) throws -> NewEvent {
        try unchecked("sale", version: version, funnel(days: days).json)
    }

    /// What is in force: names, versions and windows in days.
    private static func inForce(_ funnels: [SavedFunnel]) -> [String] {
        funnels.map { saved in
            guard case .time(let window) = saved.definition.window else { return "\(saved.name) by sessions" }
            return "\(saved.name) \(saved.version) \(window / day)"
        }
    }

    // MARK: Saving

    @Test("a funnel is saved as version 1, and found by its name")
    func saves() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        #expect(try crm.savedFunnels() == [])
        let saved = try await crm.saveFunnel(Self.funnel(), provenance: Provenance(actor: "user:7"))
        #expect(saved.name == "sale" && saved.version == 1 && saved.readModel == "funnel-sale-v1")
        #expect(saved.definition == Self.funnel())
        let event = try #require(try crm.log.event(at: saved.position))
        #expect(event.event.type == FunnelDefined.eventType && event.event.tags.map(\.text) == ["funnel:sale"])
        #expect(event.event.provenance.actor == "user:7" && event.recordedAt == saved.savedAt)
        #expect(try crm.savedFunnel("sale") == saved)
        let other = try await crm.saveFunnel(Self.funnel("offer"))
        #expect(try crm.savedFunnels() == [other, saved])
        withExtendedLifetime(folder) {}
    }

    @Test("a name under which nothing is saved is told from those that there are")
    func unknown() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        let none = #expect(throws: UnknownFunnel.self) { _ = try crm.savedFunnel("sale") }
        #expect(none == UnknownFunnel(name: "sale", known: []))
        #expect(none?.description == "no funnel is saved as \"sale\"; none is saved")
        try await crm.saveFunnel(Self.funnel("sale"))
        try await crm.saveFunnel(Self.funnel("offer"))
        let some = #expect(throws: UnknownFunnel.self) { _ = try crm.savedFunnel("Sale") }
        #expect(some?.description == "no funnel is saved as \"Sale\"; expected offer, sale")
        withExtendedLifetime(folder) {}
    }

    @Test("the definition that is in force is not saved again, another one is the next version")
    func nextVersion() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        let first = try await crm.saveFunnel(Self.funnel())
        #expect(try await crm.saveFunnel(Self.funnel()) == first)
        #expect(folder.head == Position(1))
        let second = try await crm.saveFunnel(Self.funnel(days: 30))
        #expect(second.version == 2 && second.position == Position(2) && second.readModel == "funnel-sale-v2")
        #expect(try crm.savedFunnels() == [second])
        // Going back to what was is a version of its own.
        let third = try await crm.saveFunnel(Self.funnel())
        #expect(third.version == 3 && third.definition == first.definition)
        withExtendedLifetime(folder) {}
    }

    @Test("a definition that makes no sense is not saved")
    func refused() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        let short = FunnelDefinition(name: "sale", steps: [Self.funnel().steps[0]])
        await #expect(throws: (any Error).self) { try await crm.saveFunnel(short) }
        #expect(folder.head == .zero)
        withExtendedLifetime(folder) {}
    }

    @Test("of two writers at once each saves a version of its own, and the same definition is saved once")
    func twoWriters() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        async let one = crm.saveFunnel(Self.funnel(days: 7))
        async let other = crm.saveFunnel(Self.funnel(days: 30))
        let saved = try await [one, other]
        #expect(saved.map(\.version).sorted() == [1, 2])
        #expect(folder.head == Position(2))
        let last = try #require(saved.max { $0.version < $1.version })
        #expect(try crm.savedFunnel("sale") == last)

        async let same = crm.saveFunnel(Self.funnel("offer"))
        async let again = crm.saveFunnel(Self.funnel("offer"))
        let (first, second) = try await (same, again)
        #expect(first == second && first.version == 1)
        #expect(folder.head == Position(3))
        withExtendedLifetime(folder) {}
    }

    // MARK: Retiring

    @Test("a retired funnel is not in force, and goes on with the next version when it is saved again")
    func retires() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        try await crm.saveFunnel(Self.funnel())
        try await crm.saveFunnel(Self.funnel("offer"))
        let retired = try await crm.retireFunnel("sale", reason: "replaced", provenance: Provenance(actor: "user:7"))
        let event = try #require(try crm.log.event(at: retired))
        #expect(event.event.tags.map(\.text) == ["funnel:sale"] && event.event.provenance.actor == "user:7")
        #expect(try FunnelRetired(serializedBytes: event.event.data).reason == "replaced")
        #expect(try Self.inForce(crm.savedFunnels()) == ["offer 1 14"])
        // It is gone: there is nothing to be retired again.
        await #expect(throws: UnknownFunnel(name: "sale", known: ["offer"])) { try await crm.retireFunnel("sale") }
        await #expect(throws: UnknownFunnel(name: "", known: ["offer"])) { try await crm.retireFunnel("") }
        #expect(folder.head == retired)
        // The same definition is not in force any more, so it is saved.
        let again = try await crm.saveFunnel(Self.funnel())
        #expect(again.version == 2)
        #expect(try Self.inForce(crm.savedFunnels()) == ["offer 1 14", "sale 2 14"])
        withExtendedLifetime(folder) {}
    }

    @Test("of two who retire a funnel at once one does, and the other one learns that it is gone")
    func retiredTwice() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        try await crm.saveFunnel(Self.funnel())
        @Sendable func attempt() async throws -> Bool {
            do {
                try await crm.retireFunnel("sale")
                return true
            } catch is UnknownFunnel {
                return false
            }
        }
        async let one = attempt()
        async let other = attempt()
        let done = try await [one, other]
        #expect(done.filter { $0 }.count == 1)
        #expect(folder.head == Position(2))
        withExtendedLifetime(folder) {}
    }

    // MARK: What other programs append

    @Test("a definition that cannot be read is left out: the one before it stays, and its version is taken")
    func unreadable() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let first = try await crm.saveFunnel(Self.funnel())
        let events = [
            try Self.unchecked("sale", version: 2, "steps: [nothing"),
            try Self.unchecked("sale", version: 3, Self.funnel("offer").json),
            try Self.unchecked("sale", version: 0, Self.funnel().json),
            NewEvent(type: FunnelDefined.eventType, tags: [try EntityTag.funnel("sale")], data: [0xFF]),
            NewEvent(type: FunnelRetired.eventType, tags: [try EntityTag.funnel("sale")], data: [0xFF]),
        ]
        try crm.log.appendBlocking(events)
        #expect(try crm.savedFunnels() == [first])
        #expect(try crm.savedFunnels() == [first])
        let alarms = folder.alarms.heard.filter { $0.contains("a saved funnel cannot be read and is left out") }
        #expect(alarms.count == events.count)
        #expect(try await crm.saveFunnel(Self.funnel(days: 30)).version == 4)
        // A funnel of which nothing can be read is not there.
        try crm.log.appendBlocking([try Self.unchecked("broken", version: 1, "{}")])
        #expect(try Self.inForce(crm.savedFunnels()) == ["sale 4 30"])
    }

    @Test("the highest version is in force, of several with that version the first one")
    func highest() async throws {
        let folder = try CRMFolder([
            try Self.unchecked(version: 5, days: 5), try Self.unchecked(version: 3, days: 3),
        ])
        let crm = folder.crm
        #expect(try Self.inForce(crm.savedFunnels()) == ["sale 5 5"])
        try folder.append([try Self.unchecked(version: 5, days: 6)])
        #expect(try Self.inForce(crm.savedFunnels()) == ["sale 5 5"])
        try await crm.retireFunnel("sale")
        try folder.append([try Self.unchecked(version: 4, days: 4), try Self.unchecked(version: 5, days: 7)])
        #expect(try crm.savedFunnels() == [])
        #expect(try await crm.saveFunnel(Self.funnel(days: 8)).version == 6)
        withExtendedLifetime(folder) {}
    }

    @Test("where no version is left, nothing is saved")
    func lastVersion() async throws {
        let folder = try CRMFolder([try Self.unchecked(version: .max, days: 5)])
        let crm = folder.crm
        #expect(try await crm.saveFunnel(Self.funnel(days: 5)).version == 4_294_967_295)
        let error = await #expect(throws: UnfitEvent.self) { try await crm.saveFunnel(Self.funnel(days: 6)) }
        #expect(error?.reason.contains("is the last that there can be") == true)
        #expect(folder.head == Position(1))
        withExtendedLifetime(folder) {}
    }

    // MARK: The register

    @Test("the funnels of a position are those that were in force there, whatever was asked before")
    func asOf() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        try await crm.saveFunnel(Self.funnel())
        try await crm.saveFunnel(Self.funnel("offer"))
        try await crm.saveFunnel(Self.funnel(days: 30))
        try await crm.retireFunnel("sale")
        try folder.append([NewEvent(type: try EventType("shop.Opened"))])
        try await crm.saveFunnel(Self.funnel(days: 60))
        let expected: [[String]] = [
            [], ["sale 1 14"], ["offer 1 14", "sale 1 14"], ["offer 1 14", "sale 2 30"], ["offer 1 14"],
            ["offer 1 14"], ["offer 1 14", "sale 3 60"],
        ]
        let register = FunnelRegister()
        for positions in [Array(expected.indices), Array(expected.indices.reversed())] {
            for number in positions {
                let position = Position(UInt64(number))
                #expect(try Self.inForce(register.funnels(in: crm.log, asOf: position)) == expected[number])
                #expect(try Self.inForce(crm.state(asOf: position).savedFunnels()) == expected[number])
            }
        }
        #expect(try Self.inForce(register.funnels(in: crm.log)) == expected[6])
        #expect(try Self.inForce(register.funnels(in: crm.log, asOf: Position(1_000))) == expected[6])
        withExtendedLifetime(folder) {}
    }

    @Test("a register that is asked again and again says what one says that is asked once")
    func goesOn() throws {
        let folder = try CRMFolder()
        let register = FunnelRegister()
        for number in UInt32(1)...40 {
            let name = ["sale", "offer", "fair"][Int(number % 3)]
            let retired = FunnelRetired.with { $0.funnelID = name }
            let json = Self.funnel(name, days: Int64(number)).json
            let events = [
                try Self.unchecked(name, version: number / 2 + 1, json), NewEvent(type: try EventType("shop.Opened")),
                try NewEvent(retired, about: [.funnel(name)]),
            ]
            // Now and then it is retired.
            try folder.append(number % 7 == 0 ? events : Array(events.prefix(2)))
            let known = try register.funnels(in: folder.crm.log)
            #expect(try FunnelRegister().funnels(in: folder.crm.log) == known)
            #expect(known.map(\.name) == known.map(\.name).sorted())
        }
        withExtendedLifetime(folder) {}
    }

    // MARK: Its form

    @Test("as JSON a saved funnel says all of it, and is read back")
    func json() async throws {
        let folder = try CRMFolder()
        let saved = try await folder.crm.saveFunnel(Self.funnel())
        let data = try JSONEncoder().encode(saved)
        let fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(fields["name"] as? String == "sale" && fields["version"] as? Int == 1)
        #expect(fields["readModel"] as? String == "funnel-sale-v1")
        #expect(fields["definition"] as? String == Self.funnel().json)
        #expect(try JSONDecoder().decode(SavedFunnel.self, from: data) == saved)
        withExtendedLifetime(folder) {}
    }
}
