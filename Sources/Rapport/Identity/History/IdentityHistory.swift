internal import EventLog
internal import Projection

/// Who was who when: folded from merges and unmerges in position order.
///
/// A person is a connected component of ids over the merges that hold. Its canonical id comes from going through these
/// merges in position order: the canonical id of the survivor's side stands for both sides.
///
/// Each id keeps from which position on it was seen as whom, so asking about a position is a binary search. Each
/// canonical id keeps which ids came and went. All of it is O(changes of who is seen as whom), and a copy is cheap:
/// what changes after it is copied in small pieces.
struct IdentityHistory: Sendable {
    /// From a position on an id is seen as another one.
    struct Span: Sendable {
        let from: Position
        let canonical: Int32
    }

    /// What happens to the person that a canonical id stands for.
    struct MemberChange: Sendable {
        enum Kind: UInt8, Sendable {
            case joined
            case left
            /// The id stands for nobody any more: another one stands for it.
            case dissolved
            /// The id stands for itself again.
            case returned
        }

        let from: Position
        let member: Int32
        let kind: Kind
    }

    /// One id that was ever merged.
    struct Node: Sendable {
        let tag: Tag
        /// Who stands for it now.
        var canonical: Int32
        /// Ascending; before the first it stands for itself.
        var spans: [Span] = []
        /// The merges that name it, ascending; those that are undone, too.
        var named: [Int32] = []
        /// Of a canonical id: the other ids of the person now.
        var others: [Int32] = []
        /// Of a canonical id: the merges that hold and that the person is made of.
        var edges: [Int32] = []
        /// Of an id that was ever canonical of several: ascending.
        var changes: [MemberChange] = []
    }

    /// A merge and the numbers of the ids that it names.
    struct Edge: Sendable {
        var record: MergeRecord
        let survivor: Int32
        let absorbed: Int32
    }

    private(set) var nodes = ChunkedList<Node>()
    /// In position order.
    private(set) var edges = ChunkedList<Edge>()
    private var numbers = ShardedTable<Tag, Int32>()
    private var edgeNumbers = ShardedTable<EventID, Int32>()
    /// The last event that has said something.
    private(set) var last = Position.zero

    init() {}

    /// How many merges the log has, those that are undone included.
    var mergeCount: Int { edges.count }

    /// Who is who as of a position. O(1).
    func view(asOf position: Position) -> IdentityView { IdentityView(history: self, position: position) }

    /// The number of an id; nil when it was never merged.
    func number(of tag: Tag) -> Int? { numbers[tag].map { Int($0) } }

    /// The number of the merge that an event made; nil when it made none.
    func edgeNumber(of id: EventID) -> Int? { edgeNumbers[id].map { Int($0) } }

    // MARK: Folding

    /// Takes in a merge. One of an id with itself, with an empty id or with an id that cannot be a tag changes nothing,
    /// and neither does an event that does not come after the last one. O(ids of the absorbed person).
    ///
    /// - Returns: who is seen as somebody else from now on, in byte order.
    mutating func merged(_ message: CustomersMerged, _ header: IdentityEventHeader) -> [AliasChange] {
        guard let survivor = Self.tag(message.survivorID), let absorbed = Self.tag(message.absorbedID) else {
            return []
        }
        return add(MergeRecord(message, header, survivor: survivor, absorbed: absorbed))
    }

    /// Takes in an unmerge. One of a merge that is unknown or undone changes nothing, and neither does an event that
    /// does not come after the last one. O(ids and merges of the person).
    ///
    /// - Returns: who is seen as somebody else from now on, in byte order.
    mutating func unmerged(_ message: CustomersUnmerged, _ header: IdentityEventHeader) -> [AliasChange] {
        guard let id = EventID(message.mergeEventID) else { return [] }
        return undo(id, at: header.position)
    }

    /// Takes in a merge that was read before.
    mutating func add(_ record: MergeRecord) -> [AliasChange] {
        guard record.position > last, record.survivor != record.absorbed, edgeNumbers[record.eventID] == nil else {
            return []
        }
        last = record.position
        let (survivor, absorbed) = (makeNumber(of: record.survivor), makeNumber(of: record.absorbed))
        // A log has fewer merges than 2^31: that many would not fit into memory.
        let edge = Int32(edges.count)
        edges.append(Edge(record: record, survivor: survivor, absorbed: absorbed))
        edgeNumbers.set(edge, for: record.eventID)
        nodes.change(Int(survivor)) { $0.named.append(edge) }
        nodes.change(Int(absorbed)) { $0.named.append(edge) }
        let (staying, leaving) = (nodes[Int(survivor)].canonical, nodes[Int(absorbed)].canonical)
        if staying == leaving {
            nodes.change(Int(staying)) { $0.edges.append(edge) }
            return []
        }
        return unite(staying, leaving, by: edge, at: record.position)
    }

    /// The person of `staying` takes in that of `leaving`.
    private mutating func unite(
        _ staying: Int32, _ leaving: Int32, by edge: Int32, at position: Position
    ) -> [AliasChange] {
        var moved = [leaving]
        var movedEdges: [Int32] = []
        nodes.change(Int(leaving)) { node in
            moved += node.others
            swap(&movedEdges, &node.edges)
            node.others = []
            node.changes.append(MemberChange(from: position, member: leaving, kind: .dissolved))
        }
        nodes.change(Int(staying)) { node in
            node.others += moved
            // The shorter list is added to the longer one; an unmerge sorts them.
            if node.edges.count < movedEdges.count { swap(&movedEdges, &node.edges) }
            node.edges += movedEdges
            node.edges.append(edge)
            for member in moved {
                node.changes.append(MemberChange(from: position, member: member, kind: .joined))
            }
        }
        return see(moved, as: staying, from: position).sorted { $0.tag < $1.tag }
    }

    /// Removes a merge.
    private mutating func undo(_ id: EventID, at position: Position) -> [AliasChange] {
        guard position > last, let number = edgeNumbers[id], edges[Int(number)].record.unmergedAt == nil else {
            return []
        }
        last = position
        edges.change(Int(number)) { $0.record.unmergedAt = position }
        let former = nodes[Int(edges[Int(number)].survivor)].canonical
        if let changes = takeOff(Int(number), of: former, at: position) { return changes }
        let members = [former] + nodes[Int(former)].others
        let rest = nodes[Int(former)].edges.filter { $0 != number }.sorted()
        let merges = rest.map { number in
            (number: number, survivor: edges[Int(number)].survivor, absorbed: edges[Int(number)].absorbed)
        }
        return part(former, into: Parting(members, merges).parts, at: position).sorted { $0.tag < $1.tag }
    }

    /// Takes an id off that no other merge holds; nil when it is held, or may have been canonical. The others stay as
    /// they are: nothing came to them by it.
    private mutating func takeOff(_ edge: Int, of former: Int32, at position: Position) -> [AliasChange]? {
        let leaf = edges[edge].absorbed
        guard leaf != former, leaf != edges[edge].survivor,
            nodes[Int(leaf)].named.allSatisfy({ edges[Int($0)].record.unmergedAt != nil })
        else { return nil }
        let node = nodes[Int(former)]
        let rest = Parting.Part(
            canonical: former, others: node.others.filter { $0 != leaf }, edges: node.edges.filter { $0 != edge })
        return part(former, into: [rest, Parting.Part(canonical: leaf)], at: position)
    }

    /// The person that `former` stood for is these persons now.
    private mutating func part(
        _ former: Int32, into parts: [Parting.Part], at position: Position
    ) -> [AliasChange] {
        var changes: [AliasChange] = []
        var left: [Int32] = []
        for part in parts where part.canonical != former {
            nodes.change(Int(part.canonical)) { node in
                node.others = part.others
                node.edges = part.edges
                node.changes.append(MemberChange(from: position, member: part.canonical, kind: .returned))
                for member in part.others {
                    node.changes.append(MemberChange(from: position, member: member, kind: .joined))
                }
            }
            changes += see([part.canonical] + part.others, as: part.canonical, from: position)
            left.append(part.canonical)
            left += part.others
        }
        let stays = parts.first { $0.canonical == former }
        nodes.change(Int(former)) { node in
            node.others = stays?.others ?? []
            node.edges = stays?.edges ?? []
            if stays == nil {
                node.changes.append(MemberChange(from: position, member: former, kind: .dissolved))
            } else {
                for member in left { node.changes.append(MemberChange(from: position, member: member, kind: .left)) }
            }
        }
        return changes
    }

    private mutating func see(_ members: [Int32], as canonical: Int32, from position: Position) -> [AliasChange] {
        let tag = nodes[Int(canonical)].tag
        var changes: [AliasChange] = []
        changes.reserveCapacity(members.count)
        for member in members {
            nodes.change(Int(member)) { node in
                node.canonical = canonical
                node.spans.append(Span(from: position, canonical: canonical))
                changes.append(AliasChange(tag: node.tag, canonical: tag))
            }
        }
        return changes
    }

    private mutating func makeNumber(of tag: Tag) -> Int32 {
        if let number = numbers[tag] { return number }
        let number = Int32(nodes.count)
        nodes.append(Node(tag: tag, canonical: number))
        numbers.set(number, for: tag)
        return number
    }

    /// Nil for an id that is empty or cannot be a tag: it is nobody's.
    private static func tag(_ id: String) -> Tag? {
        if id.isEmpty { return nil }
        return try? Tag.customer(id)
    }
}

// MARK: - As of a position

extension IdentityHistory {
    /// Who stands for an id as of a position. O(log of its changes).
    func canonical(of number: Int, asOf position: Position) -> Int {
        let node = nodes[number]
        guard let newest = node.spans.last, newest.from > position else { return Int(node.canonical) }
        let count = Self.prefixCount(node.spans) { $0.from <= position }
        return count == 0 ? number : Int(node.spans[count - 1].canonical)
    }

    /// The other ids of the person that a canonical id stands for as of a position, in no order. O(them) for now,
    /// O(changes of the person) for the past.
    func others(of canonical: Int, asOf position: Position) -> [Int] {
        let node = nodes[canonical]
        guard let newest = node.changes.last, newest.from > position else { return node.others.map { Int($0) } }
        var others: Set<Int32> = []
        for change in node.changes {
            if change.from > position { break }
            switch change.kind {
            case .joined: others.insert(change.member)
            case .left: others.remove(change.member)
            case .dissolved: others = []
            case .returned: break
            }
        }
        return others.map { Int($0) }
    }

    /// From when to when the person that a canonical id stands for as of a position is just as it is then.
    func extent(of canonical: Int, asOf position: Position) -> (since: Position, until: Position?) {
        let changes = nodes[canonical].changes
        let count = Self.prefixCount(changes) { $0.from <= position }
        return (count == 0 ? .zero : changes[count - 1].from, count < changes.count ? changes[count].from : nil)
    }

    private static func prefixCount<Element>(_ elements: [Element], where isInPrefix: (Element) -> Bool) -> Int {
        var (low, high) = (0, elements.count)
        while low < high {
            let middle = low + (high - low) / 2
            if isInPrefix(elements[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
