internal import EventLog

/// The events that exceptions of earlier unmerges have given to another customer than the one they are stored under.
struct MovedEvents {
    private struct Move {
        /// The ids of the person before the unmerge.
        let from: Set<Tag>
        let to: Tag
    }

    /// In the order of the unmerges.
    private var moves: [EventID: [Move]] = [:]

    /// What was said of events of the person of `id`, and of whoever was ever one person with it. O(their merges, and
    /// for each unmerge among them its exceptions and its person).
    ///
    /// - Throws: ``UnreadableEvent``, `DamagedLog`, errors of the storage layer.
    init(around id: Tag, as view: IdentityView, in log: EventLog) throws {
        for merge in view.undoneMerges(around: id) {
            guard let position = merge.unmergedAt, let stored = try log.event(at: position),
                stored.event.type == CustomersUnmerged.eventType
            else { continue }
            let exceptions = try stored.message(CustomersUnmerged.self).exceptions
            if exceptions.isEmpty { continue }
            let before = view.history.view(asOf: Position(position.rawValue - 1))
            let former = Set(before.members(of: merge.survivor))
            for exception in exceptions where exception.side.isStated {
                guard let event = EventID(exception.eventID) else { continue }
                let target = exception.side == .survivor ? merge.survivor : merge.absorbed
                moves[event, default: []].append(Move(from: former, to: target))
            }
        }
    }

    /// The tags of an event as they are seen, before identity makes one of them: each once.
    func tags(of event: NewEvent) -> [Tag] {
        guard let moves = moves[event.id] else { return event.tags }
        var tags = event.tags
        for move in moves { tags = tags.map { move.from.contains($0) ? move.to : $0 } }
        var known: Set<Tag> = []
        return tags.filter { known.insert($0).inserted }
    }
}

/// Types of events that an unmerge gives to nobody: they decide something about the id that they name, as what a person
/// allows, or say who is who, or what is true of other events.
enum EventsThatStay {
    /// Whether events of a type stay.
    static func contains(_ type: EventType) -> Bool { !EventCatalogue.isCorrectable(type) }
}
