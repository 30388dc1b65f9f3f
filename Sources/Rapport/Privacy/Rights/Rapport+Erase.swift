public import EventLog
internal import Sealing

extension Rapport {
    /// Carries out a plan: appends `SubjectErased` for each person, destroys the keys of all together, waits until the
    /// read models that held values of them are written anew, and appends one receipt.
    ///
    /// Whoever is erased once stays so: a process that dies on the way leaves the rest to the next one that opens the
    /// data directory. A plan that is carried out again erases nobody twice. O(persons), and once O(keys in the store).
    ///
    /// A plan for a time to come is carried out now, too; but nobody is erased whom a hold forbids to erase now.
    ///
    /// - Parameter provenance: who does it, and why; stands with the events.
    /// - Returns: one outcome for each person of the plan. One to whom a hold came in between has a refusal.
    /// - Throws: ``ErasureRefused`` when the plan has one, or nothing to do: then nothing is erased.
    ///   `MasterKeyRefusal`, `ProjectionUnavailable`, ``AppendError``, errors of the storage layer: what was appended
    ///   by then is brought to its end by ``finishReceipts()``.
    @discardableResult
    public func erase(_ plan: ErasurePlan, provenance: Provenance = .init()) async throws -> [ErasureOutcome] {
        if let refusal = plan.refusals.first { throw refusal }
        try await finishReceipts()
        // Whoever cannot open the key store learns it before anything is said about anybody.
        let keys = try personal.keyStore()
        _ = try keys?.blindIndexKey()
        let isSealed = plan.persons.contains { $0.ids.contains { !$0.sealedParts.isEmpty } }
        if keys == nil, isSealed { throw KeysElsewhere(path: log.path) }
        if plan.persons.isEmpty, let past = plan.alreadyErased.first {
            throw ErasureRefused.alreadyErased(subject: past.subject, position: past.position)
        }
        var outcomes: [ErasureOutcome] = []
        var appending = ErasureAppending(plan, provenance)
        var rest = plan.persons[...]
        // More than one receipt can name are erased in several rounds.
        while !rest.isEmpty {
            let round = Array(rest.prefix(Self.personsOfOneReceipt))
            rest = rest.dropFirst(round.count)
            try await appending.append(round, to: self)
            outcomes += try await completed(appending.takeAppended())
        }
        return outcomes + appending.refusals.map { $0.outcome }
    }

    private static var personsOfOneReceipt: Int { 100_000 }

    /// Brings the erasures of a round to their end.
    private func completed(_ appended: [ErasureAppending.Appended]) async throws -> [ErasureOutcome] {
        guard let first = appended.map(\.position).min() else { return [] }
        try await finishReceipts()
        let receipts = try ErasureLedger.receipts(after: first, in: log)
        return appended.map { $0.outcome(receipts[$0.person.eventID]) }
    }
}

/// Appends the events of a plan, and plans again for whom something has come in between.
private struct ErasureAppending {
    struct Appended {
        let person: PersonErasure
        let position: Position

        func outcome(_ receipt: ErasureReceipt?) -> ErasureOutcome {
            ErasureOutcome(
                subject: person.subject, ids: person.ids.map(\.id), eventID: person.eventID, position: position,
                receipt: receipt, retained: person.retained, partsInClear: person.partsInClear, refusal: nil)
        }
    }

    private static let attempts = 8
    private static let eventsOfOneAppend = 1000

    private var appended: [Appended] = []
    private(set) var refusals: [ErasureRefused] = []
    private let plan: ErasurePlan
    private let provenance: Provenance
    /// Nothing that matters has come up to here.
    private var after: Position

    init(_ plan: ErasurePlan, _ provenance: Provenance) {
        self.plan = plan
        self.provenance = provenance
        after = plan.position
    }

    /// What was appended since this was asked last.
    mutating func takeAppended() -> [Appended] {
        defer { appended = [] }
        return appended
    }

    /// Appends the events of these persons in appends of up to a thousand, each all or nothing.
    mutating func append(_ persons: [PersonErasure], to crm: Rapport) async throws {
        // A condition names no more ids than this; for more persons it is about everybody.
        let isAboutAll = plan.idCount > ErasurePlanner.idsOfOneEvent
        var rest = persons[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(Self.eventsOfOneAppend))
            rest = rest.dropFirst(chunk.count)
            try await appendTogether(chunk, isAboutAll: isAboutAll, to: crm)
        }
    }

    private mutating func appendTogether(
        _ persons: [PersonErasure], isAboutAll: Bool, to crm: Rapport
    ) async throws {
        var persons = persons
        var time = plan.time
        // Of others than these nobody looks again here: what has come about them is found with their own append.
        var after = self.after
        var isPlannedAgain = false
        for attempt in 1...Self.attempts where !persons.isEmpty {
            do {
                let events = try persons.map { try event(for: $0, at: time) }
                let condition = try condition(persons, after: after, isAboutAll: isAboutAll)
                let result = try await crm.log.append(events, condition: condition, known: .skip)
                for (person, position) in zip(persons, result.positions) {
                    appended.append(Appended(person: person, position: position))
                }
                // Of everybody nothing has come before this append but what it has written itself.
                if isAboutAll, !isPlannedAgain { self.after = max(after, result.last) }
                return
            } catch let error where Self.isOvertaken(error) {
                if attempt == Self.attempts { return refusals += persons.map { .busy(subject: $0.subject) } }
                let again = try crm.planErasure(
                    of: persons.map(\.subject), only: plan.only, reason: plan.reason,
                    requestEventID: plan.requestEventID, at: max(plan.time, .now()))
                refusals += again.refusals
                refusals += again.alreadyErased.map { .alreadyErased(subject: $0.subject, position: $0.position) }
                // Nobody has seen, and confirmed, ids that came in between.
                let planned = Set(persons.flatMap(\.ids).map(\.id))
                let isSame = { (person: PersonErasure) in person.ids.allSatisfy { planned.contains($0.id) } }
                refusals += again.persons.filter { !isSame($0) }.map { .busy(subject: $0.subject) }
                (persons, time, after) = (again.persons.filter(isSame), again.time, again.position)
                isPlannedAgain = true
            }
        }
    }

    /// Whether a hold or an erasure has come since the plan was made.
    private static func isOvertaken(_ error: any Error) -> Bool {
        if case AppendError.conflict = error { return true }
        return error is ErasureRefused
    }

    private func event(for person: PersonErasure, at time: Timestamp) throws -> NewEvent {
        let message = SubjectErased.with { message in
            message.subjectIds = person.ids.map(\.id.text)
            message.requestEventID = plan.requestEventID?.description ?? ""
            message.reason = plan.reason
            message.retained = person.retained.map { data in
                var retained = RetainedCategory()
                retained.category = data.category
                retained.lawRef = data.lawRef
                retained.untilUs = data.until.microseconds
                return retained
            }
        }
        return try NewEvent(
            message, about: person.ids.map(\.id), id: person.eventID, occurredAt: time, provenance: provenance)
    }

    /// No hold and no erasure has come since; of few persons, none of their ids has become, or stopped being, theirs.
    private func condition(
        _ persons: [PersonErasure], after: Position, isAboutAll: Bool
    ) throws -> AppendCondition {
        let types = [
            LegalHoldPlaced.eventType, SubjectErased.eventType, LeadConverted.eventType, CustomersMerged.eventType,
            CustomersUnmerged.eventType,
        ]
        let ids = persons.flatMap(\.ids)
        if isAboutAll || ids.count > ErasurePlanner.idsOfOneEvent {
            return AppendCondition(failIfMatches: try Query(types: types), after: after)
        }
        let items = try ids.map { contents in
            try Query.Item(types: types, tags: [contents.id])
        }
        return AppendCondition(failIfMatches: try Query(items), after: after)
    }
}

extension ErasureRefused {
    fileprivate var outcome: ErasureOutcome {
        ErasureOutcome(
            subject: subject, ids: [], eventID: nil, position: nil, receipt: nil, retained: [], partsInClear: 0,
            refusal: self)
    }
}
