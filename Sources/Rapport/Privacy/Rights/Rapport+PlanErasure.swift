public import EventLog

extension Rapport {
    /// What erasing these persons would do; nothing is changed. O(events) for headers, whatever the number of persons.
    ///
    /// What the laws keep is worked out from the newest `RetentionPolicySet` of each category with the rule to keep it:
    /// while the days after the last event with a part of the category are not over, the category is kept.
    ///
    /// - Parameters:
    ///   - subjects: the ids of the persons as they stand in tags; each stands for all ids of the person.
    ///   - only: erases the ids that are given and not the others of the same persons.
    ///   - reason: why, as a short code: `request`, `retention`, `withdrawn`.
    ///   - requestEventID: the event by which the person has asked for it.
    ///   - time: the moment that holds and retention are asked about.
    /// - Throws: ``UnreadableEvent``, `DamagedLog`, errors of the storage layer. Whoever cannot be erased stands in the
    ///   plan.
    public func planErasure(
        of subjects: [Tag], only: Bool = false, reason: String = "request", requestEventID: EventID? = nil,
        at time: Timestamp = .now()
    ) throws -> ErasurePlan {
        // Before anything is looked at: what comes later is found by the condition of the append.
        let head = log.head
        let planner = ErasurePlanner(
            log: log, history: history, privacy: try personal.state(in: log),
            policies: try retentionPolicies(at: time), time: time)
        let findings = try planner.look(at: subjects, only: only)
        return ErasurePlan(
            position: head, time: time, reason: reason, requestEventID: requestEventID, only: only,
            persons: findings.persons, alreadyErased: findings.alreadyErased, refusals: findings.refusals)
    }
}
