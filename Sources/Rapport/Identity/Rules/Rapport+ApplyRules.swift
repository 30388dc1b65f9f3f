public import EventLog
internal import Projection
internal import Sealing

/// What came of applying rules.
public struct AppliedIdentityRules: Codable, Hashable, Sendable {
    /// The version of the rules; 0 are those that are built in.
    public internal(set) var rulesVersion: UInt32
    /// Up to where the log was read.
    public internal(set) var position: Position
    /// How many merges were appended.
    public internal(set) var merges = 0
    /// How many merges by rules were taken back.
    public internal(set) var unmerges = 0
    /// How many were left alone because an id of the person is erased or restricted, or the evidence cannot be opened.
    public internal(set) var leftAlone = 0
}

extension Rapport {
    /// Who would be who under `rules`, over the whole history; appends nothing, and notes no access: nobody is shown a
    /// personal value. O(events).
    ///
    /// - Parameter progress: told now and then how far it is.
    /// - Throws: ``IdentityRulesError``; `MasterKeyRefusal` when the keys cannot be used; `DamagedLog`, and errors of
    ///   the storage layer.
    public func simulateIdentityRules(
        _ rules: IdentityRules, progress: @Sendable (IdentityRulesProgress) -> Void = { _ in }
    ) throws -> IdentitySimulation {
        try rules.check()
        let work = try plannedIdentity(rules, at: log.head, progress)
        return IdentitySimulation(work.plan, work.engine, work.identity, work.tally)
    }

    /// Makes persons what the rules in force make of the links: appends the merges that are missing, and takes back
    /// those by rules whose evidence is gone or that these rules would not make. Merges by somebody stay, and persons
    /// of whom an id is erased, or all use of whose data is restricted now, are left alone. Applied twice it appends
    /// nothing the second time.
    ///
    /// A thousand events at a time are appended, each thousand as a whole. When somebody else merges or parts
    /// meanwhile, sets other rules, or takes back or erases something, everything is looked at again.
    ///
    /// - Parameters:
    ///   - provenance: who applies them; stands with the events.
    ///   - progress: told now and then how far the log is read.
    /// - Throws: ``AppendError/conflict(_:)`` when others came in between each time; what
    ///   ``simulateIdentityRules(_:progress:)`` throws.
    @discardableResult
    public func applyIdentityRules(
        provenance: Provenance = .init(), progress: @Sendable (IdentityRulesProgress) -> Void = { _ in }
    ) async throws -> AppliedIdentityRules {
        var applied = AppliedIdentityRules(rulesVersion: 0, position: .zero)
        var attempt = 1
        while true {
            let head = log.head
            let rules = try identityRules(asOf: head)
            let work = try plannedIdentity(rules, at: head, progress)
            (applied.rulesVersion, applied.position, applied.leftAlone) = (rules.version, head, work.plan.leftAlone)
            do {
                try await append(
                    try work.plan.events(rules, at: .now(), provenance), unmerges: work.plan.unmerges.count,
                    after: head,
                    &applied)
                return applied
            } catch let error where attempt < Self.mergeAttempts && Self.hasComeBetween(error) {
                attempt += 1
            }
        }
    }

    private static func hasComeBetween(_ error: any Error) -> Bool {
        if case AppendError.conflict = error { return true }
        return error is ErasedSubject
    }

    private static var eventsOfOneAppend: Int { 1_000 }

    /// - Parameter unmerges: how many of the events, from the first on, part persons.
    private func append(
        _ events: [NewEvent], unmerges: Int, after head: Position, _ applied: inout AppliedIdentityRules
    ) async throws {
        let query = try Query(types: [
            CustomersMerged.eventType, CustomersUnmerged.eventType, IdentityRulesSet.eventType,
            DuplicateReviewed.eventType, IdentifierUnlinked.eventType, EventCorrected.eventType,
            ImportReverted.eventType, SubjectErased.eventType, LeadConverted.eventType, ProcessingRestricted.eventType,
        ])
        var after = head
        var start = 0
        while start < events.count {
            let end = min(events.count, start + Self.eventsOfOneAppend)
            let condition = AppendCondition(failIfMatches: query, after: after)
            after = try await log.append(Array(events[start..<end]), condition: condition).last
            let parted = max(0, min(end, unmerges) - start)
            applied.unmerges += parted
            applied.merges += end - start - parted
            start = end
        }
    }

    private func plannedIdentity(
        _ rules: IdentityRules, at position: Position, _ progress: @Sendable (IdentityRulesProgress) -> Void
    ) throws -> (plan: IdentityPlan, engine: IdentityEngine, identity: IdentityView, tally: LinkFactReader.Tally) {
        // Who is erased must be known before parts are opened.
        let (privacy, time) = (try personal.state(in: log), Timestamp.now())
        let identity = try history.identity(in: log, asOf: position)
        let decoder = LinkDecoder(
            opener: personal, privacy: privacy, hindsight: try history.view(in: log, asOf: position),
            identity: identity, conversions: try Conversions(in: log, history, until: position), time: time)
        var reader = LinkFactReader(log, upTo: position, decoder: decoder)
        var engine = IdentityEngine(rules)
        try reader.read(progress: { progress(IdentityRulesProgress(position: $0, end: position)) }) { step in
            engine.add(step)
        }
        let erased = privacy.allErasures.compactMap { try? Tag($0.subject) }
        let restricted = engine.names.customers.filter { privacy.restriction(of: $0.text, at: time) != nil }
        let plan = IdentityPlan(
            &engine, identity, leavingAlone: erased + restricted, unopened: reader.tally.unopened)
        return (plan, engine, identity, reader.tally)
    }
}
