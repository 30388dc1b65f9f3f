import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5)))
struct ReplayTests {
    @Test func eachEventIsALine() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("replay", "--data", directory.path, "--tag", "opportunity:O-1")
        #expect(
            run.output == """
                 4  2017-01-10T09:00:00Z  OpportunityOpened         opportunity:O-1  customer:C-1  pipelineId=sales  \
                pipelineVersion=1  stage=lead  amount=1,200.00 EUR  owner=U-1
                 7  2017-01-15T09:00:00Z  OpportunityStageChanged   opportunity:O-1  fromStage=lead  toStage=offer
                 8  2017-02-10T09:00:00Z  OpportunityStageChanged   opportunity:O-1  fromStage=offer  toStage=contract
                 9  2017-02-20T09:00:00Z  OpportunityWon            opportunity:O-1  customer:C-1  amount=1,000.00 EUR
                at position 15\n
                """)
    }

    @Test func personalFieldsAreShownWhenAskedFor() async throws {
        let directory = try await TinyCompany.directory()
        func line(_ option: String...) async throws -> String {
            let position = ["replay", "--data", directory.path, "--from", "2", "--to", "2"]
            return String(try await Command(position + option).run().lines[0])
        }
        let expected =
            " 2  2017-01-05T09:00:00Z  CustomerRegistered        customer:C-1  kind=CUSTOMER_KIND_PERSON  "
            + #"channel=shop  attributes=[{"name":"region","value":"north"}]"#
        #expect(try await line() == expected)
        #expect(
            try await line("--personal") == expected + "  customer:C-1={displayName=王小明  "
                + #"identifiers=[{"type":"IDENTIFIER_TYPE_PHONE","value":"+49 30 5550100"}]}"#)
        #expect(!(try await line("--json")).contains("王小明"))
    }

    @Test(
        arguments: [
            (["--customer", "C-2"], [3, 5, 6, 11, 14]),
            (["--customer", "C-2", "--type", "OpportunityOpened", "--type", "SurveyAnswered"], [5, 6, 14]),
            (["--tag", "customer:C-2", "--tag", "opportunity:O-3"], [6]),
            (["--type", "shop.Unheard"], []),
            (["--from", "3", "--to", "5"], [3, 4, 5]),
            (["--from", "3", "--limit", "2"], [3, 4]),
            (["--backwards", "--limit", "2"], [15, 14]),
            (["--since", "2017-02-20"], [9, 11, 12]),
            (["--until", "2017-01-05"], [1, 2]),
            (["--since", "2017-01-10T09:00:00Z", "--until", "2017-01-15T09:00:00Z"], [4, 7]),
            (["--until", "2017-01-04", "--zone", "Pacific/Honolulu"], [1, 2]),
            (["--recorded-until", "2017-12-31"], []),
            (["--recorded-since", "2020-01-01", "--limit", "1"], [1]),
        ] as [([String], [Int])])
    func allFiltersMustHold(filters: [String], positions: [Int]) async throws {
        let directory = try await TinyCompany.directory()
        let run = try await Command(["replay", "--data", directory.path] + filters).run()
        #expect(run.errors == "")
        let found = run.lines.dropLast().compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
        #expect(found == positions)
        #expect(run.lines.last == "at position 15")
    }
}
