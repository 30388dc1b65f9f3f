import Testing
import TestSupport

@testable import RapportCLI

@Suite(.timeLimit(.minutes(5)))
struct SatisfactionTests {
    @Test func trendShowsEachMonthWithItsInterval() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("satisfaction", "--data", directory.path, "--metric", "nps")
        #expect(run.errors == "")
        #expect(
            run.output == """
                Month      NPS  n  -100                          0                           100
                ───────  ─────  ─  ─────────────────────────────────────────────────────────────
                2017-01  100.0  1                 ├────────────────────────────────────────────●
                2017-02    0.0  2          ├─────────────────────●─────────────────────┤
                all       33.3  3                 ├────────────────────────●──────────────┤
                Trend of the net promoter score: not tested, 2 periods; expected 3 or more
                Control chart: no signal around 33.33
                Few answers: fewer than 30 scores in 2 of 2 periods
                at position 15\n
                """)
    }

    @Test func trendIsJSON() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport(
            "satisfaction", "--data", directory.path, "--metric", "nps", "--json", "--survey", "relationship")
        #expect(try canonical(run.output) == canonical(Self.expected))
    }

    @Test func eachGroupHasItsChart() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport(
            "satisfaction", "--data", directory.path, "--metric", "nps", "--by", "year", "--dimension", "region")
        let cells = run.lines.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
        let tested = ["Trend of the", "Few answers: fewer"]
        #expect(
            cells.filter { !$0.hasPrefix("─") && !tested.contains($0) } == [
                "north NPS n", "2017 0.0 2", "all 0.0 2", "Control chart: no", "south NPS n", "2017 100.0 1",
                "all 100.0 1", "Control chart: none,", "at position 15",
            ])
    }

    @Test func withoutAMetricItListsWhatCanBeAskedFor() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("satisfaction", "--data", directory.path)
        #expect(
            run.output == """
                Metric  Survey        Question   Dimensions
                ──────  ────────────  ─────────  ──────────
                nps     relationship  recommend  region
                at position 15\n
                """)
    }

    @Test func anEmptyDimensionIsTheNameOfNone() async throws {
        let directory = try await TinyCompany.directory()
        for rule in [[], ["--one-per-days", "5"]] as [[String]] {
            let question = ["satisfaction", "--data", directory.path, "--metric", "nps", "--dimension", ""]
            let run = try await Command(question + rule).run()
            #expect(run.errors.contains("no dimension is named ; expected region"), "\(run.output)\(run.errors)")
        }
    }

    @Test func noAnswersAreNoChart() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("satisfaction", "--data", directory.path, "--metric", "ces")
        #expect(run.output == "No answers.\nat position 15\n")
    }

    /// Four months of ten answers each, which fall, and invitations of which three of four are answered; one answer is
    /// to an invitation that nobody has sent.
    private static func fallingLines() -> String {
        var lines: [String] = []
        func line(_ month: Int, _ type: String, _ tags: String, _ data: String) {
            lines.append(
                #"{"type":"\#(type)","occurredAt":"2024-0\#(month)-10T09:00:00Z","tags":["survey:s",\#(tags)],"#
                    + #""data":{"surveyId":"s",\#(data)}}"#)
        }
        for month in 1...4 {
            for number in 0..<10 {
                let id = "I-\(month)-\(number)"
                let score = number < 10 - 2 * month ? 10 : 0
                line(
                    month, "SurveyAnswered", #""invitation:\#(id)","customer:C-\#(number)""#,
                    #""invitationId":"\#(id)","customerId":"C-\#(number)","answers":[{"question":"q","#
                        + #""metric":"SURVEY_METRIC_NPS","score":\#(score),"scaleMin":0,"scaleMax":10}]"#)
                if number == 9 { continue }
                line(month, "SurveyInvited", #""invitation:\#(id)""#, #""invitationId":"\#(id)""#)
            }
            for number in 0..<3 {
                line(month, "SurveyInvited", #""invitation:J-\#(month)-\#(number)""#, #""invitationId":"J""#)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func fallingCompany() async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let run = try await rapport("append", "--data", directory.path, input: fallingLines())
        #expect(run.status == 0, "\(run.errors)")
        return directory
    }

    @Test func whoWasAskedAndWhatTheTestsSayStandsBesideAndBelow() async throws {
        let directory = try await Self.fallingCompany()
        let run = try await rapport("satisfaction", "--data", directory.path, "--metric", "nps")
        #expect(run.errors == "")
        let cells = run.lines.map { $0.split(separator: " ").prefix(4).joined(separator: " ") }
        #expect(cells.first == "Month NPS n Response", "\(run.output)")
        #expect(cells.contains("2024-01 60.0 10 75.0%") && cells.contains("all 0.0 40 75.0%"), "\(run.output)")
        // Four values that fall from one to the next: 2 of 24 orders are as far from no trend.
        #expect(
            run.output.contains(
                "Trend of the net promoter score: no trend shown, -40.00 a period by Sen's slope; p = 0.0833 by"),
            "\(run.output)")
        #expect(
            run.output.contains("s: 40 responses, 4 to invitations that nobody has sent"), "\(run.output)")
        let rates = try await rapport("satisfaction", "--data", directory.path, "--response-rate")
        #expect(
            rates.output.contains("s: 40 responses, 4 to invitations that nobody has sent"), "\(rates.output)")
    }

    @Test func oneAnswerOfAPersonCountsInSoManyDays() async throws {
        let directory = try await Self.fallingCompany()
        let asked = ["satisfaction", "--data", directory.path, "--metric", "nps", "--json", "--one-per-days"]
        for (days, repeats) in [(1, 0), (31, 10), (32, 20), (60, 20), (91, 20), (92, 30)] {
            let run = try await Command(asked + ["\(days)"]).run()
            #expect(run.errors == "")
            let json = try JSONTree(parsing: Array(run.printed.utf8))
            guard case .array(let overall)? = json.member("overall") else {
                Issue.record("no overall: \(run.output)")
                continue
            }
            #expect(overall.first?.member("repeats")?.text == "\(repeats)", "\(days)")
            #expect(json.member("onePerDays")?.text == "\(days)")
        }
    }

    @Test(
        arguments: [
            (["--one-per-days", "36501", "--metric", "nps"], "--one-per-days takes 0 to 36500 days, not 36501."),
            (["--one-per-days", "30"], "--one-per-days needs --metric."),
        ] as [([String], String)])
    func aRuleThatCannotBeFollowedIsRefused(words: [String], message: String) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(["satisfaction", "--data", directory.path] + words).run()
        #expect(run.status == 64)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test(
        arguments: [
            (#"{"metric":"SURVEY_METRIC_NPS","score":9,"scaleMax":10}"#, "answer 1 is to no question; expected"),
            (#"{"question":"q","score":9,"scaleMax":10}"#, #"question "q" does not say what it measures; expected"#),
            (
                #"{"question":"q","metric":"SURVEY_METRIC_NPS","score":11,"scaleMax":10}"#,
                #"the score of question "q" lies within 0 to 10, not 11"#
            ),
            (
                #"{"question":"q","metric":"SURVEY_METRIC_RATING","score":2002,"scaleMin":2000,"scaleMax":2004}"#,
                #"the scale of question "q" lies within -1000 to 1000, not 2000 to 2004"#
            ),
            (
                #"{"question":"q","metric":"SURVEY_METRIC_NPS","score":1,"scaleMax":10},"#
                    + #"{"question":"q","metric":"SURVEY_METRIC_CES","score":1,"scaleMax":7}"#,
                #"question "q" stands twice"#
            ),
        ] as [(String, String)])
    func anAnswerThatNothingCouldBeMadeOfIsRefused(answers: String, message: String) async throws {
        let directory = try TemporaryDirectory()
        let line =
            #"{"type":"SurveyAnswered","tags":["survey:s"],"data":{"surveyId":"s","answers":[\#(answers)]}}"# + "\n"
        let run = try await rapport("append", "--data", directory.path, input: line)
        #expect(run.status == 6)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    private static func point(
        _ period: String, _ counts: [Int], mean: String, nps: String, control: String = ""
    ) -> String {
        """
        {"period": "\(period)", "mean": {\(mean)}, "nps": {\(nps), "method": "adjustedWald"},
         "isSmallSample": true, \(control)
         "counts": {"scaleMin": 0, "scaleMax": 10, "counts": \(counts), "noAnswer": 0, "notApplicable": 0}}
        """
    }

    private static let january = point(
        "2017-01", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], mean: #""n": 1, "mean": 10"#,
        nps: """
            "promoters": 1, "passives": 0, "detractors": 0, "n": 1, "score": 100, "standardError": 0,
            "lower": -48.498649, "upper": 98.498649
            """,
        // z = 0.2 · 100 + 0.8 · 100 / 3; limits at 3 √(0.2² · 20,000), the variance of an answer in February.
        control: #""control": {"average": 46.666667, "lower": -51.519480, "upper": 118.186147},"#)
    private static let february = point(
        "2017-02", [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
        mean: #""n": 2, "mean": 6, "standardError": 3, "lower": 0.120108, "upper": 10"#,
        nps: """
            "promoters": 1, "passives": 0, "detractors": 1, "n": 2, "score": 0, "standardError": 70.710678,
            "lower": -73.335137, "upper": 73.335137
            """,
        control: #""control": {"average": 37.333333, "lower": -57.264680, "upper": 123.931347},"#)
    private static let all = point(
        "all", [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1],
        mean: #""n": 3, "mean": 7.333333, "standardError": 2.185813, "lower": 3.049219, "upper": 10"#,
        nps: """
            "promoters": 2, "passives": 0, "detractors": 1, "n": 3, "score": 33.333333, "standardError": 54.433105,
            "lower": -51.333173, "upper": 84.666506
            """)

    private static let expected = """
        {"metric": "nps", "by": "month", "zone": "UTC", "position": 15,
         "points": [\(january), \(february)], "overall": [\(all)],
         "trends": [{"figure": "netPromoterScore", "periods": 2, "smallSamples": 2, "untested": "tooFewPeriods",
                     "centre": 33.333333, "signals": []}],
         "responses": [{"survey": "relationship", "responses": 3, "uninvited": 3, "withoutAnswers": 0,
                        "unknownInvitations": 0}]}
        """
}
