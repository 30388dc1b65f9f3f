internal import EventLog
internal import LMDB

/// The events around one entity: those that are about it, and all those about the entities it shares one of them with.
///
/// A customer's deals are found by the events that name both. So the rows about the entity come out of these events as
/// they come out of the whole log.
struct Neighbourhood {
    private let seen: SeenLog
    private let moment: PastMoment
    /// The kinds of entities that the read models keep rows of.
    private let kinds: [String]

    init(_ log: EventLog, _ models: [ReadModel], at moment: PastMoment) throws {
        let seeingMost = models.first { $0.sight == .resolved } ?? models.first
        seen = try seeingMost?.seen(log, asOf: moment.position) ?? SeenLog(log, nil, .asStored)
        self.moment = moment
        let found = models.flatMap(\.folds).compactMap { ($0 as? any EntityFold)?.entityKind }
        kinds = Array(Set(found)).sorted()
    }

    /// The events, each once. O(events of the entity and of its neighbours).
    func events(around entity: Tag) throws -> [EventPlace] {
        var events: Set<EventPlace> = []
        var neighbours: [String: Tag] = [:]
        try seen.forEach(about: entity, types: [], to: moment.position) { event in
            guard moment.includes(event.occurredAt) else { return true }
            events.insert(EventPlace(position: event.position, occurredAt: event.occurredAt))
            for index in 0..<event.view.tagCount {
                let text = event.view.tagText(index)
                if kinds.contains(where: { kind in kind.withRawSpan { text.hasKind($0) } }) {
                    let tag = event.view.tag(index)
                    neighbours[tag.text] = tag
                }
            }
            return true
        }
        neighbours[entity.text] = nil
        // A neighbour of the entity's own kind is another one: its rows are not asked for.
        for neighbour in neighbours.values where neighbour.kind != entity.kind {
            events.formUnion(try seen.places(about: neighbour, types: [], at: moment))
        }
        return Array(events)
    }
}
