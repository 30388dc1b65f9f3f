import EventLog
import LMDB
import Projection
@testable import Rapport
import Testing

/// Complaints and suggestions against a plain count over random stories.
@Suite struct VoicePropertyTests {
    private static let end = Timestamp.at("2025-06-01T00:00:00Z")

    /// In random order.
    private static func folder(
        _ stories: [VoiceStory], _ voices: inout RandomVoices, batch: ClosedRange<Int>
    ) async throws -> CRMFolder {
        let folder = try CRMFolder()
        let events = voices.shuffled(try stories.events())
        try await folder.appendSlowly(events, batch: voices.number(in: batch))
        return folder
    }

    private static func day(_ voices: inout RandomVoices) -> CivilDate {
        CivilDate(daysSinceEpoch: CivilDate.on("2023-12-20").daysSinceEpoch + voices.number(in: 0...400))
    }

    /// Asks random questions, and compares.
    private func compare(_ crm: Rapport, _ plain: PlainVoices, _ voices: inout RandomVoices) async throws {
        for dimension in [nil] + VoiceDimension.allCases.map({ Optional($0) }) {
            for _ in 0..<3 {
                let zone = voices.one(of: ["UTC", "Asia/Shanghai", "America/New_York"])
                let randomDay = Self.day(&voices)
                let question = VoiceQuestion(
                    now: voices.one(of: [Self.end, ZonedCalendar.utc.startOfDay(randomDay).plus(seconds: 4_711)]),
                    dimension: dimension, by: voices.one(of: [nil, .month, .quarter]),
                    from: voices.one(of: [nil, Self.day(&voices)]), to: voices.one(of: [nil, Self.day(&voices)]),
                    zone: zone)
                let found = try await crm.voice(question)
                let message: Comment = "\(question)"
                let expected = try expectation(question, plain)
                #expect(found.groups == expected.groups, message)
                #expect(found.leftOut == expected.leftOut, message)
                #expect(found.answers == expected.answers, message)
            }
        }
        let now = voices.one(of: [Self.end, ZonedCalendar.utc.startOfDay(Self.day(&voices))])
        let waiting = plain.items.filter { item in
            item.story.at <= now && !item.tellings.contains { $0 <= now }
        }.sorted { $0.story.at < $1.story.at }
        let list = try await crm.unansweredVoice(now: now, limit: 1_000)
        #expect(list.rows.map(\.eventID) == waiting.map { VoiceStory.eventID($0.story.number) })
        #expect(list.rows.map(\.customer) == waiting.map(\.person))
        #expect(list.rows.map(\.theme) == waiting.map { $0.values[.theme].flatMap { $0.isEmpty ? nil : $0 } })
        let ages = waiting.map { (now.microseconds - $0.story.at.microseconds) / 1000 }
        #expect(list.rows.map(\.ageMs) == ages)
    }

    private typealias Expectation = (
        groups: [VoiceLoop.Group], leftOut: VoiceLoop.LeftOut, answers: VoiceLoop.Answers
    )

    private func expectation(_ question: VoiceQuestion, _ plain: PlainVoices) throws -> Expectation {
        let calendar = try ZonedCalendar(zone: question.zone)
        let now = question.now
        func isAsked(_ time: Timestamp) -> Bool {
            let isLater = question.from.map { calendar.startOfDay($0) <= time } ?? true
            let isEarlier = question.to.map { time < calendar.endOfDay($0) } ?? true
            return isLater && isEarlier && time <= now
        }
        func value(_ item: PlainVoices.Item) -> String? { question.dimension.map { item.values[$0] ?? "" } }
        func period(_ item: PlainVoices.Item) -> String {
            question.by.map { CalendarPeriod($0, containing: calendar.date(of: item.story.at)).label } ?? "all"
        }
        let asked = plain.items.filter { isAsked($0.story.at) }
        let grouped = asked.filter { value($0) != "" }
        let names = Set(grouped.map { [value($0) ?? "", period($0)] }).sorted { left, right in
            left[0] == right[0] ? left[1] < right[1] : left[0].compareBytes(to: right[0]) < 0
        }
        let groups = names.map { name in
            let items = grouped.filter { (value($0) ?? "") == name[0] && period($0) == name[1] }
            return plain.group(name[1], question.dimension == nil ? nil : name[0], items, now: now)
        }
        let told = plain.answers.filter { isAsked($0.at) }.compactMap { answer in
            answer.tellings.first { $0 <= now }.map { $0.microseconds - answer.at.microseconds }
        }
        let leftOut = VoiceLoop.LeftOut(
            ofUnknown: Int64(plain.ofUnknown.count(where: isAsked)),
            decidedUnknown: Int64(plain.decidedUnknown.count(where: isAsked)),
            repeated: Int64(plain.repeated.count(where: isAsked)), ungrouped: Int64(asked.count - grouped.count))
        let answers = VoiceLoop.Answers(told: Int64(told.count), toTold: DurationSummary(microseconds: told))
        return (groups, leftOut, answers)
    }

    @Test("however events arrive, figures and lists are those of a plain count", arguments: Seeds.from(1, 3))
    func plainCount(seed: UInt64) async throws {
        var voices = RandomVoices(seed: seed)
        let stories = voices.stories(120)
        let folder = try await Self.folder(stories, &voices, batch: 5...40)
        try await compare(folder.crm, PlainVoices(stories), &voices)
    }

    @Test("after merges figures are those of the persons, live as after a rebuild", arguments: Seeds.from(11, 2))
    func mergedPersons(seed: UInt64) async throws {
        var voices = RandomVoices(seed: seed)
        let stories = voices.stories(100)
        let folder = try await Self.folder(Array(stories.prefix(60)), &voices, batch: 20...60)
        try await folder.crm.mergeCustomers("C-1", "C-2", reason: "same")
        try await folder.appendSlowly(try Array(stories.dropFirst(60)).events(), batch: 15)
        try await folder.crm.mergeCustomers("客户-3", "C-1", reason: "same")
        try await folder.crm.projections.wait(for: folder.head, of: ["voice"], seconds: 60)
        let person = ["C-1": "客户-3", "C-2": "客户-3"]
        try await compare(folder.crm, PlainVoices(stories, person: person), &voices)
        let live = try folder.crm.projections.digest(of: "voice").digest
        try folder.crm.projections.rebuild(["voice"])
        #expect(try folder.crm.projections.digest(of: "voice").digest == live)
    }

    @Test("any order of arrival gives the rows of a rebuild", arguments: Seeds.from(21, 2))
    func digests(seed: UInt64) async throws {
        var voices = RandomVoices(seed: seed)
        let stories = voices.stories(80)
        let folder = try await Self.folder(stories, &voices, batch: 1...15)
        let live = try folder.crm.projections.digest(of: "voice")
        try folder.crm.projections.rebuild(["voice"])
        let rebuilt = try folder.crm.projections.digest(of: "voice")
        #expect(live.digest == rebuilt.digest)
        #expect(live.position == folder.head)
    }

    @Test("of the made-up company everything is counted that its events say")
    func demoCompany() async throws {
        let history = try DemoHistory(seed: 5, events: 2_500)
        let folder = try CRMFolder(history.events)
        let loop = try await folder.crm.voice(
            VoiceQuestion(now: .at("2100-01-01T00:00:00Z")), atLeast: folder.head)
        let complaints = try history.all(ComplaintRaised.self)
        let suggestions = try history.all(SuggestionSubmitted.self)
        let decisions = try history.all(SuggestionDecided.self)
        let told = Set(try history.all(FeedbackLoopClosed.self).map { EventID($0.message.ofEventID) })
        let answered = try history.all(SurveyAnswered.self).map(\.event.id)
        let group = try #require(loop.groups.first)
        #expect(complaints.count > 5 && suggestions.count > 5 && decisions.count > 2)
        #expect(group.complaints?.raised == Int64(complaints.count))
        #expect(group.complaints?.told == Int64(complaints.count { told.contains($0.event.id) }))
        #expect(group.suggestions?.submitted == Int64(suggestions.count))
        #expect(group.suggestions?.told == Int64(suggestions.count { told.contains($0.event.id) }))
        let adopted = decisions.filter { $0.message.decision == .adopted }
        #expect(group.suggestions?.decided == Int64(decisions.count))
        #expect(group.suggestions?.adopted == Int64(adopted.count))
        #expect(group.suggestions?.changed == Int64(adopted.count))
        let benefit = adopted.reduce(Int64(0)) { $0 + $1.message.estimatedBenefit.minorUnits }
        #expect(group.suggestions?.values.first?.benefit == benefit)
        #expect(loop.answers.told == Int64(answered.count { told.contains($0) }))
        #expect(loop.leftOut == VoiceLoop.LeftOut(ofUnknown: 0, decidedUnknown: 0, repeated: 0, ungrouped: 0))
    }
}
