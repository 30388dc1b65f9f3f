public import EventLog
internal import LMDB
internal import SwiftProtobuf

/// That somebody was shown personal values of a person in an hour.
public struct PersonalAccess: Codable, Hashable, Sendable {
    /// The person, as the id stands in tags: `customer:C-1`.
    public let subject: String
    /// Who was shown them.
    public let actor: String
    /// What for; nil where nobody said it. For each purpose of the hour there is one of these.
    public let purpose: String?
    /// What was asked first for this purpose in this hour, as `profile`.
    public let question: String?
    /// The start of the hour.
    public let hour: Timestamp
    /// When it was noted: the first time in this hour for this purpose.
    public let recordedAt: Timestamp
    /// Its place in the access log.
    public let position: Position
}

extension AccessLog {
    /// Who was shown personal values of a person, the newest first. O(accesses to the person).
    ///
    /// - Parameters:
    ///   - subject: the id as it stands in tags, `customer:C-1`.
    ///   - cursor: where an earlier page ended.
    /// - Returns: a page; its position is one of the access log.
    /// - Throws: `InvalidEvent` for a text that is no id; ``ForeignCursor``; `DamagedLog`; errors of the storage layer.
    public func accesses(
        to subject: String, limit: Int = usualPageSize, after cursor: ListCursor? = nil
    ) throws -> ListPage<PersonalAccess> {
        try accesses(with: [try Tag(subject)], in: "to", limit, after: cursor) { $0.subject.sameBytes(as: subject) }
    }

    /// Who was shown personal values under any of a person's ids (``PersonIDs``), the newest first.
    /// O(ids × (log n + page)).
    ///
    /// - Parameters:
    ///   - ids: as they stand in tags.
    ///   - cursor: where an earlier page of the same ids ended.
    /// - Returns: a page; its position is one of the access log.
    /// - Throws: ``ForeignCursor``; `DamagedLog`; errors of the storage layer.
    public func accesses(
        toAny ids: [Tag], limit: Int = usualPageSize, after cursor: ListCursor? = nil
    ) throws -> ListPage<PersonalAccess> {
        let wanted = Set(ids)
        return try accesses(with: wanted.sorted(), in: "to", limit, after: cursor) { access in
            wanted.contains { $0.text.sameBytes(as: access.subject) }
        }
    }

    /// Of whom an actor was shown personal values, the newest first. O(accesses by the actor).
    ///
    /// - Parameters:
    ///   - actor: the id, as `user:7`.
    ///   - cursor: where an earlier page ended.
    /// - Returns: a page; its position is one of the access log.
    /// - Throws: ``UnfitEvent`` for a text that is no id; ``ForeignCursor``; `DamagedLog`; errors of the storage layer.
    public func accesses(
        by actor: String, limit: Int = usualPageSize, after cursor: ListCursor? = nil
    ) throws -> ListPage<PersonalAccess> {
        try accesses(with: [try Self.tag(ofActor: actor)], in: "by", limit, after: cursor) {
            $0.actor.sameBytes(as: actor)
        }
    }

    /// - Parameter isWanted: a person may have an id that an actor's tag has, too.
    private func accesses(
        with tags: [Tag], in list: String, _ limit: Int, after cursor: ListCursor?,
        where isWanted: (PersonalAccess) -> Bool
    ) throws -> ListPage<PersonalAccess> {
        var scope: [UInt8] = []
        scope.append(prefixed: "accesses " + list)
        for tag in tags { scope.append(prefixed: tag.text) }
        let key = try cursor?.key(in: scope, atLeast: 8)
        let before = key.map { $0.rawSpan.u64BigEndian(at: 0) }
        guard let log = try log(creating: false) else { return ListPage(rows: [], next: nil, position: .zero) }
        let length = pageSize(limit)
        let last = before.map { Position($0 - min($0, 1)) }
        let head = log.head
        var found: [Position: PersonalAccess] = [:]
        for tag in tags {
            let query = try Query(types: [PersonalDataAccessed.eventType], tags: [tag])
            var count = 0
            try log.read(query, to: min(last ?? head, head), backwards: true) { event in
                let access = try PersonalAccess(log.recorded(event))
                if isWanted(access) {
                    found[access.position] = access
                    count += 1
                }
                return count <= length
            }
        }
        var rows = found.values.sorted { $0.position > $1.position }
        var next: ListCursor?
        if rows.count > length {
            rows.removeLast(rows.count - length)
            next = rows.last.map { row in
                var key: [UInt8] = []
                key.append(bigEndian: row.position.rawValue)
                return ListCursor(after: key, in: scope)
            }
        }
        return ListPage(rows: rows, next: next, position: head)
    }
}

extension PersonalAccess {
    fileprivate init(_ recorded: RecordedEvent) throws {
        subject = try PersonalDataAccessed(serializedBytes: recorded.event.data).subjectID
        actor = recorded.event.provenance.actor ?? ""
        purpose = recorded.event.provenance.purpose
        question = recorded.event.provenance.source
        hour = recorded.event.occurredAt
        recordedAt = recorded.recordedAt
        position = recorded.position
    }
}
