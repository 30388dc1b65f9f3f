import EventLog
import Projection
import Rapport
import Testing
import TestSupport

/// Satisfaction trends against a plain count over random answers.
@Suite struct SatisfactionTests {
    /// One line of a trend.
    private struct Line: Hashable {
        let period: String
        let group: String?
        let counts: ScoreCounts

        init(period: String, group: String?, counts: ScoreCounts) {
            self.period = period
            self.group = group
            self.counts = counts
        }

        init(_ point: SatisfactionTrend.Point) {
            self.init(period: point.period, group: point.group, counts: point.counts)
        }
    }

    private static func randomAnswers(_ count: Int, _ random: inout SeededGenerator) -> [SurveyStory] {
        let start = Timestamp.at("2023-11-20T00:00:00Z")
        return (0..<count).map { _ in
            let microseconds = Int64.random(in: 0...400 * 86_400_000_000, using: &random)
            var story = SurveyStory(at: start.advanced(byMicroseconds: microseconds))
            (story.metric, story.scale) =
                [(SurveyMetric.nps, 0...10), (.csat, 1...5), (.ces, 1...7)][Int.random(in: 0...2, using: &random)]
            story.survey = ["service", "shop"][Int.random(in: 0...1, using: &random)]
            story.question = ["q1", "q2"][Int.random(in: 0...1, using: &random)]
            story.dimensions = [
                ("region", ["", "north", "süd"][Int.random(in: 0...2, using: &random)]),
                ("product", ["a", "b"][Int.random(in: 0...1, using: &random)]),
            ]
            switch Int.random(in: 0...9, using: &random) {
            case 0: story.outcome = .notAnswered
            case 1: story.outcome = .notApplicable
            default: story.outcome = .score(Int.random(in: story.scale, using: &random))
            }
            return story
        }
    }

    /// What the trend should say, period by period and overall.
    private static func count(_ answers: [SurveyStory], _ question: SatisfactionQuestion) throws -> (
        points: [Line], overall: [Line]
    ) {
        let calendar = WallCalendar(zone: question.zone)
        var periods: [[String]: ScoreCounts] = [:]
        var totals: [String: ScoreCounts] = [:]
        for answer in answers where answer.metricName == question.metric {
            let group = question.dimension.map { answer.value(of: $0) } ?? ""
            if question.dimension != nil, group.isEmpty { continue }
            guard question.survey == nil || question.survey == answer.survey,
                question.question == nil || question.question == answer.question,
                let day = calendar.day(of: answer.at), question.from.map({ $0 <= day }) ?? true,
                question.to.map({ day <= $0 }) ?? true
            else { continue }
            let key = [group, calendar.label(question.by, of: answer.at)]
            try answer.count(in: &periods[key, default: ScoreCounts(scale: answer.scale)])
            try answer.count(in: &totals[group, default: ScoreCounts(scale: answer.scale)])
        }
        func shown(_ group: String) -> String? { question.dimension == nil ? nil : group }
        return (
            periods.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { key in
                periods[key].map { Line(period: key[1], group: shown(key[0]), counts: $0) }
            },
            totals.keys.sorted().compactMap { group in
                totals[group].map { Line(period: "all", group: shown(group), counts: $0) }
            }
        )
    }

    private static func day(_ random: inout SeededGenerator) -> CivilDate? {
        let number = Int.random(in: 0...500, using: &random)
        return number > 400 ? nil : CivilDate(daysSinceEpoch: CivilDate.on("2023-11-15").daysSinceEpoch + number)
    }

    @Test(
        "counts by period, zone, range, survey, question and dimension are those of a plain count",
        arguments: 1...4 as ClosedRange<UInt64>)
    func countsAgree(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let answers = Self.randomAnswers(400, &random)
        let folder = try CRMFolder(try answers.map { try $0.event() })
        for round in 0..<60 {
            var question = SatisfactionQuestion(metric: ["nps", "csat", "ces"][round % 3])
            question.by = Granularity.allCases[Int.random(in: 0...4, using: &random)]
            question.zone = RandomDeals.zones[Int.random(in: 0...3, using: &random)]
            question.survey = [nil, "service"][Int.random(in: 0...1, using: &random)]
            question.question = [nil, "q2"][Int.random(in: 0...1, using: &random)]
            question.dimension = [nil, "region", "product"][Int.random(in: 0...2, using: &random)]
            question.from = Self.day(&random)
            question.to = Self.day(&random)
            let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
            let expected = try Self.count(answers, question)
            #expect(trend.points.map { Line($0) } == expected.points, "\(question)")
            let overall = trend.overall.filter { $0.counts.respondents > 0 }
            #expect(overall.map { Line($0) } == expected.overall, "\(question)")
        }
    }

    @Test("each period has the score of its metric: promoters less detractors, the two best of five, effort")
    func scores() async throws {
        var random = SeededGenerator(seed: 8)
        let answers = Self.randomAnswers(300, &random)
        let folder = try CRMFolder(try answers.map { try $0.event() })
        let calendar = WallCalendar(zone: "UTC")
        for metric in ["nps", "csat", "ces"] {
            let question = SatisfactionQuestion(metric: metric, by: .quarter)
            let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
            #expect(trend.points.count >= 5)
            for point in trend.points + trend.overall {
                let scores = answers.filter { answer in
                    let isWithin = point.period == "all" || point.period == calendar.label(.quarter, of: answer.at)
                    return answer.metricName == metric && isWithin
                }
                .compactMap(\.score)
                let (n, sum) = (Double(scores.count), Double(scores.reduce(0, +)))
                func share(_ range: ClosedRange<Int>) -> Double { Double(scores.count { range.contains($0) }) / n }
                let mean = try #require(point.mean).mean
                #expect(abs(mean - sum / n) < 1e-9)
                switch metric {
                case "nps":
                    let net = try #require(point.nps).score
                    #expect(abs(net - 100 * (share(9...10) - share(0...6))) < 1e-9)
                case "csat":
                    let satisfied = try #require(point.csat).share
                    #expect(abs(satisfied - share(4...5)) < 1e-9)
                default:
                    let agreement = try #require(point.ces).agreement.share
                    #expect(abs(agreement - share(5...7)) < 1e-9)
                }
            }
        }
    }

    @Test(
        "an answer counts on the day that the wall calendar of the zone shows",
        arguments: [
            ("2024-01-31T19:00:00Z", "UTC", "2024-01-31"), ("2024-01-31T18:29:59Z", "Asia/Kolkata", "2024-01-31"),
            ("2024-01-31T18:30:00Z", "Asia/Kolkata", "2024-02-01"),
            ("2024-03-01T04:59:59Z", "America/New_York", "2024-02-29"),
            ("2024-03-01T05:00:00Z", "America/New_York", "2024-03-01"),
            // A day of 23 hours, and one of 25.
            ("2024-03-11T03:59:59Z", "America/New_York", "2024-03-10"),
            ("2024-03-11T04:00:00Z", "America/New_York", "2024-03-11"),
            ("2024-11-03T04:00:00Z", "America/New_York", "2024-11-03"),
            ("2024-11-04T04:59:59Z", "America/New_York", "2024-11-03"),
            ("2024-11-04T05:00:00Z", "America/New_York", "2024-11-04"),
        ])
    func zones(time: String, zone: String, day: String) async throws {
        let folder = try CRMFolder([try SurveyStory(at: .at(time)).event()])
        for (granularity, period) in [(Granularity.day, day), (.month, String(day.prefix(7)))] {
            let question = SatisfactionQuestion(metric: "nps", by: granularity, zone: zone)
            let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
            #expect(trend.points.map(\.period) == [period])
            #expect(trend.zone == zone)
        }
        // The day alone has it; the days around it have not.
        let date = CivilDate.on(day)
        let before = CivilDate(daysSinceEpoch: date.daysSinceEpoch - 1)
        for (from, to, count) in [(date, date, 1), (before, before, 0), (date.next, date.next, 0)] {
            let question = SatisfactionQuestion(metric: "nps", from: from, to: to, zone: zone)
            let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
            #expect(trend.points.reduce(0) { $0 + $1.counts.validCount } == count)
        }
    }

    @Test("answers on different scales are not added up: one survey has to be named")
    func mixedScales() async throws {
        let time = Timestamp.at("2024-05-01T12:00:00Z")
        let five = SurveyStory(metric: .csat, survey: "a", scale: 1...5, outcome: .score(4), at: time)
        let seven = SurveyStory(metric: .csat, survey: "b", scale: 1...7, outcome: .score(6), at: time)
        let folder = try CRMFolder([try five.event(), try seven.event()])
        let (crm, head) = (folder.crm, folder.head)
        let error = await #expect(throws: MixedScales.self) {
            try await crm.satisfaction(SatisfactionQuestion(metric: "csat"), atLeast: head)
        }
        #expect(error?.scales == ["1..5", "1..7"])
        let named = try await crm.satisfaction(SatisfactionQuestion(metric: "csat", survey: "b"), atLeast: head)
        #expect(named.overall.map(\.counts.sum) == [6])
        withExtendedLifetime(folder) {}
    }

    @Test("where a survey changed its scale, days on which one scale was answered on can be asked for")
    func changedScale() async throws {
        func story(_ scale: ClosedRange<Int>, _ score: Int, _ day: String) -> SurveyStory {
            SurveyStory(
                metric: .csat, scale: scale, outcome: .score(score), at: .at("\(day)T12:00:00Z"), customer: "C-1")
        }
        let stories = [
            story(1...5, 4, "2023-05-01"), story(1...7, 6, "2024-05-01"), story(1...7, 2, "2024-05-02"),
        ]
        let folder = try CRMFolder(try stories.map { try $0.event() })
        let (crm, head) = (folder.crm, folder.head)
        func sums(_ from: String?, _ to: String?, onePerDays: Int = 0) async throws -> [Int] {
            let question = SatisfactionQuestion(
                metric: "csat", survey: "service", from: from.map { CivilDate.on($0) },
                to: to.map { CivilDate.on($0) }, onePerDays: onePerDays)
            return try await crm.satisfaction(question, atLeast: head).overall.map(\.counts.sum)
        }
        #expect(try await sums(nil, "2024-04-30") == [4])
        #expect(try await sums("2023-05-02", nil) == [8])
        #expect(try await sums("2023-05-02", nil, onePerDays: 30) == [6])
        #expect(try await sums("2025-01-01", nil) == [])
        for from in [nil, "2023-05-01"] {
            let error = await #expect(throws: MixedScales.self) { try await sums(from, nil) }
            #expect(
                error?.description
                    == "csat was asked on the scales 1..5, 1..7; name one survey, or a range of days")
        }
        withExtendedLifetime(folder) {}
    }

    @Test("where nobody has answered there is nothing, whatever is asked")
    func empty() async throws {
        let folder = try CRMFolder([try SurveyStory(at: .at("2024-05-01T12:00:00Z")).event()])
        for question in [
            SatisfactionQuestion(metric: "csat"), SatisfactionQuestion(metric: "nps", survey: "other"),
            SatisfactionQuestion(metric: "nps", question: "other"),
            SatisfactionQuestion(metric: "nps", dimension: "region"),
            SatisfactionQuestion(metric: "nps", dimension: ""),
            SatisfactionQuestion(metric: "nps", dimension: "", onePerDays: 5),
            SatisfactionQuestion(metric: "nps", from: .on("2025-01-01"), to: .on("2025-12-31")),
        ] {
            let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
            #expect(trend.points == [], "\(question)")
            #expect(trend.overall == [], "\(question)")
        }
    }

    @Test("surveys tell what can be asked for; a dimension is told once, though a question had two scales")
    func surveys() async throws {
        let time = Timestamp.at("2024-05-01T12:00:00Z")
        let dimensions = [(name: "airline", value: "UA"), (name: "region", value: "north")]
        let stories = [
            SurveyStory(survey: "a", dimensions: dimensions, at: time),
            SurveyStory(metric: .csat, survey: "b", scale: 1...5, outcome: .score(5), dimensions: dimensions, at: time),
            SurveyStory(metric: .csat, survey: "b", scale: 1...7, outcome: .score(5), dimensions: dimensions, at: time),
        ]
        let folder = try CRMFolder(try stories.map { try $0.event() })
        try await folder.crm.projections.wait(for: folder.head, of: ["satisfaction"], seconds: 60)
        let found = try folder.crm.surveys().map { "\($0.metric) \($0.survey) \($0.question) \($0.dimensions)" }
        #expect(found == [#"csat b q1 ["airline", "region"]"#, #"nps a q1 ["airline", "region"]"#])
    }

    @Test("names that look alike and differ in bytes are those of different surveys and dimensions")
    func bytes() async throws {
        let names = ["cafe\u{301}", "caf\u{E9}"]
        let stories = names.map { name in
            SurveyStory(
                survey: name, dimensions: names.map { (name: $0, value: "a") }, at: .at("2024-05-01T12:00:00Z"))
        }
        let folder = try CRMFolder(try stories.map { try $0.event() })
        try await folder.crm.projections.wait(for: folder.head, of: ["satisfaction", "loyalty"], seconds: 60)
        let expected = names.map { Array($0.utf8) }
        let surveys = try folder.crm.surveys()
        #expect(surveys.map { Array($0.survey.utf8) } == expected)
        for survey in surveys { #expect(survey.dimensions.map { Array($0.utf8) } == expected) }
        #expect(try folder.crm.loyaltySurveys().map { Array($0.survey.utf8) } == expected)
    }
}
