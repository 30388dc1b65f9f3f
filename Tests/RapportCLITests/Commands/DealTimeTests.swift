import Testing
import TestSupport

/// `dwell`, `cycle` and `velocity`.
@Suite(.timeLimit(.minutes(5)))
struct DealTimeTests {
    private static let now = "2017-03-10T09:00:00Z"

    @Test func dwellShowsHowLongDealsStayInEachStage() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("dwell", "--at", Self.now, "--data", directory.path)
        #expect(run.errors == "")
        #expect(
            run.output == """
                Time in stages, as of 2017-03-10 (UTC)

                Pipeline  Stage     Deals  Visits  Again  Open  Median       90 %   Per deal  On  Back  Won  Lost
                ────────  ────────  ─────  ──────  ─────  ────  ──────  ─────────  ─────────  ──  ────  ───  ────
                sales     lead          3       3      0     1    26 d  23 d 22 h  15 d 12 h   2     0    0     0
                sales     offer         2       2      0     0    14 d  24 d 19 h       20 d   1     0    0     1
                sales     contract      1       1      0     0    10 d       10 d       10 d   0     0    1     0

                Bottleneck of sales: lead, median 26 d
                at position 15\n
                """)
    }

    @Test func dwellIsGroupedByWhoOwnedTheDeal() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport(
            "dwell", "--by", "owner", "--value", "U-2", "--from", "2017-02-01", "--at", Self.now, "--csv", "--data",
            directory.path)
        #expect(run.errors == "")
        let fortnights = [String](repeating: "1209600000", count: 11).joined(separator: ",")
        #expect(
            run.output == """
                value,pipeline,stage,deals,visits,reentries,openNow,medianMs,visitMeanMs,visitMedianMs,visitP75Ms,\
                visitP90Ms,visitMaxMs,dealMeanMs,dealMedianMs,dealP75Ms,dealP90Ms,dealMaxMs,later,earlier,won,lost
                U-2,sales,offer,1,1,0,0,\(fortnights),0,0,0,1

                """)
    }

    @Test func cycleTakesOpenDealsIn() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("cycle", "--at", Self.now, "--data", directory.path)
        #expect(run.errors == "")
        #expect(
            run.output == """
                Days from opening, open deals included, as of 2017-03-10 (UTC)

                Until  Deals  Ended  Open  Median   75 %   90 %
                ─────  ─────  ─────  ────  ──────  ─────  ─────
                win        3      1     1   41.00  41.00  41.00
                close      3      2     1   40.00  41.00  41.00

                Until  30 d   60 d   90 d  180 d  365 d  in the end
                ─────  ────  ─────  ─────  ─────  ─────  ──────────
                win    0.0%  50.0%  50.0%  50.0%  50.0%       50.0%
                loss   0.0%  50.0%  50.0%  50.0%  50.0%       50.0%
                at position 15\n
                """)
    }

    @Test func curvesAreOneTable() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("cycle", "--curve", "--at", Self.now, "--csv", "--data", directory.path)
        #expect(run.lines.first == "value,until,daysCenti,atRisk,survivalBp,lowBp,highBp")
        let points = run.lines.dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).prefix(5).joined(separator: ",")
        }
        #expect(points == [",win,4100,1,0", ",close,4000,2,5000", ",close,4100,1,0"])
        let summary = try await rapport("cycle", "--at", Self.now, "--csv", "--data", directory.path)
        #expect(
            summary.output == """
                value,deals,won,lost,open,winMedianDaysCenti,winP75DaysCenti,winP90DaysCenti,closeMedianDaysCenti,\
                closeP75DaysCenti,closeP90DaysCenti,won30Bp,lost30Bp,won60Bp,lost60Bp,won90Bp,lost90Bp,won180Bp,\
                lost180Bp,won365Bp,lost365Bp,wonBp,lostBp
                ,3,1,1,1,4100,4100,4100,4000,4100,4100,0,0,5000,5000,5000,5000,5000,5000,5000,5000,5000,5000

                """)
    }

    @Test func velocityIsWhatOpenDealsBringInADay() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("velocity", "--to", "2017-02-25", "--data", directory.path)
        #expect(run.errors == "")
        #expect(
            run.output == """
                What open deals bring in a day, to 2017-02-25 (UTC)

                Currency  Open  Won  Lost   Average win  Of closed  Of opened   Days      A day
                ────────  ────  ───  ────  ────────────  ─────────  ─────────  ─────  ─────────
                EUR          1    1     0  1,000.00 EUR     100.0%      50.0%  41.00  24.39 EUR
                USD          1    0     0             –          –          –      –          –
                at position 15\n
                """)
    }

    @Test func velocityByOwnerIsJSON() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("velocity", "--by", "owner", "--json", "--data", directory.path)
        let expected = """
            {
              "zone": "UTC", "dimension": "owner", "position": 15,
              "rows": [
                {"value": "U-1", "currency": "EUR", "open": 0, "won": 1, "lost": 0, "wonValue": 100000,
                 "averageWonValue": 100000, "closedWinRateBp": 10000, "opened": 1, "openedWon": 1, "openedLost": 0,
                 "openedWinRateBp": 10000, "cycleDaysCenti": 4100, "velocityPerDay": 0},
                {"value": "U-1", "currency": "USD", "open": 1, "won": 0, "lost": 0, "wonValue": 0, "opened": 1,
                 "openedWon": 0, "openedLost": 0},
                {"value": "U-2", "currency": "EUR", "open": 0, "won": 0, "lost": 1, "wonValue": 0,
                 "closedWinRateBp": 0, "opened": 1, "openedWon": 0, "openedLost": 1, "openedWinRateBp": 0}
              ]
            }
            """
        #expect(try canonical(run.output) == canonical(expected))
    }

    @Test(arguments: ["dwell", "cycle", "velocity"])
    func whatNoEventNamesIsNotFound(command: String) async throws {
        let directory = try await TinyCompany.directory()
        for (options, reason) in [
            (["--pipeline", "nope"], "no pipeline is named nope; expected sales"),
            (["--by", "nothere"], "no dimension is named nothere; expected customer, owner"),
        ] {
            let run = try await Command([command, "--data", directory.path] + options).run()
            #expect(run.status == 2)
            #expect(run.output == "")
            #expect(run.errors == "rapport: \(reason)\n")
        }
    }

    @Test(
        arguments: [
            ["dwell", "--value", "U-1"], ["dwell", "--from", "2017-03-01", "--to", "2017-02-01"],
            ["velocity", "--from", "2017-03-01", "--to", "2017-02-01"],
        ])
    func whatDoesNotGoTogetherIsWrongUsage(words: [String]) async throws {
        #expect(try await Command(words + ["--data", "nowhere"]).run().status == 64)
    }
}
