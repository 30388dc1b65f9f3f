public import EventLog
internal import Projection

extension Rapport {
    /// What undoing a merge would do; nothing is appended. So an operator sees which events would go where, and chooses
    /// exceptions. O(events of the person).
    ///
    /// - Parameters:
    ///   - merge: which one.
    ///   - exceptions: as for ``unmergeCustomers(merge:exceptions:reason:provenance:id:)``.
    /// - Throws: ``MergeRefusal``, as the unmerge would; `InvalidEvent` for an id that cannot be a tag;
    ///   ``UnreadableEvent``, `DamagedLog`, and errors of the storage layer.
    public func planUnmerge(merge: MergeName, exceptions: [EventID: MergeSide] = [:]) throws -> UnmergePlan {
        let head = log.head
        let view = try identity(at: head)
        let record = try view.merge(named: merge)
        try requireMovable(exceptions, of: record, as: view)
        let parted = view.parted(without: record)
        let (survivor, absorbed) = (parted.members(of: record.survivor), parted.members(of: record.absorbed))
        let path = parted.path(from: record.survivor, to: record.absorbed)
        var events: [UnmergePlan.PlannedEvent] = []
        if path == nil {
            let sides = PartedSides(survivor: Set(survivor), absorbed: Set(absorbed), exceptions: exceptions)
            events = try planned(record, sides, as: view)
        }
        return UnmergePlan(
            position: head, merge: record, survivor: survivor, absorbed: absorbed, areStillOne: path != nil,
            heldBy: path ?? [], events: events)
    }

    /// The ids that the two persons would have.
    private struct PartedSides {
        let survivor: Set<Tag>
        let absorbed: Set<Tag>
        let exceptions: [EventID: MergeSide]

        func sides(of ids: [Tag]) -> [MergeSide] {
            var sides: [MergeSide] = []
            if ids.contains(where: { survivor.contains($0) }) { sides.append(.survivor) }
            if ids.contains(where: { absorbed.contains($0) }) { sides.append(.absorbed) }
            return sides
        }
    }

    private func planned(
        _ merge: MergeRecord, _ parted: PartedSides, as view: IdentityView
    ) throws -> [UnmergePlan.PlannedEvent] {
        let hindsight = try history.view(in: log, asOf: view.position)
        var events: [UnmergePlan.PlannedEvent] = []
        for position in try places(since: merge, as: view) {
            guard let stored = try log.event(at: position), !EventsThatStay.contains(stored.event.type) else {
                continue
            }
            let seen = SeenEvent(stored, through: hindsight)
            if seen.isAnnulled { continue }
            let event = seen.recorded.event
            let ids = hindsight.movedTags(of: seen.recorded).filter {
                parted.survivor.contains($0) || parted.absorbed.contains($0)
            }
            if ids.isEmpty { continue }
            let exception = parted.exceptions[event.id]
            events.append(
                UnmergePlan.PlannedEvent(
                    position: position, eventID: event.id, type: event.type.name, occurredAt: event.occurredAt,
                    ids: ids, sides: exception.map { [$0] } ?? parted.sides(of: ids), isException: exception != nil))
        }
        return events
    }

    /// Where the events since a merge stand that are seen under its person.
    private func places(since merge: MergeRecord, as view: IdentityView) throws -> [Position] {
        var places: [Position] = []
        let canonical = view.canonical(of: merge.survivor)
        try history.forEachSeen(about: canonical, to: view.position, in: log) { event in
            if event.position > merge.position { places.append(event.position) }
            return true
        }
        return places.sorted()
    }
}
