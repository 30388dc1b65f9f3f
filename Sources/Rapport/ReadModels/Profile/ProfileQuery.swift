public import EventLog
internal import Foundation
internal import LMDB
internal import Projection
internal import SwiftProtobuf

/// Everything known of one customer, each value with when it was valid from, when we learnt it, and from which event.
public struct CustomerProfile: Codable, Sendable, Hashable {
    /// One field and where its value comes from.
    public struct Field: Codable, Sendable, Hashable {
        public let name: String
        public let value: String
        /// Whether the value stands in the personal part of its event.
        public let isPersonal: Bool
        /// When it became true.
        public let occurredAt: Timestamp
        /// When we learnt it.
        public let recordedAt: Timestamp
        /// The event that set it.
        public let position: Position
        public let eventID: EventID
    }

    /// Sales to the customer in one currency.
    public struct Sales: Codable, Sendable, Hashable {
        public let currency: String
        public let won: Int64
        public let wonValue: Int64
        public let lost: Int64
        public let open: Int64
        public let openValue: Int64
    }

    public let customerID: String
    /// By field name.
    public let fields: [Field]
    public let sales: [Sales]
    public let events: Int
    public let firstSeen: Timestamp
    public let lastSeen: Timestamp
    public let interactions: Int
    public let lastInteraction: Timestamp?
    public let lastChannel: String?
    /// Orders placed and cases opened; the read models of these say what has become of them.
    public let orders: Int
    public let cases: Int
    public let touchpoints: Int
    public let complaints: Int
    public let suggestions: Int
    /// Made by the customer, or of the customer.
    public let referrals: Int
    /// The position that the answer is of.
    public let position: Position

    /// The value of a field; nil when it is not known.
    public func value(of field: String) -> String? { fields.first { $0.name == field }?.value }
}

extension Rapport {
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
        return try projections.read(ProfileModel.name, and: PipelineModel.name) { profiles, deals in
            let sales = try PipelineModel.salesByCurrency(dimension: "customer", value: customerID, in: deals)
            guard let state = try profiles.state(ProfileState.self, of: tag) else {
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
                orders: state.number(of: .orders), cases: state.number(of: .cases),
                touchpoints: state.number(of: .touchpoints), complaints: state.number(of: .complaints),
                suggestions: state.number(of: .suggestions), referrals: state.number(of: .referrals),
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
            ids.insert(try IdentifierUnlinked(serializedBytes: recorded.event.data).linkEventID.lowercased())
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
