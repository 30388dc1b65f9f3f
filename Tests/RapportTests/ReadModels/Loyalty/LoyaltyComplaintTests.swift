import EventLog
import Rapport
import Testing

/// Which events are one complaint, and whose it is.
@Suite(.timeLimit(.minutes(5))) struct LoyaltyComplaintTests {
    private typealias Story = LoyaltyStory

    private static func day(_ day: Int64) -> Timestamp { Story.morning.plus(days: day) }

    /// Answers of persons who never complained, who recovered, and who did not.
    private static func counts(_ events: [NewEvent]) async throws -> [Int] {
        let folder = try CRMFolder(events)
        let question = LoyaltyQuestion(now: day(400), horizonDays: 30)
        let found = try await folder.crm.loyalty(question, atLeast: folder.head).recovery
        return [found.never, found.recovered, found.unrecovered].map(\.answered)
    }

    @Test("what is raised again under one id is one complaint, whichever of its events the person was told of")
    func raisedAgain() async throws {
        let (first, second) = (EventID(), EventID())
        func events(_ ids: [String], told event: EventID, after days: Int64) throws -> [NewEvent] {
            [
                try Story.complained("C-1", of: ids[0], id: first, at: Self.day(10)),
                try Story.complained("C-1", of: ids[1], id: second, at: Self.day(20)),
                try Story.told("C-1", of: event, at: Self.day(days)),
                try Story.answered("C-1", 5, at: Self.day(60)),
            ]
        }
        let cases: [(ids: [String], told: EventID, days: Int64, expected: [Int])] = [
            (["B-1", "B-1"], first, 25, [0, 1, 0]), (["B-1", "B-1"], second, 25, [0, 1, 0]),
            // The time to tell begins with the first of them.
            (["B-1", "B-1"], second, 45, [0, 0, 1]), (["B-1", "B-2"], first, 25, [0, 0, 1]),
            (["", ""], first, 25, [0, 0, 1]), (["cafe\u{301}", "caf\u{E9}"], first, 25, [0, 0, 1]),
        ]
        for (ids, told, days, expected) in cases {
            let said = try events(ids, told: told, after: days)
            #expect(try await Self.counts(said) == expected, "\(ids), day \(days)")
            #expect(try await Self.counts(said.reversed()) == expected, "\(ids), day \(days), reversed")
        }
    }

    @Test("a complaint with the tags of two customers is of both")
    func ofTwo() async throws {
        let complaint = EventID()
        let raised = try NewEvent(
            ComplaintRaised.with { $0.complaintID = "B-1" }, about: [.customer("C-1"), .customer("C-2")],
            id: complaint, occurredAt: Self.day(1))
        let events = [
            raised, try Story.told("C-1", of: complaint, at: Self.day(2)),
            try Story.answered("C-1", 5, at: Self.day(3)), try Story.answered("C-2", 5, at: Self.day(3)),
        ]
        #expect(try await Self.counts(events) == [0, 1, 1])
    }
}
