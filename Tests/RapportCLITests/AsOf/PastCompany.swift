import EventLog
import Projection
import Rapport
import TestSupport

@testable import RapportCLI

/// The events of ``TinyCompany``, and those of a lead, a case, two orders and a survey, appended step by step. What is
/// recorded last happened first.
enum PastCompany {
    /// Event lines that are appended together.
    static let steps: [[String]] = [
        Array(TinyCompany.lines[0..<6]) + [
            line("01-08", "LeadCaptured", ["lead:L-1"], #""leadId":"L-1","source":"fair","medium":"web_form""#),
            line(
                "01-09", "CaseOpened", ["case:S-1", "customer:C-1"],
                #""caseId":"S-1","customerId":"C-1","channel":"phone","category":"billing","severity":"high""#),
        ],
        Array(TinyCompany.lines[6..<9]) + [
            order("02-01", "A-1", "C-1", 12_000),
            line("01-09", "LeadAssigned", ["lead:L-1"], #""leadId":"L-1","to":"ada""#),
        ],
        Array(TinyCompany.lines[9..<13]) + [
            line("01-12", "CaseResponded", ["case:S-1"], #""caseId":"S-1","by":"ben""#),
            order("02-20", "A-2", "C-1", 5000),
            line("02-21", "OrderCancelled", ["order:A-2", "customer:C-1"], #""orderId":"A-2","reason":"price""#),
            line(
                "02-01", "SurveyInvited", ["survey:relationship", "invitation:I-1", "customer:C-2"],
                #""surveyId":"relationship","invitationId":"I-1","customerId":"C-2","channel":"email""#),
        ],
        Array(TinyCompany.lines[13...]) + [
            line("03-10", "CaseResolved", ["case:S-1"], #""caseId":"S-1","resolution":"refund""#),
            line(
                "03-11", "LeadConverted", ["lead:L-1", "customer:C-1", "opportunity:O-1"],
                #""leadId":"L-1","customerId":"C-1","opportunityId":"O-1","isExistingOpportunity":true"#),
        ],
        [
            line(
                "01-02", "CustomerProfileChanged", ["customer:C-2"],
                #""customerId":"C-2","changes":[{"field":"region","value":"south"}]"#)
        ],
    ]

    /// Each kind of answer that there is.
    static let questions: [[String]] = [
        ["profile", "C-1"], ["profile", "C-2"], ["profile", "C-9"], ["find", "c-"], ["find", "müller"],
        ["timeline", "C-1"], ["timeline", "--tag", "case:S-1", "--oldest-first", "--limit", "1"],
        ["leads"], ["leads", "--untouched"], ["leads", "--funnel", "--by", "source", "--period", "month"],
        ["leads", "--funnel", "--basis", "event"], ["funnel"], ["funnel", "--pipeline", "sales", "--at", "2017-02-12"],
        ["pipeline"], ["pipeline", "--at", "2017-02-12"], ["pipeline", "--by", "owner"], ["pipeline", "--win-rate"],
        ["pipeline", "--cycle-times"], ["orders"], ["orders", "--customer", "C-1"],
        ["orders", "--sales", "--period", "month"],
        ["promises", "--at", "2017-04-01"], ["promises", "--list", "overdue", "--at", "2017-04-01"],
        ["cohorts"], ["retention"], ["retention", "--revenue", "month"], ["rfm"], ["rfm", "--customers"],
        ["value", "--horizon", "0"], ["value", "--sort", "moved"], ["cases"],
        ["cases", "--flow", "--period", "month"],
        ["cases", "--times", "--by", "category"], ["cases", "--at", "2017-02-01"],
        ["service", "--by", "category", "--at", "2017-03-31"], ["voice", "--at", "2017-03-31"],
        ["voice", "--unanswered", "--at", "2017-03-31"], ["satisfaction"],
        ["satisfaction", "--metric", "nps", "--dimension", "region"], ["satisfaction", "--response-rate"],
        ["loyalty", "--metric", "nps", "--horizon", "30", "--at", "2017-12-31"],
        ["loyalty", "--metric", "nps", "--horizon", "30", "--who", "all", "--at", "2017-12-31"],
    ]

    /// The events of a step.
    static func events(_ step: [String]) throws -> [NewEvent] {
        try step.map { try EventLine.event(from: Array($0.utf8)[...]) }
    }

    /// A CRM in `directory` that holds all of them.
    static func crm(in directory: TemporaryDirectory) async throws -> Rapport {
        let crm = try Rapport(at: directory.path)
        for step in steps { try await crm.log.append(try events(step)) }
        return crm
    }

    /// The answer to a question as text, or that there is none.
    static func answer(_ words: [String], _ crm: Rapport, at moment: PastMoment? = nil) async throws -> String {
        do {
            return try await Question(words, data: crm.log.path).answer(in: crm, at: moment).text
        } catch let failure as CommandFailure where failure.status == .notFound {
            return "not found: \(failure)"
        }
    }

    private static func line(_ day: String, _ type: String, _ tags: [String], _ data: String) -> String {
        let tagList = tags.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"occurredAt":"2017-\#(day)T09:00:00Z","type":"\#(type)","tags":[\#(tagList)],"data":{\#(data)}}"#
    }

    private static func order(_ day: String, _ id: String, _ customer: String, _ cents: Int) -> String {
        line(
            day, "OrderPlaced", ["order:\(id)", "customer:\(customer)"],
            #""orderId":"\#(id)","customerId":"\#(customer)","channel":"web","lines":[{"quantityMilli":"1000","#
                + #""net":{"minorUnits":"\#(cents)","currency":"EUR"}}]"#)
    }
}
