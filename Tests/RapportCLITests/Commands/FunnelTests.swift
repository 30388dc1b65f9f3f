import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct FunnelTests {
    @Test func funnelShowsHowFarDealsHaveCome() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("funnel", "--data", directory.path)
        #expect(run.errors == "")
        #expect(
            run.output == """
                Deals opened (UTC)

                Stage     Count  Of first  Of previous
                ────────  ─────  ────────  ───────────  ────────────────────────────────────────
                opened        3    100.0%               ████████████████████████████████████████
                lead          3    100.0%       100.0%  ████████████████████████████████████████
                offer         2     66.7%        66.7%  ██████████████████████████▋
                contract      1     33.3%        50.0%  █████████████▎

                1 won, 1 lost, 1 open; win rate 50.0%

                         Won        Open        Lost
                ────────────  ──────────  ──────────
                1,000.00 EUR    0.00 EUR  500.00 EUR
                    0.00 USD  300.00 USD    0.00 USD
                at position 15\n
                """)
    }

    @Test func aStrictFunnelOfSomeDays() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport(
            "funnel", "--data", directory.path, "--strict", "--from", "2017-01-15", "--to", "2017-02-01")
        #expect(
            run.output == """
                Deals opened from 2017-01-15 to 2017-02-01, stages entered (UTC)

                Stage     Count  Of first  Of previous
                ────────  ─────  ────────  ───────────  ────────────────────────────────────────
                opened        2    100.0%               ████████████████████████████████████████
                lead          2    100.0%       100.0%  ████████████████████████████████████████
                offer         1     50.0%        50.0%  ████████████████████
                contract      0      0.0%         0.0%

                0 won, 1 lost, 1 open; win rate 0.0%

                     Won        Open        Lost
                ────────  ──────────  ──────────
                0.00 EUR    0.00 EUR  500.00 EUR
                0.00 USD  300.00 USD    0.00 USD
                at position 15\n
                """)
    }

    @Test func theFunnelOfAPastDayIsJSON() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport(
            "funnel", "--data", directory.path, "--json", "--pipeline", "sales", "--at", "2017-02-12")
        let expected = """
            {
              "at": "2017-02-12", "pipeline": "sales", "zone": "UTC", "skipping": "counts", "position": 15,
              "opened": 3, "won": 0, "lost": 0, "open": 3,
              "steps": [
                {"stage": "lead", "deals": 3, "ofOpenedBp": 10000, "ofPreviousBp": 10000},
                {"stage": "offer", "deals": 1, "ofOpenedBp": 3333, "ofPreviousBp": 3333},
                {"stage": "contract", "deals": 1, "ofOpenedBp": 3333, "ofPreviousBp": 10000}
              ],
              "values": [
                {"currency": "EUR", "wonValue": 0, "openValue": 170000, "lostValue": 0},
                {"currency": "USD", "wonValue": 0, "openValue": 30000, "lostValue": 0}
              ]
            }
            """
        #expect(try canonical(run.output) == canonical(expected))
    }

    @Test func noDealsAreNoChart() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("funnel", "--data", directory.path, "--from", "2018-01-01")
        #expect(run.output == "Deals opened from 2018-01-01 (UTC)\nNo deals.\nat position 15\n")
    }
}
