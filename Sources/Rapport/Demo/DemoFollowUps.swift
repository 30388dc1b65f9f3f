internal import EventLog

/// What is still to be done about something a customer told: decide, answer, correct.
struct DemoFollowUps {
    /// One thing to be done.
    private struct FollowUp: DemoItem {
        let number: Int32
        var kind: Kind
        let customer: Int32
        /// The number of the suggestion.
        let suggestion: Int32
        /// The event that it is about.
        let event: EventID
        var changedAt: Timestamp
        var due: Timestamp
    }

    /// What is to be done.
    enum Kind: UInt8 {
        /// Tell the customer what came of it.
        case tell
        /// Decide about a suggestion.
        case decide
        /// Take back a link to an identifier.
        case unlink
    }

    private var planned = 0
    private var agenda = DemoAgenda<FollowUp>()

    /// How many things to be done are kept in memory.
    var inMemory: Int { agenda.count }

    /// Plans to do something about the event that is made at this moment.
    mutating func plan(
        _ kind: Kind, of customer: DemoCustomer, suggestion: Int = 0, days: ClosedRange<Int>,
        _ moment: inout DemoMoment
    ) {
        planned += 1
        var followUp = FollowUp(
            number: Int32(planned), kind: kind, customer: Int32(customer.index), suggestion: Int32(suggestion),
            event: moment.id, changedAt: moment.occurredAt, due: moment.now)
        followUp.plan(after: moment.now, days: days, &moment.random)
        agenda.add(followUp)
    }

    /// What has waited longest to be done; nil when nothing is due.
    mutating func takeStep(_ moment: inout DemoMoment, _ customers: DemoCustomers) throws -> NewEvent? {
        guard var followUp = agenda.takeDue(by: moment.now) else { return nil }
        followUp.happens(at: &moment)
        let customer = customers[Int(followUp.customer)]
        switch followUp.kind {
        case .tell: return try tell(followUp, customer, &moment)
        case .decide: return try decide(followUp, customer, &moment)
        case .unlink: return try unlink(followUp, customer, &moment)
        }
    }

    private func tell(
        _ followUp: FollowUp, _ customer: DemoCustomer, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        var message = FeedbackLoopClosed()
        message.customerID = customer.id
        message.ofEventID = followUp.event.description
        message.toldVia = moment.random.pick(customer.region.isChinese ? ["wechat", "phone"] : ["phone", "email"])
        return try moment.event(message, about: customer, by: customer.owner)
    }

    private mutating func decide(
        _ followUp: FollowUp, _ customer: DemoCustomer, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        let isAdopted = moment.random.happens(40)
        var message = SuggestionDecided()
        message.suggestionID = DemoID.suggestion(Int(followUp.suggestion))
        message.customerID = customer.id
        message.decision = isAdopted ? .adopted : .declined
        if isAdopted {
            message.changeRef = DemoID.change(Int(followUp.suggestion))
            if moment.random.happens(60) {
                message.estimatedBenefit = Money(Int64(moment.random.within(5...400)) * 100_000, "EUR")
            }
        }
        if moment.random.happens(isAdopted ? 80 : 35) {
            var answer = followUp
            answer.kind = .tell
            answer.plan(after: moment.now, days: 1...20, &moment.random)
            agenda.add(answer)
        }
        return try moment.event(message, about: customer, by: DemoID.staff(customer.region.manager))
    }

    private func unlink(
        _ followUp: FollowUp, _ customer: DemoCustomer, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        var message = IdentifierUnlinked()
        message.customerID = customer.id
        message.linkEventID = followUp.event.description
        message.reason = moment.random.pick(["shared-address", "typing-error", "number-given-up"])
        return try moment.event(message, about: customer, by: customer.owner)
    }
}
