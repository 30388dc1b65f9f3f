public import EventLog
internal import LMDB
internal import Projection

/// Whose data is to be erased because its time is over.
public struct RetentionPlan: Codable, Hashable, Sendable {
    /// The moment that is looked at.
    public let time: Timestamp
    /// All policies that are in force then.
    public let policies: [RetentionPolicy]
    /// Persons of whom nothing has happened for so long that they are erased.
    public let inactive: [InactivePerson]
    /// Persons who were erased before, and of whom a law kept something until now.
    public let released: [Tag]
    /// Persons who would be erased and are under a legal hold.
    public let held: [Tag]
    /// What is done about it.
    public let erasure: ErasurePlan
}

/// A person of whom nothing has happened for a long time.
public struct InactivePerson: Codable, Hashable, Sendable {
    /// The id.
    public let id: Tag
    /// When something happened last, under any id of the person.
    public let lastSeen: Timestamp
    /// When the time was over.
    public let due: Timestamp
}

extension Rapport {
    /// Who is to be erased at `time`, by the policies to erase `customer` and `lead` (those of another category erase
    /// nobody), and by what laws do not keep any more. Nothing is changed.
    ///
    /// A person is due when nothing has happened for the days of the policy: no event has an id of the person as a tag.
    /// Whoever is under a legal hold is passed over. O(persons), and O(events) for headers.
    ///
    /// - Throws: ``UnreadableEvent``, `ProjectionUnavailable`, `DamagedLog`, errors of the storage layer.
    public func planRetention(at time: Timestamp = .now()) async throws -> RetentionPlan {
        try await projections.wait(for: log.head, of: [ProfileModel.name, LeadModel.name], seconds: 600)
        let privacy = try personal.state(in: log)
        let policies = try retentionPolicies(at: time)
        let conversions = try Conversions(in: log, history)
        let search = RetentionSearch(
            crm: self, time: time, privacy: privacy, conversions: conversions)
        var inactive: [InactivePerson] = []
        for policy in policies where policy.rule == .eraseAfter {
            inactive += try search.inactive(by: policy)
        }
        // What is still kept by a policy of today stays; the plan leaves it out.
        let retaining = privacy.allErasures.filter { !$0.retained.isEmpty }.map { Tag(unchecked: $0.subject) }
        let candidates = inactive.map(\.id) + retaining
        let held = candidates.filter { search.isHeld($0) }
        let heldIDs = Set(held)
        let erasure = try planErasure(of: candidates.filter { !heldIDs.contains($0) }, reason: "retention", at: time)
        let planned = Set(erasure.persons.map(\.subject))
        let released = retaining.filter { planned.contains($0) }
        return RetentionPlan(
            time: time, policies: policies, inactive: inactive, released: released, held: held, erasure: erasure)
    }

    /// Erases whom the plan names, as ``erase(_:provenance:)``; nobody when there is nobody.
    ///
    /// - Throws: as ``erase(_:provenance:)``.
    @discardableResult
    public func applyRetention(
        _ plan: RetentionPlan, provenance: Provenance = .init()
    ) async throws -> [ErasureOutcome] {
        if plan.erasure.persons.isEmpty {
            try await finishReceipts()
            return []
        }
        return try await erase(plan.erasure, provenance: provenance)
    }
}

/// Looks for persons of whom nothing has happened.
private struct RetentionSearch {
    let crm: Rapport
    let time: Timestamp
    let privacy: PrivacyState
    let conversions: Conversions

    /// Whether an id of the person is under a legal hold.
    func isHeld(_ id: Tag) -> Bool {
        PersonIDs(of: id, by: conversions).all.contains { !privacy.holds(on: $0.text, at: time).isEmpty }
    }

    /// The persons of the policy's kind who are due, in tag order.
    func inactive(by policy: RetentionPolicy) throws -> [InactivePerson] {
        let last = policy.start(before: time)
        var candidates = try candidates(of: policy.category, seenBy: last)
        candidates.sort()
        return try candidates.compactMap { id in
            if privacy.isErased(id.text) { return nil }
            guard let seen = try lastSeen(PersonIDs(of: id, by: conversions).all, unlessAfter: last), seen <= last
            else { return nil }
            return InactivePerson(id: id, lastSeen: seen, due: policy.end(from: seen))
        }
    }

    /// Those whose rows say nothing of later events, and those who have personal parts and no row.
    private func candidates(of kind: String, seenBy last: Timestamp) throws -> [Tag] {
        var known: Set<Tag> = []
        var candidates: [Tag] = []
        func look(at id: Tag, _ lastSeen: Int64?) {
            known.insert(id)
            // Without a time in the row, the log says it.
            if lastSeen ?? .min <= last.microseconds { candidates.append(id) }
        }
        switch kind {
        case "customer":
            try crm.projections.read(ProfileModel.name) { reader in
                try reader.forEachEntity(ProfileState.self) { id, state in
                    look(at: id, state.lastSeen)
                    return true
                }
            }
        case "lead":
            try crm.projections.read(LeadModel.name) { reader in
                try reader.forEachEntity(LeadState.self) { id, _ in
                    look(at: id, nil)
                    return true
                }
            }
        // Nobody else is a person.
        default: return []
        }
        try crm.log.read(headersOnly: true) { event in
            if event.subjectCount == 0 { return true }
            try event.requireSound()
            for subject in event.subjects {
                let id = Tag(unchecked: subject.id)
                if id.names(oneOf: [kind]), known.insert(id).inserted { candidates.append(id) }
            }
            return true
        }
        return candidates
    }

    /// When the latest event with one of the tags happened; nil without any. Looks no further once one is after
    /// `bound`.
    private func lastSeen(_ ids: [Tag], unlessAfter bound: Timestamp) throws -> Timestamp? {
        var latest: Timestamp?
        for id in ids {
            try crm.log.read(Query(tag: id), backwards: true) { event in
                latest = max(latest ?? event.occurredAt, event.occurredAt)
                return event.occurredAt <= bound
            }
            if let latest, latest > bound { return latest }
        }
        return latest
    }
}
