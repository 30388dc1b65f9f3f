internal import EventLog
internal import Foundation
internal import LMDB
internal import Projection
internal import Sealing
internal import SwiftProtobuf

/// Makes steps of copied events. Safe to use from several threads.
struct LinkDecoder: Sendable {
    /// One event, decoded.
    struct Decoded: Sendable {
        let eventID: EventID
        let position: Position
        var steps: [IdentityStep] = []
        var said: [Said] = []
        var isUnopened = false
        var isUnreadable = false
    }

    /// What an event says of one customer, with values as given.
    struct Said: Sendable {
        let customer: Tag
        let occurredAt: Timestamp
        let isLink: Bool
        var country: String?
        var identifiers: [(type: IdentifierType, value: String, source: String)] = []
    }

    let opener: any PartOpening
    /// Who is erased, or restricted: nothing is known of them.
    let privacy: PrivacyState
    /// What later events say of earlier ones.
    let hindsight: HindsightView
    let identity: IdentityView
    /// Which leads are which customers: what was said of them was said of these.
    let conversions: Conversions
    /// Whose data is restricted then, says nothing either.
    let time: Timestamp

    /// - Throws: what opening throws when nobody can say whether parts open, as without the key of keys.
    func decode(_ stored: RecordedEvent) throws -> Decoded {
        var decoded = Decoded(eventID: stored.event.id, position: stored.position)
        do {
            try decode(stored, into: &decoded)
        } catch is MalformedBytes, is UnreadableEvent, is FailedUpcast {
            (decoded.steps, decoded.said) = ([], [])
            decoded.isUnreadable = true
        }
        return decoded
    }

    private func decode(_ stored: RecordedEvent, into decoded: inout Decoded) throws {
        switch stored.event.type {
        case CustomersMerged.eventType:
            // What the log has of merges is known already; an ill-formed one is none.
            guard let merge = identity.merge(at: stored.position) else { return }
            decoded.steps.append(
                .merged(
                    StatedMerge(
                        id: merge.eventID, position: merge.position, survivor: merge.survivor,
                        absorbed: merge.absorbed, isByRule: !merge.rule.isEmpty)))
        case CustomersUnmerged.eventType:
            if let unmerge = try unmerge(stored) { decoded.steps.append(.unmerged(unmerge)) }
        case DuplicateReviewed.eventType:
            let message = try stored.message(DuplicateReviewed.self)
            guard let first = customer(message.first), let second = customer(message.second) else { return }
            decoded.steps.append(.reviewed(first, second, message.decision, at: stored.position))
        default:
            let seen = SeenEvent(stored, through: hindsight)
            if !seen.isAnnulled { try decodeLink(stored, seen, into: &decoded) }
        }
    }

    /// Nil where it undoes nothing.
    private func unmerge(_ stored: RecordedEvent) throws -> StatedUnmerge? {
        let message = try stored.message(CustomersUnmerged.self)
        guard let id = EventID(message.mergeEventID), let merge = identity.merge(id),
            merge.unmergedAt == stored.position
        else { return nil }
        var moved: [EventID: MergeSide] = [:]
        for exception in message.exceptions {
            if let event = EventID(exception.eventID) { moved[event] = exception.side }
        }
        var members: Set<Tag> = []
        if !moved.isEmpty {
            let before = IdentityView(
                history: identity.history, position: Position(stored.position.rawValue - 1))
            members = Set(before.members(of: merge.survivor))
        }
        return StatedUnmerge(merge: id, isByRule: !message.rule.isEmpty, moved: moved, members: members)
    }

    /// Nil for a lead that was not converted, and for what is no id.
    private func customer(_ text: String) -> Tag? {
        guard let tag = try? Tag(text) else { return nil }
        return tag.names(oneOf: ["customer"]) ? tag : conversions.customer(of: tag)
    }

    // MARK: Links

    private func decodeLink(_ stored: RecordedEvent, _ seen: SeenEvent, into decoded: inout Decoded) throws {
        let event = try seen.recorded.upcast().event
        if event.type == IdentifierUnlinked.eventType {
            let data = event.data
            if let link = EventID(try IdentifierUnlinkedView(data.rawSpan).linkEventID.text()) {
                decoded.steps.append(.takenBack(link: link))
            }
            return
        }
        for customer in event.tags where customer.names(oneOf: ["customer"]) {
            var said = Said(
                customer: customer, occurredAt: event.occurredAt, isLink: event.type == IdentifierLinked.eventType)
            if !privacy.isErased(customer.text), privacy.restriction(of: customer.text, at: time) == nil {
                let opened = try part(about: customer, stored, seen)
                if opened.isUnopened { decoded.isUnopened = true }
                try Self.read(event, part: opened.bytes, into: &said)
            }
            decoded.said.append(said)
        }
    }

    /// The part that counts: that of the correction if it has one about the customer, else the event's own.
    private func part(
        about customer: Tag, _ stored: RecordedEvent, _ seen: SeenEvent
    ) throws -> (bytes: [UInt8]?, isUnopened: Bool) {
        if let correction = seen.correction, let part = Self.part(about: customer, of: correction.event) {
            let opened = try open(part, about: customer, of: correction.event)
            guard let bytes = opened.bytes else { return opened }
            do {
                return ([UInt8](try EventCorrectedPersonal(serializedBytes: bytes).data), false)
            } catch {
                throw UnreadableEvent(position: correction.position, type: correction.event.type, reason: "\(error)")
            }
        }
        guard let part = Self.part(about: customer, of: stored.event) else { return (nil, false) }
        return try open(part, about: customer, of: stored.event)
    }

    private static func part(about customer: Tag, of event: NewEvent) -> SealedPart? {
        event.subjects.first { $0.id.sameBytes(as: customer.text) && $0.part != nil }?.part
    }

    private func open(
        _ part: SealedPart, about customer: Tag, of event: NewEvent
    ) throws -> (bytes: [UInt8]?, isUnopened: Bool) {
        do {
            switch try opener.open(part, of: customer.text, in: SealingContext(event)) {
            case .bytes(let bytes): return (bytes, false)
            case .erased, .restricted: return (nil, false)
            case .keyMissing: return (nil, true)
            }
        } catch is UnopenedPart {
            return (nil, true)
        }
    }

    private static func read(_ event: NewEvent, part: [UInt8]?, into said: inout Said) throws {
        let data = event.data
        switch event.type {
        case CustomerRegistered.eventType:
            var country: String?
            try CustomerRegisteredView(data.rawSpan).forEachAttributes { attribute in
                if SearchState.countryField.sameBytes(as: attribute.name) { country = attribute.value.text() }
            }
            said.country = country
            guard let part else { return }
            var identifiers = said.identifiers
            try CustomerRegisteredPersonalView(part.rawSpan).forEachIdentifiers { identifier in
                identifiers.append((identifier.type, identifier.value.text(), identifier.source.text()))
            }
            said.identifiers = identifiers
        case CustomerProfileChanged.eventType:
            // A value that was in a field once stays one by which the customer was recognised.
            var changes = ProfileChanges()
            try CustomerProfileChangedView(data.rawSpan).forEachChanges { changes.add($0) }
            if let part { try CustomerProfileChangedPersonalView(part.rawSpan).forEachChanges { changes.add($0) } }
            said.country = changes.country
            said.identifiers = changes.identifiers.map { ($0.kind, $0.value, "") }
        default:
            guard let part else { return }
            let personal = try IdentifierLinkedPersonalView(part.rawSpan)
            let identifier = (
                type: personal.identifier.type, value: personal.identifier.value.text(),
                source: personal.identifier.source.text()
            )
            said.identifiers = [identifier]
        }
    }
}
