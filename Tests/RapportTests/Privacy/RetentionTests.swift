import EventLog
import Rapport
import Testing
import TestSupport

/// Persons of whom nothing has happened for long are erased.
@Suite(.timeLimit(.minutes(5))) struct RetentionTests {
    private typealias Story = ErasureStory
    private static let long = Timestamp.at("2018-03-01T08:00:00Z")
    private static let now = Timestamp.at("2024-03-01T08:00:00Z")

    /// Old customers and leads, and those who are in touch.
    private static func story() throws -> [NewEvent] {
        [
            try Story.registered("C-old", "Ada", at: long), try Story.registered("C-new", "Bo", at: now.plus(days: -3)),
            // An old customer whose lead is in touch is one person with it.
            try Story.registered("C-lead", "Cy", at: long),
            try Story.leadCaptured("L-new", "Cy", at: now.plus(days: -9)),
            try Story.converted("L-new", to: "C-lead", isTagged: false, at: now.plus(days: -8)),
            try Story.registered("C-held", "Di", at: long), try Story.leadCaptured("L-old", "Ed", at: long),
            try Story.policy("customer", .eraseAfter, days: 365, at: long),
        ]
    }

    @Test("who was not seen for longer than the policy says is due; who is held, or has another id in use, is not")
    func due() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(Self.story())
        let heldAt = try NewEvent(
            LegalHoldPlaced.with { message in
                message.subjectID = "customer:C-held"
                message.matter = "M-1"
            }, about: [.customer("C-held")], occurredAt: Self.long)
        try crm.log.appendBlocking([heldAt])
        let plan = try await crm.planRetention(at: Self.now)
        #expect(plan.inactive.map(\.id.text) == ["customer:C-held", "customer:C-old"])
        #expect(plan.held.map(\.text) == ["customer:C-held"])
        #expect(plan.inactive.last?.lastSeen == Self.long && plan.inactive.last?.due == Self.long.plus(days: 365))
        #expect(plan.erasure.persons.map(\.subject.text) == ["customer:C-old"] && plan.erasure.reason == "retention")
        #expect(plan.erasure.refusals == [] && plan.released == [])
        #expect(try await crm.planRetention(at: Self.long.plus(days: 364)).inactive == [])

        let outcomes = try await crm.applyRetention(plan)
        #expect(outcomes.map(\.subject.text) == ["customer:C-old"] && outcomes.allSatisfy(\.isComplete))
        #expect(try Story.key(of: "customer:C-old", "identity", in: crm) == "erased")
        #expect(try Story.key(of: "customer:C-held", "identity", in: crm) == "key")
        #expect(try await crm.planRetention(at: Self.now).erasure.persons == [])
        #expect(try await crm.applyRetention(try await crm.planRetention(at: Self.now)) == [])
    }

    @Test("leads have a policy of their own; the newest of a category counts, and one of no days is none")
    func newest() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(
            Self.story() + [
                try Story.policy("customer", .eraseAfter, days: 0, at: Self.long.plus(days: 1)),
                try Story.policy("lead", .eraseAfter, days: 30, at: Self.long.plus(days: 2)),
                // Appended later, set earlier.
                try Story.policy("lead", .eraseAfter, days: 9999, at: Self.long.plus(days: 1)),
            ])
        #expect(try crm.retentionPolicies(at: Self.now).map(\.category) == ["lead"])
        #expect(try crm.retentionPolicies(at: Self.now).map(\.days) == [30])
        #expect(try crm.retentionPolicies(at: Self.long.plus(seconds: 1)).map(\.category) == ["customer"])
        let plan = try await crm.planRetention(at: Self.now)
        #expect(plan.inactive.map(\.id.text) == ["lead:L-old"])
    }

    @Test("a policy of more days than there is time for never comes to its end", arguments: [UInt32.max, 3_000_000])
    func endless(days: UInt32) async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking([
            try Story.registered("C-1", "Ada", at: Self.long),
            try Story.policy("customer", .eraseAfter, days: days, at: Self.long),
            try Story.policy("identity", .keepFor, days: days, at: Self.long),
        ])
        #expect(try await crm.planRetention(at: Self.now).inactive == [])
        let plan = try crm.planErasure(of: [.customer("C-1")])
        #expect(plan.persons.flatMap(\.retained).map(\.until) == [Timestamp.expressible.upperBound])
    }
}
