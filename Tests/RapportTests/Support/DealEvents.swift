import EventLog
import Rapport

/// Events of deals and of those who own them, at ten o'clock UTC of a day.
enum DealEvents {
    static func time(_ day: String) -> Timestamp { .at("\(day)T10:00:00Z") }

    static func opened(
        _ id: String, _ day: String, _ amount: Int64? = nil, _ currency: String = "EUR", owner: String = "",
        team: String = "", closes: String = "", pipeline: String = "sales"
    ) throws -> NewEvent {
        let message = OpportunityOpened.with { message in
            message.opportunityID = id
            message.pipelineID = pipeline
            message.stage = "new"
            message.owner = owner
            if let amount { message.amount = Money(amount, currency) }
            if !closes.isEmpty { message.closeDate = date(closes) }
            if !team.isEmpty {
                var attribute = Attribute()
                attribute.name = "team"
                attribute.value = team
                message.attributes = [attribute]
            }
        }
        return try event(message, id, day)
    }

    static func expected(_ id: String, _ day: String, closes: String) throws -> NewEvent {
        try event(OpportunityCloseDateMoved.with { $0.to = date(closes) }, id, day)
    }

    static func revised(_ id: String, _ day: String, _ amount: Int64, _ currency: String = "EUR") throws -> NewEvent {
        try event(OpportunityAmountRevised.with { $0.to = Money(amount, currency) }, id, day)
    }

    static func handed(_ id: String, _ day: String, to owner: String) throws -> NewEvent {
        try event(OpportunityOwnerChanged.with { $0.to = owner }, id, day)
    }

    static func won(_ id: String, _ day: String, _ amount: Int64? = nil) throws -> NewEvent {
        let message = OpportunityWon.with { message in
            if let amount { message.amount = Money(amount, "EUR") }
        }
        return try event(message, id, day)
    }

    static func lost(_ id: String, _ day: String) throws -> NewEvent {
        try event(OpportunityLost.with { $0.reason = "price" }, id, day)
    }

    static func reopened(_ id: String, _ day: String) throws -> NewEvent {
        try event(OpportunityReopened.with { $0.toStage = "new" }, id, day)
    }

    static func assigned(
        _ user: String, _ day: String, team: String, territory: String = ""
    ) throws -> NewEvent {
        try assigned(user, at: time(day), team: team, territory: territory)
    }

    static func assigned(
        _ user: String, at time: Timestamp, team: String, territory: String = ""
    ) throws -> NewEvent {
        let message = UserAssigned.with { message in
            message.userID = user
            message.team = team
            message.territory = territory
        }
        return try NewEvent(message, about: [try Tag.user(user)], occurredAt: time)
    }

    private static func event(_ message: some CatalogueEvent, _ id: String, _ day: String) throws -> NewEvent {
        try NewEvent(message, about: [try Tag.opportunity(id)], occurredAt: time(day))
    }

    private static func date(_ day: String) -> LocalDate {
        var date = LocalDate()
        date.date = day
        return date
    }
}
