public import EventLog
internal import Projection

extension IdentityView {
    /// The merges by which two ids are one person: a shortest path from one to the other, always the same one. Empty
    /// for an id and itself; nil when they are not one person. O(merges of the person * log(them)).
    public func path(from: Tag, to: Tag) -> [MergeRecord]? {
        if from == to { return [] }
        guard let start = history.number(of: from), let goal = history.number(of: to),
            history.canonical(of: start, asOf: position) == history.canonical(of: goal, asOf: position)
        else { return nil }
        var arrivals: [Int: (edge: Int, from: Int)] = [start: (-1, start)]
        var queue = [start]
        var next = 0
        while next < queue.count, arrivals[goal] == nil {
            let id = queue[next]
            next += 1
            for (neighbour, edge) in neighbours(of: id) where arrivals[neighbour] == nil {
                arrivals[neighbour] = (edge, id)
                queue.append(neighbour)
            }
        }
        var path: [MergeRecord] = []
        var id = goal
        while id != start {
            guard let arrival = arrivals[id] else { return nil }
            path.append(history.edges[arrival.edge].record.known(asOf: position))
            id = arrival.from
        }
        return path.reversed()
    }

    /// The ids that merges tie to an id at once: in byte order, then in the order of the merges.
    private func neighbours(of id: Int) -> [(id: Int, edge: Int)] {
        var found: [(id: Int, edge: Int, tag: Tag)] = []
        for number in history.nodes[id].named {
            let edge = history.edges[Int(number)]
            guard edge.record.isActive(asOf: position) else { continue }
            let other = Int(edge.survivor) == id ? edge.absorbed : edge.survivor
            found.append((Int(other), Int(number), history.nodes[Int(other)].tag))
        }
        found.sort { left, right in left.tag == right.tag ? left.edge < right.edge : left.tag < right.tag }
        return found.map { ($0.id, $0.edge) }
    }

    /// From which position on two ids have been one person without a break; nil when they are not.
    func oneSince(_ first: Tag, _ second: Tag) -> Position? {
        guard canonical(of: first) == canonical(of: second) else { return nil }
        guard let one = history.number(of: first), let other = history.number(of: second) else { return .zero }
        var since = Position.zero
        let moments = (history.nodes[one].spans + history.nodes[other].spans).map(\.from).filter { $0 <= position }
        for moment in Set(moments).sorted(by: >) {
            guard history.canonical(of: one, asOf: moment) == history.canonical(of: other, asOf: moment) else { break }
            since = moment
        }
        return since
    }

    /// The merges directly between two ids, in position order; those that are undone, too.
    func merges(between first: Tag, _ second: Tag) -> [MergeRecord] {
        guard let one = history.number(of: first), let other = history.number(of: second) else { return [] }
        return history.nodes[one].named.compactMap { number in
            let edge = history.edges[Int(number)]
            guard Int(edge.survivor) == other || Int(edge.absorbed) == other else { return nil }
            return record(Int(number))
        }
    }

    /// Who the ids of a merge would be without it. O(merges of the person).
    func parted(without merge: MergeRecord) -> IdentityView {
        var rest = IdentityHistory()
        for record in merges(of: merge.survivor) where record.eventID != merge.eventID { _ = rest.add(record) }
        return rest.view(asOf: position)
    }
}
