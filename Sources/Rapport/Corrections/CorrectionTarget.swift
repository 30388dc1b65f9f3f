internal import EventLog
internal import Foundation
internal import SwiftProtobuf

/// An event that is to be corrected, and how it is seen now.
struct CorrectionTarget {
    /// As the log holds it.
    let stored: RecordedEvent
    /// As it is seen; as it is stored where it is annulled.
    let now: NewEvent
    let isAnnulled: Bool
    /// The event that says how it is seen; nil where none does.
    let correctedAt: Position?
    /// The correction whose personal parts stand for those of the event; nil where its own count.
    let parts: RecordedEvent?
    /// Everything up to here was looked at.
    let head: Position

    /// - Parameter asOf: up to where the log is looked at; nil is its head now.
    /// - Throws: ``CorrectionRefusal`` when there is no such event or none that can be corrected; `DamagedLog`.
    init(_ position: Position, in crm: Rapport, asOf: Position? = nil) throws {
        let head = asOf ?? crm.log.head
        guard position > .zero, position <= head, let stored = try crm.log.event(at: position) else {
            throw CorrectionRefusal.noSuchPosition(position, head: head)
        }
        guard EventCatalogue.isCorrectable(stored.event.type) else {
            throw CorrectionRefusal.notCorrectable(position, type: stored.event.type)
        }
        let seen = try crm.history.seen(stored, asOf: head, in: crm.log)
        self.stored = stored
        self.head = head
        isAnnulled = seen.isAnnulled
        correctedAt = seen.correctedAt
        now = seen.isAnnulled ? stored.event : seen.recorded.event
        parts = seen.isAnnulled ? nil : seen.correction.flatMap { $0.event.subjects.isEmpty ? nil : $0 }
    }

    var position: Position { stored.position }

    /// Whether it is seen as it is stored.
    var isAsStored: Bool { !isAnnulled && parts == nil && now == stored.event }

    /// The type of the catalogue that it is of; nil for an integrator's own.
    var type: (any CatalogueEvent.Type)? { EventCatalogue.catalogueType(of: stored.event.type) }

    /// The tags by which a correction is found: those of the event as it was stored, as it is seen, and as it will be
    /// seen.
    func tags(with others: [Tag]) -> [Tag] {
        var known: Set<Tag> = []
        return (stored.event.tags + now.tags + others).filter { known.insert($0).inserted }
    }

    /// Nobody has corrected it since, neither by itself nor with its import; and nobody of `subjects` was erased.
    func condition(keeping subjects: [Tag]) throws -> AppendCondition {
        // Every correction of the event has its tags.
        var items = [try Query.Item(types: [EventCorrected.eventType], tags: Array(stored.event.tags.prefix(1)))]
        if let importTag = stored.importTag {
            items.append(try Query.Item(types: [ImportReverted.eventType], tags: [importTag]))
        }
        if subjects.count <= Limits.queryItems - items.count {
            for subject in subjects { items.append(try Query.Item(types: [SubjectErased.eventType], tags: [subject])) }
        } else {
            items.append(try Query.Item(types: [SubjectErased.eventType]))
        }
        return AppendCondition(failIfMatches: try Query(items), after: head)
    }

    // MARK: Personal parts

    /// Whom the personal parts that are seen of it are about.
    var holders: [Tag] {
        (parts?.event ?? stored.event).subjects.compactMap { $0.part == nil ? nil : try? Tag($0.id) }
    }

    /// The personal parts that are seen of it, by whom they are about. Of who is erased there is none.
    ///
    /// - Throws: ``CorrectionRefusal`` for a part whose key is not here.
    func openParts(by personal: PersonalData) throws -> [Tag: [UInt8]] {
        let source = parts?.event ?? stored.event
        let context = SealingContext(source)
        var opened: [Tag: [UInt8]] = [:]
        for subject in source.subjects {
            guard let part = subject.part, let person = try? Tag(subject.id) else { continue }
            switch try personal.open(part, of: subject.id, in: context) {
            case .bytes(let bytes):
                opened[person] = try parts == nil ? bytes : Array(EventCorrectedPersonal(serializedBytes: bytes).data)
            case .erased: continue
            case .restricted, .keyMissing:
                throw CorrectionRefusal.unfit(
                    position,
                    reason: "its personal part about \(person) cannot be opened here, so it would be lost; expected "
                        + "the keys of the data directory")
            }
        }
        return opened
    }
}

extension RecordedEvent {
    /// The tag of the import that has made it; nil where none has.
    var importTag: Tag? {
        guard let id = event.provenance.correlationID, id.utf8.starts(with: ImportID.importPrefix.utf8) else {
            return nil
        }
        return try? Tag(id)
    }
}
