internal import EventLog

/// Looks at what speaks against a merge, as of one position of the log.
struct MergeChecks {
    let log: EventLog
    let history: HistoryRegister
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

    /// Refuses two persons of whom two ids were said not to be the same, unless somebody has said later, about any of
    /// their ids, that they are (``SamenessWord``). What was said of a lead goes for the customer that it became.
    /// O(events of the person with fewer ids, and conversions of leads where anything was ever reviewed).
    func requireNotDifferent(_ members: [Tag], _ otherMembers: [Tag]) throws {
        var isAnythingReviewed = false
        try log.read(Query(types: [DuplicateReviewed.eventType]), to: view.position, limit: 1) { _ in
            isAnythingReviewed = true
            return false
        }
        if !isAnythingReviewed { return }
        let conversions = try Conversions(in: log, history, until: view.position)
        let ids = [members, otherMembers].map { $0 + $0.flatMap { conversions.leads(of: $0) } }
            .sorted { $0.count < $1.count }
        let others = Set(ids[1])
        var said: [(one: Tag, other: Tag, word: SamenessWord)] = []
        for id in ids[0] {
            for review in try log.events(Query(types: [DuplicateReviewed.eventType], tags: [id]), to: view.position) {
                let message = try review.message(DuplicateReviewed.self)
                guard let word = SamenessWord(message.decision, order: review.position.rawValue) else { continue }
                for (one, text) in [(message.first, message.second), (message.second, message.first)] {
                    guard one.utf8.elementsEqual(id.text.utf8), let other = try? Tag(text), others.contains(other)
                    else { continue }
                    said.append((one: id, other: other, word: word))
                }
            }
        }
        guard let last = SamenessWord.last(of: said.map { $0.word }), last.areDifferent,
            let pair = said.first(where: { $0.word == last })
        else { return }
        throw MergeRefusal.reviewedAsDifferent(pair.one, pair.other, position: Position(last.order))
    }

    /// What must not come between looking and appending: another merge, unmerge or review, or something about these ids
    /// that would have spoken against it.
    static func condition(about ids: [Tag], after position: Position) throws -> AppendCondition {
        // A review may be about a lead that became one of them.
        let types = [CustomersMerged.eventType, CustomersUnmerged.eventType, DuplicateReviewed.eventType]
        let ofIDs = [SubjectErased.eventType, LeadConverted.eventType]
        if ids.count > idsOfOneCondition {
            return AppendCondition(failIfMatches: try Query(types: types + ofIDs), after: position)
        }
        let items = try [Query.Item(types: types)] + ids.map { try Query.Item(types: ofIDs, tags: [$0]) }
        return AppendCondition(failIfMatches: try Query(items), after: position)
    }

    /// A query has no more items than 64; about more ids the condition is about everybody.
    private static let idsOfOneCondition = 60
}
