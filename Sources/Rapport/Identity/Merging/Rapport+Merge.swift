public import EventLog

extension Rapport {
    /// How often a merge or an unmerge is tried before it is refused because others come in between.
    static let mergeAttempts = 10

    /// Says that two customers are one person. Every read model then shows them as one, under the survivor's id.
    ///
    /// The event names the canonical ids of the two persons: an id that is merged into another one already stands for
    /// that one. A call that is made again with the same `id` answers with the first event and appends nothing.
    ///
    /// O(ids of both persons, and the reviews about the one with fewer ids).
    ///
    /// - Parameters:
    ///   - survivor: the id of the customer whose person's id stays: `C-1`.
    ///   - absorbed: the id of the customer whose person is taken in.
    ///   - fieldChoice: of which side the value of a field is shown; of fields that are not named the newest is. One of
    ///     the two has each of them in its profile, which is looked at for that, unless values of it are withheld.
    ///   - reason: why, as a short code.
    ///   - scoreBp: how sure it is, in hundredths of a percent (0 to 10,000); 0 says nothing.
    ///   - evenIfDifferent: merges two whom somebody has reviewed as not the same.
    ///   - provenance: who does it; stands with the event.
    ///   - id: the id of the event.
    /// - Throws: ``MergeRefusal``; `InvalidEvent` for an id that cannot be a tag; ``UnfitEvent``; ``AppendError``, as
    ///   `idTaken` when another event has the id; `DamagedLog`, and errors of the storage layer; with a field choice
    ///   what ``CRMState/profile(of:atLeast:)`` throws.
    @discardableResult
    public func mergeCustomers(
        _ survivor: String, _ absorbed: String, fieldChoice: [String: MergeSide] = [:], reason: String,
        scoreBp: UInt32 = 0, evenIfDifferent: Bool = false, provenance: Provenance = .init(),
        id: EventID = EventID()
    ) async throws -> MergeReceipt {
        let wanted = try WantedMerge(
            survivor: .customer(survivor), absorbed: .customer(absorbed), fieldChoice: fieldChoice, reason: reason,
            scoreBp: scoreBp, evenIfDifferent: evenIfDifferent)
        for _ in 1...Self.mergeAttempts {
            if let known = try merge(known: id, as: wanted) { return known }
            let (event, condition) = try prepared(wanted, provenance, id)
            try await requireFields(of: wanted)
            do {
                let position = try await log.append([event], condition: condition).last
                return try receipt(of: id, at: position)
            } catch AppendError.conflict {
                continue
            } catch AppendError.idTaken {
                // Somebody has made the same call a moment ago: it is found above, or refused there.
                continue
            }
        }
        throw MergeRefusal.busy(attempts: Self.mergeAttempts)
    }

    /// What was asked for.
    private struct WantedMerge {
        let survivor: Tag
        let absorbed: Tag
        let fieldChoice: [String: MergeSide]
        let reason: String
        let scoreBp: UInt32
        let evenIfDifferent: Bool

        /// In the order of the bytes, so that the same choice is the same event.
        var fieldChoices: [FieldChoice] {
            let names = fieldChoice.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return names.map { name in
                var choice = FieldChoice()
                choice.field = name
                choice.side = fieldChoice[name] ?? .unspecified
                return choice
            }
        }

        func message(_ survivor: Tag, _ absorbed: Tag) -> CustomersMerged {
            CustomersMerged.with { message in
                message.survivorID = String(survivor.id)
                message.absorbedID = String(absorbed.id)
                message.fieldChoice = fieldChoices
                message.scoreBp = scoreBp
                message.reason = reason
            }
        }
    }

    /// The receipt of a call that was made before; nil when the id is new.
    private func merge(known id: EventID, as wanted: WantedMerge) throws -> MergeReceipt? {
        guard let position = try log.position(of: id), let stored = try log.event(at: position) else { return nil }
        guard stored.event.type == CustomersMerged.eventType else { throw AppendError.idTaken(id, at: position) }
        let before = try identity(at: Position(position.rawValue - 1))
        let expected = wanted.message(before.canonical(of: wanted.survivor), before.canonical(of: wanted.absorbed))
        guard try stored.message(CustomersMerged.self) == expected else {
            throw AppendError.idTaken(id, at: position)
        }
        return try receipt(of: id, at: position)
    }

    private func receipt(of id: EventID, at position: Position) throws -> MergeReceipt {
        let view = try identity(at: position)
        guard let merge = view.merge(id) else { throw MergeRefusal.unknownMerge(.event(id)) }
        return MergeReceipt(
            position: position, eventID: id, survivor: merge.survivor, absorbed: merge.absorbed,
            members: view.members(of: merge.survivor), fieldChoice: merge.fieldChoice)
    }

    /// Refuses a choice for a field that neither profile has. Where values are withheld nobody can say what is there.
    private func requireFields(of wanted: WantedMerge) async throws {
        if wanted.fieldChoice.isEmpty { return }
        var known: Set<[UInt8]> = []
        for id in [wanted.survivor, wanted.absorbed] {
            guard let profile = try await profile(of: String(id.id), atLeast: log.head) else { continue }
            if !profile.withheld.isEmpty { return }
            known.formUnion(profile.fields.map { Array($0.name.utf8) })
        }
        for choice in wanted.fieldChoices where !known.contains(Array(choice.field.utf8)) {
            throw MergeRefusal.noSuchField(field: choice.field, wanted.survivor, wanted.absorbed)
        }
    }

    /// The event, if nothing speaks against it now.
    private func prepared(
        _ wanted: WantedMerge, _ provenance: Provenance, _ id: EventID
    ) throws -> (NewEvent, AppendCondition) {
        // Before anything is looked at: what comes later is found by the condition of the append.
        let head = log.head
        let view = try identity(at: head)
        let checks = MergeChecks(
            log: log, history: history, privacy: try personal.state(in: log), view: view)
        if wanted.survivor == wanted.absorbed { throw MergeRefusal.sameID(wanted.survivor) }
        for choice in wanted.fieldChoices where !choice.side.isStated {
            throw MergeRefusal.badFieldChoice(field: choice.field)
        }
        try checks.requireKnown(wanted.survivor)
        try checks.requireKnown(wanted.absorbed)
        if let since = view.oneSince(wanted.survivor, wanted.absorbed) {
            throw MergeRefusal.alreadyOnePerson(
                wanted.survivor, wanted.absorbed, canonical: view.canonical(of: wanted.survivor), since: since)
        }
        let (staying, leaving) = (view.members(of: wanted.survivor), view.members(of: wanted.absorbed))
        try checks.requireNotErased(staying, asked: wanted.survivor)
        try checks.requireNotErased(leaving, asked: wanted.absorbed)
        let count = staying.count + leaving.count
        guard count <= ResolvedPerson.mostIDs else {
            throw MergeRefusal.tooManyIDs(count: count, limit: ResolvedPerson.mostIDs)
        }
        if !wanted.evenIfDifferent { try checks.requireNotDifferent(staying, leaving) }
        let (survivor, absorbed) = (view.canonical(of: wanted.survivor), view.canonical(of: wanted.absorbed))
        let event = try NewEvent(
            wanted.message(survivor, absorbed), about: [survivor, absorbed], id: id, provenance: provenance)
        return (event, try MergeChecks.condition(about: staying + leaving, after: head))
    }
}
