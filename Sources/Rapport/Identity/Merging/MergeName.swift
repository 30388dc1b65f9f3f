public import EventLog

/// How a caller names a merge.
public enum MergeName: Hashable, Sendable {
    /// By the id of its event.
    case event(EventID)
    /// By the position of its event.
    case position(Position)
    /// By the ids of the two customers that it ties together: `"C-1", "C-2"`.
    case between(String, String)
}

extension MergeName: CustomStringConvertible {
    public var description: String {
        switch self {
        case .event(let id): "the event \(id)"
        case .position(let position): "position \(position)"
        case .between(let first, let second): "the merge between customer:\(first) and customer:\(second)"
        }
    }
}

extension IdentityView {
    /// The merge of this name that holds.
    ///
    /// - Throws: ``MergeRefusal``; `InvalidEvent` for an id that cannot be a tag.
    func merge(named name: MergeName) throws -> MergeRecord {
        switch name {
        case .event(let id): return try active(merge(id), name)
        case .position(let position): return try active(merge(at: position), name)
        case .between(let first, let second):
            return try merge(holding: .customer(first), .customer(second), name)
        }
    }

    private func active(_ record: MergeRecord?, _ name: MergeName) throws -> MergeRecord {
        guard let record else { throw MergeRefusal.unknownMerge(name) }
        if let unmergedAt = record.unmergedAt {
            throw MergeRefusal.alreadyUnmerged(merge: record.position, at: unmergedAt)
        }
        return record
    }

    /// The one merge on the way from one id to the other.
    private func merge(holding first: Tag, _ second: Tag, _ name: MergeName) throws -> MergeRecord {
        if first == second { throw MergeRefusal.sameID(first) }
        guard let path = path(from: first, to: second) else {
            // None of them holds; the one that did last is meant.
            let known = merges(between: first, second)
            guard let undone = known.max(by: { ($0.unmergedAt ?? .zero) < ($1.unmergedAt ?? .zero) }) else {
                throw MergeRefusal.notOnePerson(first, second)
            }
            return try active(undone, name)
        }
        guard path.count == 1, let merge = path.first else { throw MergeRefusal.severalMerges(first, second, path) }
        return merge
    }
}
