internal import EventLog
internal import LMDB

/// An outcome in a list: whose it is, and by which events it has come how far.
struct FunnelEntry: Sendable {
    /// Tag or value.
    let subject: String
    let start: Int64
    /// For each step when and where it was reached; nil where it was not. In any order of the first one only.
    let visits: [Visit?]
    /// Its place in the list: the entry, the subject, the number of its outcome.
    let key: [UInt8]

    struct Visit: Sendable, Equatable {
        let time: Int64
        let position: UInt64
    }

    init(_ outcome: FunnelOutcome, _ number: Int, of subject: String, _ events: [FunnelEvent]) {
        self.init(
            subject: subject, start: outcome.start,
            visits: outcome.events.map { index in
                index < 0 ? nil : Visit(time: events[index].time, position: events[index].position)
            },
            key: Self.key(outcome.start, subject, number))
    }

    init(subject: String, start: Int64, visits: [Visit?], key: [UInt8]) {
        self.subject = subject
        self.start = start
        self.visits = visits
        self.key = key
    }

    /// Where an outcome stands in lists: by entry, then subject, then number.
    static func key(_ start: Int64, _ subject: String, _ number: Int) -> [UInt8] {
        var key = TimedKey.start([], at: start)
        let name = Array(subject.utf8)
        if name.count <= Limits.tagBytes {
            key += name
        } else {
            // What a property names may be longer than a cursor.
            let hash = FastHash.hash128(name.rawSpan)
            key += name[..<200]
            key.append(bigEndian: hash.high)
            key.append(bigEndian: hash.low)
        }
        key.append(bigEndian: UInt32(number))
        return key
    }

    /// The shortest key: a time, and a number.
    static let shortestKey = 12

    /// A page of some entries in any order.
    ///
    /// - Throws: ``ForeignCursor``.
    static func page(
        _ entries: [FunnelEntry], _ definition: FunnelDefinition, in scope: [UInt8], _ limit: Int,
        after cursor: ListCursor?, _ isErased: (String) -> Bool, at position: Position
    ) throws -> FunnelSubjects {
        let size = pageSize(limit)
        let last = try cursor?.key(in: scope, atLeast: shortestKey)
        var left = entries
        if let last { left.removeAll { !last.lexicographicallyPrecedes($0.key) } }
        left.sort { $0.key.lexicographicallyPrecedes($1.key) }
        let next = left.count > size ? ListCursor(after: left[size - 1].key, in: scope) : nil
        return FunnelSubjects(
            rows: left.prefix(size).map { $0.row(definition, isErased) }, next: next, position: position)
    }

    /// As it is shown: of a person who was erased without the id and the events, whatever names the person.
    func row(_ definition: FunnelDefinition, _ isErased: (String) -> Bool) -> FunnelSubjects.Row {
        let entered = Timestamp(microseconds: start)
        if isErased(subject) { return FunnelSubjects.Row(subject: nil, enteredAt: entered, path: []) }
        let path =
            definition.order == .any
            ? []
            : zip(definition.steps, visits).compactMap { step, visit in
                visit.map {
                    FunnelSubjects.Visit(
                        step: step.name, at: Timestamp(microseconds: $0.time), position: Position($0.position))
                }
            }
        return FunnelSubjects.Row(subject: subject, enteredAt: entered, path: path)
    }
}
