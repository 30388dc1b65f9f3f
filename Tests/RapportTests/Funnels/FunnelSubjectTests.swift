import EventLog
import Projection
@testable import Rapport
import Testing

/// Whose steps are counted: customers, other entities, and whatever a property names. And lists of them.
@Suite(.timeLimit(.minutes(5))) struct FunnelSubjectTests {
    private static func funnel(
        of subject: FunnelDefinition.Subject, _ types: EventType..., name: String = "way"
    ) -> FunnelDefinition {
        var definition = FunnelDefinition(
            name: name, steps: types.map { .init(name: $0.name, events: .init(types: [$0])) })
        definition.subject = subject
        return definition
    }

    @Test("deals are subjects of their own, whoever has them")
    func deals() async throws {
        let won = try DealStory.through(["new"], then: .won(nil), id: "D-1").events()
        let open = try DealStory.through(["new", "talk"], id: "D-2").events()
        let folder = try CRMFolder(won + open)
        let types = [OpportunityOpened.eventType, OpportunityWon.eventType]
        let deals = Self.funnel(of: .entity(kind: "opportunity"), types[0], types[1])
        let pair = try await FunnelPair(deals, in: folder.crm)
        #expect(try await pair.counts() == [2, 1])
        #expect(try await pair.subjects(.reached(step: 2)).map(\.subject) == ["opportunity:D-1"])
        #expect(try await pair.subjects(.dropped(step: 2)).map(\.subject) == ["opportunity:D-2"])
        let customers = Self.funnel(of: .entity(kind: "customer"), types[0], types[1], name: "customers")
        #expect(try await FunnelPair(customers, in: folder.crm).counts() == [1, 1])
        withExtendedLifetime(folder) {}
    }

    @Test("cases are subjects, of customers and of nobody")
    func cases() async throws {
        let events = [
            try NewEvent(
                CaseOpened.with { $0.category = "repair" }, about: [.case("S-1"), .customer("C-1")],
                occurredAt: Visits.time(0)),
            try NewEvent(
                CaseOpened.with { $0.category = "repair" }, about: [.case("S-2")], occurredAt: Visits.time(1)),
            try NewEvent(
                CaseResolved.with { $0.resolution = "swapped" }, about: [.case("S-1")], occurredAt: Visits.time(7)),
        ]
        let folder = try CRMFolder(events)
        let definition = Self.funnel(of: .entity(kind: "case"), CaseOpened.eventType, CaseResolved.eventType)
        let pair = try await FunnelPair(definition, in: folder.crm)
        let answer = try await pair.answer()
        #expect(answer.steps.map(\.count) == [2, 1] && answer.timeToConvert?.meanMs == 7 * 3_600_000)
        #expect(try await pair.subjects(.reached(step: 1)).map(\.subject) == ["case:S-1", "case:S-2"])
        withExtendedLifetime(folder) {}
    }

    @Test("an event about two persons is a step of either, and of one once they are the same")
    func severalCustomers() async throws {
        let both = try NewEvent(
            Visits.message("A", of: "C-1"), about: [.customer("C-1"), .customer("C-2")], occurredAt: Visits.time(0))
        let folder = try CRMFolder(try [both] + Visits.events("C-2 B5"))
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: folder.crm)
        #expect(try await pair.counts() == [2, 1])
        try await folder.crm.mergeCustomers("C-1", "C-2", reason: "same")
        #expect(try await pair.counts() == [1, 1])
        withExtendedLifetime(folder) {}
    }

    @Test("what a property names is a subject, whoever it was; such a funnel has no rows")
    func property() async throws {
        let visits = "C-1 A(web,s1)0 B(web,s1)5; C-2 A(web,s2)0; C-1 B(web,s2)7; C-3 A(web)0"
        let folder = try CRMFolder(try Visits.events(visits))
        var definition = Visits.funnel("A", "B")
        definition.subject = .property(.field("session"))
        let pair = try await FunnelPair(definition, in: folder.crm)
        #expect(try await pair.counts() == [2, 2])
        #expect(try await pair.subjects(.reached(step: 2)).map(\.subject) == ["s1", "s2"])
        try folder.crm.projections.refreshModels()
        #expect(folder.crm.projections.names.contains(pair.saved.readModel) == false)
        // Who is who makes no difference.
        try await folder.crm.mergeCustomers("C-1", "C-2", reason: "same")
        #expect(try await pair.counts() == [2, 2])
        withExtendedLifetime(folder) {}
    }

    // MARK: Lists

    /// All rows of a list, page by page, each asked of the other of the two ways.
    private static func pagedRows(
        of pair: FunnelPair, _ selection: FunnelSubjects.Selection, _ limit: Int
    ) async throws -> [FunnelSubjects.Row] {
        try await pair.settle()
        var rows: [FunnelSubjects.Row] = []
        var cursor: ListCursor?
        var isSaved = false
        repeat {
            let page = try await pair.crm.funnelSubjects(
                pair.question(isSaved: isSaved), selection, limit: limit, after: cursor)
            #expect(page.rows.count == limit || page.next == nil)
            rows += page.rows
            cursor = page.next
            isSaved.toggle()
        } while cursor != nil
        return rows
    }

    @Test("a list goes on behind the last row that was shown, whichever way it is asked")
    func pages() async throws {
        let folder = try CRMFolder(try Visits.events("C-1 A0 B1 A10 B11 A20; C-2 A0 A30; C-3 A5 B6; C-4 A-5 B-3"))
        var definition = Visits.funnel("A", "B")
        definition.counting = .total
        let pair = try await FunnelPair(definition, in: folder.crm)
        let selections: [FunnelSubjects.Selection] = [.reached(step: 1), .reached(step: 2), .dropped(step: 2)]
        for selection in selections {
            let all = try await pair.subjects(selection)
            #expect(all.map(\.enteredAt) == all.map(\.enteredAt).sorted())
            for limit in 1...4 { #expect(try await Self.pagedRows(of: pair, selection, limit) == all) }
        }
        let entered = try await pair.answer().entered
        #expect(try await pair.subjects(.reached(step: 1)).count == Int(entered))
        withExtendedLifetime(folder) {}
    }

    @Test("a cursor is good for its own list, and steps that there are not have none")
    func otherLists() async throws {
        let folder = try CRMFolder(try Visits.events("C-1 A0 B1; C-2 A0; C-3 A5 B6"))
        let pair = try await FunnelPair(Visits.funnel("A", "B"), in: folder.crm)
        try await pair.settle()
        let unknown = UnknownStep(step: 3, steps: 2, reason: nil)
        for isSaved in [true, false] {
            let question = pair.question(isSaved: isSaved)
            let page = try await pair.crm.funnelSubjects(question, .reached(step: 1), limit: 1)
            let cursor = try #require(page.next)
            await #expect(throws: ForeignCursor.self) {
                _ = try await pair.crm.funnelSubjects(question, .reached(step: 2), after: cursor)
            }
            await #expect(throws: unknown) { _ = try await pair.crm.funnelSubjects(question, .reached(step: 3)) }
            await #expect(throws: UnknownStep.self) {
                _ = try await pair.crm.funnelSubjects(question, .dropped(step: 1))
            }
        }
        withExtendedLifetime(folder) {}
    }

    @Test("a subject with a long name has its place between two pages, too")
    func longNames() async throws {
        let names = ["a", "b", "c"].map { String(repeating: "长", count: 300) + $0 }
        let events = try names.map { try Visits.event("A", of: "C-1", session: $0, at: Visits.time(0)) }
        let folder = try CRMFolder(events)
        var definition = Visits.funnel("A", "B")
        definition.subject = .property(.field("session"))
        let pair = try await FunnelPair(definition, in: folder.crm)
        let rows = try await Self.pagedRows(of: pair, .reached(step: 1), 1)
        #expect(rows.compactMap(\.subject).sorted() == names)
        withExtendedLifetime(folder) {}
    }
}
