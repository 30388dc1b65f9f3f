import EventLog
import Rapport
import TestSupport
import Testing

/// Who answered twice, and which of the answers count.
@Suite struct RepeatedAnswersTests {
    /// An answer on the tenth of a month of 2024.
    private static func story(
        _ month: Int, _ score: Int, metric: SurveyMetric = .nps, scale: ClosedRange<Int> = 0...10,
        from customer: String? = nil, to invitation: String? = nil, in region: String = ""
    ) -> SurveyStory {
        SurveyStory(
            metric: metric, scale: scale, outcome: .score(score), dimensions: [("region", region)],
            at: .at("2024-\(month < 10 ? "0" : "")\(month)-10T09:00:00Z"), customer: customer, invitation: invitation)
    }

    @Test(
        "of a person's answers to a question one counts in so many days; those of nobody who is known all count",
        arguments: 1...3 as ClosedRange<UInt64>)
    func repeats(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let start = Timestamp.at("2024-01-01T00:00:00Z")
        let stories = (0..<200).map { number in
            var story = SurveyStory(
                at: start.advanced(byMicroseconds: Int64.random(in: 0...200 * 86_400_000_000, using: &random)))
            story.survey = ["service", "shop"][Int.random(in: 0...1, using: &random)]
            story.customer = number % 5 == 0 ? nil : "C-\(Int.random(in: 1...12, using: &random))"
            story.outcome =
                Int.random(in: 0...9, using: &random) == 0
                ? .notAnswered : .score(Int.random(in: 0...10, using: &random))
            return story
        }
        let folder = try CRMFolder(try stories.map { try $0.event() })
        for days in [0, 1, 30, 90] {
            var last: [String: Timestamp] = [:]
            var counts = ScoreCounts(scale: 0...10)
            var repeats = 0
            for story in stories.sorted(by: { $0.at < $1.at }) {
                guard let customer = story.customer, story.score != nil, days > 0 else {
                    try story.count(in: &counts)
                    continue
                }
                let key = "\(customer) \(story.survey)"
                if let before = last[key], story.at < before.plus(days: Int64(days)) {
                    repeats += 1
                } else {
                    last[key] = story.at
                    try story.count(in: &counts)
                }
            }
            let question = SatisfactionQuestion(metric: "nps", onePerDays: days)
            let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
            #expect(trend.overall.map(\.counts) == [counts], "\(days)")
            #expect(trend.overall.map(\.repeats) == [days == 0 ? nil : repeats], "\(days)")
            #expect(trend.points.compactMap(\.repeats).reduce(0, +) == repeats)
            #expect(trend.onePerDays == (days == 0 ? nil : days))
        }
    }

    @Test(
        "by each dimension the same answers are left out, each of the group that it states, period by period",
        arguments: 11...13 as ClosedRange<UInt64>)
    func repeatsByDimension(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let start = Timestamp.at("2024-01-01T00:00:00Z")
        var stories = (0..<200).map { number in
            var story = SurveyStory(
                at: start.advanced(byMicroseconds: Int64.random(in: 0...200 * 86_400_000_000, using: &random)))
            story.survey = ["service", "shop"][Int.random(in: 0...1, using: &random)]
            story.customer = number % 5 == 0 ? nil : "C-\(Int.random(in: 1...12, using: &random))"
            story.outcome =
                Int.random(in: 0...9, using: &random) == 0
                ? .notAnswered : .score(Int.random(in: 0...10, using: &random))
            story.dimensions = [
                ("region", ["", "north", "süd"][Int.random(in: 0...2, using: &random)]),
                ("product", ["a", "b", "c"][Int.random(in: 0...2, using: &random)]),
            ]
            return story
        }
        let folder = try CRMFolder(try stories.map { try $0.event() })
        stories.sort { $0.at < $1.at }
        for days in [1, 30, 90] {
            // Whether each story is left out: the rule looks at persons and questions alone.
            var last: [String: Timestamp] = [:]
            let areRepeats = stories.map { story in
                guard let customer = story.customer, story.score != nil else { return false }
                let key = "\(customer) \(story.survey)"
                if let before = last[key], story.at < before.plus(days: Int64(days)) { return true }
                last[key] = story.at
                return false
            }
            for (dimension, from) in [("region", nil), ("product", CivilDate.on("2024-03-05"))]
                as [(String, CivilDate?)]
            {
                var counts: [String: ScoreCounts] = [:]
                var repeats: [String: Int] = [:]
                for (story, isRepeat) in zip(stories, areRepeats) {
                    let group = story.value(of: dimension)
                    if group.isEmpty || story.at < .at("\(from?.description ?? "2024-01-01")T00:00:00Z") { continue }
                    if isRepeat {
                        repeats[group, default: 0] += 1
                    } else {
                        try story.count(in: &counts[group, default: ScoreCounts(scale: 0...10)])
                    }
                }
                let question = SatisfactionQuestion(
                    metric: "nps", dimension: dimension, from: from, onePerDays: days)
                let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
                #expect(trend.overall.compactMap(\.group) == counts.keys.sorted(), "\(question)")
                for all in trend.overall {
                    let group = try #require(all.group)
                    #expect(all.counts == counts[group], "\(question)")
                    #expect(all.repeats == repeats[group, default: 0], "\(question)")
                    let points = trend.points.filter { $0.group == group }
                    #expect(points.compactMap(\.repeats).reduce(0, +) == repeats[group, default: 0])
                }
            }
        }
    }

    @Test("an answer before the first day makes the next one a repeat; survey and question are looked at one by one")
    func repeatsAcrossTheFirstDay() async throws {
        var other = Self.story(2, 3, from: "C-1")
        other.question = "q2"
        let folder = try CRMFolder([
            try Self.story(1, 9, from: "C-1").event(), try Self.story(2, 9, from: "C-1").event(), try other.event(),
        ])
        let question = SatisfactionQuestion(metric: "nps", from: .on("2024-02-01"), onePerDays: 60)
        let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
        #expect(trend.overall.map(\.repeats) == [1])
        #expect(trend.overall.map(\.counts.validCount) == [1])
    }

    @Test("a rule that cannot be followed is refused, and says what was expected")
    func refused() async throws {
        let folder = try CRMFolder([try Self.story(1, 9).event()])
        let crm = folder.crm
        for days in [-1, SatisfactionQuestion.mostRepeatDays + 1] {
            await #expect(throws: InvalidRepeatRule.days(days)) {
                try await crm.satisfaction(SatisfactionQuestion(metric: "nps", onePerDays: days))
            }
        }
        #expect("\(InvalidRepeatRule.days(-1))" == "one answer per -1 days; expected 0, that all count, to 36500 days")
        withExtendedLifetime(folder) {}
    }
}
