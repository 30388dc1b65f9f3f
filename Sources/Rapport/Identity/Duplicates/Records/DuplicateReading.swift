internal import EventLog
internal import Foundation
internal import LMDB
internal import Projection
internal import Sealing
internal import SwiftProtobuf

/// Reads what a log says of customers and leads, as far as duplicates are found by it: one pass over the events of a
/// few types.
///
/// Persons who are erased or whose data must not be used say nothing, and neither do leads that were converted: they
/// are the customers that they became. A personal part that does not open says nothing. Events count for the ids that
/// they are stored under, or were amended to; the exceptions of an unmerge move none of what is compared here.
struct DuplicateReading {
    /// The types that say such things.
    private static let types = [
        CustomerRegistered.eventType, CustomerProfileChanged.eventType, IdentifierLinked.eventType,
        IdentifierUnlinked.eventType, LeadCaptured.eventType,
    ]

    /// Events that are copied at a time.
    private static let chunk = 4_096

    private let log: EventLog
    private let personal: PersonalData
    private let hindsight: HindsightView
    private let hasHappened: (Timestamp) -> Bool
    /// Of whom nothing is to be known, and why.
    private let withholding: (String) -> Withheld?
    private let conversions: Conversions
    private var facts: [Tag: DuplicateFacts] = [:]
    /// What was decided about whom, so that each is asked about once.
    private var silence: [Tag: Bool] = [:]

    /// Reads up to `position`.
    ///
    /// - Parameters:
    ///   - conversions: which leads became customers by then.
    ///   - withholding: says of an id, as it stands in tags, why nothing is to be known of it.
    init(
        _ crm: some CRMState, to position: Position, _ conversions: Conversions,
        withholding: @escaping (String) -> Withheld?
    ) throws {
        log = crm.log
        personal = crm.reader.personal
        hindsight = try crm.history.view(in: crm.log, asOf: position)
        hasHappened = { crm.hasHappened(at: $0) }
        self.withholding = withholding
        self.conversions = conversions
        let query = try Query(types: Self.types)
        var next = Position(1)
        while next <= position {
            // Nothing else is read while a read lends events.
            let events = try log.events(query, from: next, to: position, limit: Self.chunk)
            for event in events { try take(event) }
            guard events.count == Self.chunk, let last = events.last else { return }
            next = last.position.next
        }
    }

    /// How many ids were left out because their data must not be used; the erased are not counted.
    var withheldCount: Int {
        silence.count { $0.value && withholding($0.key.text) == .restricted }
    }

    /// One record for each person and lead of whom something is known, in byte order of their ids.
    func records(by identity: IdentityView) -> [DuplicateRecord] {
        var records: [Tag: DuplicateRecord] = [:]
        for (id, facts) in facts.sorted(by: { $0.key < $1.key }) {
            let canonical = identity.canonical(of: id)
            var record = records.removeValue(forKey: canonical) ?? DuplicateRecord(id: canonical)
            record.add(facts, of: id)
            records[canonical] = record
        }
        return records.values.filter(\.saysSomething).sorted { $0.id < $1.id }
    }

    // MARK: Events

    private mutating func take(_ stored: RecordedEvent) throws {
        let seen = SeenEvent(stored, through: hindsight)
        guard !seen.isAnnulled, hasHappened(seen.recorded.event.occurredAt) else { return }
        let type = stored.event.type
        let kind = type == LeadCaptured.eventType ? "lead" : "customer"
        for tag in seen.recorded.event.tags where tag.names(oneOf: [kind]) && !isSilent(tag) {
            var known = facts.removeValue(forKey: tag) ?? DuplicateFacts()
            switch type {
            case CustomerRegistered.eventType: try registered(tag, stored, seen, &known)
            case CustomerProfileChanged.eventType: try changed(tag, stored, seen, &known)
            case IdentifierLinked.eventType:
                let personal = try part(IdentifierLinkedPersonal.self, of: tag, stored, seen)
                if let personal { known.link(personal.identifier, by: stored.event.id) }
            case IdentifierUnlinked.eventType:
                let message = try seen.recorded.message(IdentifierUnlinked.self)
                if let link = EventID(message.linkEventID) { known.takeBack(link) }
            default: try captured(tag, stored, seen, &known)
            }
            facts[tag] = known
        }
    }

    private mutating func isSilent(_ tag: Tag) -> Bool {
        if let known = silence[tag] { return known }
        let isConverted = tag.names(oneOf: ["lead"]) && !conversions.others(than: tag).isEmpty
        let isSilent = isConverted || withholding(tag.text) != nil
        silence[tag] = isSilent
        return isSilent
    }

    private func registered(
        _ tag: Tag, _ stored: RecordedEvent, _ seen: SeenEvent, _ facts: inout DuplicateFacts
    ) throws {
        let said = SaidAt(seen.recorded)
        let message = try seen.recorded.message(CustomerRegistered.self)
        let personal = try part(CustomerRegisteredPersonal.self, of: tag, stored, seen)
        let displayName = personal?.displayName ?? ""
        switch message.kind {
        case .organisation, .merchant, .dealer: facts.isOrganisation = true
        case .person, .visitor, .employee: facts.isOrganisation = false
        default: facts.isOrganisation = displayName.isEmpty && !message.organisationName.isEmpty
        }
        let ownName = facts.isOrganisation ? message.organisationName : ""
        if !displayName.isEmpty { facts.set(ownName.isEmpty ? .name : .contact, displayName, said) }
        if !message.organisationName.isEmpty {
            facts.set(facts.isOrganisation ? .name : .company, message.organisationName, said)
        }
        for attribute in message.attributes { facts.set(named: attribute.name, attribute.value, said) }
        facts.give(personal?.identifiers ?? [])
    }

    private func changed(
        _ tag: Tag, _ stored: RecordedEvent, _ seen: SeenEvent, _ facts: inout DuplicateFacts
    ) throws {
        let said = SaidAt(seen.recorded)
        let message = try seen.recorded.message(CustomerProfileChanged.self)
        let personal = try part(CustomerProfileChangedPersonal.self, of: tag, stored, seen)
        for change in message.changes + (personal?.changes ?? []) { facts.set(named: change.field, change.value, said) }
    }

    private func captured(
        _ tag: Tag, _ stored: RecordedEvent, _ seen: SeenEvent, _ facts: inout DuplicateFacts
    ) throws {
        let said = SaidAt(seen.recorded)
        let message = try seen.recorded.message(LeadCaptured.self)
        let personal = try part(LeadCapturedPersonal.self, of: tag, stored, seen)
        if !message.organisationName.isEmpty { facts.set(.company, message.organisationName, said) }
        for attribute in message.attributes { facts.set(named: attribute.name, attribute.value, said) }
        guard let personal else { return }
        if !personal.displayName.isEmpty { facts.set(.name, personal.displayName, said) }
        facts.give(personal.identifiers)
    }

    // MARK: Personal parts

    /// What the event says of the person behind `tag`; nil where it says nothing, or nothing can be known of it.
    private func part<Part: PersonalPart>(
        _ type: Part.Type, of tag: Tag, _ stored: RecordedEvent, _ seen: SeenEvent
    ) throws -> Part? {
        if let correction = seen.correction, let bytes = try opened(correction.event, tag) {
            guard let amended = try? EventCorrectedPersonal(serializedBytes: bytes) else { return nil }
            return try? Part(serializedBytes: [UInt8](amended.data))
        }
        // What seals a part is bound to the event as it was appended.
        guard let bytes = try opened(stored.event, tag) else { return nil }
        return try? Part(serializedBytes: bytes)
    }

    private func opened(_ event: NewEvent, _ tag: Tag) throws -> [UInt8]? {
        guard let part = event.subjects.first(where: { $0.id.sameBytes(as: tag.text) })?.part else { return nil }
        do {
            guard case .bytes(let bytes) = try personal.open(part, of: tag.text, in: SealingContext(event)) else {
                return nil
            }
            return bytes
        } catch is UnopenedPart {
            return nil
        }
    }
}

extension SaidAt {
    /// When an event that was copied out of the log became true, and where it stands.
    fileprivate init(_ recorded: RecordedEvent) {
        self.init()
        occurredAt = recorded.event.occurredAt.microseconds
        position = recorded.position.rawValue
    }
}
