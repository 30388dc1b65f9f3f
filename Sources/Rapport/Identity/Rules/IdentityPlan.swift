internal import EventLog

/// What has to be appended so that persons are what rules make of the links.
///
/// Merges by somebody stay. Of those by rules the ones stay whose two customers are one person by the rules, and whose
/// evidence still says so; those whose evidence cannot be opened now, and those of persons of whom an id is erased or
/// restricted, are left alone. What the rules want besides is added in position order.
struct IdentityPlan {
    /// The merges to append.
    let merges: [IdentityOutcome.Merge]
    /// The merges by rules to take back.
    let unmerges: [MergeRecord]
    /// Merges that would be appended or taken back if nobody of the person was erased or restricted, and all could be
    /// opened.
    let leftAlone: Int
    /// Who is who, and who would be, by the numbers of the engine's customers.
    let before: DisjointSets
    let after: DisjointSets

    /// - Parameters:
    ///   - engine: with all steps up to the position of `identity`.
    ///   - ids: those of which the persons are left alone.
    ///   - unopened: events that say something nobody knows.
    init(_ engine: inout IdentityEngine, _ identity: IdentityView, leavingAlone ids: [Tag], unopened: Set<EventID>) {
        engine.settle()
        let active = identity.allMerges.filter { $0.unmergedAt == nil }
        let edges = active.map { (engine.number(of: $0.survivor), engine.number(of: $0.absorbed)) }
        var before = DisjointSets(count: engine.names.customers.count)
        for (survivor, absorbed) in edges { before.unite(survivor, absorbed) }
        let untouchable = Set(ids.compactMap { engine.names.known($0) }.map { before.root(of: $0) })
        var after = DisjointSets(count: before.count)
        var unmerges: [MergeRecord] = []
        var leftAlone = 0
        for (merge, (survivor, absorbed)) in zip(active, edges) {
            let areOne = engine.graph.customers.areOne(survivor, absorbed)
            if merge.rule.isEmpty || (areOne && engine.holds(merge.evidence)) {
                after.unite(survivor, absorbed)
            } else if untouchable.contains(before.root(of: survivor))
                || merge.evidence.contains(where: unopened.contains)
            {
                leftAlone += 1
                after.unite(survivor, absorbed)
            } else {
                unmerges.append(merge)
            }
        }
        var merges: [IdentityOutcome.Merge] = []
        for decision in engine.decisions where !after.areOne(decision.survivor, decision.absorbed) {
            let persons = [before.root(of: decision.survivor), before.root(of: decision.absorbed)]
            if persons.contains(where: untouchable.contains) {
                leftAlone += 1
                continue
            }
            after.unite(decision.survivor, decision.absorbed)
            merges.append(engine.merge(decision))
        }
        self.merges = merges
        self.unmerges = unmerges
        self.leftAlone = leftAlone
        self.before = before
        self.after = after
    }

    // MARK: Events

    /// The events, in the order in which they are to be appended.
    func events(_ rules: IdentityRules, at time: Timestamp, _ provenance: Provenance) throws -> [NewEvent] {
        let choices = rules.fieldChoices
        let parted = try unmerges.map { merge in
            let message = CustomersUnmerged.with { message in
                message.mergeEventID = merge.eventID.description
                message.survivorID = String(merge.survivor.id)
                message.absorbedID = String(merge.absorbed.id)
                message.reason = "rules"
                message.rule = merge.rule
            }
            return try NewEvent(
                message, about: [merge.survivor, merge.absorbed], occurredAt: time, provenance: provenance)
        }
        let merged = try merges.map { merge in
            let message = CustomersMerged.with { message in
                message.survivorID = String(merge.survivor.id)
                message.absorbedID = String(merge.absorbed.id)
                message.rule = merge.rule
                message.rulesVersion = rules.version
                message.evidence = merge.evidence.map(\.description)
                message.fieldChoice = choices
            }
            return try NewEvent(
                message, about: [merge.survivor, merge.absorbed], occurredAt: time, provenance: provenance)
        }
        return parted + merged
    }
}
