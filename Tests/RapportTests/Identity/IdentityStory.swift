import EventLog
@testable import Rapport

/// Merges and unmerges that tests fold or append.
enum IdentityStory {
    /// The header of an event at a position; its id tells the position.
    static func header(_ position: UInt64) -> IdentityEventHeader {
        let time = Timestamp(microseconds: Int64(position) * 1_000_000)
        return IdentityEventHeader(
            id: id(position), position: Position(position), occurredAt: time, recordedAt: time)
    }

    /// The id of the event at a position.
    static func id(_ position: UInt64) -> EventID { EventID(high: 7, low: position) }

    static func merged(_ survivor: String, _ absorbed: String) -> CustomersMerged {
        CustomersMerged.with { message in
            message.survivorID = survivor
            message.absorbedID = absorbed
        }
    }

    /// The undoing of the merge at a position.
    static func unmerged(_ merge: UInt64) -> CustomersUnmerged {
        CustomersUnmerged.with { $0.mergeEventID = id(merge).description }
    }

    /// Folds merges, given as pairs, and unmerges, given as the position of the merge: at 1, 2, 3 and so on.
    static func history(_ steps: [Step]) -> IdentityHistory {
        var history = IdentityHistory()
        for (number, step) in steps.enumerated() { _ = apply(step, at: UInt64(number + 1), to: &history) }
        return history
    }

    enum Step {
        case merge(String, String)
        case unmerge(UInt64)
    }

    static func apply(_ step: Step, at position: UInt64, to history: inout IdentityHistory) -> [AliasChange] {
        switch step {
        case .merge(let survivor, let absorbed): history.merged(merged(survivor, absorbed), header(position))
        case .unmerge(let merge): history.unmerged(unmerged(merge), header(position))
        }
    }
}

/// Who is who by going through all merges that hold, from the beginning, whenever it is asked.
struct PlainIdentity {
    struct Merge {
        let position: UInt64
        let survivor: EntityTag
        let absorbed: EntityTag
        var unmergedAt: UInt64?

        func isActive(_ moment: UInt64) -> Bool { position <= moment && (unmergedAt ?? .max) > moment }
    }

    let ids: [EntityTag]
    private(set) var merges: [Merge] = []

    init(ids: [EntityTag]) { self.ids = ids }

    mutating func merge(_ survivor: EntityTag, _ absorbed: EntityTag, at position: UInt64) {
        if survivor == absorbed { return }
        merges.append(Merge(position: position, survivor: survivor, absorbed: absorbed))
    }

    mutating func unmerge(_ merge: UInt64, at position: UInt64) {
        for index in merges.indices where merges[index].position == merge && merges[index].unmergedAt == nil {
            merges[index].unmergedAt = position
        }
    }

    /// Who stands for each id.
    func canonicals(at moment: UInt64) -> [EntityTag: EntityTag] {
        var canonicals: [EntityTag: EntityTag] = [:]
        for id in ids { canonicals[id] = id }
        for merge in merges where merge.isActive(moment) {
            let (staying, leaving) = (canonicals[merge.survivor], canonicals[merge.absorbed])
            for id in ids where canonicals[id] == leaving { canonicals[id] = staying }
        }
        return canonicals
    }

    /// The ids of each person, as a view gives them.
    static func members(_ canonicals: [EntityTag: EntityTag]) -> [EntityTag: [EntityTag]] {
        canonicals.mapValues { canonical in
            let others = canonicals.keys.filter { $0 != canonical && canonicals[$0] == canonical }
            return [canonical] + others.sorted()
        }
    }

    /// How many merges lie between an id and each of the same person; nothing for those of others.
    func distances(from: EntityTag, at moment: UInt64) -> [EntityTag: Int] {
        let active = merges.filter { $0.isActive(moment) }
        var distances: [EntityTag: Int] = [from: 0]
        for distance in 1...ids.count {
            // What this round reaches counts from the next one on.
            let before = distances
            for merge in active {
                let (isFirst, isSecond) = (before[merge.survivor] != nil, before[merge.absorbed] != nil)
                if isFirst, !isSecond { distances[merge.absorbed] = distance }
                if isSecond, !isFirst { distances[merge.survivor] = distance }
            }
            if distances.count == before.count { break }
        }
        return distances
    }
}
