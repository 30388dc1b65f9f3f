internal import EventLog
internal import LMDB
internal import Projection

/// Keeps what events say of one person, under whichever id. A tag may stand on an event about somebody else, so only
/// those count whose subject is that very person.
struct SubjectFold: EntityFold {
    let types = [
        ConsentGranted.eventType, ConsentWithdrawn.eventType, ProcessingRestricted.eventType,
        SubjectRequestReceived.eventType, SubjectRequestFulfilled.eventType, SubjectErased.eventType,
        LegalHoldPlaced.eventType, LegalHoldReleased.eventType,
    ]
    let entityKind: String
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout SubjectLedger) throws {
        let source = SubjectLedger.Source(event)
        switch type {
        case 0:
            let granted = try ConsentGrantedView(event.view.data)
            // A grant without a purpose says nothing.
            guard event.isEntity(granted.subjectID), !granted.purpose.isEmpty else { return }
            state.consents.insertInOrder(.init(source, granted))
        case 1:
            let withdrawn = try ConsentWithdrawnView(event.view.data)
            guard event.isEntity(withdrawn.subjectID) else { return }
            state.consents.insertInOrder(.init(source, withdrawn))
        case 2:
            let restricted = try ProcessingRestrictedView(event.view.data)
            guard event.isEntity(restricted.subjectID) else { return }
            state.restrictions.insertInOrder(.init(source, restricted))
        case 3:
            let received = try SubjectRequestReceivedView(event.view.data)
            guard event.isEntity(received.subjectID) else { return }
            state.requests.insertInOrder(.init(source, received))
        case 4:
            let fulfilled = try SubjectRequestFulfilledView(event.view.data)
            guard event.isEntity(fulfilled.subjectID),
                let request = EventID(fulfilled.requestEventID.text())
            else { return }
            state.answers.insertInOrder(try .init(source, to: request, fulfilled))
        case 5:
            let erased = try SubjectErasedView(event.view.data)
            var ids: [[UInt8]] = []
            try erased.forEachSubjectIds { ids.append($0.copy()) }
            var isMeant = false
            for id in ids where event.isEntity(id.rawSpan) { isMeant = true }
            guard isMeant else { return }
            state.erasures.insertInOrder(try .init(source, erased))
        case 6:
            let placed = try LegalHoldPlacedView(event.view.data)
            guard event.isEntity(placed.subjectID) else { return }
            state.holds.insertInOrder(.init(source, placed))
        default:
            let released = try LegalHoldReleasedView(event.view.data)
            guard event.isEntity(released.subjectID) else { return }
            state.holds.insertInOrder(.init(source, released))
        }
    }

    func contribute(_ state: SubjectLedger, of entity: Tag, to contributions: inout Contributions) throws {
        for request in state.requests {
            let id = PrivacyModel.requestID(request.source.eventID, of: entity)
            let (receivedAt, due) = (request.source.occurredAt, request.due.microseconds)
            let answeredAt = state.allAnswers(to: request).first?.source.occurredAt
            let table = answeredAt == nil ? PrivacyModel.open : PrivacyModel.answered
            contributions.put(RequestRow.bytes(receivedAt: receivedAt), at: TimedKey.make([table], at: due, id: id))
            guard let answeredAt else { continue }
            contributions.put(
                AnsweredRow(receivedAt: receivedAt, due: due).bytes,
                at: TimedKey.make([PrivacyModel.answers], at: answeredAt, id: id))
        }
        var purposes: [String] = []
        // In order of occurrence: the first grant of each purpose.
        for consent in state.consents where consent.grant != nil {
            if purposes.contains(where: { $0.isSameCode(as: consent.purpose) }) { continue }
            purposes.append(consent.purpose)
            var key = PrivacyModel.permitPrefix(of: consent.purpose)
            key.append(utf8: entity.text)
            var row: [UInt8] = []
            row.append(littleEndian: consent.source.occurredAt)
            contributions.put(row, at: key)
        }
    }
}

/// Notes the receipts for destroyed keys under the erasures that they are for. A receipt for many persons has none of
/// their tags, so it is no event of theirs.
struct ReceiptFold: EventFold {
    let types = [KeyDestroyed.eventType]

    func contribute(_ event: borrowing ProjectedEvent, type: Int, to contributions: inout Contributions) throws {
        let destroyed = try KeyDestroyedView(event.view.data)
        let row = ReceiptRow(
            source: SubjectLedger.Source(event), keyCount: destroyed.keyCount, epoch: destroyed.epoch)
        var bytes: [UInt8] = []
        row.encode(into: &bytes)
        // The same text twice puts the same row twice.
        try destroyed.forEachErasureEventIds { text in
            guard let erasure = EventID(text.text()) else { return }
            var key = PrivacyModel.receiptPrefix(of: erasure)
            key.append(bigEndian: row.source.position)
            contributions.put(bytes, at: key)
        }
    }
}

/// A receipt for destroyed keys: the event that says so, and what it says.
struct ReceiptRow {
    let source: SubjectLedger.Source
    let keyCount: UInt64
    let epoch: UInt64

    init(source: SubjectLedger.Source, keyCount: UInt64, epoch: UInt64) {
        self.source = source
        self.keyCount = keyCount
        self.epoch = epoch
    }

    func encode(into bytes: inout [UInt8]) {
        source.encode(into: &bytes)
        bytes.append(varint: keyCount)
        bytes.append(varint: epoch)
    }

    init(decoding reader: inout ByteReader) throws {
        source = try SubjectLedger.Source(decoding: &reader)
        keyCount = try reader.varint()
        epoch = try reader.varint()
    }
}
