import EventLog
@testable import Rapport
import SwiftProtobuf

/// Customers with several ids, as tests tell them.
enum PersonStory {
    static let morning = Timestamp.at("2024-05-06T08:00:00Z")

    /// A field of a customer gets a value, `days` after the first morning.
    static func changed(
        _ id: String, _ field: String, to value: String, after days: Int64, isPersonal: Bool = false
    ) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        let change = FieldChange.with { change in
            change.field = field
            change.value = value
        }
        let message = CustomerProfileChanged.with { if !isPersonal { $0.changes = [change] } }
        let personal = CustomerProfileChangedPersonal.with { $0.changes = [change] }
        return try NewEvent(
            message, about: [customer], personal: isPersonal ? personal : nil, of: isPersonal ? customer : nil,
            occurredAt: morning.plus(days: days))
    }

    /// Somebody was in touch.
    static func contacted(
        _ id: String, by channel: String, _ direction: InteractionDirection = .inbound,
        for purpose: InteractionPurpose = .inform, after days: Int64
    ) throws -> NewEvent {
        let message = InteractionLogged.with { message in
            message.channel = channel
            message.direction = direction
            message.purpose = purpose
        }
        return try NewEvent(message, about: [.customer(id)], occurredAt: morning.plus(days: days))
    }

    /// An order is placed.
    static func ordered(_ order: String, by id: String, after days: Int64) throws -> NewEvent {
        let message = OrderPlaced.with { message in
            message.orderID = order
            message.customerID = id
        }
        return try NewEvent(message, about: [.order(order), .customer(id)], occurredAt: morning.plus(days: days))
    }

    /// Somebody allows marketing on a channel.
    static func granted(_ id: String, on channel: String, after days: Int64) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        let message = ConsentGranted.with { message in
            message.subjectID = customer.text
            message.purpose = "marketing"
            message.channel = channel
        }
        return try NewEvent(message, about: [customer], occurredAt: morning.plus(days: days))
    }

    /// Somebody takes back that marketing is allowed on a channel.
    static func withdrawn(_ id: String, on channel: String, after days: Int64) throws -> NewEvent {
        let customer = try EntityTag.customer(id)
        let message = ConsentWithdrawn.with { message in
            message.subjectID = customer.text
            message.purpose = "marketing"
            message.channel = channel
        }
        return try NewEvent(message, about: [customer], occurredAt: morning.plus(days: days))
    }
}
