public import EventLog
internal import Logging
internal import SwiftProtobuf

/// Every id that stands for one person now.
///
/// Customers who were merged are one person, all ids of whom count. A lead that was converted is the customer it
/// became, and so are the other leads of that customer. A lead that was converted several times counts by its first
/// conversion, as on the lead desk: what comes later changes nothing.
public struct PersonIDs: Codable, Hashable, Sendable {
    /// The id that was asked for.
    public let asked: Tag
    /// All ids as they stand in tags: the one asked for first, the others in byte order.
    public let all: [Tag]

    /// The ids of the person who is called `subject`. O(conversions of leads, merges and corrections in the log); of an
    /// open ``Rapport``, which knows the merges already, ``CRMState/personIDs(of:)`` asks faster.
    ///
    /// - Throws: ``UnreadableEvent`` for a conversion that nobody can read; `DamagedLog`; errors of the storage layer.
    public init(of subject: Tag, in log: EventLog) throws {
        self.init(of: subject, by: try Conversions(in: log, HistoryRegister(logger: Logger(label: "rapport.history"))))
    }

    /// Ids that are known to be those of one person.
    init(asked: Tag, all: [Tag]) {
        self.asked = asked
        self.all = all
    }

    /// The ids of the person, by conversions and merges that were read before.
    init(of subject: Tag, by conversions: Conversions) {
        var found: Set<Tag> = [subject]
        var rest = [subject]
        while let id = rest.popLast() {
            for other in conversions.others(than: id) where found.insert(other).inserted { rest.append(other) }
        }
        asked = subject
        all = [subject] + found.subtracting([subject]).sorted()
    }
}

/// Which leads became which customers, and which customers are one person.
struct Conversions: Sendable {
    /// By lead: the conversion that counts.
    private var customers: [Tag: LeadConversion] = [:]
    private var leads: [Tag: [Tag]] = [:]

    private let identity: IdentityView

    /// Reads the conversions of a log. O(conversions), where they are rare among its events; else O(events).
    ///
    /// - Parameters:
    ///   - history: who is who in it, and what was corrected.
    ///   - until: the last position to look at; nil looks at all.
    init(in log: EventLog, _ history: HistoryRegister, until: Position? = nil) throws {
        identity = try history.identity(in: log, asOf: until)
        let last = identity.position
        var stored: [RecordedEvent] = []
        try log.read(try Query(types: [LeadConverted.eventType]), to: last) { event in
            stored.append(log.recorded(event))
            return true
        }
        for recorded in stored {
            let seen = try history.seen(recorded, asOf: last, in: log)
            if seen.isAnnulled { continue }
            for (lead, customer) in try Self.conversions(of: seen.recorded) {
                let time = seen.recorded.event.occurredAt
                if let first = customers[lead], first.occurredAt <= time { continue }
                customers[lead] = LeadConversion(
                    lead: lead, customer: customer, position: recorded.position, eventID: recorded.event.id,
                    occurredAt: time, recordedAt: recorded.recordedAt)
            }
        }
        for (lead, first) in customers { leads[first.customer, default: []].append(lead) }
    }

    /// The conversion of a lead that counts; nil for a lead that was not converted.
    func conversion(of lead: Tag) -> LeadConversion? { customers[lead] }

    /// The ids that an id is tied to at once.
    func others(than id: Tag) -> [Tag] {
        var others = leads[id] ?? []
        if let first = customers[id] { others.append(first.customer) }
        return others + identity.members(of: id).filter { $0 != id }
    }

    /// The customer that a lead became; nil for one that was not converted.
    func customer(of lead: Tag) -> Tag? { customers[lead]?.customer }

    /// The leads that became a customer.
    func leads(of customer: Tag) -> [Tag] { leads[customer] ?? [] }

    private static func conversions(of recorded: RecordedEvent) throws -> [(lead: Tag, customer: Tag)] {
        let message = try recorded.message(LeadConverted.self)
        let tags = recorded.event.tags
        let named = tag("customer", message.customerID)
        guard let customer = named ?? tags.first(where: { $0.names(oneOf: ["customer"]) }) else { return [] }
        var leads = tags.filter { $0.names(oneOf: ["lead"]) }
        if let lead = tag("lead", message.leadID), !leads.contains(lead) { leads.append(lead) }
        return leads.map { ($0, customer) }
    }

    /// Nil for an id that is empty or cannot be a tag: it is nobody's.
    private static func tag(_ kind: String, _ id: String) -> Tag? {
        if id.isEmpty { return nil }
        return try? Tag(kind, id)
    }
}

extension RecordedEvent {
    /// The data as a message of the catalogue.
    ///
    /// - Throws: ``UnreadableEvent`` with the position.
    package func message<Event: CatalogueEvent>(_ type: Event.Type) throws -> Event {
        do {
            return try Event(serializedBytes: try upcast().event.data)
        } catch {
            throw UnreadableEvent(position: position, type: event.type, reason: "\(error)")
        }
    }
}

/// An event whose data is not what its type says, where its content decides about the rights of a person.
public struct UnreadableEvent: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where it stands.
    public let position: Position
    /// Its type.
    public let type: EventType
    /// What is wrong with it.
    public let reason: String

    public var description: String {
        "the event at position \(position) cannot be read as \(type): \(reason); expected data that append has checked"
    }
}
