public import EventLog
internal import Projection

extension Rapport {
    /// Undoes a merge: every read model then shows the two persons as if it had never been, and events that came since
    /// go to the customer that they are stored under, but for the exceptions.
    ///
    /// Where another merge holds the two together, they stay one person; the receipt says so. A call that is made again
    /// with the same `id` answers with the first event and appends nothing.
    ///
    /// O(ids and merges of the person), and O(log n) for each exception.
    ///
    /// - Parameters:
    ///   - merge: which one.
    ///   - exceptions: events about the person that go to the customer named as survivor, or as absorbed one, by the
    ///     merge, whatever they are stored under. The event says so for good.
    ///   - reason: why, as a short code.
    ///   - provenance: who does it; stands with the event.
    ///   - id: the id of the event.
    /// - Throws: ``MergeRefusal``; `InvalidEvent` for an id that cannot be a tag; ``UnfitEvent``; ``AppendError``, as
    ///   `idTaken` when another event has the id; ``UnreadableEvent``, `DamagedLog`, and errors of the storage layer.
    @discardableResult
    public func unmergeCustomers(
        merge: MergeName, exceptions: [EventID: MergeSide] = [:], reason: String,
        provenance: Provenance = .init(), id: EventID = EventID()
    ) async throws -> UnmergeReceipt {
        let wanted = WantedUnmerge(merge: merge, exceptions: exceptions, reason: reason)
        for _ in 1...Self.mergeAttempts {
            if let known = try unmerge(known: id, as: wanted) { return known }
            // Before anything is looked at: what comes later is found by the condition of the append.
            let head = log.head
            let view = try identity(at: head)
            let record = try view.merge(named: merge)
            try requireMovable(exceptions, of: record, as: view)
            let event = try NewEvent(
                wanted.message(record), about: [record.survivor, record.absorbed], id: id, provenance: provenance)
            let types = [CustomersMerged.eventType, CustomersUnmerged.eventType]
            let condition = AppendCondition(failIfMatches: try Query(types: types), after: head)
            do {
                let position = try await log.append([event], condition: condition).last
                return try receipt(of: record.eventID, undoneBy: id, at: position)
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
    private struct WantedUnmerge {
        let merge: MergeName
        let exceptions: [EventID: MergeSide]
        let reason: String

        func message(_ merge: MergeRecord) -> CustomersUnmerged {
            CustomersUnmerged.with { message in
                message.mergeEventID = merge.eventID.description
                message.survivorID = String(merge.survivor.id)
                message.absorbedID = String(merge.absorbed.id)
                message.reason = reason
                // In the order of the ids, so that the same exceptions are the same event.
                message.exceptions = exceptions.keys.sorted().map { event in
                    var exception = UnmergeException()
                    exception.eventID = event.description
                    exception.side = exceptions[event] ?? .unspecified
                    return exception
                }
            }
        }

        /// Whether a merge is the one that was named.
        func names(_ record: MergeRecord) throws -> Bool {
            switch merge {
            case .event(let id): return record.eventID == id
            case .position(let position): return record.position == position
            case .between(let first, let second):
                let named: Set<Tag> = [try .customer(first), try .customer(second)]
                return named == [record.survivor, record.absorbed]
            }
        }
    }

    /// The receipt of a call that was made before; nil when the id is new.
    private func unmerge(known id: EventID, as wanted: WantedUnmerge) throws -> UnmergeReceipt? {
        guard let position = try log.position(of: id), let stored = try log.event(at: position) else { return nil }
        let taken = AppendError.idTaken(id, at: position)
        guard stored.event.type == CustomersUnmerged.eventType else { throw taken }
        let message = try stored.message(CustomersUnmerged.self)
        guard let merge = EventID(message.mergeEventID), let record = try identity(at: position).merge(merge),
            try wanted.names(record), wanted.message(record) == message
        else { throw taken }
        return try receipt(of: merge, undoneBy: id, at: position)
    }

    private func receipt(of merge: EventID, undoneBy id: EventID, at position: Position) throws -> UnmergeReceipt {
        let view = try identity(at: position)
        guard let record = view.merge(merge) else { throw MergeRefusal.unknownMerge(.event(merge)) }
        return UnmergeReceipt(position: position, eventID: id, merge: record, as: view)
    }

    /// Refuses exceptions that name events which are not about the person of a merge, or cannot go anywhere.
    func requireMovable(
        _ exceptions: [EventID: MergeSide], of merge: MergeRecord, as view: IdentityView
    ) throws {
        if exceptions.isEmpty { return }
        let members = view.members(of: merge.survivor)
        let ids = Set(members)
        let hindsight = try history.view(in: log, asOf: view.position)
        for id in exceptions.keys.sorted() {
            func refused(_ fault: MergeRefusal.ExceptionFault) -> MergeRefusal { .badException(id, fault) }
            guard exceptions[id]?.isStated ?? false else { throw refused(.noSide) }
            guard let position = try log.position(of: id), position <= view.position,
                let stored = try log.event(at: position)
            else { throw refused(.notInLog) }
            if EventsThatStay.contains(stored.event.type) { throw refused(.stays(position, stored.event.type)) }
            let seen = SeenEvent(stored, through: hindsight)
            if seen.isAnnulled { throw refused(.annulled(position)) }
            guard hindsight.movedTags(of: seen.recorded).contains(where: { ids.contains($0) }) else {
                throw refused(.notOfThePerson(position, canonical: view.canonical(of: merge.survivor)))
            }
        }
    }
}
