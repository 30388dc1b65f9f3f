public import EventLog
internal import Foundation
internal import LMDB
internal import Projection
internal import SwiftProtobuf

extension CRMState {
    /// The profile of a customer; nil when no event is about that id. Any id of a person with several gives the profile
    /// of the person; of each field the newest value counts, unless a merge has chosen a side for it. Where the use of
    /// one of the ids is restricted, the personal values of all are withheld.
    ///
    /// O(fields + personal parts). Where all events are of types that no profile is made of, it has no fields, and
    /// takes O(events).
    ///
    /// - Parameter atLeast: waits until the rows have reached this position.
    public func profile(of customerID: String, atLeast position: Position? = nil) async throws -> CustomerProfile? {
        try await wait(for: position, of: ProfileModel.name, PipelineModel.name)
        return try profileNow(of: customerID)
    }

    func profileNow(of customerID: String) throws -> CustomerProfile? {
        let asked = try Tag.customer(customerID)
        // Of the past the rows around one tag are folded; rows that serve may have gone on meanwhile.
        let around = try identity().canonical(of: asked)
        let found = try rows.read(ProfileModel.name, and: PipelineModel.name, around: around) { profiles, deals in
            let person = ProfiledPerson(asked, try history.identity(in: log, asOf: profiles.position))
            return (
                person: person, state: try profiles.state(ProfileState.self, of: person.canonical),
                sales: try PipelineModel.salesByCurrency(dimension: "customer", value: person.id, in: deals)
            )
        }
        let person = found.person
        guard let state = found.state else {
            return try rows.isSelection ? nil : profileWithoutRow(of: person, found.sales)
        }
        // No rows are lent meanwhile: that personal values are shown is noted first, durably.
        let (fields, withheld) = try fields(of: state, person)
        return CustomerProfile(
            customerID: person.id, askedID: person.askedID, members: person.memberIDs, fields: fields,
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
            position: person.position, withheldIfAny: withheld.isEmpty ? nil : withheld)
    }

    /// How many events are about a customer who has no row; nil when there are none.
    private func profileWithoutRow(
        of person: ProfiledPerson, _ sales: [CustomerProfile.Sales]
    ) throws -> CustomerProfile? {
        var events = 0
        var firstSeen = Int64.max
        var lastSeen = Int64.min
        try history.forEachSeen(about: person.canonical, types: [], to: person.position, in: log) { event in
            guard hasHappened(at: event.occurredAt) else { return true }
            events += 1
            firstSeen = min(firstSeen, event.occurredAt.microseconds)
            lastSeen = max(lastSeen, event.occurredAt.microseconds)
            return true
        }
        if events == 0 { return nil }
        return CustomerProfile(
            customerID: person.id, askedID: person.askedID, members: person.memberIDs, fields: [], sales: sales,
            events: events,
            firstSeen: Timestamp(microseconds: firstSeen), lastSeen: Timestamp(microseconds: lastSeen),
            interactions: 0, lastInteraction: nil, lastChannel: nil, orders: 0, cases: 0, touchpoints: 0,
            complaints: 0, suggestions: 0, referrals: 0, position: person.position, withheldIfAny: nil)
    }

    private func fields(
        of state: ProfileState, _ person: ProfiledPerson
    ) throws -> (fields: [CustomerProfile.Field], withheld: [String: Withheld]) {
        var values = FieldValues()
        for field in state.fields {
            let origin = person.origin(of: field.origin)
            for said in [ProfileState.Said(value: field.value, moment: field.moment)] + field.later {
                values.add(
                    field.name,
                    FieldValues.Said(value: said.value, moment: said.moment, isPersonal: false, origin: origin),
                    first: field.first)
            }
        }
        let takenBack = try linksTakenBack(state, person)
        let events = try state.personalParts.map {
            try eventToOpen(at: Position($0.position), asOf: person.position)
        }
        let subjects = person.subjects(besides: state.origins)
        let known = Set(subjects.map { Tag(unchecked: $0) })
        let opened = try reader.opened(
            events, of: subjects, person: person.members.map(\.text), asking: ProfileModel.name)
        var withheld: [String: Withheld] = [:]
        for (moment, event) in zip(state.personalParts, opened) {
            // A missing key says the least: others may be there.
            withheld.merge(event.withheld) { known, reason in known == .keyMissing ? reason : known }
            for subject in event.recorded.event.subjects.map(\.id) where known.contains(Tag(unchecked: subject)) {
                let origin = person.origin(of: subject)
                for (name, value) in try personalFields(of: event, subject, without: takenBack) {
                    values.add(
                        name, FieldValues.Said(value: value, moment: moment, isPersonal: true, origin: origin))
                }
            }
        }
        return (try fields(values.newest(after: person.merges), person), withheld)
    }

    private func fields(
        _ newest: [String: FieldValues.Said], _ person: ProfiledPerson
    ) throws -> [CustomerProfile.Field] {
        try newest.filter { !$0.value.value.isEmpty }.map { name, found in
            let position = Position(found.moment.position)
            guard let id = try log.withEvent(at: position, { $0.id }) else {
                throw DamagedLog(position: position, damage: .missing)
            }
            return CustomerProfile.Field(
                name: name, value: found.value, isPersonal: found.isPersonal,
                occurredAt: Timestamp(microseconds: found.moment.occurredAt),
                recordedAt: Timestamp(microseconds: found.moment.recordedAt), position: position, eventID: id,
                storedUnder: found.origin == person.canonical ? nil : String(found.origin.id))
        }.sorted { $0.name < $1.name }
    }

    /// The ids of the events whose identifiers are not the customer's after all.
    private func linksTakenBack(_ state: ProfileState, _ person: ProfiledPerson) throws -> Set<String> {
        var ids: Set<String> = []
        for position in state.unlinkings {
            let recorded = try eventToOpen(at: Position(position), asOf: person.position).seen.recorded
            ids.insert(try IdentifierUnlinked(serializedBytes: recorded.upcast().event.data).linkEventID.lowercased())
        }
        return ids
    }

    /// The personal fields that an event gives about one id of a customer.
    private func personalFields(
        of opened: OpenedEvent, _ subject: String, without takenBack: Set<String>
    ) throws -> [(String, String)] {
        guard let part = opened.part(of: subject) else { return [] }
        do {
            return try personalFields(part, of: opened.recorded.event, without: takenBack)
        } catch is BinaryDecodingError {
            // Whoever appended it past the checks has said nothing.
            return []
        }
    }

    private func personalFields(
        _ part: [UInt8], of event: NewEvent, without takenBack: Set<String>
    ) throws -> [(String, String)] {
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

/// Whose profile is shown.
private struct ProfiledPerson {
    let asked: Tag
    /// The id that stands for all.
    let canonical: Tag
    /// All ids, the canonical one first.
    let members: [Tag]
    private let known: Set<Tag>
    /// What makes them one person, in the order of the log.
    let merges: [MergeRecord]
    let position: Position

    init(_ asked: Tag, _ identity: IdentityView) {
        self.asked = asked
        canonical = identity.canonical(of: asked)
        members = identity.members(of: asked)
        known = Set(members)
        merges = members.count > 1 ? identity.merges(of: canonical) : []
        position = identity.position
    }

    var id: String { String(canonical.id) }
    var askedID: String? { asked == canonical ? nil : String(asked.id) }
    var memberIDs: [String]? { members.count > 1 ? members.map { String($0.id) } : nil }

    /// Which id of the person a tag is that an event is stored under; one of another person, whose event was given to
    /// this one, counts as the canonical one.
    func origin(of text: String) -> Tag {
        if text.isEmpty { return canonical }
        let tag = Tag(unchecked: text)
        return known.contains(tag) ? tag : canonical
    }

    /// Whose personal parts say something of the person: all ids, and those whose events were given to it.
    func subjects(besides origins: [String]) -> [String] {
        members.map(\.text) + origins.filter { !known.contains(Tag(unchecked: $0)) }
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
