import EventLog
import Projection
@testable import Rapport
import Testing

/// Funnels look through the history: at who is who, at what came late, was corrected or taken back, and at who is
/// erased. Whatever is asked here is asked of a saved funnel and of its definition.
@Suite(.timeLimit(.minutes(5))) struct FunnelHistoryTests {
    // MARK: First events

    private static let occurrences: [(FunnelDefinition.Occurrence, [Int64])] = [
        (.every, [1, 1]), (.firstMatching, [1, 1]), (.firstEver, [0, 0]),
    ]

    @Test("T28: the first page of all was another one, so it is the first of its name only", arguments: occurrences)
    func firstPage(occurrence: FunnelDefinition.Occurrence, expected: [Int64]) async throws {
        let folder = try CRMFolder(try Visits.events("C-1 pricing0 about5 buy9"))
        var definition = Visits.funnel("about", "buy")
        definition.steps[0].occurrence = occurrence
        let pair = try await FunnelPair(definition, in: folder.crm)
        #expect(try await pair.counts() == expected)
        withExtendedLifetime(folder) {}
    }

    private static let withinTheRange: [(FunnelDefinition.Occurrence, [Int64])] = [
        (.every, [2, 2]), (.firstMatching, [1, 1]), (.firstEver, [1, 1]),
    ]

    @Test("T28: what was before the range takes part in what is first", arguments: withinTheRange)
    func firstBeforeTheRange(occurrence: FunnelDefinition.Occurrence, expected: [Int64]) async throws {
        let folder = try CRMFolder(try Visits.events("C-1 about1 about30 buy40; C-2 about30 buy40"))
        var definition = Visits.funnel("about", "buy")
        definition.steps[0].occurrence = occurrence
        definition.from = .init(text: "2024-03-02", time: Visits.time(24))
        let pair = try await FunnelPair(definition, in: folder.crm)
        #expect(try await pair.counts() == expected)
        withExtendedLifetime(folder) {}
    }

    @Test("T28: which event is the first changes with who is who, and with what comes late")
    func firstOfThePerson() async throws {
        let folder = try CRMFolder(try Visits.events("C-9 pricing1; C-1 about10 buy20"))
        var definition = Visits.funnel("about", "buy")
        definition.steps[0].occurrence = .firstEver
        let pair = try await FunnelPair(definition, in: folder.crm)
        #expect(try await pair.counts() == [1, 1])
        let digest = try await pair.digest()
        let merge = try await folder.crm.mergeCustomers("C-1", "C-9", reason: "same")
        #expect(try await pair.counts() == [0, 0])
        try await folder.crm.unmergeCustomers(merge: .event(merge.eventID), reason: "mistake")
        #expect(try await pair.counts() == [1, 1])
        #expect(try await pair.digest() == digest)
        try folder.append(try Visits.events("C-1 pricing2"))
        #expect(try await pair.counts() == [0, 0])
        withExtendedLifetime(folder) {}
    }

    // MARK: Who is who

    @Test("T33: who was unknown when it began is one subject since the link, and was two before")
    func linked() async throws {
        let folder = try CRMFolder()
        let crm = folder.crm
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
        try folder.append(try Visits.events("V-1 A0; C-1 B5"))
        let before = folder.head
        let apart = try await pair.answer()
        #expect(apart.steps.map(\.count) == [1, 0])
        #expect(try await pair.subjects(.reached(step: 1)).map(\.subject) == ["customer:V-1"])
        let link = try await crm.mergeCustomers("C-1", "V-1", reason: "login").position

        #expect(try await pair.counts() == [1, 1])
        #expect(try await pair.subjects(.reached(step: 1)).map(\.subject) == ["customer:C-1"])
        let unlinked = try await pair.answer { $0.identityAsOf = before }
        #expect(unlinked == apart)
        let then = try crm.state(asOf: before)
        let known = try await pair.answer(in: then)
        #expect(known == apart)
        // What was known then, of whom we know today who they are.
        let linked = try await pair.answer(in: then) { $0.identityAsOf = link }
        #expect(linked.steps.map(\.count) == [1, 1])
        let beyond = Position(1_000)
        for isSaved in [true, false] {
            var question = pair.question(isSaved: isSaved)
            question.identityAsOf = beyond
            let asked = question
            await #expect(throws: UnknownMoment(position: beyond, head: link)) { _ = try await crm.behaviour(asked) }
        }
        withExtendedLifetime(folder) {}
    }

    @Test("T34: two persons with half of the way each are one that has gone it, and are parted to the byte")
    func mergedAndParted() async throws {
        let events = try Visits.events("C-1 A0; C-2 B10; C-3 A0 B5; C-4 A1")
        let later = try Visits.events("C-1 A30; C-2 B32")
        let folder = try CRMFolder(events)
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: folder.crm)
        let (before, rows) = (try await pair.answer(), try await pair.subjects(.reached(step: 1)))
        let digest = try await pair.digest()
        #expect(before.steps.map(\.count) == [3, 1])
        let merge = try await folder.crm.mergeCustomers("C-2", "C-1", reason: "same")
        #expect(try await pair.counts() == [3, 2])
        let dropped = try await pair.subjects(.dropped(step: 2))
        #expect(dropped.map(\.subject) == ["customer:C-4"])
        #expect(try await pair.digest() != digest)
        try await folder.crm.unmergeCustomers(merge: .event(merge.eventID), reason: "mistake")
        #expect(try await pair.answer() == before)
        #expect(try await pair.subjects(.reached(step: 1)) == rows)
        #expect(try await pair.digest() == digest)

        // What happens while they are one goes to each of them afterwards.
        let again = try await folder.crm.mergeCustomers("C-2", "C-1", reason: "same after all")
        try folder.append(later)
        #expect(try await pair.counts() == [3, 2])
        try await folder.crm.unmergeCustomers(merge: .event(again.eventID), reason: "mistake")
        let told = try CRMFolder(events + later)
        let other = try await FunnelPair(Visits.funnel("A", "B"), in: told.crm)
        let expected = try await other.answer()
        #expect(expected.steps.map(\.count) == [3, 1])
        #expect(try await pair.answer() == expected)
        withExtendedLifetime((folder, told)) {}
    }

    // MARK: What comes late

    @Test("T35: what is recorded later counts where it happened, and what was known before stays known")
    func late() async throws {
        let folder = try CRMFolder()
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: folder.crm)
        try folder.append(try Visits.events("C-1 A0; C-2 A50 B60"))
        let before = folder.head
        let known = try await pair.answer()
        #expect(known.steps.map(\.count) == [2, 1])
        try folder.append(try Visits.events("C-1 B5"))
        #expect(try await pair.counts() == [2, 2])
        let then = try folder.crm.state(asOf: before)
        #expect(try await pair.answer(in: then) == known)
        let path = try await pair.subjects(.reached(step: 2), in: then).map { $0.path.map(\.position.rawValue) }
        #expect(path == [[3, 4]])
        // What we know today of what had happened by some time.
        let firstDay = try folder.crm.state(asOf: folder.head, occurredUntil: Visits.time(5))
        #expect(try await pair.counts(in: firstDay) == [1, 1])
        let firstHour = try folder.crm.state(asOf: folder.head, occurredUntil: Visits.time(4))
        #expect(try await pair.counts(in: firstHour) == [1, 0])
        withExtendedLifetime(folder) {}
    }

    // MARK: Who is erased

    @Test("T36: who is erased is counted, and nobody learns who it was")
    func erased() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let registered = [try SealedCRM.registered("C-1", "Ada"), try SealedCRM.registered("C-2", "Bo")]
        try crm.log.appendBlocking(try registered + Visits.events("C-1 A0 B5; C-2 A1 B9"))
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: crm)
        let answer = try await pair.answer()
        let rows = try await pair.subjects(.reached(step: 2))
        #expect(answer.steps.map(\.count) == [2, 2])
        #expect(rows.map(\.subject) == ["customer:C-1", "customer:C-2"])
        #expect(rows.map { $0.path.map(\.step) } == [["A", "B"], ["A", "B"]])
        let before = crm.log.head
        _ = try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        #expect(try await pair.answer() == answer)
        let expected = [FunnelSubjects.Row(subject: nil, enteredAt: Visits.time(0), path: []), rows[1]]
        #expect(try await pair.subjects(.reached(step: 2)) == expected)
        // Nor from the past.
        let then = try crm.state(asOf: before)
        #expect(try await pair.answer(in: then) == answer)
        #expect(try await pair.subjects(.reached(step: 2), in: then) == expected)
    }
}
