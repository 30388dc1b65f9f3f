import EventLog
import Projection
@testable import Rapport
import Testing

/// What becomes of single complaints and suggestions, told event by event.
@Suite struct VoiceTests {
    private static let now = Timestamp.at("2024-12-31T00:00:00Z")

    private static func folder(_ stories: VoiceStory...) throws -> CRMFolder { try CRMFolder(try stories.events()) }

    private static func loop(_ folder: CRMFolder, at time: Timestamp = now) async throws -> VoiceLoop {
        try await folder.crm.voice(VoiceQuestion(now: time), atLeast: folder.head)
    }

    private static func unanswered(_ folder: CRMFolder, at time: Timestamp = now) async throws -> [VoiceEntry] {
        try await folder.crm.unansweredVoice(now: time, atLeast: folder.head).rows
    }

    private static func complaint(_ number: UInt64, _ at: String) -> VoiceStory {
        VoiceStory(
            number, "C-1", at,
            .complaint(id: "B-1", theme: "delivery", severity: "high", risk: "churn", caseID: "K-1"))
    }

    private static func suggestion(_ number: UInt64, _ at: String, of customer: String = "C-1") -> VoiceStory {
        VoiceStory(number, customer, at, .suggestion(id: "S-1", kind: "idea", theme: "product", value: 50_000))
    }

    private static let hour: Int64 = 3_600_000

    // MARK: Life

    @Test("a complaint waits until the customer is told, and whoever asks about a time before still sees it wait")
    func complaintIsTold() async throws {
        let folder = try Self.folder(
            Self.complaint(1, "2024-03-01T10:00:00Z"), VoiceStory(2, "C-1", "2024-03-03T10:00:00Z", .told(of: 1)))
        let group = try #require(try await Self.loop(folder).groups.first)
        let complaints = try #require(group.complaints)
        #expect(group.suggestions == nil && group.period == "all" && group.value == nil)
        #expect([complaints.raised, complaints.withCase, complaints.told] == [1, 1, 1])
        #expect(complaints.toTold?.medianMs == 48 * Self.hour)
        #expect(try await Self.unanswered(folder).isEmpty)

        let before = Timestamp.at("2024-03-02T10:00:00Z")
        let then = try #require(try await Self.loop(folder, at: before).groups.first?.complaints)
        #expect([then.raised, then.told] == [1, 0] && then.toTold == nil)
        let waiting = try #require(try await Self.unanswered(folder, at: before).first)
        #expect(
            waiting
                == VoiceEntry(
                    kind: .complaint, eventID: VoiceStory.eventID(1), customer: "C-1", id: "B-1", type: nil,
                    theme: "delivery", severity: "high", riskClass: "churn", caseID: "K-1",
                    submittedAt: .at("2024-03-01T10:00:00Z"), ageMs: 24 * Self.hour, decidedAt: nil, isAdopted: nil))
        #expect(try await Self.loop(folder, at: .at("2024-02-01T00:00:00Z")).groups.isEmpty)
    }

    @Test("a suggestion is submitted, decided, changes something, and the customer is told of the decision")
    func suggestionChangesSomething() async throws {
        let folder = try Self.folder(
            Self.suggestion(1, "2024-03-01T10:00:00Z"),
            VoiceStory(
                2, "C-1", "2024-03-02T10:00:00Z", .decided(id: "S-1", isAdopted: false, change: "", benefit: nil)),
            VoiceStory(
                3, "C-1", "2024-03-04T10:00:00Z", .decided(id: "S-1", isAdopted: true, change: "R-7", benefit: 9_000)),
            VoiceStory(4, "C-1", "2024-03-05T10:00:00Z", .told(of: 3)))
        let all = try #require(try await Self.loop(folder).groups.first?.suggestions)
        #expect([all.submitted, all.decided, all.adopted, all.changed, all.told] == [1, 1, 1, 1, 1])
        #expect([all.toldUndecided, all.toldDecision, all.withoutValue, all.adoptedWithoutBenefit] == [0, 1, 0, 0])
        let times = [all.toDecision, all.toChange, all.decisionToTold, all.toTold].map { $0?.medianMs }
        let expected: [Int64?] = [24 * Self.hour, 72 * Self.hour, 72 * Self.hour, 96 * Self.hour]
        #expect(times == expected)
        let value = VoiceLoop.Value(currency: "EUR", estimated: 50_000, estimatedOfAdopted: 50_000, benefit: 9_000)
        #expect(all.values == [value])
        // On the third of March it was declined.
        let third = try await Self.loop(folder, at: .at("2024-03-03T10:00:00Z"))
        let then = try #require(third.groups.first?.suggestions)
        #expect([then.submitted, then.decided, then.adopted, then.changed, then.told] == [1, 1, 0, 0, 0])
        let declined = VoiceLoop.Value(currency: "EUR", estimated: 50_000, estimatedOfAdopted: 0, benefit: 0)
        #expect(then.values == [declined])
        let waiting = try await Self.unanswered(folder, at: .at("2024-03-03T10:00:00Z"))
        #expect(waiting.map(\.isAdopted) == [false] && waiting.map(\.type) == ["idea"])
    }

    @Test("whoever is told before anything was decided was told without a decision, also when there is one later")
    func toldUndecided() async throws {
        let folder = try Self.folder(
            Self.suggestion(1, "2024-03-01T10:00:00Z"), VoiceStory(2, "C-1", "2024-03-02T10:00:00Z", .told(of: 1)),
            VoiceStory(
                3, "C-1", "2024-03-05T10:00:00Z", .decided(id: "S-1", isAdopted: true, change: "", benefit: nil)))
        let before = try #require(
            try await Self.loop(folder, at: .at("2024-03-04T00:00:00Z")).groups.first?.suggestions)
        #expect([before.told, before.decided, before.toldUndecided, before.toldDecision] == [1, 0, 1, 0])
        let now = try #require(try await Self.loop(folder).groups.first?.suggestions)
        #expect([now.told, now.decided, now.toldUndecided, now.toldDecision] == [1, 1, 1, 0])
        #expect(now.decisionToTold == nil && now.adoptedWithoutBenefit == 1)
    }

    @Test("what belongs to nothing is counted: a telling of nothing, a decision of nothing, the same said again")
    func unmatched() async throws {
        let folder = try Self.folder(
            Self.complaint(1, "2024-03-01T10:00:00Z"), Self.complaint(2, "2024-03-02T10:00:00Z"),
            Self.suggestion(3, "2024-03-03T10:00:00Z", of: "C-2"),
            VoiceStory(4, "C-1", "2024-03-04T10:00:00Z", .told(of: 3)),
            VoiceStory(5, "C-1", "2024-03-04T11:00:00Z", .told(of: 0)),
            VoiceStory(
                6, "C-1", "2024-03-05T10:00:00Z", .decided(id: "S-1", isAdopted: true, change: "", benefit: nil)),
            // Of what was said again one is told as well as of what was said first.
            VoiceStory(7, "C-1", "2024-03-06T10:00:00Z", .told(of: 2)))
        let loop = try await Self.loop(folder)
        #expect(
            loop.leftOut == VoiceLoop.LeftOut(ofUnknown: 2, decidedUnknown: 1, repeated: 1, ungrouped: 0))
        let group = try #require(loop.groups.first)
        #expect(group.complaints?.raised == 1 && group.complaints?.told == 1 && group.suggestions?.decided == 0)
        let march = try await folder.crm.voice(VoiceQuestion(now: Self.now, from: .on("2024-03-05")))
        #expect(march.leftOut == VoiceLoop.LeftOut(ofUnknown: 0, decidedUnknown: 1, repeated: 0, ungrouped: 0))
    }

    @Test("of answers to surveys those count that were told back")
    func answers() async throws {
        let folder = try Self.folder(
            VoiceStory(1, "C-1", "2024-03-01T10:00:00Z", .answered),
            VoiceStory(2, "C-1", "2024-03-02T10:00:00Z", .answered),
            VoiceStory(3, "C-1", "2024-03-02T12:00:00Z", .told(of: 2)),
            VoiceStory(4, "C-1", "2024-03-09T12:00:00Z", .told(of: 2)))
        let answers = try await Self.loop(folder).answers
        #expect(answers.told == 1 && answers.toTold?.medianMs == 2 * Self.hour)
        #expect(try await Self.loop(folder).groups.isEmpty)
        #expect(try await Self.loop(folder, at: .at("2024-03-02T11:00:00Z")).answers.told == 0)
    }

    @Test("what has no value of the dimension is in no group, and counted")
    func ungrouped() async throws {
        let folder = try Self.folder(
            Self.complaint(1, "2024-03-01T10:00:00Z"), Self.suggestion(2, "2024-04-03T10:00:00Z"))
        let severity = try await folder.crm.voice(
            VoiceQuestion(now: Self.now, dimension: .severity), atLeast: folder.head)
        #expect(severity.groups.map(\.value) == ["high"] && severity.leftOut.ungrouped == 1)
        let kinds = try await folder.crm.voice(VoiceQuestion(now: Self.now, dimension: .kind, by: .month))
        #expect(kinds.groups.map { "\($0.value ?? "") \($0.period)" } == ["complaint 2024-03", "idea 2024-04"])
        #expect(kinds.leftOut.ungrouped == 0)
    }

    @Test("an unknown zone is refused")
    func unknownZone() async throws {
        let folder = try CRMFolder()
        await #expect(throws: UnknownTimeZone(name: "Nowhere")) {
            _ = try await folder.crm.voice(VoiceQuestion(now: Self.now, zone: "Nowhere"))
        }
    }

    // MARK: Lists and persons

    @Test("who waits longest comes first, page by page, and erased persons stand without an id", arguments: [1, 2, 9])
    func pages(limit: Int) async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let stories = (1...5).map { (number: Int) -> VoiceStory in
            let content: VoiceStory.Content =
                number.isMultiple(of: 2)
                ? .suggestion(id: "S-\(number)", kind: "need", theme: "", value: nil)
                : .complaint(id: "B-\(number)", theme: "", severity: "", risk: "", caseID: "K-\(number)")
            let at = Timestamp.at("2024-03-01T10:00:00Z").plus(days: Int64(10 - number))
            return VoiceStory(UInt64(number), "C-\(number % 3)", at, content)
        }
        try crm.log.appendBlocking(try stories.events() + [try SealedCRM.erased("C-2")])
        func read(_ kind: VoiceKind?) async throws -> [VoiceEntry] {
            var rows: [VoiceEntry] = []
            var cursor: ListCursor?
            repeat {
                let page = try await crm.unansweredVoice(
                    now: Self.now, kind: kind, limit: limit, after: cursor, atLeast: crm.log.head)
                #expect(page.rows.count <= limit)
                rows += page.rows
                cursor = page.next
            } while cursor != nil
            return rows
        }
        let all = try await read(nil)
        #expect(all.map(\.eventID) == [5, 4, 3, 2, 1].map { VoiceStory.eventID($0) })
        #expect(all.map(\.customer) == [nil, "C-1", "C-0", nil, "C-1"])
        #expect(all.map(\.id) == [nil, "S-4", "B-3", nil, "B-1"])
        #expect(all.map(\.caseID) == [nil, nil, "K-3", nil, "K-1"])
        #expect(try await read(.suggestion).map(\.eventID) == [4, 2].map { VoiceStory.eventID($0) })
        let other = try await crm.unansweredVoice(now: Self.now, limit: 1)
        let cursor = try #require(other.next)
        await #expect(throws: ForeignCursor(cursor: cursor)) {
            _ = try await crm.unansweredVoice(now: Self.now, kind: .complaint, after: cursor)
        }
    }

    @Test("a merge makes one person's voice of two, and an unmerge parts them again")
    func merges() async throws {
        let folder = try SealedCRM()
        let crm = try folder.opened()
        defer { crm.close() }
        let stories = [
            Self.suggestion(1, "2024-03-01T10:00:00Z", of: "C-2"),
            VoiceStory(
                2, "C-1", "2024-03-02T10:00:00Z", .decided(id: "S-1", isAdopted: true, change: "", benefit: nil)),
            VoiceStory(3, "C-1", "2024-03-03T10:00:00Z", .told(of: 1)),
        ]
        try crm.log.appendBlocking(
            [try SealedCRM.registered("C-1", "Ada"), try SealedCRM.registered("C-2", "Ada")] + stories.events())
        func loop() async throws -> VoiceLoop {
            try await crm.voice(VoiceQuestion(now: Self.now), atLeast: crm.log.head)
        }
        let apart = try await loop()
        #expect(apart.groups.first?.suggestions?.told == 0)
        #expect(apart.leftOut.ofUnknown == 1 && apart.leftOut.decidedUnknown == 1)
        let merge = try await crm.mergeCustomers("C-1", "C-2", reason: "same")
        let together = try await loop()
        #expect(together.groups.first?.suggestions?.told == 1 && together.groups.first?.suggestions?.adopted == 1)
        #expect(together.leftOut.ofUnknown == 0 && together.leftOut.decidedUnknown == 0)
        try await crm.projections.wait(for: crm.log.head, of: ["voice"], seconds: 60)
        let live = try crm.projections.digest(of: "voice").digest
        try crm.projections.rebuild(["voice"])
        #expect(try crm.projections.digest(of: "voice").digest == live)
        try await crm.unmergeCustomers(merge: .event(merge.eventID), reason: "no")
        let again = try await loop()
        #expect(again.groups == apart.groups && again.leftOut == apart.leftOut)
    }
}
