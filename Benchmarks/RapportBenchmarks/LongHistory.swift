import EventLog
import Rapport

/// A customer of whom much is known: 200 events, of types that profiles are made of.
///
/// Registered first, then talks, visits to the web site and changes of the profile, and ten deals that go from stage to
/// stage. All but the last are won.
enum LongHistory {
    static let customerID = "C-LONG"
    static let count = 200

    private static let start: Int64 = 1_704_067_200_000_000  // 2024-01-01T00:00:00Z
    private static let dayLength: Int64 = 86_400_000_000
    private static let stages = ["qualify", "discover", "propose", "negotiate"]
    /// Events of a deal: opened, three more stages, won.
    private static let dealLength = 5

    /// All of them, four days apart, in their order.
    static func events() throws -> [NewEvent] {
        var events = [try registration()]
        for deal in 0..<10 {
            // The steps of a deal lie among the others: one event in four is one.
            for step in 0..<dealLength {
                for _ in 0..<3 where events.count < count { events.append(try other(events.count)) }
                events.append(try dealStep(deal, step, events.count))
            }
        }
        while events.count < count { events.append(try other(events.count)) }
        return Array(events.prefix(count))
    }

    private static func event<Event: CatalogueEvent>(
        _ message: Event, _ number: Int, and other: Tag? = nil
    ) throws -> NewEvent {
        let time = Timestamp(microseconds: start + Int64(number) * 4 * dayLength)
        var tags = [try Tag.customer(customerID)]
        if let other { tags.append(other) }
        return try NewEvent(message, about: tags, occurredAt: time)
    }

    private static func registration() throws -> NewEvent {
        var message = CustomerRegistered()
        message.customerID = customerID
        message.kind = .organisation
        message.channel = "web"
        message.organisationName = "Long History Ltd"
        return try event(message, 0)
    }

    private static func other(_ number: Int) throws -> NewEvent {
        switch number % 3 {
        case 0:
            var message = InteractionLogged()
            message.interactionID = "I-LONG-\(number)"
            message.customerID = customerID
            message.channel = ["phone", "email", "visit"][number / 3 % 3]
            message.direction = .outbound
            message.purpose = .inform
            return try event(message, number)
        case 1:
            var message = TouchpointRecorded()
            message.customerID = customerID
            message.name = "viewed_pricing"
            message.channel = "web"
            return try event(message, number)
        default:
            var change = FieldChange()
            change.field = ["segment", "tier", "payment terms", "industry"][number / 3 % 4]
            change.value = "as of event \(number)"
            var message = CustomerProfileChanged()
            message.customerID = customerID
            message.changes = [change]
            return try event(message, number)
        }
    }

    private static func dealStep(_ deal: Int, _ step: Int, _ number: Int) throws -> NewEvent {
        let id = "O-LONG-\(deal)"
        let tag = try Tag.opportunity(id)
        let amount = Money(Int64(deal + 1) * 100_000, "EUR")
        if step == 0 {
            var message = OpportunityOpened()
            message.opportunityID = id
            message.customerID = customerID
            message.pipelineID = "sales"
            message.pipelineVersion = 1
            message.stage = stages[0]
            message.amount = amount
            message.owner = "S-01"
            return try event(message, number, and: tag)
        }
        if step < dealLength - 1 {
            var message = OpportunityStageChanged()
            message.opportunityID = id
            message.fromStage = stages[step - 1]
            message.toStage = stages[step]
            return try event(message, number, and: tag)
        }
        var message = OpportunityWon()
        message.opportunityID = id
        message.amount = amount
        return try event(message, number, and: tag)
    }
}
