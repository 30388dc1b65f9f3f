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

    /// The value of a field; nil when it is not known.
    public func value(of field: String) -> String? { fields.first { $0.name == field }?.value }
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
        return try rows.read(ProfileModel.name, and: PipelineModel.name, around: tag) { profiles, deals in
            let sales = try PipelineModel.salesByCurrency(dimension: "customer", value: customerID, in: deals)
            guard let state = try profiles.state(ProfileState.self, of: tag) else {
                if rows.isSelection { return nil }
                return try profileWithoutRow(of: customerID, tag, sales, at: profiles.position)
            }
            return CustomerProfile(
                customerID: customerID,
                fields: try fields(of: state, tag),
                sales: sales,
                events: Int(state.events),
                firstSeen: Timestamp(microseconds: state.firstSeen),
                lastSeen: Timestamp(microseconds: state.lastSeen),
                interactions: Int(state.interactions),
                lastInteraction: state.lastInteraction.map { Timestamp(microseconds: $0.occurredAt) },
                lastChannel: state.lastInteraction == nil ? nil : state.lastChannel,
                orders: Int(state.tallies.orders), cases: Int(state.tallies.cases),
                touchpoints: Int(state.tallies.touchpoints), complaints: Int(state.tallies.complaints),
                suggestions: Int(state.tallies.suggestions), referrals: Int(state.tallies.referrals),
                position: profiles.position)
        }
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
            complaints: 0, suggestions: 0, referrals: 0, position: position)
    }

    private func fields(of state: ProfileState, _ customer: Tag) throws -> [CustomerProfile.Field] {
        var newest: [String: (value: String, moment: Moment, isPersonal: Bool)] = [:]
        for field in state.fields { newest[field.name] = (field.value, field.moment, false) }
        let takenBack = try linksTakenBack(state)
        for moment in state.personalParts {
            for (name, value) in try openPersonalPart(
                at: Position(moment.position), of: customer, without: takenBack)
            {
                if let known = newest[name], known.moment.isNewer(than: moment) { continue }
                newest[name] = (value, moment, true)
            }
        }
        return try newest.filter { !$0.value.value.isEmpty }.map { name, found in
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
        for position in state.unlinkings.map({ Position($0) }) {
            guard let recorded = try log.event(at: position) else {
                throw DamagedLog(position: position, damage: .missing)
            }
            ids.insert(try IdentifierUnlinked(serializedBytes: recorded.upcast().event.data).linkEventID.lowercased())
        }
        return ids
    }

    /// The personal fields that the event at `position` gives about a customer.
    private func openPersonalPart(
        at position: Position, of customer: Tag, without takenBack: Set<String>
    ) throws -> [(String, String)] {
        guard let recorded = try log.event(at: position) else { throw DamagedLog(position: position, damage: .missing) }
        guard let part = recorded.event.subjects.first(where: { $0.id == customer.text })?.part,
            part.algorithm == .unsealed
        else { return [] }
        if recorded.event.type == CustomerRegistered.eventType {
            let personal = try CustomerRegisteredPersonal(serializedBytes: part.bytes)
            // A registration without a name says nothing about the name; only a change to nothing clears it.
            return (personal.displayName.isEmpty ? [] : [("name", personal.displayName)])
                + personal.identifiers.map { ($0.type.word, $0.value) }
        }
        if recorded.event.type == IdentifierLinked.eventType {
            if takenBack.contains(recorded.event.id.description) { return [] }
            let identifier = try IdentifierLinkedPersonal(serializedBytes: part.bytes).identifier
            return [(identifier.type.word, identifier.value)]
        }
        return try CustomerProfileChangedPersonal(serializedBytes: part.bytes).changes.map { ($0.field, $0.value) }
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
