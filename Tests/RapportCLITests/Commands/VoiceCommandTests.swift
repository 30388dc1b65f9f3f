import Foundation
import Testing
import TestSupport

/// Complaints and suggestions of the two customers of ``TinyCompany``.
///
/// | what | customer | 2017 | outcome |
/// |---|---|---|---|
/// | complaint B-1, delivery | C-1 | 03-01 | told 03-03 |
/// | complaint B-2, quality | C-2 | 03-02 | waits |
/// | idea S-1, 500.00 EUR | C-1 | 03-01 | adopted 03-05 with R-1, 900.00 EUR; waits |
/// | need S-2 | C-2 | 03-04 | waits |
enum TinyVoice {
    /// A data directory that holds them, from position 16 on.
    static func directory() async throws -> TemporaryDirectory {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("append", "--data", directory.path, input: lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
        return directory
    }

    /// What a question about them prints on standard output.
    static func output(_ question: [String]) async throws -> String {
        let directory = try await Self.directory()
        let run = try await Command(question + ["--data", directory.path]).run()
        #expect(run.errors == "")
        return run.output
    }

    private static let lines: [String] = events.enumerated().map { index, event in
        let id = "00000000-0000-7000-8000-0000000000\(index + 16)"
        return #"{"id":"\#(id)","occurredAt":"2017-\#(event.day)T09:00:00Z","type":"\#(event.type)","#
            + #""tags":["customer:\#(event.customer)"],"data":{"customerId":"\#(event.customer)","#
            + event.rest + "}}"
    }

    private typealias Event = (day: String, type: String, customer: String, rest: String)

    private static let events: [Event] = [
        ("03-01", "ComplaintRaised", "C-1", #""complaintId":"B-1","theme":"delivery","severity":"high""#),
        ("03-02", "ComplaintRaised", "C-2", #""complaintId":"B-2","theme":"quality","riskClass":"churn""#),
        (
            "03-01", "SuggestionSubmitted", "C-1",
            #""suggestionId":"S-1","kind":"idea","theme":"product","#
                + #""estimatedValue":{"minorUnits":"50000","currency":"EUR"}"#
        ),
        ("03-04", "SuggestionSubmitted", "C-2", #""suggestionId":"S-2","kind":"need","theme":"product""#),
        (
            "03-05", "SuggestionDecided", "C-1",
            #""suggestionId":"S-1","decision":"SUGGESTION_DECISION_ADOPTED","changeRef":"R-1","#
                + #""estimatedBenefit":{"minorUnits":"90000","currency":"EUR"}"#
        ),
        (
            "03-03", "FeedbackLoopClosed", "C-1",
            #""ofEventId":"00000000-0000-7000-8000-000000000016","toldVia":"phone""#
        ),
        ("03-06", "FeedbackLoopClosed", "C-2", #""ofEventId":"00000000-0000-7000-8000-000000000001""#),
    ]
}

/// `voice`.
@Suite(.timeLimit(.minutes(5)))
struct VoiceCommandTests {
    /// The cells of the lines of a text, parted by single spaces; rules and empty lines are left out.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            .filter { !$0.contains("──") }
    }

    @Test func whatBecameOfThemIsTables() async throws {
        let text = try await TinyVoice.output(["voice", "--at", "2017-03-31"])
        #expect(
            Self.lines(text) == [
                "Complaints and suggestions, as of 2017-03-31 (UTC)",
                "Complaints With case Told Share (95 %) Median to told 90 %",
                "2 0 1 50.0% (9.5%–90.5%) 2 d 2 d",
                "Suggestions Decided Adopted Changed Told Told undecided Adopted of decided (95 %) To decision "
                    + "Decision to told To told 90 %",
                "2 1 1 1 0 0 100.0% (20.7%–100.0%) 4 d – – –",
                "Estimated value Of the adopted Benefit of the adopted", "500.00 EUR 500.00 EUR 900.00 EUR",
                "Told of something unknown: 1", "Suggestions without an estimated value: 1", "at position 22",
            ])
    }

    @Test func groupsAreLines() async throws {
        let text = try await TinyVoice.output(["voice", "--by", "theme", "--at", "2017-03-31"])
        let cells = Self.lines(text)
        #expect(cells.contains("delivery 1 0 1 100.0% (20.7%–100.0%) 2 d 2 d"))
        #expect(cells.contains("quality 1 0 0 0.0% (0.0%–79.3%) – –"))
        #expect(cells.contains("product 2 1 1 1 0 0 100.0% (20.7%–100.0%) 4 d – – –"))
    }

    @Test func whoWaitsLongestIsListedFirst() async throws {
        let text = try await TinyVoice.output(["voice", "--unanswered", "--at", "2017-03-10T09:00:00Z"])
        #expect(
            Self.lines(text) == [
                "Submitted Age Kind Customer Id Theme Severity Risk Case Decision",
                "2017-03-01 9 d idea C-1 S-1 product adopted", "2017-03-02 8 d complaint C-2 B-2 quality churn",
                "2017-03-04 6 d need C-2 S-2 product", "at position 22",
            ])
        let complaints = try await TinyVoice.output([
            "voice", "--unanswered", "--kind", "complaint", "--at", "2017-03-10T09:00:00Z", "--csv",
        ])
        #expect(
            complaints == """
                kind,eventID,customer,id,type,theme,severity,riskClass,caseID,submittedAt,ageMs,decidedAt,isAdopted
                complaint,00000000-0000-7000-8000-000000000017,C-2,B-2,,quality,,churn,,2017-03-02T09:00:00Z,\
                691200000,,

                """)
    }

    @Test func theyAreCSV() async throws {
        #expect(
            try await TinyVoice.output(["voice", "--at", "2017-03-31", "--csv"]) == """
                period,value,kind,submitted,withCase,decided,adopted,changed,told,toldUndecided,toldDecision,toldBp,\
                decidedBp,adoptedBp,toDecisionMedianMs,toDecisionP90Ms,decisionToToldMedianMs,decisionToToldP90Ms,\
                toToldMedianMs,toToldP90Ms,currency,estimated,estimatedOfAdopted,benefit
                all,,complaint,2,0,,,,1,,,5000,,,,,,,172800000,172800000,,,,
                all,,suggestion,2,,1,1,1,0,0,0,0,5000,10000,345600000,345600000,,,,,EUR,50000,50000,90000

                """)
    }

    @Test func theyAreJSON() async throws {
        let text = try await TinyVoice.output(["voice", "--at", "2017-03-31", "--json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let groups = try #require(object["groups"] as? [[String: Any]])
        let suggestions = try #require(groups.first?["suggestions"] as? [String: Any])
        #expect(suggestions["submitted"] as? Int == 2 && suggestions["adopted"] as? Int == 1)
        let leftOut = try #require(object["leftOut"] as? [String: Any])
        #expect(leftOut["ofUnknown"] as? Int == 1 && object["position"] as? Int == 22)
    }

    @Test func whereNothingWasToldThereIsNothing() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("voice", "--at", "2017-03-31", "--data", directory.path)
        #expect(
            run.output == """
                Complaints and suggestions, as of 2017-03-31 (UTC)

                Nothing was told.
                at position 15\n
                """)
        let list = try await rapport("voice", "--unanswered", "--at", "2017-03-31", "--data", directory.path)
        #expect(list.output == "Nobody waits for an answer.\nat position 15\n")
    }

    @Test(arguments: [
        ["voice", "--by", "planet"], ["voice", "--kind", "complaint"], ["voice", "--limit", "3"],
        ["voice", "--unanswered", "--by", "theme"], ["voice", "--unanswered", "--from", "2017-01-01"],
        ["voice", "--from", "2017-02-01", "--to", "2017-01-01"], ["voice", "--period", "decade"],
        ["voice", "--at", "2017-02-30"], ["voice", "--json", "--csv"], ["service", "--at", "yesterday"],
        ["service", "--from", "2017-02-01", "--to", "2017-01-01"],
    ])
    func nonsenseIsRefused(question: [String]) async throws {
        let run = try await Command(question + ["--data", "nowhere"]).run()
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.output == "")
    }
}

/// `service`.
@Suite(.timeLimit(.minutes(5)))
struct ServiceCommandTests {
    private static let lines: [String] = [
        event("01", "CaseOpened", "S-1", #""caseId":"S-1","channel":"phone""#),
        event("02", "CaseResponded", "S-1", #""caseId":"S-1""#), event("03", "CaseResolved", "S-1", #""caseId":"S-1""#),
        event("04", "CaseOpened", "S-2", #""caseId":"S-2","channel":"email""#),
        event("05", "CaseAssigned", "S-2", #""caseId":"S-2","to":"U-1""#),
    ]

    private static func event(_ day: String, _ type: String, _ id: String, _ data: String) -> String {
        #"{"occurredAt":"2017-03-\#(day)T00:00:00Z","type":"\#(type)","tags":["case:\#(id)"],"data":{\#(data)}}"#
    }

    private static func output(_ question: [String]) async throws -> String {
        let directory = try TemporaryDirectory()
        let run = try await rapport("append", "--data", directory.path, input: lines.joined(separator: "\n") + "\n")
        try #require(run.status == 0, "\(run.errors)")
        let answer = try await Command(question + ["--data", directory.path]).run()
        #expect(answer.errors == "")
        return answer.output
    }

    @Test func qualityIsTwoTables() async throws {
        let text = try await Self.output(["service", "--by", "channel", "--at", "2017-03-14T00:00:00Z"])
        let rows = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows.first == "Quality of service, by channel, as of 2017-03-14 (UTC)")
        #expect(rows.contains("email 1 0 – 0 0 – 0.00 1.00"))
        #expect(rows.contains("phone 1 1 100.0% (20.7%–100.0%) 1 0 0.0% (0.0%–79.3%) 1.00 0.00"))
        #expect(rows.contains("email 1 10 d 10 d 0 0 0 1 0 0"))
        #expect(rows.contains("phone 0 – – 0 0 0 0 0 0"))
        #expect(rows.last == "at position 5")
    }

    @Test func qualityIsCSV() async throws {
        #expect(
            try await Self.output(["service", "--at", "2017-03-14T00:00:00Z", "--csv"]) == """
                value,isErased,cases,resolved,closedUnresolved,reopened,reopenedBp,matured,immature,firstContact,\
                firstContactBp,firstContactLowerBp,firstContactUpperBp,contacts,contactsMeanCenti,assignments,\
                assignmentsMeanCenti,open,ageMedianMs,ageP90Ms,ageMaxMs
                ,false,2,1,0,0,0,1,0,1,10000,2065,10000,1,50,1,50,1,864000000,864000000,864000000

                """)
    }

    @Test func aDimensionThatNoCaseHasIsNotFound() async throws {
        let directory = try TemporaryDirectory()
        let input = Self.lines.joined(separator: "\n") + "\n"
        let run = try await rapport("append", "--data", directory.path, input: input)
        try #require(run.status == 0, "\(run.errors)")
        let answer = try await rapport("service", "--by", "planet", "--at", "2017-03-14", "--data", directory.path)
        #expect(answer.status == 2 && answer.output == "")
        #expect(answer.errors.hasPrefix("rapport: no dimension is named planet; expected"), "\(answer.errors)")
    }

    @Test func withoutCasesThereIsNothing() async throws {
        let directory = try await TinyCompany.directory()
        let run = try await rapport("service", "--at", "2017-03-31", "--data", directory.path)
        #expect(run.output == "Quality of service, as of 2017-03-31 (UTC)\nNo cases.\nat position 15\n")
    }
}
