import TestSupport

/// Two customers, three deals and three answers to a survey: few enough to work out every figure by hand.
///
/// | deal | customer | owner | 2017 | outcome |
/// |---|---|---|---|---|
/// | O-1 | C-1 | U-1 | lead 01-10, offer 01-15, contract 02-10 | won 02-20, 1,000.00 EUR of 1,200.00 |
/// | O-2 | C-2 | U-2 | lead 01-20, offer 02-15 | lost 03-01, 500.00 EUR |
/// | O-3 | C-2 | U-1 | lead 02-01 | open, 300.00 USD |
enum TinyCompany {
    /// Event lines; the event at position N has the id `00000000-0000-7000-8000-` and N in twelve digits.
    static let lines: [String] = events.enumerated().map { index, event in
        let digits = String(index + 1)
        let id = "00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        return #"{"id":"\#(id)","occurredAt":"2017-\#(event.day)T09:00:00Z","type":"\#(event.type)",\#(event.rest)}"#
    }

    static let input = lines.joined(separator: "\n") + "\n"

    /// A data directory that holds them.
    static func directory() async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let run = try await rapport("append", "--data", directory.path, input: input)
        guard run.status == 0 else { throw Unusable(reason: run.errors) }
        return directory
    }

    struct Unusable: Error {
        let reason: String
    }

    private static let events: [(day: String, type: String, rest: String)] = [
        (
            "01-01", "PipelineDefined",
            #""tags":["pipeline:sales"],"data":{"pipelineId":"sales","version":1,"stages":[{"id":"lead","order":1},"#
                + #"{"id":"offer","order":2},{"id":"contract","order":3}]}"#
        ),
        (
            "01-05", "CustomerRegistered",
            #""tags":["customer:C-1"],"data":{"customerId":"C-1","kind":"CUSTOMER_KIND_PERSON","channel":"shop","#
                + #""attributes":[{"name":"region","value":"north"}]},"subjects":[{"id":"customer:C-1","personal":"#
                + #"{"displayName":"王小明","identifiers":[{"type":"IDENTIFIER_TYPE_PHONE","value":"+49 30 5550100"}]}}]"#
        ),
        (
            "01-06", "CustomerRegistered",
            #""tags":["customer:C-2"],"data":{"customerId":"C-2","kind":"CUSTOMER_KIND_ORGANISATION","#
                + #""organisationName":"Müller GmbH"}"#
        ),
        opened("01-10", "O-1", "C-1", "U-1", 120_000, "EUR"),
        opened("01-20", "O-2", "C-2", "U-2", 50_000, "EUR"),
        opened("02-01", "O-3", "C-2", "U-1", 30_000, "USD"),
        moved("01-15", "O-1", "lead", "offer"),
        moved("02-10", "O-1", "offer", "contract"),
        (
            "02-20", "OpportunityWon",
            #""tags":["opportunity:O-1","customer:C-1"],"data":{"opportunityId":"O-1","#
                + #""amount":{"minorUnits":"100000","currency":"EUR"}}"#
        ),
        moved("02-15", "O-2", "lead", "offer"),
        (
            "03-01", "OpportunityLost",
            #""tags":["opportunity:O-2","customer:C-2"],"data":{"opportunityId":"O-2","reason":"price"}"#
        ),
        (
            "03-05", "InteractionLogged",
            #""tags":["customer:C-1"],"data":{"interactionId":"I-1","customerId":"C-1","channel":"phone"}"#
        ),
        answered("01-25", "C-1", 10, "north"),
        answered("02-05", "C-2", 9, "south"),
        answered("02-06", nil, 3, "north"),
    ]

    private static func opened(
        _ day: String, _ deal: String, _ customer: String, _ owner: String, _ cents: Int, _ currency: String
    ) -> (day: String, type: String, rest: String) {
        (
            day, "OpportunityOpened",
            #""tags":["opportunity:\#(deal)","customer:\#(customer)"],"data":{"opportunityId":"\#(deal)","#
                + #""customerId":"\#(customer)","pipelineId":"sales","pipelineVersion":1,"stage":"lead","#
                + #""amount":{"minorUnits":"\#(cents)","currency":"\#(currency)"},"owner":"\#(owner)"}"#
        )
    }

    private static func moved(
        _ day: String, _ deal: String, _ from: String, _ to: String
    ) -> (day: String, type: String, rest: String) {
        (
            day, "OpportunityStageChanged",
            #""tags":["opportunity:\#(deal)"],"data":{"opportunityId":"\#(deal)","fromStage":"\#(from)","#
                + #""toStage":"\#(to)"}"#
        )
    }

    private static func answered(
        _ day: String, _ customer: String?, _ score: Int, _ region: String
    ) -> (day: String, type: String, rest: String) {
        let tags = (["survey:relationship"] + (customer.map { ["customer:\($0)"] } ?? [])).map { "\"\($0)\"" }
        return (
            day, "SurveyAnswered",
            #""tags":[\#(tags.joined(separator: ","))],"data":{"surveyId":"relationship","responseId":"R-\#(score)","#
                + #""answers":[{"question":"recommend","metric":"SURVEY_METRIC_NPS","score":\#(score),"scaleMin":0,"#
                + #""scaleMax":10}],"dimensions":[{"name":"region","value":"\#(region)"}]}"#
        )
    }
}
