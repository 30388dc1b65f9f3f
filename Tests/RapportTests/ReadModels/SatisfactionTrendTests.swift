import EventLog
import Projection
import Rapport
import TestSupport
import Testing

/// Whether satisfaction changes, and how many were asked.
@Suite struct SatisfactionTrendTests {
    /// An answer on the tenth of a month of 2024.
    private static func story(
        _ month: Int, _ score: Int, metric: SurveyMetric = .nps, scale: ClosedRange<Int> = 0...10,
        from customer: String? = nil, to invitation: String? = nil, in region: String = ""
    ) -> SurveyStory {
        SurveyStory(
            metric: metric, scale: scale, outcome: .score(score), dimensions: [("region", region)],
            at: .at("2024-\(month < 10 ? "0" : "")\(month)-10T09:00:00Z"), customer: customer, invitation: invitation)
    }

    private static func invited(_ id: String, at time: String, in region: String = "") throws -> NewEvent {
        let message = SurveyInvited.with { message in
            message.surveyID = "service"
            message.invitationID = id
            var dimension = SurveyDimension()
            dimension.name = "region"
            dimension.value = region
            message.dimensions = [dimension]
        }
        return try NewEvent(message, about: [.survey("service"), .invitation(id)], occurredAt: .at(time))
    }

    // MARK: Trend

    @Test("a score that is higher each time rises: p is 2 of 720 orders, and the slope is that of a month")
    func rising() async throws {
        // The second month has no answers, and counts as time.
        let months = [1, 3, 4, 5, 6, 7]
        let events = try months.flatMap { month in
            try (0..<10).map { try Self.story(month, $0 < month ? 10 : 7).event() }
        }
        let folder = try CRMFolder(events)
        let trend = try await folder.crm.satisfaction(SatisfactionQuestion(metric: "nps"), atLeast: folder.head)
        let found = try #require(trend.trends.first)
        #expect(trend.trends.count == 1 && found.group == nil && found.figure == .netPromoterScore)
        #expect(found.periods == 6 && found.smallSamples == 6)
        let test = try #require(found.test)
        let score: Int64 = 15
        #expect(test.score == score && test.method == .exact && test.direction == .rises)
        #expect(abs(test.pValue - 2.0 / 720) < 1e-12)
        #expect(abs((test.tau ?? 0) - 1) < 1e-12)
        #expect(abs(test.slope - 10) < 1e-9)
        #expect(found.untested == nil)
        #expect(trend.points.map(\.isSmallSample) == [Bool](repeating: true, count: 6))
    }

    @Test("which figure is tested goes by the metric and its scale")
    func figures() async throws {
        let metrics: [(SurveyMetric, String, ClosedRange<Int>, SatisfactionFigure)] = [
            (.nps, "nps", 0...10, .netPromoterScore), (.nps, "nps", 1...5, .mean),
            (.csat, "csat", 1...5, .topTwoShare), (.csat, "csat", 0...1, .mean), (.ces, "ces", 1...7, .mean),
            (.rating, "rating", 1...5, .mean), (.employeeNps, "enps", 0...10, .netPromoterScore),
        ]
        for (metric, name, scale, figure) in metrics {
            let folder = try CRMFolder([try Self.story(1, scale.upperBound, metric: metric, scale: scale).event()])
            let trend = try await folder.crm.satisfaction(SatisfactionQuestion(metric: name), atLeast: folder.head)
            #expect(trend.trends.map(\.figure) == [figure], "\(name) \(scale)")
            #expect(trend.trends.map(\.untested) == [.tooFewPeriods])
            // One answer has no spread that could draw limits.
            #expect(trend.trends.map(\.centre) == [nil] && trend.points.map(\.control) == [nil])
        }
    }

    @Test("more periods than can be tested say so, and keep their control chart")
    func tooManyPeriods() async throws {
        let start = Timestamp.at("2020-01-01T09:00:00Z")
        let events = try (0...SatisfactionTrend.mostTestedPeriods).flatMap { day in
            try [1, 7].map { score in
                try SurveyStory(
                    metric: .ces, scale: 1...7, outcome: .score(score), at: start.plus(days: Int64(day))
                ).event()
            }
        }
        let folder = try CRMFolder(events)
        let question = SatisfactionQuestion(metric: "ces", by: .day)
        let trend = try await folder.crm.satisfaction(question, atLeast: folder.head)
        let found = try #require(trend.trends.first)
        #expect(found.test == nil && found.untested == .tooManyPeriods)
        #expect(found.periods == SatisfactionTrend.mostTestedPeriods + 1)
        #expect(found.centre == 4 && found.signals == [])
    }

    // MARK: Control chart

    @Test("the control chart is that of a plain calculation: own errors of 30 answers or more that differ, else pooled")
    func controlChart() async throws {
        var random = SeededGenerator(seed: 5)
        // Few, many, and many that agree.
        let months: [[Int]] = [
            (0..<8).map { _ in Int.random(in: 1...5, using: &random) },
            (0..<60).map { _ in Int.random(in: 1...5, using: &random) }, [Int](repeating: 5, count: 40), [3],
            (0..<45).map { _ in Int.random(in: 1...3, using: &random) },
            (0..<50).map { _ in Int.random(in: 1...4, using: &random) },
        ]
        let events = try months.enumerated().flatMap { number, scores in
            try scores.map { try Self.story(number + 1, $0, metric: .csat, scale: 1...5).event() }
        }
        let folder = try CRMFolder(events)
        let trend = try await folder.crm.satisfaction(SatisfactionQuestion(metric: "csat"), atLeast: folder.head)
        let shares = months.map { scores in Double(scores.count { $0 > 3 }) / Double(scores.count) }
        let squares = zip(months, shares).map { scores, share in Double(scores.count) * share * (1 - share) }
        let pooled = squares.reduce(0, +) / Double(months.map { $0.count - 1 }.reduce(0, +))
        let centre = Double(months.joined().count { $0 > 3 }) / Double(months.joined().count)
        var (average, variance) = (centre, 0.0)
        #expect(trend.points.count == months.count)
        for (number, point) in trend.points.enumerated() {
            let (n, share) = (Double(months[number].count), shares[number])
            let isOwn = n >= 30 && share > 0 && share < 1
            let squaredError = isOwn ? share * (1 - share) / n : pooled / n
            average = 0.2 * share + 0.8 * average
            variance = 0.04 * squaredError + 0.64 * variance
            let half = 3 * variance.squareRoot()
            let control = try #require(point.control)
            #expect(abs(control.average - average) < 1e-12)
            #expect(abs(control.lower - (centre - half)) < 1e-12)
            #expect(abs(control.upper - (centre + half)) < 1e-12)
            let side: SatisfactionTrend.Side? =
                average > centre + half ? .above : average < centre - half ? .below : nil
            #expect(control.signal == side)
            #expect(point.isSmallSample == (n < 30))
        }
        let found = try #require(trend.trends.first)
        #expect(abs((found.centre ?? 0) - centre) < 1e-12)
        #expect(found.signals.map(\.period) == trend.points.filter { $0.control?.signal != nil }.map(\.period))
        #expect(found.signals.contains { $0.side == .above }, "forty of forty are satisfied in the third month")
        #expect(trend.overall.map(\.control) == [nil])
    }

    // MARK: Response rates

    @Test("who was asked stands beside what was answered, also in periods and groups of which nobody answered")
    func responses() async throws {
        let folder = try CRMFolder([
            try Self.invited("I-1", at: "2024-01-05T09:00:00Z", in: "north"),
            try Self.invited("I-2", at: "2024-01-06T09:00:00Z", in: "north"),
            try Self.invited("I-3", at: "2024-02-06T09:00:00Z", in: "north"),
            try Self.invited("I-4", at: "2024-04-06T09:00:00Z", in: "south"),
            try Self.story(3, 9, to: "I-1", in: "north").event(), try Self.story(3, 8, in: "north").event(),
            try Self.story(3, 8, to: "I-9", in: "west").event(),
        ])
        func lines(_ points: [SatisfactionTrend.Point]) -> [String] {
            points.map { point in
                let response = point.response.map { "\($0.answered)/\($0.invited) \($0.rateBp ?? -1)" } ?? "-"
                return "\(point.period) \(point.group ?? "-") \(point.counts.validCount) \(response)"
            }
        }
        let all = try await folder.crm.satisfaction(SatisfactionQuestion(metric: "nps"), atLeast: folder.head)
        let months = ["2024-01 - 0 1/2 5000", "2024-02 - 0 0/1 0", "2024-03 - 3 -", "2024-04 - 0 0/1 0"]
        #expect(lines(all.points) == months)
        #expect(lines(all.overall) == ["all - 3 1/4 2500"])
        var question = SatisfactionQuestion(metric: "nps", by: .year, dimension: "region")
        let regions = try await folder.crm.satisfaction(question)
        #expect(lines(regions.overall) == ["all north 2 1/3 3333", "all south 0 0/1 0", "all west 1 -"])
        #expect(regions.trends.map(\.group) == ["north", "south", "west"])
        question.from = .on("2024-02-01")
        let since = try await folder.crm.satisfaction(question)
        #expect(lines(since.overall) == ["all north 2 0/1 0", "all south 0 0/1 0", "all west 1 -"])
        #expect(since.responses.map(\.responses) == [3])
    }

    @Test("responses that no rate counts are told: to no invitation, to one that nobody has sent, without answers")
    func uncounted() async throws {
        let empty = try NewEvent(
            SurveyAnswered.with { $0.surveyID = "service" }, about: [.survey("service")],
            occurredAt: .at("2024-03-10T09:00:00Z"))
        let folder = try CRMFolder([
            try Self.story(3, 9, to: "I-1").event(), try Self.story(4, 9, to: "I-1").event(),
            try Self.story(3, 9).event(), empty,
        ])
        let before = try await folder.crm.responseRates(atLeast: folder.head)
        #expect(before.overall == [])
        func line(_ responses: [SurveyResponses]) -> [[Int64]] {
            responses.map { [$0.responses, $0.uninvited, $0.withoutAnswers, $0.unknownInvitations] }
        }
        #expect(line(before.responses) == [[4, 2, 1, 1]])
        let since = try await folder.crm.responseRates(from: .on("2024-04-01"))
        #expect(line(since.responses) == [[1, 0, 0, 0]])
        let other = try await folder.crm.responseRates(survey: "other")
        #expect(other.responses == [])
        try folder.append([try Self.invited("I-1", at: "2024-02-01T09:00:00Z")])
        let after = try await folder.crm.responseRates(atLeast: folder.head)
        #expect(line(after.responses) == [[4, 2, 1, 0]])
        #expect(after.overall.map(\.answered) == [1])
        let trend = try await folder.crm.satisfaction(SatisfactionQuestion(metric: "nps"))
        #expect(trend.responses == after.responses)
    }
}
