internal import EventLog
internal import Foundation
internal import LMDB
internal import Sealing
internal import SwiftProtobuf

/// Makes what is said of ids out of copied events. Safe to use from several threads.
struct DuplicateDecoder: Sendable {
    /// An event, and one of its ids that it says something of.
    struct Utterance: Sendable {
        let stored: RecordedEvent
        let seen: SeenEvent
        let tag: Tag
        /// Where what is known of the id stands.
        let place: Int
    }

    let personal: PersonalData

    /// What the event says of the id.
    ///
    /// - Throws: ``UnreadableEvent``; `MasterKeyRefusal`, and errors of the storage layer.
    func decode(_ utterance: Utterance) throws -> DuplicateStatement {
        var statement = DuplicateStatement(said: SaidAt(utterance.seen.recorded))
        switch utterance.stored.event.type {
        case CustomerRegistered.eventType: try registered(utterance, &statement)
        case CustomerProfileChanged.eventType: try changed(utterance, &statement)
        case IdentifierLinked.eventType:
            if let personal = try part(IdentifierLinkedPersonal.self, of: utterance) {
                statement.link = DuplicateFacts.Link(id: utterance.stored.event.id, identifier: personal.identifier)
            }
        case IdentifierUnlinked.eventType:
            let message = try utterance.seen.recorded.message(IdentifierUnlinked.self)
            statement.takenBack = EventID(message.linkEventID)
        default: try captured(utterance, &statement)
        }
        return statement
    }

    private func registered(_ utterance: Utterance, _ statement: inout DuplicateStatement) throws {
        let message = try utterance.seen.recorded.message(CustomerRegistered.self)
        let personal = try part(CustomerRegisteredPersonal.self, of: utterance)
        let displayName = personal?.displayName ?? ""
        let isOrganisation: Bool =
            switch message.kind {
            case .organisation, .merchant, .dealer: true
            case .person, .visitor, .employee: false
            default: displayName.isEmpty && !message.organisationName.isEmpty
            }
        statement.isOrganisation = isOrganisation
        let ownName = isOrganisation ? message.organisationName : ""
        if !displayName.isEmpty { statement.set(ownName.isEmpty ? .name : .contact, displayName) }
        if !message.organisationName.isEmpty {
            statement.set(isOrganisation ? .name : .company, message.organisationName)
        }
        for attribute in message.attributes { statement.set(named: attribute.name, attribute.value) }
        statement.given = personal?.identifiers ?? []
    }

    private func changed(_ utterance: Utterance, _ statement: inout DuplicateStatement) throws {
        let message = try utterance.seen.recorded.message(CustomerProfileChanged.self)
        let personal = try part(CustomerProfileChangedPersonal.self, of: utterance)
        for change in message.changes + (personal?.changes ?? []) { statement.set(named: change.field, change.value) }
    }

    private func captured(_ utterance: Utterance, _ statement: inout DuplicateStatement) throws {
        let message = try utterance.seen.recorded.message(LeadCaptured.self)
        let personal = try part(LeadCapturedPersonal.self, of: utterance)
        if !message.organisationName.isEmpty { statement.set(.company, message.organisationName) }
        for attribute in message.attributes { statement.set(named: attribute.name, attribute.value) }
        guard let personal else { return }
        if !personal.displayName.isEmpty { statement.set(.name, personal.displayName) }
        statement.given = personal.identifiers
    }

    // MARK: Personal parts

    /// What the event says of the person behind its id; nil where it says nothing, or nothing can be known of it.
    private func part<Part: PersonalPart>(_ type: Part.Type, of utterance: Utterance) throws -> Part? {
        let tag = utterance.tag
        if let correction = utterance.seen.correction, let bytes = try opened(correction.event, tag) {
            guard let amended = try? EventCorrectedPersonal(serializedBytes: bytes) else { return nil }
            return try? Part(serializedBytes: [UInt8](amended.data))
        }
        // What seals a part is bound to the event as it was appended.
        guard let bytes = try opened(utterance.stored.event, tag) else { return nil }
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
