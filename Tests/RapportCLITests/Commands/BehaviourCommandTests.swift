import Foundation
import Testing
import TestSupport

@testable import RapportCLI

/// `behaviour`: how many come how far in a funnel of events.
@Suite(.timeLimit(.minutes(10)))
struct BehaviourCommandTests {
    private let visits: TinyVisits
    private let file: String

    init() async throws {
        visits = try await TinyVisits()
        file = try visits.file()
    }

    // MARK: Text

    @Test func aFunnelIsAChartAndATable() async throws {
        let rows = try await visits.rows("behaviour", file, "--at", "2017-06-30")
        let bars = [42, 31, 21].map { String(repeating: "█", count: $0) }
        #expect(rows.first == "Sign-up, by customer, in order, each once (UTC)")
        #expect(rows.contains("viewed 4 100.0% \(bars[0])"), "\(rows)")
        #expect(rows.contains("signed 3 75.0% 75.0% \(bars[1])▌"), "\(rows)")
        #expect(rows.contains("bought 2 50.0% 66.7% \(bars[2])"), "\(rows)")
        #expect(rows.contains("Step Count Dropped Of entered 95 % Of previous Median 90 %"), "\(rows)")
        #expect(rows.contains("viewed 4 100.0% 51.0%–100.0%"), "\(rows)")
        #expect(rows.contains("signed 3 1 75.0% 30.1%–95.4% 75.0% 1 h 1 h 48 min"), "\(rows)")
        #expect(rows.contains("bought 2 1 50.0% 15.0%–85.0% 66.7% 1 d 12 h 1 d 22 h"), "\(rows)")
        let times = "half of them within 1 d 13 h, nine of ten within 1 d 23 h"
        #expect(rows.contains("2 of 4 converted, 50.0% (15.0%–85.0%); \(times)"), "\(rows)")
        #expect(rows.contains("None is immature at 2017-06-30T23:59:59.999999Z."), "\(rows)")
        #expect(rows.contains("Group viewed signed bought Conversion 95 % Median"), "\(rows)")
        #expect(rows.contains("app 2 1 1 50.0% 9.5%–90.6% 1 d 1 h"), "\(rows)")
        #expect(rows.contains("web 2 2 1 50.0% 9.5%–90.6% 2 d 1 h"), "\(rows)")
        #expect(rows.last == "at position 10")
    }

    @Test func whoseWindowIsOpenIsImmature() async throws {
        let rows = try await visits.rows("behaviour", file, "--at", "2017-04-05")
        let others = "of the others 1 of 3 converted, 33.3% (6.2%–79.2%)"
        let now = "2017-04-05T23:59:59.999999Z"
        #expect(rows.contains("1 immature at \(now), of whom more may come; \(others)"), "\(rows)")
    }

    @Test func periodsBinsAndAComparisonAreShownWhereTheyAreAskedFor() async throws {
        let rows = try await visits.rows(
            "behaviour", file, "--at", "2017-06-30", "--trend", "month", "--histogram", "2", "--compare", "web",
            "--compare", "app")
        #expect(rows.contains("Period viewed signed bought Conversion 95 % Immature"), "\(rows)")
        #expect(rows.contains("2017-03 3 2 1 33.3% 6.2%–79.2% 0"), "\(rows)")
        #expect(rows.contains("2017-04 1 1 1 100.0% 20.7%–100.0% 0"), "\(rows)")
        #expect(rows.contains { $0.hasPrefix("1 d 1 h to 1 d 13 h 1 █") }, "\(rows)")
        #expect(rows.contains { $0.hasPrefix("1 d 13 h to 2 d 1 h 1 █") }, "\(rows)")
        #expect(
            rows.contains("web and app convert equally often; too few have entered for a test."), "\(rows)")
    }

    @Test func chineseNamesLineUp() async throws {
        let chinese = TinyVisits.definition(title: "注册漏斗", steps: ["看价格", "注册", "购买"])
        let path = try visits.file(chinese, "漏斗.yaml")
        let run = try await visits.run("behaviour", path, "--at", "2017-06-30")
        #expect(run.errors == "")
        #expect(run.lines.first == "注册漏斗, by customer, in order, each once (UTC)")
        let lines = run.lines.filter { $0.hasPrefix("看价格") || $0.hasPrefix("购买") }
        try #require(lines.count == 4, "\(run.output)")
        // Counts stand in the same column of the terminal.
        for pair in [lines[0...1], lines[2...3]] {
            let widths = try pair.map { line in
                let digit = line.firstIndex { $0.isNumber }
                let count = try #require(digit)
                return String(line[..<count]).displayWidth
            }
            #expect(Set(widths).count == 1, "\(pair)")
        }
        let listed = try await visits.rows("behaviour", path, "--at", "2017-06-30", "--dropped", "购买")
        #expect(listed.contains("2017-03-02 customer:C-2 看价格 (4), 注册 after 2 h (5)"), "\(listed)")
    }

    @Test func nobodyMayHaveEntered() async throws {
        let path = try visits.file(TinyVisits.definition("from: 2018-01-01\nto: 2018-02-01\n"))
        let text = try await visits.output("behaviour", path, "--at", "2018-06-30")
        #expect(
            text == """
                Sign-up, by customer, in order, each once, from 2018-01-01 before 2018-02-01 (UTC)
                Nobody has entered.
                at position 10\n
                """)
    }

    @Test func inAnyOrderStepsAreCounted() async throws {
        let path = try visits.file(TinyVisits.definition("order: any\n"))
        let rows = try await visits.rows("behaviour", path, "--at", "2017-06-30")
        #expect(rows.first == "Sign-up, by customer, in any order, each once (UTC)")
        #expect(rows.contains { $0.hasPrefix("1 step 5 100.0%") }, "\(rows)")
        #expect(rows.contains { $0.hasPrefix("2 steps 3 2 60.0%") }, "\(rows)")
        #expect(rows.contains { $0.hasPrefix("3 steps 2 1 40.0%") }, "\(rows)")
        let listed = try await visits.rows("behaviour", path, "--at", "2017-06-30", "--dropped", "2 steps")
        #expect(listed.filter { $0.hasPrefix("2017") } == ["2017-03-05 customer:C-3", "2017-03-06 customer:C-5"])
    }

    // MARK: JSON and CSV

    @Test func theAnswerIsJSON() async throws {
        let answer = try jsonObject(try await visits.run("behaviour", file, "--at", "2017-06-30", "--json"))
        #expect(answer["funnel"] as? String == "signup" && answer["readModel"] == nil)
        #expect(answer["entered"] as? Int == 4 && answer["converted"] as? Int == 2 && answer["position"] as? Int == 10)
        let steps = try #require(answer["steps"] as? [[String: Any]])
        #expect(steps.map { $0["count"] as? Int } == [4, 3, 2])
        #expect(steps.map { $0["dropped"] as? Int } == [nil, 1, 1])
        let groups = try #require(answer["groups"] as? [[String: Any]])
        #expect(groups.map { $0["value"] as? String } == ["app", "web"])
        // The moment of the question is one of its words, so that the same can be asked again.
        let stamp = try #require(answer["answered"] as? [String: Any])
        #expect((stamp["question"] as? [String])?.contains("2017-06-30") == true, "\(stamp)")
    }

    @Test func withoutAMomentTheAnswerNamesTheOneItWas() async throws {
        let answer = try jsonObject(try await visits.run("behaviour", file, "--json"))
        let words = try #require((answer["answered"] as? [String: Any])?["question"] as? [String])
        #expect(words.count == 3 && words[1].hasPrefix("--at=20"), "\(words)")
    }

    @Test func stepsAreCSV() async throws {
        let csv = try await visits.output("behaviour", file, "--at", "2017-06-30", "--csv")
        #expect(
            csv == """
                step,isOptional,count,dropped,ofEnteredBp,ofEnteredLowBp,ofEnteredHighBp,ofPreviousBp,ofPreviousLowBp,\
                ofPreviousHighBp,meanMs,medianMs,p75Ms,p90Ms,maxMs
                viewed,false,4,,10000,5101,10000,,,,,,,,
                signed,false,3,1,7500,3006,9544,7500,3006,9544,4200000,3600000,5400000,6480000,7200000
                bought,false,2,1,5000,1500,8500,6667,2077,9385,129600000,129600000,151200000,164160000,172800000

                """)
    }

    @Test func periodsAreCSV() async throws {
        let csv = try await visits.output("behaviour", file, "--at", "2017-06-30", "--trend", "month", "--csv")
        #expect(
            csv == """
                period,step,count,conversionBp,conversionLowBp,conversionHighBp,immature
                2017-03,viewed,3,3333,615,7923,0
                2017-03,signed,2,3333,615,7923,0
                2017-03,bought,1,3333,615,7923,0
                2017-04,viewed,1,10000,2065,10000,0
                2017-04,signed,1,10000,2065,10000,0
                2017-04,bought,1,10000,2065,10000,0

                """)
    }

    // MARK: Lists

    @Test func thoseWhoHaveReachedAStepAreListed() async throws {
        for step in ["signed", "2"] {
            let rows = try await visits.rows("behaviour", file, "--at", "2017-06-30", "--reached", step)
            #expect(
                rows.filter { $0.hasPrefix("2017") } == [
                    "2017-03-01 customer:C-1 viewed (1), signed after 1 h (2), bought after 2 d (3)",
                    "2017-03-02 customer:C-2 viewed (4), signed after 2 h (5)",
                    "2017-04-01 customer:C-4 viewed (7), signed after 30 min (8), bought after 1 d (9)",
                ], "\(rows)")
        }
    }

    @Test(arguments: [("signed", "customer:C-3"), ("bought", "customer:C-2"), ("3", "customer:C-2")])
    func thoseWhoWereLostAreListed(step: String, subject: String) async throws {
        let run = try await visits.run("behaviour", file, "--at", "2017-06-30", "--dropped", step, "--json")
        let rows = try #require(try jsonObject(run)["rows"] as? [[String: Any]])
        #expect(rows.map { $0["subject"] as? String } == [subject])
    }

    @Test func listsComePageByPage() async throws {
        let list = ["behaviour", file, "--at", "2017-06-30", "--reached", "viewed", "--limit", "3"]
        let first = try await visits.run(list)
        #expect(first.status == 0, "\(first.errors)")
        let next = try #require(first.lines.first { $0.hasPrefix("next page: --after ") }, "\(first.output)")
        let cursor = String(next.dropFirst("next page: --after ".count))
        let second = try await visits.run(list + ["--after", cursor])
        #expect(second.output.contains("customer:C-4") && !second.output.contains("customer:C-3"), "\(second.output)")
        #expect(!second.output.contains("next page"))
        let foreign = try await visits.run(["behaviour", file, "--reached", "signed", "--after", cursor])
        #expect(foreign.status == 6, "\(foreign.errors)")
    }

    @Test func aListIsCSV() async throws {
        let csv = try await visits.output("behaviour", file, "--at", "2017-06-30", "--dropped", "bought", "--csv")
        #expect(
            csv == """
                subject,enteredAt,step,at,position
                customer:C-2,2017-03-02T09:00:00Z,viewed,2017-03-02T09:00:00Z,4
                customer:C-2,2017-03-02T09:00:00Z,signed,2017-03-02T11:00:00Z,5

                """)
    }

    @Test func nobodyMayBeListed() async throws {
        let path = try visits.file(TinyVisits.definition("from: 2018-01-01\n"))
        #expect(
            try await visits.output("behaviour", path, "--at", "2018-06-30", "--reached", "1")
                == "Nobody.\nat position 10\n")
    }

    // MARK: The past

    @Test func anAnswerOfTheFileIsTheSameWhateverCameLater() async throws {
        let kept = try await visits.run("behaviour", file, "--at", "2017-06-30", "--as-of", "9", "--json")
        #expect(kept.status == 0, "\(kept.errors)")
        let answer = try visits.data.write(kept.printed, to: "answer.json")
        try await visits.save()
        let again = try await visits.run("reproduce", answer)
        #expect(again.status == 0 && again.output.hasPrefix("the same: "), "\(again.output)\(again.errors)")
    }

    @Test func whatWasKnownThenIsCounted() async throws {
        let csv = try await visits.output("behaviour", file, "--at", "2017-06-30", "--as-of", "8", "--csv")
        #expect(csv.contains("\nsigned,false,3,") && csv.contains("\nbought,false,1,"), "\(csv)")
    }

    // MARK: What cannot be asked

    private static let refusals: [(words: [String], status: Int32, message: String)] = [
        (["nowhere.yaml"], 2, "nowhere.yaml: cannot be opened for reading"),
        (["--saved", "signup"], 2, "no funnel is saved as \"signup\"; none is saved"),
        (
            ["FILE", "--reached", "paid"], 2,
            "funnel signup: no step is named paid; expected viewed, signed, bought, or"
        ),
        (["FILE", "--reached", "4"], 2, "funnel signup: no step is named 4; expected viewed"),
        (["FILE", "--dropped", "viewed"], 6, "funnel signup: nobody is lost before step viewed"),
        (["FILE", "--compare", "web", "--compare", "shop"], 2, "no group has the value 'shop'; expected 'app', 'web'"),
        (["FILE", "--identity-at", "99"], 2, "position 99 is not in the log"),
        (["FILE", "--reached", "1", "--after", "AAAA"], 6, "the cursor AAAA is of another list"),
    ]

    @Test(arguments: refusals.indices)
    func whatIsNotThereIsTold(number: Int) async throws {
        let refusal = Self.refusals[number]
        let run = try await visits.run(["behaviour"] + refusal.words.map { $0 == "FILE" ? file : $0 })
        #expect(run.status == refusal.status, "\(run.errors)")
        #expect(run.errors.hasPrefix("rapport: \(refusal.message)"), "\(run.errors)")
        #expect(run.output == "")
    }

    @Test func aDefinitionThatIsNoneIsRefusedWithItsPlace() async throws {
        let path = try visits.file("funnel: signup\nsteps:\n  - name: viewed\n    event: TouchpointRecorded\n")
        let run = try await visits.run("behaviour", path)
        #expect(run.status == 6 && run.output == "", "\(run.output)")
        #expect(run.errors.hasPrefix("rapport: \(path):") && run.errors.contains("(tooFewSteps)"), "\(run.errors)")
        let other = try visits.file(TinyVisits.definition("windows: 3 d\n"))
        let unknown = try await visits.run("behaviour", other)
        #expect(unknown.status == 6 && unknown.errors.contains("windows"), "\(unknown.errors)")
    }

    @Test(arguments: [
        [], ["a.yaml", "--saved", "a"], ["-"], ["a.yaml", "--compare", "web"], ["a.yaml", "--histogram", "91"],
        ["a.yaml", "--trend", "decade"], ["a.yaml", "--reached", "1", "--dropped", "2"],
        ["a.yaml", "--reached", "1", "--trend", "month"], ["a.yaml", "--limit", "3"], ["a.yaml", "--json", "--csv"],
    ])
    func nonsenseIsRefused(words: [String]) async throws {
        let run = try await Command(["behaviour"] + words + ["--data", "nowhere"]).run()
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.output == "")
    }
}
