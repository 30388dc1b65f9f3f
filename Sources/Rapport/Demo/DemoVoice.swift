internal import EventLog

/// What customers tell of their own accord: complaints and suggestions.
struct DemoVoice {
    private var complaints = 0
    private var suggestions = 0

    /// A complaint; a fifth of them leads to a case, and to most there is an answer.
    mutating func complain(
        _ customer: DemoCustomer, _ moment: inout DemoMoment, _ cases: inout DemoCases,
        _ followUps: inout DemoFollowUps
    ) throws -> NewEvent {
        complaints += 1
        var message = ComplaintRaised()
        message.complaintID = DemoID.complaint(complaints)
        message.customerID = customer.id
        message.theme = moment.random.pick(Self.complaintThemes)
        message.severity = moment.random.pick(DemoCase.severities)
        if moment.random.happens(30) { message.riskClass = moment.random.pick(Self.risks) }
        if moment.random.happens(60) { followUps.plan(.tell, of: customer, days: 1...25, &moment) }
        let leadsToCase = moment.random.happens(20)
        if leadsToCase { message.caseID = cases.plan(afterComplaintOf: customer, &moment) }
        var personal = ComplaintRaisedPersonal()
        personal.text = DemoTexts.comment(customer.region, isContent: false, &moment.random)
        return try moment.event(
            message, about: customer, and: leadsToCase ? Tag.demoCase(message.caseID) : nil, personal: personal,
            by: customer.owner)
    }

    /// An idea or a need; about most of them somebody decides.
    mutating func suggest(
        _ customer: DemoCustomer, _ moment: inout DemoMoment, _ followUps: inout DemoFollowUps
    ) throws -> NewEvent {
        suggestions += 1
        var message = SuggestionSubmitted()
        message.suggestionID = DemoID.suggestion(suggestions)
        message.customerID = customer.id
        message.kind = moment.random.happens(65) ? "idea" : "need"
        message.theme = moment.random.pick(Self.suggestionThemes)
        if moment.random.happens(35) {
            message.estimatedValue = Money(Int64(moment.random.within(5...300)) * 100_000, "EUR")
        }
        if moment.random.happens(70) {
            followUps.plan(.decide, of: customer, suggestion: suggestions, days: 5...60, &moment)
        }
        var personal = SuggestionSubmittedPersonal()
        personal.text = DemoTexts.suggestion(customer.region, &moment.random)
        return try moment.event(message, about: customer, personal: personal, by: customer.owner)
    }

    private static let complaintThemes = ["delivery", "delivery", "quality", "price", "service", "invoice"]
    private static let suggestionThemes = ["product", "product", "packaging", "delivery", "website", "service"]
    private static let risks = ["churn", "churn", "churn", "legal", "safety"]
}
