import EventLog
import Projection
@testable import Rapport
import Testing

/// The lead desk and the lead funnel, told lead by lead and against a plain count over random stories.
@Suite struct LeadTests {
    private static let capture = LeadStory.Change.captured(
        source: "fair", medium: "form", organisation: "Acme", region: "north")
    private static let conversion = LeadStory.Change.converted(customer: "C-1", opportunity: "O-1", isExisting: false)

    /// All leads that a list has, page by page.
    private static func all(
        _ crm: Rapport, status: LeadStatus? = nil, owner: String? = nil, untouched: Bool = false, limit: Int = 50
    ) async throws -> [LeadEntry] {
        var rows: [LeadEntry] = []
        var cursor: ListCursor?
        repeat {
            let page = try await crm.leads(
                status: status, owner: owner, untouched: untouched, limit: limit, after: cursor, atLeast: crm.log.head)
            #expect(page.rows.count <= limit)
            rows += page.rows
            cursor = page.next
        } while cursor != nil
        return rows
    }

    /// The only lead there is.
    private static func only(_ crm: Rapport) async throws -> LeadEntry {
        let found = try await all(crm)
        #expect(found.count == 1)
        return try #require(found.first)
    }

    private static func day(_ day: Int, _ change: LeadStory.Change) -> (String, LeadStory.Change) {
        ("2024-03-\(day < 10 ? "0" : "")\(day)T10:00:00Z", change)
    }

    // MARK: One lead

    @Test("a lead goes from new to assigned, contacted, qualified and converted; each first time is kept")
    func lifecycle() async throws {
        let due = Timestamp.at("2024-03-02T14:00:00Z")
        var story = LeadStory("L-1")
        let folder = try CRMFolder()
        let steps: [(LeadStory.Change, LeadStatus)] = [
            (Self.capture, .new), (.scored(4200), .new),
            (.assigned(to: "ada", due: due.microseconds), .assigned), (.heard, .assigned), (.contacted, .contacted),
            (.contacted, .contacted), (.scored(9000), .contacted), (.qualified, .qualified), (.qualified, .qualified),
            (Self.conversion, .converted), (.disqualified("late"), .converted),
            (.assigned(to: "bo", due: 0), .converted),
        ]
        for (number, (change, status)) in steps.enumerated() {
            let at = Timestamp.at("2024-03-01T10:00:00Z").plus(days: Int64(number))
            let step = LeadStory.Dated(at: at, change: change)
            story.changes.append(step)
            var single = LeadStory("L-1")
            single.changes = [step]
            try folder.append(try single.events())
            let found = try await Self.all(folder.crm)
            #expect(found == [story.entry])
            #expect(found.map(\.status) == [status])
        }
        let lead = try await Self.only(folder.crm)
        #expect(lead.scoreBp == 9000)
        #expect(lead.owner == "bo")
        #expect(lead.respondBy == due)
        #expect(lead.firstResponseMs == 345_600_000)
        #expect(lead.qualifiedAt == .at("2024-03-08T10:00:00Z"))
        #expect(lead.closedAt == .at("2024-03-10T10:00:00Z"))
        #expect(lead.reason == nil)
        #expect(lead.opportunity == "O-1")
        #expect(lead.isExistingOpportunity == false)
    }

    @Test("where it came from is what its first capture says; the organisation is what the last one says")
    func capturedAgain() async throws {
        let again = LeadStory.Change.captured(source: "web", medium: "chat", organisation: "Acme AG", region: "south")
        let story = LeadStory(
            "L-1", Self.day(1, .captured(source: "", medium: "form", organisation: "Acme", region: "north")),
            Self.day(5, again))
        let folder = try CRMFolder(try story.events())
        let lead = try await Self.only(folder.crm)
        #expect([lead.source, lead.medium, lead.organisation] == ["web", "form", "Acme AG"])
        #expect(lead.capturedAt == .at("2024-03-01T10:00:00Z"))
        let byRegion = try await folder.crm.leadFunnel(.init(dimension: "region"), atLeast: folder.head)
        #expect(byRegion.overall.map(\.group) == ["south"])
    }

    @Test(
        "a lead that was given up is open again when it is captured, assigned or qualified again",
        arguments: [
            (capture, LeadStatus.assigned), (.assigned(to: "bo", due: 0), .assigned), (.qualified, .qualified),
        ] as [(LeadStory.Change, LeadStatus)])
    func reopened(by change: LeadStory.Change, status: LeadStatus) async throws {
        var story = LeadStory(
            "L-1", Self.day(1, Self.capture), Self.day(2, .assigned(to: "ada", due: 0)),
            Self.day(3, .disqualified("budget")), Self.day(4, .disqualified("")), Self.day(5, .disqualified("spam")))
        let folder = try CRMFolder(try story.events())
        let given = try await Self.only(folder.crm)
        #expect(given.status == .disqualified)
        #expect(given.reason == "spam")
        #expect(given.closedAt == .at("2024-03-03T10:00:00Z"))
        // Being in touch is not enough.
        for (number, next) in [LeadStory.Change.heard, .scored(1), change].enumerated() {
            var single = LeadStory("L-1")
            single.changes = [.init(at: .at("2024-03-10T10:00:00Z").plus(days: Int64(number)), change: next)]
            story.changes += single.changes
            try folder.append(try single.events())
            let found = try await Self.all(folder.crm)
            #expect(found == [story.entry])
            #expect(found.map(\.status) == [number < 2 ? .disqualified : status])
        }
        for (day, open) in [("2024-03-02", 1), ("2024-03-03", 0), ("2024-03-11", 0), ("2024-03-12", 1)]
            as [(String, Int64)]
        {
            let question = LeadFunnelQuestion(basis: .event, to: .on(day))
            let funnel = try await folder.crm.leadFunnel(question, atLeast: folder.head)
            #expect(funnel.total.open == open, "\(day)")
        }
        let funnel = try await folder.crm.leadFunnel(.init(basis: .event), atLeast: folder.head)
        #expect(funnel.total.disqualified == 1)
    }

    @Test("a conversion may come before the capture: nothing is dropped, and the lead was never open")
    func convertedBeforeCapture() async throws {
        let conversion = LeadStory.Change.converted(customer: "C-1", opportunity: "O-7", isExisting: true)
        let story = LeadStory("L-1", Self.day(4, .contacted), Self.day(5, conversion), Self.day(6, Self.capture))
        let folder = try CRMFolder(try story.events())
        let lead = try await Self.only(folder.crm)
        #expect(lead == story.entry)
        #expect(lead.status == .converted)
        #expect(lead.capturedAt == .at("2024-03-06T10:00:00Z"))
        #expect(lead.isExistingOpportunity == true)
        #expect(lead.firstResponseMs == -2 * 86_400_000)
        let funnel = try await folder.crm.leadFunnel(atLeast: folder.head)
        #expect(funnel.total.converted == 1)
        #expect(funnel.conversion?.medianMs == -86_400_000)
        #expect(funnel.negativeConversions == 1)
        #expect(funnel.negativeFirstResponses == 1)
        for day in 4...7 {
            let question = LeadFunnelQuestion(basis: .event, to: CivilDate(year: 2024, month: 3, day: day))
            let then = try await folder.crm.leadFunnel(question, atLeast: folder.head)
            #expect(then.total.open == 0, "\(day)")
            #expect(then.total.captured == (day < 6 ? 0 : 1))
            #expect(then.total.converted == (day < 5 ? 0 : 1))
        }
    }

    @Test("whichever event arrives last, the lead is the same", arguments: 0...7)
    func lateArrival(of late: Int) async throws {
        let story = LeadStory(
            "L-1", Self.day(1, Self.capture), Self.day(2, .assigned(to: "ada", due: 0)), Self.day(3, .scored(500)),
            Self.day(4, .contacted), Self.day(5, .qualified), Self.day(6, .disqualified("budget")),
            Self.day(7, .qualified), Self.day(8, Self.conversion))
        var events = try story.events()
        let event = events.remove(at: late)
        events.append(event)
        let folder = try CRMFolder()
        try await folder.appendSlowly(events, batch: 1)
        let found = try await Self.all(folder.crm)
        #expect(found == [story.entry])
    }

    // MARK: Lists

    @Test("pages follow each other by time of capture, then by id, in any script, whatever the status")
    func paging() async throws {
        let folder = try CRMFolder()
        var stories: [LeadStory] = []
        for number in 0..<23 {
            // Several are captured at one time.
            var story = LeadStory(number.isMultiple(of: 2) ? "线索-\(number)" : "L-\(number)")
            story.changes.append(
                .init(at: .at("2024-03-01T10:00:00Z").plus(days: Int64(number / 5)), change: Self.capture))
            let next: [LeadStory.Change?] = [
                nil, .assigned(to: "ada", due: 0), .contacted, .qualified, .disqualified("spam"), Self.conversion,
            ]
            if let change = next[number % 6] {
                story.changes.append(.init(at: .at("2024-04-01T10:00:00Z"), change: change))
            }
            stories.append(story)
        }
        try folder.append(try stories.flatMap { try $0.events() })
        for limit in [1, 4, 22, 23, 24] {
            for status in [nil] + LeadStatus.allCases.map(Optional.some) {
                let found = try await Self.all(folder.crm, status: status, limit: limit)
                #expect(found == Self.expected(stories, status: status))
            }
        }
        let few = try await folder.crm.leads(limit: 0, atLeast: folder.head)
        #expect(few.rows.count == 1)
        let many = try await folder.crm.leads(limit: .max, atLeast: folder.head)
        #expect(many.rows.count == 23)
        #expect(many.next == nil)
    }

    @Test("a cursor goes with the question that it answered, and with no other")
    func foreignCursors() async throws {
        let stories = (1...4).map { LeadStory("L-\($0)", Self.day($0, Self.capture)) }
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let crm = folder.crm
        let page = try await crm.leads(status: .new, limit: 2, atLeast: folder.head)
        let cursor = try #require(page.next)
        let reread = try #require(ListCursor(cursor.description))
        let rest = try await crm.leads(status: .new, limit: 2, after: reread)
        #expect(rest.rows.map(\.leadID) == ["L-3", "L-4"])
        #expect(rest.next == nil)
        await #expect(throws: ForeignCursor.self) { try await crm.leads(after: cursor) }
        await #expect(throws: ForeignCursor.self) { try await crm.leads(status: .assigned, after: cursor) }
        await #expect(throws: ForeignCursor.self) { try await crm.leads(status: .new, owner: "ada", after: cursor) }
        await #expect(throws: ForeignCursor.self) { try await crm.leads(status: .new, untouched: true, after: cursor) }
        for text in ["AA", "AwEAAA", "gAUAAAAAAAAATC0x"] {
            let other = try #require(ListCursor(text))
            await #expect(throws: ForeignCursor.self) { try await crm.leads(status: .new, after: other) }
        }
    }

    private static func expected(
        _ stories: [LeadStory], status: LeadStatus? = nil, owner: String? = nil, untouched: Bool = false
    ) -> [LeadEntry] {
        stories.map(\.entry)
            .filter { lead in
                let isUntouched = lead.status.isOpen && lead.firstResponseAt == nil
                return (status == nil || lead.status == status) && (owner == nil || lead.owner == owner)
                    && (!untouched || isUntouched)
            }
            .sorted { left, right in
                if left.capturedAt != right.capturedAt { return left.capturedAt < right.capturedAt }
                return left.leadID.utf8.lexicographicallyPrecedes(right.leadID.utf8)
            }
    }

    // MARK: Any stories

    @Test(
        "in whatever order events arrive, lists are those of the stories; rebuilding and repeating change nothing",
        arguments: 1...5 as ClosedRange<UInt64>)
    func anyArrival(seed: UInt64) async throws {
        var random = RandomLeads(seed: seed)
        let stories = random.stories(45)
        let events = random.shuffled(try stories.flatMap { try $0.events() })
        let folder = try CRMFolder()
        try await folder.appendSlowly(events, batch: random.number(in: 2...20))
        for status in [nil] + LeadStatus.allCases.map(Optional.some) {
            for owner in [nil, "ada", "组", "nobody"] {
                for untouched in [false, true] {
                    let found = try await Self.all(
                        folder.crm, status: status, owner: owner, untouched: untouched, limit: 7)
                    #expect(found == Self.expected(stories, status: status, owner: owner, untouched: untouched))
                }
            }
        }
        let live = try folder.crm.projections.digest(of: LeadModel.name).digest
        try folder.crm.projections.rebuild([LeadModel.name])
        try await folder.crm.projections.wait(for: folder.head, of: [LeadModel.name])
        let rebuilt = try folder.crm.projections.digest(of: LeadModel.name).digest
        #expect(live == rebuilt)
        let head = folder.head
        try folder.append(events)
        #expect(folder.head == head)
        let repeated = try folder.crm.projections.digest(of: LeadModel.name).digest
        #expect(repeated == live)
    }
}
