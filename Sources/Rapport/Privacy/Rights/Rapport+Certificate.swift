public import EventLog

extension Rapport {
    /// What can be said of the erasure of `subject`: everything is looked at now. O(events) for headers, O(parts about
    /// the person), and waits for read models.
    ///
    /// - Throws: ``UnknownSubject``; ``NotErased``; `MasterKeyRefusal` when the key store cannot be looked into;
    ///   ``UnreadableEvent``; `DamagedLog`; errors of the storage layer.
    public func erasureCertificate(of subject: Tag) async throws -> ErasureCertificate {
        try await finishReceipts()
        guard let (recorded, message) = try newestErasure(of: subject) else {
            guard try SubjectContents.all(of: [subject], in: log)[subject]?.isEmpty ?? true else {
                throw NotErased(subject: subject)
            }
            throw UnknownSubject(subject: subject)
        }
        let checks = ErasureChecks(
            crm: self, ids: message.subjectIds.map { Tag(unchecked: $0) },
            retained: Set(message.retained.map(\.category)), position: recorded.position,
            recordedAt: recorded.recordedAt)
        let position = log.head
        let tree = try checks.tree()
        let rows = [try await checks.readModels(), try checks.earlierRows()]
        let found = try [checks.keys()] + checks.parts() + rows + [tree.check]
        let receipt = try ErasureLedger.receipts(after: recorded.position, in: log)[recorded.event.id]
        return ErasureCertificate(
            logID: log.logID, checkedAt: .now(), position: position, subject: subject, ids: checks.ids,
            erasure: entry(recorded), reason: message.reason, requestEventID: message.requestEventID,
            receipt: try receipt.flatMap { try log.event(at: $0.position) }.map { entry($0) },
            keyCount: receipt?.keyCount ?? 0, epoch: receipt?.epoch ?? 0,
            retained: message.retained.map { data in
                RetainedData(
                    category: data.category, lawRef: data.lawRef,
                    until: PrivacyState.end(data.untilUs) ?? Timestamp.expressible.upperBound)
            },
            checks: found, place: tree.place, outOfReach: ErasureCertificate.outOfReach)
    }

    /// The last erasure that names the id.
    private func newestErasure(of subject: Tag) throws -> (recorded: RecordedEvent, message: SubjectErased)? {
        var newest: (recorded: RecordedEvent, message: SubjectErased)?
        let query = try Query(types: [SubjectErased.eventType], tags: [subject])
        try log.read(query, backwards: true) { event in
            let recorded = log.recorded(event)
            let message = try recorded.message(SubjectErased.self)
            guard message.subjectIds.contains(where: { Tag(unchecked: $0) == subject }) else { return true }
            newest = (recorded, message)
            return false
        }
        return newest
    }

    private func entry(_ recorded: RecordedEvent) -> ErasureCertificate.Entry {
        ErasureCertificate.Entry(
            eventID: recorded.event.id, position: recorded.position, recordedAt: recorded.recordedAt)
    }
}

/// A person who is not erased.
public struct NotErased: Error, Equatable, Sendable, CustomStringConvertible {
    /// The id as it was given.
    public let subject: Tag

    public var description: String { "\(subject): is not erased; expected the id of an erased person" }
}
