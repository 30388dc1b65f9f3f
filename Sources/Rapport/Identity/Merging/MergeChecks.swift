internal import EventLog

/// Looks at what speaks against a merge, as of one position of the log.
struct MergeChecks {
    let log: EventLog
    let privacy: PrivacyState
    let view: IdentityView

    /// Refuses an id that no event is about.
    func requireKnown(_ id: Tag) throws {
        var isKnown = false
        try log.read(Query(tag: id), to: view.position, limit: 1) { _ in
            isKnown = true
            return false
        }
        guard isKnown else { throw MergeRefusal.unknown(id: id) }
    }

    /// Refuses a person of whom an id is erased.
    func requireNotErased(_ members: [Tag], asked: Tag) throws {
        if privacy.isEmpty { return }
        for id in [asked] + members {
            guard let erasure = privacy.erasure(of: id.text) else { continue }
            throw MergeRefusal.erased(id: id, asked: asked, position: erasure.position)
        }
    }

    /// Refuses two persons of whom two ids were said not to be the same, and not later that they are: to suspect it
    /// again, or to put it off, takes nothing back. O(events of the person with fewer ids).
    func requireNotDifferent(_ members: [Tag], _ otherMembers: [Tag]) throws {
        let isFewer = members.count <= otherMembers.count
        let (few, many) = isFewer ? (members, otherMembers) : (otherMembers, members)
        let others = Set(many)
        var said: [(one: Tag, other: Tag, position: Position)] = []
        for id in few {
            // All reviews of a pair are about this id, so they come in position order.
            var different: [Tag: Position] = [:]
            let query = try Query(types: [DuplicateReviewed.eventType], tags: [id])
            var reviews: [RecordedEvent] = []
            try log.read(query, to: view.position) { event in
                reviews.append(log.recorded(event))
                return true
            }
            for review in reviews {
                let message = try review.message(DuplicateReviewed.self)
                let decision = message.decision
                guard decision == .different || decision == .same else { continue }
                for (one, text) in [(message.first, message.second), (message.second, message.first)] {
                    guard one.utf8.elementsEqual(id.text.utf8), let other = try? Tag(text), others.contains(other)
                    else { continue }
                    different[other] = decision == .different ? review.position : nil
                }
            }
            for (other, position) in different { said.append((one: id, other: other, position: position)) }
        }
        let first = said.min { ($0.position, $0.one, $0.other) < ($1.position, $1.one, $1.other) }
        guard let first else { return }
        throw MergeRefusal.reviewedAsDifferent(first.one, first.other, position: first.position)
    }

    /// What must not come between looking and appending: another merge or unmerge, or something about these ids that
    /// would have spoken against it.
    static func condition(about ids: [Tag], after position: Position) throws -> AppendCondition {
        let types = [CustomersMerged.eventType, CustomersUnmerged.eventType]
        let ofIDs = [SubjectErased.eventType, DuplicateReviewed.eventType]
        if ids.count > idsOfOneCondition {
            return AppendCondition(failIfMatches: try Query(types: types + ofIDs), after: position)
        }
        let items = try [Query.Item(types: types)] + ids.map { try Query.Item(types: ofIDs, tags: [$0]) }
        return AppendCondition(failIfMatches: try Query(items), after: position)
    }

    /// A query has no more items than 64; about more ids the condition is about everybody.
    private static let idsOfOneCondition = 60
}
