import EventLog
import Foundation
import Projection
@testable import Rapport
import SwiftProtobuf
import Testing
import TestSupport

/// Persons of the demo company merge and part at random while it goes on: every read model follows as a rebuild does,
/// and an unmerge takes a merge back to the byte.
@Suite(.timeLimit(.minutes(10))) struct ExactUnmergeTests {
    /// What a CRM shows, by read model; those without a digest are left out by theirs.
    private static func digests(_ crm: Rapport) throws -> [String: String] {
        var digests: [String: String] = [:]
        for name in crm.projections.names { digests[name] = try crm.projections.digest(of: name).digest }
        return digests
    }

    private static func settle(_ folder: CRMFolder) async throws {
        try await folder.crm.projections.wait(for: folder.head, of: folder.crm.projections.names, seconds: 120)
    }

    @Test("random merges, unmerges, exceptions and corrections: live rows are those of a rebuild", arguments: 1...3)
    func random(seed: UInt64) async throws {
        var company = DemoCompany(seed: seed, events: 900)
        var steps = RandomIdentitySteps(seed: seed)
        let folder = try CRMFolder()
        var left = 900
        while left > 0 {
            let batch = try company.nextBatch(min(left, 60)) ?? []
            if batch.isEmpty { break }
            left -= batch.count
            try folder.append(batch)
            for event in batch { steps.know(event) }
            for _ in 0..<3 {
                let events = try steps.next(in: folder.crm)
                if events.isEmpty { continue }
                // Sometimes together with what they are about, sometimes apart.
                if steps.chance(2) { try await Self.settle(folder) }
                try folder.append(events)
            }
            try await Self.settle(folder)
        }
        let live = try Self.digests(folder.crm)
        try folder.crm.projections.rebuild()
        #expect(try Self.digests(folder.crm) == live)
        #expect(try folder.crm.identity().allMerges.count > 10)
    }

    @Test("after an unmerge every read model is as before the merge, in whatever order merges are undone")
    func exact() async throws {
        var company = DemoCompany(seed: 11, events: 1500)
        let folder = try CRMFolder()
        var customers: [String] = []
        while let batch = try company.nextBatch(500), !batch.isEmpty {
            try folder.append(batch)
            customers += batch.filter { $0.type == CustomerRegistered.eventType }.compactMap { event in
                event.tags.first { $0.kind == "customer" }.map { String($0.id) }
            }
        }
        let crm = folder.crm
        try await Self.settle(folder)
        var random = SeededGenerator(seed: 11)
        let before = try Self.digests(crm)
        // Each of these persons is merged of merged ones.
        let chosen = customers.shuffled(using: &random).prefix(12)
        var merges: [EventID] = []
        var digests = [before]
        for (first, second) in zip(chosen, chosen.dropFirst()) {
            merges.append(try await crm.mergeCustomers(first, second, reason: "test").eventID)
            try await Self.settle(folder)
            digests.append(try Self.digests(crm))
        }
        #expect(Set(digests.compactMap { $0["profile"] }).count == digests.count)
        // Undone from the last on: each state comes again.
        for number in merges.indices.reversed().prefix(5) {
            try await crm.unmergeCustomers(merge: .event(merges[number]), reason: "test")
            try await Self.settle(folder)
            #expect(try Self.digests(crm) == digests[number])
        }
        // And the rest in any order.
        for merge in merges.prefix(6).shuffled(using: &random) {
            try await crm.unmergeCustomers(merge: .event(merge), reason: "test")
        }
        try await Self.settle(folder)
        #expect(try Self.digests(crm) == before)
        let past = try crm.state(asOf: Position(1500))
        let today = try await crm.profile(of: String(chosen[chosen.startIndex]))
        let then = try await past.profile(of: String(chosen[chosen.startIndex]))
        #expect(today?.fields == then?.fields && today?.sales == then?.sales)
    }
}

/// Merges, unmerges and corrections of what a CRM holds.
struct RandomIdentitySteps {
    private var random: SeededGenerator
    private var customers: [EntityTag] = []
    private var events: [NewEvent] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    mutating func know(_ event: NewEvent) {
        for tag in event.tags where tag.kind == "customer" && !customers.contains(tag) { customers.append(tag) }
        if EventCatalogue.isCorrectable(event.type) { events.append(event) }
    }

    /// The next step; sometimes one that says nothing, as a merge of one person with itself.
    mutating func next(in crm: Rapport) throws -> [NewEvent] {
        guard customers.count > 3 else { return [] }
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2: return [try merge()]
        case 3, 4: return try unmerge(in: crm).map { [$0] } ?? []
        default: return try correction().map { [$0] } ?? []
        }
    }

    private mutating func customer() -> EntityTag {
        // Few, so that they meet again.
        customers[Int.random(in: 0..<min(customers.count, 12), using: &random)]
    }

    private mutating func merge() throws -> NewEvent {
        let (first, second) = (customer(), customer())
        let message = CustomersMerged.with { message in
            message.survivorID = String(first.id)
            message.absorbedID = String(second.id)
            message.reason = "test"
        }
        let (data, id) = (try message.serializedBytes() as [UInt8], EventID())
        let tags = first == second ? [first] : [first, second]
        return NewEvent(id: id, type: CustomersMerged.eventType, tags: tags, data: data)
    }

    private mutating func unmerge(in crm: Rapport) throws -> NewEvent? {
        let merges = try crm.identity().allMerges
        guard let merge = merges.randomElement(using: &random) else { return nil }
        var exceptions: [UnmergeException] = []
        let about = events.filter { $0.tags.contains(merge.survivor) || $0.tags.contains(merge.absorbed) }
        for event in about.shuffled(using: &random).prefix(2) {
            var exception = UnmergeException()
            exception.eventID = event.id.description
            exception.side = Bool.random(using: &random) ? .survivor : .absorbed
            exceptions.append(exception)
        }
        let stated = exceptions
        let message = CustomersUnmerged.with { message in
            message.mergeEventID = merge.eventID.description
            message.survivorID = String(merge.survivor.id)
            message.absorbedID = String(merge.absorbed.id)
            message.reason = "test"
            message.exceptions = stated
        }
        return try NewEvent(message, about: [merge.survivor, merge.absorbed])
    }

    private mutating func correction() throws -> NewEvent? {
        guard let event = events.randomElement(using: &random) else { return nil }
        let kind = [CorrectionKind.annul, .restore, .amend].randomElement(using: &random) ?? .annul
        var tags = event.tags
        if kind == .amend, let place = tags.firstIndex(where: { $0.kind == "customer" }) {
            let other = customer()
            if !tags.contains(other) { tags[place] = other }
        }
        let (amended, later) = (tags, Int64.random(in: -3...3, using: &random) * 86_400_000_000)
        let message = EventCorrected.with { message in
            message.eventID = event.id.description
            message.kind = kind
            message.reason = "test"
            guard kind == .amend else { return }
            message.data = .init(event.data)
            message.schemaRevision = UInt32(event.schemaRevision)
            message.tags = amended.map(\.text)
            message.occurredAtUs = event.occurredAt.microseconds + later
        }
        let all = event.tags + amended.filter { !event.tags.contains($0) }
        return try NewEvent(message, about: all)
    }
}
