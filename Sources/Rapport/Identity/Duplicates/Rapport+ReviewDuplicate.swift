public import EventLog

extension Rapport {
    /// How often a review is tried before it is refused because others come in between.
    private static var reviewAttempts: Int { 10 }

    /// Records what somebody has decided about two customers or leads.
    ///
    /// It merges nobody: whoever finds that they are the same merges them. Those that are different are not shown as
    /// duplicates again, and those that are put off not before `until`. A call that is made again with the same `id`
    /// answers with the first event and appends nothing.
    ///
    /// O(log n), and O(conversions of leads) where one of them is a lead.
    ///
    /// - Parameters:
    ///   - first: an id as it stands in tags, `customer:C-1` or `lead:L-1`.
    ///   - second: the other one.
    ///   - scoreBp: how likely they were shown to be the same, 0 to 10,000; 0 says nothing.
    ///   - until: with `snoozed`, until when; else nil.
    ///   - reason: why, as a short code.
    ///   - provenance: who does it; stands with the event.
    ///   - id: the id of the event.
    /// - Throws: ``DuplicateRefusal``; ``UnfitEvent``; ``AppendError``, as `idTaken` when another event has the id;
    ///   `DamagedLog`, and errors of the storage layer.
    @discardableResult
    public func review(
        _ first: Tag, _ second: Tag, _ decision: DuplicateReview.Decision, scoreBp: UInt32 = 0,
        until: Timestamp? = nil, reason: String = "", provenance: Provenance = .init(), id: EventID = EventID()
    ) async throws -> DuplicateReviewReceipt {
        let message = DuplicateReviewed.with { message in
            message.first = first.text
            message.second = second.text
            message.decision = decision.inEvents
            message.scoreBp = scoreBp
            message.untilUs = until?.microseconds ?? 0
            message.reason = reason
        }
        func receipt(at position: Position) -> DuplicateReviewReceipt {
            DuplicateReviewReceipt(position: position, eventID: id, first: first, second: second, decision: decision)
        }
        for _ in 1...Self.reviewAttempts {
            if let known = try position(ofReview: message, id) { return receipt(at: known) }
            let condition = try reviewCondition(first, second, decision, until)
            let event = try NewEvent(message, about: [first, second], id: id, provenance: provenance)
            do {
                return receipt(at: try await log.append([event], condition: condition).last)
            } catch AppendError.conflict {
                continue
            } catch AppendError.idTaken {
                // Somebody has made the same call a moment ago: it is found above, or refused there.
                continue
            }
        }
        throw DuplicateRefusal.busy(attempts: Self.reviewAttempts)
    }

    /// Where the same review stands already; nil when the id is new.
    private func position(ofReview message: DuplicateReviewed, _ id: EventID) throws -> Position? {
        guard let position = try log.position(of: id), let stored = try log.event(at: position) else { return nil }
        guard stored.event.type == DuplicateReviewed.eventType,
            try stored.message(DuplicateReviewed.self) == message
        else { throw AppendError.idTaken(id, at: position) }
        return position
    }

    /// Refuses what makes no sense now; answers what must not come before the append.
    private func reviewCondition(
        _ first: Tag, _ second: Tag, _ decision: DuplicateReview.Decision, _ until: Timestamp?
    ) throws -> AppendCondition {
        // Before anything is looked at: what comes later is found by the condition of the append.
        let head = log.head
        if first == second { throw DuplicateRefusal.sameID(first) }
        if decision == .snoozed, until == nil { throw DuplicateRefusal.noEnd(first, second) }
        if decision != .snoozed, until != nil { throw DuplicateRefusal.needlessEnd(first, second, decision) }
        let privacy = try personal.state(in: log)
        for id in [first, second] {
            guard id.names(oneOf: ["customer", "lead"]) else { throw DuplicateRefusal.wrongKind(id) }
            if let erasure = privacy.erasure(of: id.text) {
                throw DuplicateRefusal.erased(id: id, position: erasure.position)
            }
            let extent = try log.read(Query(tag: id), to: head, limit: 1) { _ in true }
            if extent.last == nil { throw DuplicateRefusal.unknown(id: id) }
        }
        let areCustomers = [first, second].allSatisfy { $0.names(oneOf: ["customer"]) }
        let identity = try self.identity(at: head)
        if areCustomers {
            if let since = identity.oneSince(first, second) {
                throw DuplicateRefusal.onePerson(first, second, since: since)
            }
        } else {
            let persons = DuplicatePersons(
                identity: identity, conversions: try Conversions(in: log, history, until: head))
            if persons.person(of: first) == persons.person(of: second) {
                throw DuplicateRefusal.onePerson(first, second, since: nil)
            }
        }
        let identityTypes = [CustomersMerged.eventType, CustomersUnmerged.eventType]
        let ofIDs = try [first, second].map { id in
            try Query.Item(types: [SubjectErased.eventType, LeadConverted.eventType], tags: [id])
        }
        let query = try Query([try Query.Item(types: identityTypes)] + ofIDs)
        return AppendCondition(failIfMatches: query, after: head)
    }
}

/// What was recorded of two customers or leads.
public struct DuplicateReviewReceipt: Codable, Sendable, Hashable {
    /// Where the event stands.
    public let position: Position
    /// Its id.
    public let eventID: EventID
    /// One of them, as the event names it.
    public let first: Tag
    /// The other one.
    public let second: Tag
    /// What was said.
    public let decision: DuplicateReview.Decision
}

/// Why nothing is found or recorded about two customers or leads. Nothing was appended.
public enum DuplicateRefusal: Error, Hashable, Sendable {
    /// No event is about this id.
    case unknown(id: Tag)
    /// The id is none of a customer or lead.
    case wrongKind(Tag)
    /// The id is erased.
    case erased(id: Tag, position: Position)
    /// An id is named twice.
    case sameID(Tag)
    /// The two are one person already; where it is known, since a position.
    case onePerson(Tag, Tag, since: Position?)
    /// They are put off without a time.
    case noEnd(Tag, Tag)
    /// Only what is put off has a time.
    case needlessEnd(Tag, Tag, DuplicateReview.Decision)
    /// Merges were appended each time it was tried.
    case busy(attempts: Int)
}

extension DuplicateRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let id): "\(id): no event is about it; expected an id that events have as a tag"
        case .wrongKind(let id): "\(id): is no customer and no lead; expected an id as customer:C-1 or lead:L-1"
        case .erased(let id, let position): "\(id): is erased (position \(position)); expected somebody who is not"
        case .sameID(let id): "\(id): is named twice; expected two ids"
        case .onePerson(let first, let second, let since):
            "\(first) and \(second) are one person already" + (since.map { ", since position \($0)" } ?? "")
                + "; expected two persons"
        case .noEnd(let first, let second):
            "\(first) and \(second) are put off without a time; expected until when"
        case .needlessEnd(let first, let second, let decision):
            "\(first) and \(second) are said to be \(decision.rawValue) until a time; expected a time only where they "
                + "are put off"
        case .busy(let attempts):
            "merges or unmerges were appended each of the \(attempts) times it was tried; expected a moment of rest"
        }
    }
}
