internal import EventLog
internal import LMDB

/// What the events of a batch say of those before it.
struct HindsightStep {
    let before: HindsightView
    let now: HindsightView

    /// Nil where they say nothing.
    ///
    /// - Parameters:
    ///   - logs: what the read models see at the end of the batch.
    ///   - first: the last position before the batch.
    ///   - last: the last position of the batch.
    init?(_ logs: [SeenLog], after first: UInt64, through last: UInt64) {
        guard let now = logs.lazy.compactMap(\.hindsight).first,
            !now.hindsight.changes(after: first, through: last).isEmpty
        else { return nil }
        self.now = now
        before = HindsightView(hindsight: now.hindsight, asOf: first)
    }

    init(from before: HindsightView, to now: HindsightView) {
        self.before = before
        self.now = now
    }

    /// Whether something is said behind `position`, up to the end of the batch.
    func saysMore(after position: UInt64) -> Bool {
        !now.hindsight.changes(after: position, through: now.asOf).isEmpty
    }

    /// Where the events before the batch stand of which something is said, in the order of the log: more than those
    /// that are seen otherwise. O(these events), of a group O(its range).
    ///
    /// - Parameter most: when there are more, no more are looked for.
    func places(in log: EventLog, most: Int = .max) throws -> [Position] {
        let hindsight = now.hindsight
        let last = before.position
        var places: Set<UInt64> = []
        var tags: Set<Tag> = []
        for change in hindsight.changes(after: before.asOf, through: now.asOf) {
            switch change.value {
            case .tag(let tag): tags.insert(tag)
            case .event(let position): places.insert(position)
            case .group(let number):
                let group = hindsight.groups[number]
                let id = group.correlationID
                let end = min(Position(group.last), last)
                if Position(group.first) > end { continue }
                try log.read(from: Position(group.first), to: end) { event in
                    if event.hasCorrelationID(id.rawSpan) { places.insert(event.position.rawValue) }
                    return places.count <= most
                }
            }
        }
        for tag in tags.sorted() {
            try log.read(Query(tag: tag), to: last) { event in
                places.insert(event.position.rawValue)
                return places.count <= most
            }
            places.formUnion(hindsight.movedUnder[tag] ?? [])
            places.formUnion(hindsight.revisedUnder[tag] ?? [])
        }
        return places.filter { $0 <= last.rawValue }.sorted().map { Position($0) }
    }
}
