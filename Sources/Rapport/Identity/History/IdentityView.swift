public import EventLog
internal import Projection

/// Who is who, as of a position of the log. Cheap to copy.
///
/// Identity goes by positions: it is what was known when, whatever the events say of when they happened. What is later
/// than ``position`` is not seen; only ``ResolvedPerson/until`` looks ahead.
public struct IdentityView: Sendable {
    let history: IdentityHistory
    /// As of where.
    public let position: Position

    init(history: IdentityHistory, position: Position) {
        self.history = history
        self.position = position
    }

    /// The id that stands for the person of `id`: itself when it is not merged. O(log of its changes).
    public func canonical(of id: Tag) -> Tag {
        guard let number = history.number(of: id) else { return id }
        return history.nodes[history.canonical(of: number, asOf: position)].tag
    }

    /// All ids of the person of `id`: the canonical one first, the others in byte order. O(ids * log(ids)) for now, for
    /// the past also O(changes of the person).
    public func members(of id: Tag) -> [Tag] {
        guard let number = history.number(of: id) else { return [id] }
        return members(ofCanonical: history.canonical(of: number, asOf: position))
    }

    /// The person of `id`, and from when to when its ids were just these. As ``members(of:)``.
    public func person(of id: Tag) -> ResolvedPerson {
        guard let number = history.number(of: id) else {
            return ResolvedPerson(canonical: id, members: [id], since: .zero, until: nil)
        }
        let canonical = history.canonical(of: number, asOf: position)
        let extent = history.extent(of: canonical, asOf: position)
        return ResolvedPerson(
            canonical: history.nodes[canonical].tag, members: members(ofCanonical: canonical), since: extent.since,
            until: extent.until)
    }

    private func members(ofCanonical canonical: Int) -> [Tag] {
        let others = history.others(of: canonical, asOf: position).map { history.nodes[$0].tag }
        return [history.nodes[canonical].tag] + others.sorted()
    }

    // MARK: Merges

    /// The merge that an event made, undone or not; nil when there is none up to here.
    public func merge(_ id: EventID) -> MergeRecord? {
        history.edgeNumber(of: id).flatMap { record($0) }
    }

    /// The merge at a position, undone or not; nil when there stands something else. O(log of the merges).
    public func merge(at position: Position) -> MergeRecord? {
        let number = history.edges.prefixCount { $0.record.position < position }
        guard number < history.edges.count, let record = record(number), record.position == position else { return nil }
        return record
    }

    /// All merges up to here in position order, those that are undone included. O(merges).
    public var allMerges: [MergeRecord] {
        let count = history.edges.prefixCount { $0.record.position <= position }
        return (0..<count).map { history.edges[$0].record.known(asOf: position) }
    }

    /// The merges that hold and that the person of `id` is made of, in position order. O(merges that ever named one of
    /// its ids).
    public func merges(of id: Tag) -> [MergeRecord] {
        guard let number = history.number(of: id) else { return [] }
        let canonical = history.canonical(of: number, asOf: position)
        var found: [Int] = []
        for member in [canonical] + history.others(of: canonical, asOf: position) {
            // Each merge has one survivor, so none is found twice.
            for edge in history.nodes[member].named where history.edges[Int(edge)].survivor == Int32(member) {
                if history.edges[Int(edge)].record.isActive(asOf: position) { found.append(Int(edge)) }
            }
        }
        return found.sorted().map { history.edges[$0].record.known(asOf: position) }
    }

    /// The record of a merge as it is known here; nil for a later one.
    func record(_ number: Int) -> MergeRecord? {
        let record = history.edges[number].record
        return record.position <= position ? record.known(asOf: position) : nil
    }
}
