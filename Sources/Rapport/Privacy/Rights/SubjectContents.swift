public import EventLog
internal import LMDB

/// What the log holds about one id.
public struct SubjectContents: Codable, Hashable, Sendable {
    /// So many places of parts in clear are listed.
    static let mostPositions = 20

    /// The id as it stands in tags.
    public let id: Tag
    /// Events that have it as a tag.
    public internal(set) var events = 0
    /// Sealed parts about it, by category: each category has a key of its own.
    public private(set) var sealedParts: [String: Int] = [:]
    /// Parts about it in clear: what was appended before there were keys. Destroying keys does not touch them.
    public private(set) var partsInClear = 0
    /// Where the first twenty of these stand.
    public private(set) var positionsInClear: [Position] = []
    /// When the last event with a part about it happened, by category.
    public private(set) var lastEvents: [String: Timestamp] = [:]

    init(of id: Tag) { self.id = id }

    /// Whether the log says nothing of it.
    var isEmpty: Bool { events == 0 && sealedParts.isEmpty && partsInClear == 0 }

    fileprivate mutating func add(
        _ part: SealedPart, at position: Position, _ occurredAt: Timestamp, category: String
    ) {
        if part.algorithm == .unsealed {
            partsInClear += 1
            if positionsInClear.count < Self.mostPositions { positionsInClear.append(position) }
        } else {
            sealedParts[category, default: 0] += 1
        }
        lastEvents[category] = max(lastEvents[category] ?? occurredAt, occurredAt)
    }
}

extension SubjectContents {
    /// Goes through the log once and says what it holds about each of `ids`. O(events) for headers, and O(parts).
    ///
    /// Parts are found by the subject they are about, whatever the tags of their events are.
    ///
    /// - Parameter countsEvents: also counts the events with each tag, through the index.
    /// - Throws: `DamagedLog`, and errors of the storage layer.
    static func all(
        of ids: [Tag], in log: EventLog, to: Position? = nil, countsEvents: Bool = true
    ) throws -> [Tag: SubjectContents] {
        var contents: [Tag: SubjectContents] = [:]
        for id in ids { contents[id] = SubjectContents(of: id) }
        if contents.isEmpty { return [:] }
        let wanted = WantedSubjects(Set(ids))
        try log.read(to: to, headersOnly: true) { event in
            if event.subjectCount == 0 { return true }
            try event.requireSound()
            let (position, occurredAt) = (event.position, event.occurredAt)
            let parts = wanted.parts(of: event)
            if parts.isEmpty { return true }
            let category = EventCatalogue.personalCategory(of: log.type(of: event))
            for (id, part) in parts { contents[id]?.add(part, at: position, occurredAt, category: category) }
            return true
        }
        guard countsEvents else { return contents }
        for id in Set(ids) {
            var count = 0
            try log.read(Query(tag: id), to: to) { _ in
                count += 1
                return true
            }
            contents[id]?.events = count
        }
        return contents
    }
}

/// Finds the parts about some persons among those of an event.
struct WantedSubjects {
    private static let few = 4

    private let ids: Set<Tag>
    /// Where there are few, they are looked for in place, and nothing else is copied.
    private let texts: [(id: Tag, text: [UInt8])]

    init(_ ids: Set<Tag>) {
        self.ids = ids
        texts = ids.count <= Self.few ? ids.map { ($0, Array($0.text.utf8)) } : []
    }

    /// The parts about the persons, copied. The event was compared with its checksum.
    func parts(of event: borrowing EventView) -> [(id: Tag, part: SealedPart)] {
        var parts: [(id: Tag, part: SealedPart)] = []
        if texts.isEmpty {
            for subject in event.subjects {
                let id = Tag(unchecked: subject.id)
                if let part = subject.part, ids.contains(id) { parts.append((id, part)) }
            }
            return parts
        }
        for (id, text) in texts {
            if let part = event.part(of: text.rawSpan) { parts.append((id, part)) }
        }
        return parts
    }
}
