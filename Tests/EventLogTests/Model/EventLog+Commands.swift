@testable import EventLog

extension EventLog {
    func carryOut(_ append: ModelAppend) async -> ModelOutcome {
        do {
            let events = append.events.map { ModelFacts($0).event }
            let condition = try append.condition
            let result = try await self.append(events, condition, append.skipsKnown ? .skip : .refuse, append.way)
            return .appended(positions: result.numbers, count: result.appended)
        } catch let error as AppendError {
            if case .conflict(let conflict) = error, conflict.condition != (try? append.condition) {
                return .failed("the conflict is not with the condition of the call")
            }
            return .refused(ModelRefusal(error))
        } catch {
            return .failed("\(error)")
        }
    }

    private func append(
        _ events: [NewEvent], _ condition: AppendCondition?, _ known: KnownEvents, _ way: ModelAppend.Way
    ) async throws -> AppendResult {
        if way == .blocking { return try appendBlocking(events, condition: condition, known: known) }
        return try await append(events, condition: condition, known: known)
    }

    func carryOut(_ read: ModelRead) throws -> ModelOutcome {
        var seen: [ModelSeen] = []
        let to = read.to.map { Position($0.number()) }
        let extent = try self.read(
            read.query.query, from: Position(read.from.number()), to: to, limit: read.limit, backwards: read.backwards
        ) { event in
            seen.append(ModelSeen(event, of: self.type(of: event)))
            return seen.count != read.stop
        }
        return .read(seen, last: extent.last?.rawValue, head: extent.head.rawValue)
    }

    /// What the event at `position` holds, copied out of the log.
    func content(at position: UInt64) throws -> UInt64? {
        guard let recorded = try event(at: Position(position)) else { return nil }
        return try ModelSeen.content(of: recorded.event)
    }

    /// Whether no event was recorded before the one before it, and the last one recorded at or before the time of the
    /// event at `position` is found where going through all of them finds it.
    func agreesOnTimes(at position: UInt64) throws -> Bool {
        var times: [Timestamp] = []
        try read { event in
            times.append(event.recordedAt)
            return true
        }
        guard zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }) else { return false }
        guard position >= 1, position <= UInt64(times.count) else {
            return try self.position(recordedAtOrBefore: Timestamp(microseconds: .min)) == .zero
        }
        let time = times[Int(position) - 1]
        let count = times.count { $0 <= time }
        return try self.position(recordedAtOrBefore: time) == Position(UInt64(count))
    }
}

extension ModelAppend {
    var condition: AppendCondition? {
        get throws {
            guard let query else { return nil }
            return AppendCondition(try query.query, after: after?.number())
        }
    }
}

extension ModelQuery {
    var query: Query {
        get throws {
            if items.isEmpty { return .all }
            var alternatives: [Query.Item] = []
            for item in items {
                alternatives.append(
                    try Query.Item(
                        types: item.types.map { ModelFacts.eventType($0) }, tags: item.tags.map { ModelFacts.tag($0) }))
            }
            return try Query(alternatives)
        }
    }
}
