import EventLog
@testable import Rapport
import Testing

/// Who is erased is counted in funnels and named by none, whichever property has the id. Whatever is asked here is
/// asked of a saved funnel and of its definition.
@Suite(.timeLimit(.minutes(5))) struct ErasedInFunnelsTests {
    private static func funnel(by property: EventProperty, mostGroups: Int = 25) -> FunnelDefinition {
        var definition = Visits.funnel("A", "B")
        definition.breakdown = .init(property: property, mostGroups: mostGroups)
        return definition
    }

    // MARK: Lists

    private static let subjects: [FunnelDefinition.Subject] = [
        .entity(kind: "customer"), .property(.tag(kind: "customer")), .property(.field("customerId")),
        .property(.field("session")),
    ]

    @Test("the list of a funnel shows no id of somebody erased, whoever its subjects are", arguments: subjects)
    func subject(_ subject: FunnelDefinition.Subject) async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let registered = [try SealedCRM.registered("C-1", "Ada"), try SealedCRM.registered("C-2", "Bo")]
        let visits = "C-1 A(web,customer:C-1)0 B(web,customer:C-1)5; C-2 A(web,s2)1 B(web,s2)9"
        try crm.log.appendBlocking(try registered + Visits.events(visits))
        var definition = Visits.funnel("A", "B")
        definition.subject = subject
        let pair = try await FunnelPair(definition, in: crm)
        let (answer, rows) = (try await pair.answer(), try await pair.subjects(.reached(step: 2)))
        try #require(rows.count == 2)
        #expect(rows.allSatisfy { $0.subject != nil && $0.path.count == 2 })
        let before = crm.log.head
        _ = try await crm.erase(try crm.planErasure(of: [.customer("C-1")]))
        let expected = [FunnelSubjects.Row(subject: nil, enteredAt: Visits.time(0), path: []), rows[1]]
        #expect(try await pair.subjects(.reached(step: 2)) == expected)
        #expect(try await pair.answer() == answer)
        // Nor from the past.
        let then = try crm.state(asOf: before)
        #expect(try await pair.subjects(.reached(step: 2), in: then) == expected)
    }

    // MARK: Groups

    private static let properties: [EventProperty] = [.tag(kind: "customer"), .field("customerId")]

    @Test("groups of erased persons are one group without a name", arguments: properties)
    func groups(by property: EventProperty) async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        try crm.log.appendBlocking(try Visits.events("C-1 A0 B1; C-2 A0 B3; C-3 A0 B8; C-4 A0"))
        let pair = try await FunnelPair(Self.funnel(by: property), in: crm)
        let known = try await pair.answer()
        #expect(known.groups.map(\.value) == ["C-1", "C-2", "C-3", "C-4"])
        #expect(known.groups.contains { $0.isErased } == false)
        let before = crm.log.head
        try crm.log.appendBlocking([try SealedCRM.erased("C-1"), try SealedCRM.erased("C-2")])
        let answer = try await pair.answer { $0.compared = ["C-3", "C-4"] }
        #expect(answer.groups.map(\.value) == [nil, "C-3", "C-4"])
        #expect(answer.groups.map(\.isErased) == [true, false, false])
        #expect(answer.groups.map(\.counts) == [[2, 2], [1, 1], [1, 0]])
        #expect(answer.groups.map(\.medianMs) == [7_200_000, 28_800_000, nil])
        #expect(answer.groups.contains { $0.isOther } == false)
        #expect(answer.steps == known.steps && answer.comparison?.differenceBp == 10_000)
        // Nor from the past.
        let then = try crm.state(asOf: before)
        #expect(try await pair.answer(in: then).groups == answer.groups)
        for isSaved in [true, false] {
            for value in ["C-1", ""] {
                var question = pair.question(isSaved: isSaved)
                question.compared = [value, "C-3"]
                let asked = question
                let unknown = UnknownGroup(value: value, known: ["C-3", "C-4"])
                await #expect(throws: unknown) { _ = try await crm.behaviour(asked) }
            }
        }
    }

    @Test("the group of erased persons has its place by its size, and may be among the others")
    func ranks() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let visits = "C-1 A(lead:L-1,C-1)0; C-2 A(app,customer:C-1)1; C-3 A2; C-4 A(app,s)3; C-5 A(lead:L-1,s)4 B9"
        try crm.log.appendBlocking(try Visits.events(visits))
        let erased = SubjectErased.with { $0.subjectIds = ["lead:L-1"] }
        try crm.log.appendBlocking([try SealedCRM.erased("C-1"), try NewEvent(erased, about: [.lead("L-1")])])
        let channels = try await FunnelPair(Self.funnel(by: .field("channel")), in: crm).answer()
        #expect(channels.groups.map(\.value) == [nil, "app", nil])
        #expect(channels.groups.map(\.isErased) == [true, false, false])
        #expect(channels.groups.map(\.counts) == [[2, 1], [2, 0], [1, 0]])
        // The id alone and the tag are one.
        let sessions = try await FunnelPair(Self.funnel(by: .field("session")), in: crm).answer()
        #expect(sessions.groups.map(\.value) == [nil, "s", nil])
        #expect(sessions.groups.map(\.isErased) == [true, false, false])
        let largest = try await FunnelPair(Self.funnel(by: .field("channel"), mostGroups: 1), in: crm).answer()
        #expect(largest.groups.map(\.isErased) == [true, false] && largest.groups.map(\.isOther) == [false, true])
        #expect(largest.groups.map(\.counts) == [[2, 1], [3, 0]])
    }

    // MARK: Values

    private static let values: [(EventProperty, String, Bool)] = [
        (.tag(kind: "customer"), "C-1", true), (.tag(kind: "customer"), "C-2", false),
        (.tag(kind: "customer"), "L-1", false), (.tag(kind: "order"), "C-1", false),
        (.tag(kind: "visitor"), "C-1", true), (.tag(kind: "visitor"), "L-1", true),
        (.field("customerId"), "C-1", true), (.field("customerId"), "L-1", true), (.field("leadId"), "L-1", true),
        (.field("session"), "customer:C-1", true), (.field("session"), "C-1", true),
        (.field("session"), "C-10", false), (.field("session"), "5", true), (.field("scoreBp"), "5", false),
        (.field("properties[who]"), "C-1", true), (.field("orderId"), "C-1", false),
        (.actor, "customer:C-1", true), (.source, "C-1", true), (.type, "C-1", false),
    ]

    @Test("an id is known by its tag, and alone where the property may have ids of persons; numbers are none")
    func whichValues() throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let definition = FunnelDefinition(
            name: "any",
            steps: [
                .init(name: "A", events: .init(types: [TouchpointRecorded.eventType])),
                .init(name: "B", events: .init(types: [LeadScored.eventType])),
            ])
        let nobody = try crm.personal.state(in: crm.log)
        #expect(ErasedValues(of: .field("session"), in: definition, nobody).contains("customer:C-1") == false)
        let lead = SubjectErased.with { $0.subjectIds = ["lead:L-1"] }
        try crm.log.appendBlocking([
            try SealedCRM.erased("C-1"), try SealedCRM.erased("5"), try NewEvent(lead, about: [.lead("L-1")]),
        ])
        let privacy = try crm.personal.state(in: crm.log)
        #expect(privacy.erasedKinds == ["customer", "lead"])
        for (property, value, isErased) in Self.values {
            let erased = ErasedValues(of: property, in: definition, privacy)
            #expect(erased.contains(value) == isErased, "\(property.text) \(value)")
        }
        let customers = ErasedValues(subjectsOf: definition, privacy)
        #expect(customers.contains("customer:C-1") && customers.contains("C-1") == false)
    }
}
