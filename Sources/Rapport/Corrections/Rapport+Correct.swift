public import EventLog
internal import Foundation
internal import LMDB
internal import SwiftProtobuf

// The original of a corrected event stays in the log as it was. Read models, and whoever asks what is, see it as the
// last of its corrections says, as if it had been so from the start; whoever asks about a moment before the correction
// sees what was believed then.

extension Rapport {
    /// Has an event seen as if it had never been.
    ///
    /// - Parameters:
    ///   - position: where the event stands.
    ///   - reason: why, as a short code.
    ///   - provenance: who does it.
    ///   - id: the id of the correction; the same correction with the same id is appended once.
    /// - Throws: ``CorrectionRefusal``; ``AppendError``; errors of the storage layer.
    @discardableResult
    public func annul(
        _ position: Position, reason: String = "", provenance: Provenance = .init(), id: EventID = EventID()
    ) async throws -> CorrectionReceipt {
        try await correct(position, .annul, id, provenance) { target in
            if target.isAnnulled { throw CorrectionRefusal.alreadyAnnulled(position, by: target.correctedAt) }
            return Correction(message: Self.message(.annul, of: target, reason), tags: [])
        }
    }

    /// Has an event seen as it was stored, after it was amended, annulled, or reverted with its import.
    ///
    /// - Parameters: as of ``annul(_:reason:provenance:id:)``.
    /// - Throws: ``CorrectionRefusal``; ``AppendError``; errors of the storage layer.
    @discardableResult
    public func restore(
        _ position: Position, reason: String = "", provenance: Provenance = .init(), id: EventID = EventID()
    ) async throws -> CorrectionReceipt {
        try await correct(position, .restore, id, provenance) { target in
            if target.isAsStored { throw CorrectionRefusal.notCorrected(position) }
            return Correction(message: Self.message(.restore, of: target, reason), tags: target.stored.event.tags)
        }
    }

    /// Has an event seen with other content. What is nil stays as it is seen now. An event that is annulled, or was
    /// reverted with its import, is refused: it is restored first.
    ///
    /// - Parameters:
    ///   - position: where the event stands.
    ///   - data: all of its payload: the serialized message of its type, or any bytes for an integrator's own.
    ///   - personal: personal parts that become others, by whom they are about: serialized personal messages of its
    ///     type. Parts of other persons stay.
    ///   - tags: all of its tags. Nil lets them follow the data: where a field as `customer_id` has become another one,
    ///     so does the tag of that customer. A personal part goes with the tag of whom it is about, with the values
    ///     that it has; it is refused where it cannot be opened here.
    ///   - occurredAt: when it happened.
    ///   - reason: why, as a short code.
    ///   - provenance: who does it.
    ///   - id: the id of the correction; the same correction with the same id is appended once.
    /// - Throws: ``CorrectionRefusal``; `MasterKeyRefusal` where personal parts are to be sealed or opened and cannot;
    ///   ``AppendError``; errors of the storage layer.
    @discardableResult
    public func amend(
        _ position: Position, data: [UInt8]? = nil, personal: [Tag: [UInt8]] = [:], tags: [Tag]? = nil,
        occurredAt: Timestamp? = nil, reason: String = "", provenance: Provenance = .init(), id: EventID = EventID()
    ) async throws -> CorrectionReceipt {
        let amendment = Amendment(data: data, personal: personal, tags: tags, occurredAt: occurredAt)
        return try await correct(position, .amend, id, provenance) { target in
            if target.isAnnulled { throw CorrectionRefusal.annulled(position, by: target.correctedAt) }
            let event = try amendment.event(from: target)
            let privacy = try self.personal.state(in: log)
            let parts = try amendment.parts(of: event, target, privacy, by: self.personal)
            var before = target.now
            before.subjects = []
            if event == before, try personal.isEmpty || target.openParts(by: self.personal) == parts {
                throw CorrectionRefusal.unchanged(position)
            }
            return Correction(message: Self.message(of: event, target, reason), tags: event.tags, parts: parts)
        }
    }

    /// As ``amend(_:data:personal:tags:occurredAt:reason:provenance:id:)``, with a message of the catalogue.
    ///
    /// - Parameters:
    ///   - message: all of what the event says from now on.
    ///   - part: the personal part about `person`; nil leaves it.
    /// - Throws: ``CorrectionRefusal``, also when the event is of another type than the message.
    @discardableResult
    public func amend<Event: CatalogueEvent>(
        _ position: Position, to message: Event, personal part: Event.Personal? = nil, of person: Tag? = nil,
        tags: [Tag]? = nil, occurredAt: Timestamp? = nil, reason: String = "", provenance: Provenance = .init(),
        id: EventID = EventID()
    ) async throws -> CorrectionReceipt {
        if let stored = try log.event(at: position), stored.event.type != Event.eventType {
            throw CorrectionRefusal.unfit(
                position,
                reason: "is an event of type \(stored.event.type); expected a message of that type, found "
                    + "\(Event.eventType)")
        }
        var personal: [Tag: [UInt8]] = [:]
        if let part {
            guard let person else {
                throw CorrectionRefusal.unfit(position, reason: "a personal part needs the person it is about")
            }
            personal[person] = try part.serializedBytes()
        }
        let data: [UInt8] = try message.serializedBytes()
        return try await amend(
            position, data: data, personal: personal, tags: tags, occurredAt: occurredAt, reason: reason,
            provenance: provenance, id: id)
    }

    // MARK: Appending

    private static var correctionAttempts: Int { 10 }

    /// Appends the correction that `make` makes of the event, unless it was corrected meanwhile: then it is made again.
    private func correct(
        _ position: Position, _ kind: CorrectionKind, _ id: EventID, _ provenance: Provenance,
        _ make: (CorrectionTarget) throws -> Correction
    ) async throws -> CorrectionReceipt {
        for _ in 0..<Self.correctionAttempts {
            let target = try CorrectionTarget(position, in: self)
            if let known = try await knownCorrection(id, kind, of: target, make) { return known }
            let correction = try make(target)
            let event = try correction.event(of: target, id, provenance)
            let newTags = try newTags(of: correction, target)
            do {
                let condition = try target.condition(keeping: correction.persons)
                let appended = try await log.append([event], condition: condition).last
                return Self.receipt(at: appended, id, correction, newTags, of: target)
            } catch AppendError.conflict {
                // Somebody was first: looked at again.
                continue
            }
        }
        throw CorrectionRefusal.busy(position)
    }

    /// The receipt of the same correction, appended under this id before; nil when the id is free.
    ///
    /// - Throws: ``AppendError/idTaken(_:at:)`` when another event has the id.
    private func knownCorrection(
        _ id: EventID, _ kind: CorrectionKind, of target: CorrectionTarget,
        _ make: (CorrectionTarget) throws -> Correction
    ) async throws -> CorrectionReceipt? {
        guard let position = try log.position(of: id), let recorded = try log.event(at: position) else { return nil }
        let taken = AppendError.idTaken(id, at: position)
        guard recorded.event.type == EventCorrected.eventType, position > target.position else { throw taken }
        let message = try recorded.message(EventCorrected.self)
        guard message.kind == kind, message.eventID.sameBytes(as: target.stored.event.id.description) else {
            throw taken
        }
        // Made once more of the event as it was seen then; the log compares the whole, sealed parts included.
        let before = try CorrectionTarget(target.position, in: self, asOf: Position(position.rawValue - 1))
        let correction: Correction
        do {
            correction = try make(before)
        } catch CorrectionRefusal.unchanged {
            throw taken
        }
        var event = try correction.event(of: before, id, recorded.event.provenance)
        event.occurredAt = recorded.event.occurredAt
        try await log.append([event])
        return Self.receipt(at: position, id, correction, try newTags(of: correction, before), of: before)
    }

    /// The tags of a corrected event that no event had before.
    private func newTags(of correction: Correction, _ target: CorrectionTarget) throws -> [Tag] {
        try target.tags(with: correction.tags).dropFirst(target.tags(with: []).count).filter { tag in
            var isKnown = false
            try log.read(Query(tag: tag), to: target.head, limit: 1) { _ in
                isKnown = true
                return false
            }
            return !isKnown
        }
    }

    private static func receipt(
        at position: Position, _ id: EventID, _ correction: Correction, _ newTags: [Tag], of target: CorrectionTarget
    ) -> CorrectionReceipt {
        CorrectionReceipt(
            position: position, eventID: id, kind: CorrectionRecord.Kind(correction.message.kind) ?? .amended,
            target: target.position, targetID: target.stored.event.id, type: target.stored.event.type.name,
            tags: correction.tags, newTags: newTags)
    }

    private static func message(_ kind: CorrectionKind, of target: CorrectionTarget, _ reason: String) -> EventCorrected
    {
        EventCorrected.with { message in
            message.eventID = target.stored.event.id.description
            message.kind = kind
            message.reason = reason
        }
    }

    private static func message(
        of event: NewEvent, _ target: CorrectionTarget, _ reason: String
    ) -> EventCorrected {
        var message = Self.message(.amend, of: target, reason)
        message.data = Data(event.data)
        message.schemaRevision = UInt32(max(event.schemaRevision, 1))
        message.tags = event.tags.map(\.text)
        if event.occurredAt != target.stored.event.occurredAt { message.occurredAtUs = event.occurredAt.microseconds }
        return message
    }
}

/// A correction that is to be appended.
private struct Correction {
    let message: EventCorrected
    /// The tags that the event is seen with from then on.
    let tags: [Tag]
    /// Personal parts that stand for those of the event.
    var parts: [Tag: [UInt8]] = [:]

    /// Whom the correction says something of; nobody where it brings no content.
    var persons: [Tag] { message.kind == .amend ? Set(tags + parts.keys).sorted() : [] }

    func event(of target: CorrectionTarget, _ id: EventID, _ provenance: Provenance) throws -> NewEvent {
        try message.check()
        let subjects = try parts.sorted { $0.key < $1.key }.map { person, part in
            let sealed = EventCorrectedPersonal.with { $0.data = Data(part) }
            return Subject(id: person.text, part: .unsealed(try sealed.serializedBytes()))
        }
        let event = NewEvent(
            id: id, type: EventCorrected.eventType,
            schemaRevision: EventCatalogue.revision(of: EventCorrected.eventType),
            tags: target.tags(with: tags), subjects: subjects, provenance: provenance,
            data: try message.serializedBytes())
        try EventCatalogue.check(event)
        return event
    }
}
