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
            (["--type", "CaseClosed"], []),
            (["--type", "rapport.crm.v1.OpportunityWon", "--type", "OpportunityLost"], [9, 11]),
            (["--actor", "user:1"], []),
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

    /// Events of an integrator's own types, with where they come from.
    private static let deliveries = """
        {"type":"shop.Packed","tags":["parcel:1"],"actor":"user:1","source":"till","correlationId":"K-1",\
        "id":"00000000-0000-7000-8000-000000000001"}
        {"type":"shop.Sent","tags":["parcel:1"],"actor":"user:2","source":"till","correlationId":"K-1",\
        "causationId":"00000000-0000-7000-8000-000000000001"}
        {"type":"shop.Sent","tags":["parcel:2"],"actor":"user:1","source":"tills","correlationId":"K-2",\
        "causationId":"00000000-0000-7000-8000-000000000002"}
        {"type":"shop.Lost","tags":["parcel:2"],"actor":"user:12"}
        {"type":"shop.Lost","tags":["parcel:1"]}
        """

    @Test(
        arguments: [
            (["--actor", "user:1"], [1, 3]),
            (["--actor", "user:1", "--actor", "user:12"], [1, 3, 4]),
            (["--actor", "user"], []),
            (["--source", "till"], [1, 2]),
            (["--correlation", "K-1"], [1, 2]),
            (["--causation", "00000000-0000-7000-8000-000000000001"], [2]),
            (["--causation", "00000000-0000-7000-8000-00000000000A"], []),
            (["--actor", "user:1", "--source", "tills"], [3]),
            (["--actor", "user:1", "--tag", "parcel:1"], [1]),
            (["--type", "shop.Sent", "--actor", "user:2", "--correlation", "K-1", "--from", "2"], [2]),
            (["--type", "shop.Lost"], [4, 5]),
        ] as [([String], [Int])])
    func filtersGoByWhoAppendedAnEventAndWhy(filters: [String], positions: [Int]) async throws {
        let directory = try TemporaryDirectory()
        let appended = try await rapport("append", "--data", directory.path, input: Self.deliveries)
        try #require(appended.status == 0, "\(appended.errors)")
        let run = try await Command(["replay", "--data", directory.path] + filters).run()
        #expect(run.errors == "")
        #expect(run.lines.dropLast().compactMap { Int($0.prefix { $0 != " " }) } == positions)
        let exported = try await Command(["export", "--data", directory.path] + filters).run()
        #expect(exported.lines.count == positions.count)
    }

    @Test func aCausationIsTheIdOfAnEvent() async throws {
        let run = try await rapport("replay", "--data", "nowhere", "--causation", "7")
        #expect(run.status == 64)
        #expect(run.errors.contains("expected the id of an event, a UUID, not '7'"))
    }

    @Test func aTypeThatNobodyKnowsIsToldApartFromOneWithoutEvents() async throws {
        let directory = try await TinyCompany.directory()
        for command in ["replay", "export"] {
            let mistyped = try await rapport(command, "--data", directory.path, "--type", "OportunityWon")
            #expect(mistyped.status == 2)
            #expect(mistyped.output == "")
            #expect(
                mistyped.errors.hasPrefix(
                    "rapport: no event type is named OportunityWon; expected OpportunityWon, OpportunityLost"))
            let foreign = try await rapport(command, "--data", directory.path, "--type", "shop.Unheard")
            #expect(foreign.status == 2)
            #expect(
                foreign.errors.hasPrefix(
                    "rapport: no event type is named shop.Unheard; expected CaseAssigned, CaseClassified"))
        }
    }

    @Test func eachLineIsACloudEventWhereThatIsAskedFor() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("replay", "--data", directory.path, "--cloudevents", "--customer", "C-1")
        #expect(run.errors == "")
        #expect(!run.output.contains("王小明"), "personal fields are asked for")
        #expect(run.lines.count == 5)
        let first = try #require(run.lines.first)
        #expect(first.hasPrefix(#"{"specversion":"1.0","id":"00000000-0000-7000-8000-000000000002","source":"urn:"#))
        #expect(first.hasSuffix(#""attributes":[{"name":"region","value":"north"}]}}"#))
        let open = try await rapport("replay", "--data", directory.path, "--cloudevents", "--personal", "--to", "2")
        #expect(open.lines.count == 2 && open.lines[1].contains("王小明"))
    }

    @Test(
        arguments: [
            (["--json", "--csv"], "--json and --csv exclude each other."),
            (["--json", "--cloudevents"], "--json and --cloudevents exclude each other."),
            (["--json", "--csv", "--cloudevents"], "--json and --csv and --cloudevents exclude each other."),
        ] as [([String], String)])
    func thereIsOneFormForAll(flags: [String], complaint: String) async throws {
        let run = try await Command(["replay", "--data", "nowhere"] + flags).run()
        #expect(run.status == 64)
        #expect(run.errors.contains(complaint))
    }
}
