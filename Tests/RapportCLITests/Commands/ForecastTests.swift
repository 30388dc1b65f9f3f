import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct ForecastTests {
    private static let february = ["--from", "2017-02-01", "--to", "2017-02-28"]

    private static func ask(_ directory: TemporaryDirectory, _ options: [String]) async throws -> CommandRun {
        try await Command(["forecast", "--data", directory.path] + options).run()
    }

    @Test func itShowsWhatThereIsAndWhatTheMethodsMakeOfIt() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Self.ask(directory, Self.february + ["--made", "2017-02-21"])
        #expect(run.errors == "")
        #expect(
            run.output == """
                Forecast of 2017-02-01 to 2017-02-28, made at the end of 2017-02-21 (UTC)

                EUR                      Deals         Value
                ───────────────────────  ─────  ────────────
                won                          1  1,000.00 EUR
                without an expected day      1    500.00 EUR
                open                         1    500.00 EUR

                USD                      Deals       Value
                ───────────────────────  ─────  ──────────
                won                          0    0.00 USD
                without an expected day      1  300.00 USD
                open                         1  300.00 USD

                Method              Forecast     80 % from            to
                ──────────────  ────────────  ────────────  ────────────
                commit          1,000.00 EUR  1,000.00 EUR  1,000.00 EUR
                best case       1,000.00 EUR  1,000.00 EUR  1,000.00 EUR
                stage-weighted  1,000.00 EUR  1,000.00 EUR  1,000.00 EUR
                historic        1,000.00 EUR  1,000.00 EUR  1,000.00 EUR
                run rate        1,250.00 EUR             –             –
                commit              0.00 USD      0.00 USD      0.00 USD
                best case           0.00 USD      0.00 USD      0.00 USD
                stage-weighted      0.00 USD      0.00 USD      0.00 USD
                historic            0.00 USD      0.00 USD      0.00 USD
                run rate            0.00 USD             –             –

                7.00 days left; run rate of the last 28 days.
                Historic, EUR: 0.00 wins expected; 1 deal by the pipeline.
                Historic, USD: 0.00 wins expected; 1 deal by the pipeline.
                at position 15\n
                """)
    }

    @Test func methodsOfGroupsAreCSV() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Self.ask(directory, Self.february + ["--at=2017-02-21", "--by", "owner", "--csv"])
        #expect(run.lines.count == 1 + 5 * 5)
        #expect(
            run.output.hasPrefix(
                """
                group,currency,method,forecast,lower,upper,won,openDeals,openValue
                ,EUR,commit,100000,100000,100000,100000,1,50000
                ,EUR,bestCase,100000,100000,100000,100000,1,50000
                ,EUR,stageWeighted,100000,100000,100000,100000,1,50000
                ,EUR,historic,100000,100000,100000,100000,1,50000
                ,EUR,runRate,125000,,,100000,1,50000
                ,USD,commit,0,0,0,0,1,30000\n
                """))
        #expect(run.output.contains("\nU-1,EUR,runRate,125000,,,100000,0,0\n"))
        #expect(run.output.hasSuffix("\nU-2,EUR,runRate,0,,,0,1,50000\n"))
    }

    @Test func withoutATimeItIsMadeNow() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Self.ask(directory, Self.february + ["--csv"])
        #expect(run.errors == "")
        // The month is over, and one deal is open still.
        #expect(run.output.contains("\n,EUR,runRate,100000,100000,100000,100000,0,0\n"))
        #expect(run.output.contains("\n,USD,commit,0,0,0,0,1,30000\n"))
    }

    @Test func aBackTestComparesWhatWasForecastWithWhatCame() async throws {
        let directory = try await TinyCompany.directory()
        let range = ["--back-test", "--from", "2017-02-01", "--to", "2017-03-31", "--basis", "happened"]
        let run = try await Self.ask(directory, range + ["--csv"])
        #expect(run.errors == "")
        let miss = "0,0,0,100000,-100000,-10000,false"
        let hit = "0,0,0,0,0,,true"
        #expect(
            run.output == """
                period,group,currency,method,forecast,lower,upper,actual,error,errorBp,isWithin
                2017-02,,EUR,commit,\(miss)
                2017-02,,EUR,bestCase,\(miss)
                2017-02,,EUR,stageWeighted,\(miss)
                2017-02,,EUR,historic,\(miss)
                2017-02,,EUR,runRate,0,,,100000,-100000,-10000,
                2017-03,,EUR,commit,\(hit)
                2017-03,,EUR,bestCase,\(hit)
                2017-03,,EUR,stageWeighted,\(hit)
                2017-03,,EUR,historic,\(hit)
                2017-03,,EUR,runRate,100000,,,0,100000,,
                2017-03,,USD,commit,\(hit)
                2017-03,,USD,bestCase,\(hit)
                2017-03,,USD,stageWeighted,\(hit)
                2017-03,,USD,historic,\(hit)
                2017-03,,USD,runRate,0,,,0,0,,\n
                """)
        let text = try await Self.ask(directory, range)
        #expect(
            text.output.hasPrefix(
                """
                Forecasts from 2017-02-01 to 2017-03-31 by month, made on the day before, by what had happened (UTC)

                Month             Won    Commit  Best case  Stage-weighted  Historic      Run rate
                ───────  ────────────  ────────  ─────────  ──────────────  ────────  ────────────
                2017-02  1,000.00 EUR  0.00 EUR   0.00 EUR        0.00 EUR  0.00 EUR      0.00 EUR
                2017-03      0.00 EUR  0.00 EUR   0.00 EUR        0.00 EUR  0.00 EUR  1,000.00 EUR\n
                """))
        #expect(text.output.contains("\nrun rate              2  100.0%     0.00 EUR     0.0%        –           –\n"))
    }

    @Test(
        arguments: [
            (["--pipeline", "nope"], "no pipeline is named nope; expected sales"),
            (["--by", "nothere"], "no dimension is named nothere; expected customer, owner"),
            (["--back-test", "--pipeline", "nope"], "no pipeline is named nope; expected sales"),
            (
                ["--back-test", "--basis", "happened", "--by", "nothere"],
                "no dimension is named nothere; expected customer, owner"
            ),
        ] as [([String], String)])
    func whatNoEventNamesIsNotFound(options: [String], reason: String) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Self.ask(directory, Self.february + options)
        #expect(run.status == 2)
        #expect(run.errors == "rapport: \(reason)\n")
    }

    @Test(
        arguments: [
            ["--from", "2017-02-01"], ["--from", "2017-02-02", "--to", "2017-02-01"], february + ["--day", "3"],
            february + ["--basis", "known"], february + ["--trailing", "27"],
            february + ["--back-test", "--made", "2017-02-01"], february + ["--back-test", "--day=-1"],
        ] as [[String]])
    func whatDoesNotGoTogetherIsWrongUsage(options: [String]) async throws {
        let run = try await Command(["forecast", "--data", "nowhere"] + options).run()
        #expect(run.status == 64)
    }
}
