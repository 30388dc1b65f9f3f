import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct WaterfallTests {
    private static let february = ["--from", "2017-02-01", "--to", "2017-02-28"]

    private static func ask(_ directory: TemporaryDirectory, _ options: String...) async throws -> CommandRun {
        try await Command(["waterfall", "--data", directory.path] + february + options).run()
    }

    @Test func itLeadsFromWhatWasOpenToWhatIsOpen() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Self.ask(directory)
        #expect(run.errors == "")
        #expect(
            run.output == """
                Open value from 2017-02-01 to 2017-02-28 (UTC)

                EUR             Count         Value
                ──────────────  ─────  ────────────
                start               2  1,700.00 EUR
                + created           0             –
                + grown             0             –
                - shrunk            1    200.00 EUR
                + reopened          0             –
                - won               1  1,000.00 EUR
                - lost              0             –
                + currency in       0             –
                - currency out      0             –
                end                 1    500.00 EUR

                USD             Count       Value
                ──────────────  ─────  ──────────
                start               0           –
                + created           1  300.00 USD
                + grown             0           –
                - shrunk            0           –
                + reopened          0           –
                - won               0           –
                - lost              0           –
                + currency in       0           –
                - currency out      0           –
                end                 1  300.00 USD
                at position 15\n
                """)
    }

    @Test func groupsAreJSON() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Self.ask(directory, "--by", "owner", "--pipeline", "sales", "--json")
        let none = #"{"count": 0, "value": 0}"#
        let rest = ["created", "grown", "reopened", "lost", "currencyIn", "currencyOut", "transferredIn"]
        func balance(_ currency: String, _ group: String?, _ bars: [String: String]) -> String {
            let names = rest + ["start", "shrunk", "won", "end", "transferredOut"]
            let members = names.filter { group != nil || !$0.hasPrefix("transferred") }
                .map { "\"\($0)\": \(bars[$0] ?? none)" }
            let groupMember = group.map { ["\"group\": \"\($0)\""] } ?? []
            return "{" + (["\"currency\": \"\(currency)\""] + groupMember + members).joined(separator: ", ") + "}"
        }
        let first = [
            "start": #"{"count": 1, "value": 120000}"#, "shrunk": #"{"count": 1, "value": 20000}"#,
            "won": #"{"count": 1, "value": 100000}"#,
        ]
        let second = ["start": #"{"count": 1, "value": 50000}"#, "end": #"{"count": 1, "value": 50000}"#]
        let third = ["created": #"{"count": 1, "value": 30000}"#, "end": #"{"count": 1, "value": 30000}"#]
        var both = first.merging(second) { first, _ in first }
        both["start"] = #"{"count": 2, "value": 170000}"#
        let expected = """
            {
              "from": "2017-02-01", "to": "2017-02-28", "zone": "UTC", "pipeline": "sales", "by": "owner",
              "balances": [\(balance("EUR", nil, both)), \(balance("USD", nil, third))],
              "groups": [
                \(balance("EUR", "U-1", first)), \(balance("USD", "U-1", third)), \(balance("EUR", "U-2", second))
              ],
              "position": 15
            }
            """
        #expect(try canonical(run.output) == canonical(expected))
    }

    @Test func itemsAreCSV() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Self.ask(directory, "--csv", "--closing-from", "2017-02-01", "--closing-to", "2017-03-31")
        // No deal says when it is expected to be closed.
        #expect(run.output == "group,currency,item,count,value\n")
        let all = try await Self.ask(directory, "--csv")
        #expect(all.output.split(separator: "\n").count == 1 + 2 * 10)
        #expect(all.output.contains("\n,EUR,shrunk,1,20000\n"))
    }

    @Test func movementsAreTheDealsBehindAnItem() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Self.ask(directory, "--movements", "start", "--by", "owner", "--limit", "1")
        #expect(
            run.output.hasPrefix(
                """
                Day         Deal         Value  owner  Position
                ──────────  ────  ────────────  ─────  ────────
                2017-01-15  O-1   1,200.00 EUR  U-1           7
                next page: --after 
                """))
        let won = try await Self.ask(directory, "--movements", "won", "--csv")
        #expect(
            won.output == """
                deal,item,at,value,currency,group,position
                O-1,won,2017-02-20T09:00:00Z,100000,EUR,,9\n
                """)
    }

    @Test(
        arguments: [
            (["--pipeline", "nope"], "no pipeline is named nope; expected sales"),
            (["--pipeline", "nope", "--movements", "won"], "no pipeline is named nope; expected sales"),
            (["--by", "nothere"], "no dimension is named nothere; expected customer, owner"),
        ] as [([String], String)])
    func whatNoEventNamesIsNotFound(options: [String], reason: String) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(["waterfall", "--data", directory.path] + Self.february + options).run()
        #expect(run.status == 2)
        #expect(run.errors == "rapport: \(reason)\n")
    }

    @Test(
        arguments: [
            ["--from", "2017-02-01"], ["--from", "2017-02-02", "--to", "2017-02-01"],
            february + ["--closing-from", "2017-02-01"], february + ["--limit", "3"],
            february + ["--closing-from", "2017-02-02", "--closing-to", "2017-02-01"],
            february + ["--movements", "shrinking"],
        ])
    func whatDoesNotGoTogetherIsWrongUsage(options: [String]) async throws {
        #expect(try await Command(["waterfall", "--data", "nowhere"] + options).run().status == 64)
    }
}
