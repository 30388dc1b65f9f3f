public import EventLog
internal import Foundation
internal import LMDB
internal import Projection
internal import SwiftProtobuf

/// Everything known of one customer, each value with when it was valid from, when we learnt it, and from which event.
public struct CustomerProfile: Codable, Sendable, Hashable {
    /// One field and where its value comes from.
    public struct Field: Codable, Sendable, Hashable {
        /// What is known, as `name`, `email` or an attribute.
        public let name: String
        /// The one that became true last; never empty.
        public let value: String
        /// Whether the value stands in the personal part of its event.
        public let isPersonal: Bool
        /// When it became true.
        public let occurredAt: Timestamp
        /// When we learnt it.
        public let recordedAt: Timestamp
        /// The event that set it.
        public let position: Position
        /// The id of that event.
        public let eventID: EventID
    }

    /// Sales to the customer in one currency.
    public struct Sales: Codable, Sendable, Hashable {
        /// Empty for deals whose value nobody has stated.
        public let currency: String
        /// Deals that stand as won.
        public let won: Int64
        /// What won deals come to, in minor units.
        public let wonValue: Int64
        /// Deals that stand as lost.
        public let lost: Int64
        /// Deals that are neither won nor lost.
        public let open: Int64
        /// What open deals come to, in minor units.
        public let openValue: Int64
    }

    /// The opaque id that was asked for.
    public let customerID: String
    /// By field name.
    public let fields: [Field]
    /// Deals with the customer, by currency; empty without deals.
    public let sales: [Sales]
    /// Events about the customer of types that profiles are made of; where there are none of these, all events.
    public let events: Int
    /// When the earliest of these events happened.
    public let firstSeen: Timestamp
    /// When the latest of these events happened.
    public let lastSeen: Timestamp
    /// How often somebody was in touch with the customer.
    public let interactions: Int
    /// When somebody was in touch last; nil when nobody was.
    public let lastInteraction: Timestamp?
    /// How somebody was in touch last, as `phone` or `visit`; nil when nobody was.
    public let lastChannel: String?
    /// How often an order was placed, and a case opened; the read models of these say what has become of them.
    public let orders: Int
    /// Cases opened, whatever has become of them.
    public let cases: Int
    /// How often the customer came across us: saw a page, opened a message, came into a shop.
    public let touchpoints: Int
    /// How often the customer complained.
    public let complaints: Int
    /// Ideas and needs that came from the customer.
    public let suggestions: Int
    /// Made by the customer, or of the customer.
    public let referrals: Int
    /// The position that the answer is of.
    public let position: Position
    /// Nil where nothing is withheld, so that JSON leaves it out.
    let withheldIfAny: [String: Withheld]?

    /// Why personal values are missing, by the id of the person as it stands in tags; empty when none is missing for
    /// such a reason.
    public var withheld: [String: Withheld] { withheldIfAny ?? [:] }

    /// The value of a field; nil when it is not known.
    public func value(of field: String) -> String? { fields.first { $0.name == field }?.value }

    private enum CodingKeys: String, CodingKey {
        case customerID, fields, sales, events, firstSeen, lastSeen, interactions, lastInteraction, lastChannel
        case orders, cases, touchpoints, complaints, suggestions, referrals, position
        case withheldIfAny = "withheld"
    }
}

extension CRMState {
    /// The profile of a customer; nil when no event is about that id. O(fields + personal parts). Where all events are
    /// of types that no profile is made of, it has no fields, and takes O(events).
    ///
    /// - Parameter atLeast: waits until the rows have reached this position.
    public func profile(of customerID: String, atLeast position: Position? = nil) async throws -> CustomerProfile? {
        try await wait(for: position, of: ProfileModel.name, PipelineModel.name)
        return try profileNow(of: customerID)
    }

    func profileNow(of customerID: String) throws -> CustomerProfile? {
        let tag = try Tag.customer(customerID)
        let found = try rows.read(ProfileModel.name, and: PipelineModel.name, around: tag) { profiles, deals in
            (
                state: try profiles.state(ProfileState.self, of: tag),
                sales: try PipelineModel.salesByCurrency(dimension: "customer", value: customerID, in: deals),
                position: profiles.position
            )
        }
        guard let state = found.state else {
            if rows.isSelection { return nil }
            return try profileWithoutRow(of: customerID, tag, found.sales, at: found.position)
        }
        // No rows are lent meanwhile: that personal values are shown is noted first, durably.
        let (fields, withheld) = try fields(of: state, tag)
        return CustomerProfile(
            customerID: customerID,
            fields: fields,
            sales: found.sales,
            events: Int(state.events),
            firstSeen: Timestamp(microseconds: state.firstSeen),
            lastSeen: Timestamp(microseconds: state.lastSeen),
            interactions: Int(state.interactions),
            lastInteraction: state.lastInteraction.map { Timestamp(microseconds: $0.occurredAt) },
            lastChannel: state.lastInteraction == nil ? nil : state.lastChannel,
            orders: Int(state.tallies.orders), cases: Int(state.tallies.cases),
            touchpoints: Int(state.tallies.touchpoints), complaints: Int(state.tallies.complaints),
            suggestions: Int(state.tallies.suggestions), referrals: Int(state.tallies.referrals),
            position: found.position, withheldIfAny: withheld.isEmpty ? nil : withheld)
    }

    /// How many events are about a customer who has no row; nil when there are none.
    private func profileWithoutRow(
        of customerID: String, _ customer: Tag, _ sales: [CustomerProfile.Sales], at position: Position
    ) throws -> CustomerProfile? {
        var events = 0
        var firstSeen = Int64.max
        var lastSeen = Int64.min
        try log.read(Query(tag: customer), to: position) { event in
            guard hasHappened(at: event.occurredAt) else { return true }
            events += 1
            firstSeen = min(firstSeen, event.occurredAt.microseconds)
            lastSeen = max(lastSeen, event.occurredAt.microseconds)
            return true
        }
        if events == 0 { return nil }
        return CustomerProfile(
            customerID: customerID, fields: [], sales: sales, events: events,
            firstSeen: Timestamp(microseconds: firstSeen), lastSeen: Timestamp(microseconds: lastSeen),
            interactions: 0, lastInteraction: nil, lastChannel: nil, orders: 0, cases: 0, touchpoints: 0,
            complaints: 0, suggestions: 0, referrals: 0, position: position, withheldIfAny: nil)
    }

    private func fields(
        of state: ProfileState, _ customer: Tag
    ) throws -> (fields: [CustomerProfile.Field], withheld: [String: Withheld]) {
        var newest: [String: (value: String, moment: Moment, isPersonal: Bool)] = [:]
        for field in state.fields { newest[field.name] = (field.value, field.moment, false) }
        let takenBack = try linksTakenBack(state)
        let events = try state.personalParts.map { try event(at: Position($0.position)) }
        var withheld: [String: Withheld] = [:]
        let opened = try reader.opened(events, of: customer.text, asking: ProfileModel.name)
        for (moment, event) in zip(state.personalParts, opened) {
            // A missing key says the least: others may be there.
            withheld.merge(event.withheld) { known, reason in known == .keyMissing ? reason : known }
            for (name, value) in try personalFields(of: event, customer, without: takenBack) {
                if let known = newest[name], known.moment.isNewer(than: moment) { continue }
                newest[name] = (value, moment, true)
            }
        }
        return (try fields(newest), withheld)
    }

    private func event(at position: Position) throws -> RecordedEvent {
        guard let recorded = try log.event(at: position) else { throw DamagedLog(position: position, damage: .missing) }
        return recorded
    }

    private func fields(
        _ newest: [String: (value: String, moment: Moment, isPersonal: Bool)]
    ) throws -> [CustomerProfile.Field] {
        try newest.filter { !$0.value.value.isEmpty }.map { name, found in
            let position = Position(found.moment.position)
            guard let id = try log.withEvent(at: position, { $0.id }) else {
                throw DamagedLog(position: position, damage: .missing)
            }
            return CustomerProfile.Field(
                name: name, value: found.value, isPersonal: found.isPersonal,
                occurredAt: Timestamp(microseconds: found.moment.occurredAt),
                recordedAt: Timestamp(microseconds: found.moment.recordedAt), position: position, eventID: id)
        }.sorted { $0.name < $1.name }
    }

    /// The ids of the events whose identifiers are not the customer's after all.
    private func linksTakenBack(_ state: ProfileState) throws -> Set<String> {
        var ids: Set<String> = []
        for position in state.unlinkings {
            let recorded = try event(at: Position(position))
            ids.insert(try IdentifierUnlinked(serializedBytes: recorded.upcast().event.data).linkEventID.lowercased())
        }
        return ids
    }

    /// The personal fields that an event gives about a customer.
    private func personalFields(
        of opened: OpenedEvent, _ customer: Tag, without takenBack: Set<String>
    ) throws -> [(String, String)] {
        guard let part = opened.part(of: customer.text) else { return [] }
        let event = opened.recorded.event
        if event.type == CustomerRegistered.eventType {
            let personal = try CustomerRegisteredPersonal(serializedBytes: part)
            // A registration without a name says nothing about the name; only a change to nothing clears it.
            return (personal.displayName.isEmpty ? [] : [("name", personal.displayName)])
                + personal.identifiers.map { ($0.type.word, $0.value) }
        }
        if event.type == IdentifierLinked.eventType {
            if takenBack.contains(event.id.description) { return [] }
            let identifier = try IdentifierLinkedPersonal(serializedBytes: part).identifier
            return [(identifier.type.word, identifier.value)]
        }
        return try CustomerProfileChangedPersonal(serializedBytes: part).changes.map { ($0.field, $0.value) }
    }
}

extension IdentifierType {
    var word: String {
        switch self {
        case .userID: "user id"
        case .anonymousID: "anonymous id"
        case .email: "email"
        case .phone: "phone"
        case .wechat: "wechat"
        case .card: "card"
        case .device: "device"
        case .externalID: "external id"
        case .unspecified, .UNRECOGNIZED: "identifier"
        }
    }
}
