public import EventLog
internal import LMDB
internal import SwiftProtobuf

/// That somebody was shown personal values of a person in an hour.
public struct PersonalAccess: Codable, Hashable, Sendable {
    /// The person, as the id stands in tags: `customer:C-1`.
    public let subject: String
    /// Who was shown them.
    public let actor: String
    /// What for, as it was said first in this hour; nil where nobody said it.
    public let purpose: String?
    /// What was asked first in this hour, as `profile`.
    public let question: String?
    /// The start of the hour.
    public let hour: Timestamp
    /// When it was noted: the first time in this hour.
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
        try accesses(with: try Tag(subject), in: "to", limit, after: cursor) { $0.subject.sameBytes(as: subject) }
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
        try accesses(with: try Self.tag(ofActor: actor), in: "by", limit, after: cursor) {
            $0.actor.sameBytes(as: actor)
        }
    }

    /// - Parameter isWanted: a person may have an id that an actor's tag has, too.
    private func accesses(
        with tag: Tag, in list: String, _ limit: Int, after cursor: ListCursor?,
        where isWanted: (PersonalAccess) -> Bool
    ) throws -> ListPage<PersonalAccess> {
        var scope: [UInt8] = []
        scope.append(prefixed: "accesses " + list)
        scope.append(prefixed: tag.text)
        let key = try cursor?.key(in: scope, atLeast: 8)
        let before = key.map { $0.rawSpan.u64BigEndian(at: 0) }
        guard let log = try log(creating: false) else { return ListPage(rows: [], next: nil, position: .zero) }
        let query = try Query(types: [PersonalDataAccessed.eventType], tags: [tag])
        let length = pageSize(limit)
        var rows: [PersonalAccess] = []
        let last = before.map { Position($0 - min($0, 1)) }
        let extent = try log.read(query, to: last, backwards: true) { event in
            let access = try PersonalAccess(log.recorded(event))
            if isWanted(access) { rows.append(access) }
            return rows.count <= length
        }
        var next: ListCursor?
        if rows.count > length {
            rows.removeLast(rows.count - length)
            next = rows.last.map { row in
                var key: [UInt8] = []
                key.append(bigEndian: row.position.rawValue)
                return ListCursor(after: key, in: scope)
            }
        }
        return ListPage(rows: rows, next: next, position: extent.head)
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
