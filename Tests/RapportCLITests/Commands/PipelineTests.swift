import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct PipelineTests {
    @Test func pipelineShowsWhatIsOpenAndWhatBecameOfTheRest() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("pipeline", "--data", directory.path)
        #expect(run.errors == "")
        #expect(
            run.output == """
                Pipeline

                Pipeline  Stage  Open       Value
                ────────  ─────  ────  ──────────
                sales     lead      1  300.00 USD

                Opened  Open  Open value  Won     Won value  Lost  Lost value  Win rate
                ──────  ────  ──────────  ───  ────────────  ────  ──────────  ────────
                     3     1  300.00 USD    1  1,000.00 EUR     1  500.00 EUR     50.0%
                at position 15\n
                """)
    }

    @Test func pipelineOfAPastDayIsJSON() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("pipeline", "--data", directory.path, "--at", "2017-02-12", "--json")
        let expected = """
            {
              "at": "2017-02-12", "zone": "UTC", "position": 15,
              "stages": [
                {"pipeline": "sales", "stage": "lead", "currency": "EUR", "open": 1, "openValue": 50000},
                {"pipeline": "sales", "stage": "lead", "currency": "USD", "open": 1, "openValue": 30000},
                {"pipeline": "sales", "stage": "contract", "currency": "EUR", "open": 1, "openValue": 120000}
              ],
              "deals": {"opened": 3, "open": 3, "won": 0, "lost": 0},
              "totals": [
                {"currency": "EUR", "opened": 2, "open": 2, "won": 0, "lost": 0, "openValue": 170000, "wonValue": 0,
                 "lostValue": 0},
                {"currency": "USD", "opened": 1, "open": 1, "won": 0, "lost": 0, "openValue": 30000, "wonValue": 0,
                 "lostValue": 0}
              ]
            }
            """
        #expect(try canonical(run.output) == canonical(expected))
    }

    @Test func dealsAreGroupedByOwner() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("pipeline", "--data", directory.path, "--by", "owner")
        #expect(
            run.output == """
                Deals by owner

                owner  Opened  Open  Open value  Won     Won value   Days  Lost  Win rate
                ─────  ──────  ────  ──────────  ───  ────────────  ─────  ────  ────────
                U-1         2     1  300.00 USD    1  1,000.00 EUR  41.00     0    100.0%
                U-2         1     0           –    0             –      –     1      0.0%
                at position 15\n
                """)
    }

    @Test func cycleTimesAreWholeDays() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("pipeline", "--data", directory.path, "--cycle-times")
        #expect(
            run.output == """
                Days from opening to the end

                Outcome  Deals   Mean  Median   75 %   90 %
                ───────  ─────  ─────  ──────  ─────  ─────
                won          1  41.00   41.00  41.00  41.00
                lost         1  40.00   40.00  40.00  40.00
                at position 15\n
                """)
    }

    @Test(
        arguments: [
            (["pipeline", "--pipeline", "nope"], "no pipeline is named nope; expected sales"),
            (["pipeline", "--pipeline", "nope", "--at", "2016-01-01"], "no pipeline is named nope; expected sales"),
            (["pipeline", "--pipeline", "nope", "--cycle-times"], "no pipeline is named nope; expected sales"),
            (["funnel", "--pipeline", "nope"], "no pipeline is named nope; expected sales"),
            (["pipeline", "--by", "nothere"], "no dimension is named nothere; expected customer, owner"),
            (
                ["pipeline", "--by", "nothere", "--at", "2017-02-12"],
                "no dimension is named nothere; expected customer, owner"
            ),
            (
                ["satisfaction", "--metric", "nps", "--survey", "nope"],
                "no survey is named nope; expected relationship"
            ),
            (["satisfaction", "--metric", "nps", "--question", "why"], "no question is named why; expected recommend"),
            (
                ["satisfaction", "--metric", "nps", "--dimension", "planet"],
                "no dimension is named planet; expected region"
            ),
        ] as [([String], String)])
    func whatNoEventNamesIsNotFound(question: [String], reason: String) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors == "rapport: \(reason)\n")
    }

    @Test func whatIsKnownButHasNoDealsThenIsNoFailure() async throws {
        let directory = try await TinyCompany.directory()
        let defined = #"{"type":"PipelineDefined","tags":["pipeline:spare"],"data":{"pipelineId":"spare","version":1}}"#
        _ = try await rapport("append", "--data", directory.path, input: defined)
        for options in [["--pipeline", "spare"], ["--by", "owner", "--at", "2016-01-01"]] {
            let run = try await Command(["pipeline", "--data", directory.path] + options).run()
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.hasSuffix("\nNo deals.\nat position 16\n"))
        }
        let nope = try await rapport("pipeline", "--data", directory.path, "--pipeline", "nope")
        #expect(nope.errors == "rapport: no pipeline is named nope; expected sales, spare\n")
    }

    @Test(arguments: [["--cycle-times", "--by", "owner"], ["--by", "owner", "--pipeline", "sales"]])
    func whatDoesNotGoTogetherIsWrongUsage(options: [String]) async throws {
        #expect(try await Command(["pipeline", "--data", "nowhere"] + options).run().status == 64)
    }
}
