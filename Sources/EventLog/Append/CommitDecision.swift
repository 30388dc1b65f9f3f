internal import LMDB

/// Decides about appends inside one write transaction: which are duplicates, which conflict, and where the others go.
///
/// The decision depends on nothing but the log before it and the requests themselves, in their order (the requests
/// decided earlier in the same transaction count as log). Nothing is published before the transaction is durable.
struct CommitDecision: ~Copyable {
    let store: LogStore
    let types: TypeTable
    /// Knows the log before the transaction, and what the requests before ``latest`` have written.
    private var index: TransactionIndex
    /// The last request that has written something; the index takes it in when another one comes, which must see it.
    private var latest: AppendRequest?
    /// The last position, counting what this transaction has written.
    private(set) var head: UInt64
    private var lastRecordedAt: Int64
    /// Types first used in this transaction.
    private(set) var newTypes: [EventType] = []

    init(_ store: LogStore, _ index: EventIndex, _ types: TypeTable, head: UInt64, lastRecordedAt: Int64) {
        self.store = store
        self.index = TransactionIndex(index, base: head)
        self.types = types
        self.head = head
        self.lastRecordedAt = lastRecordedAt
    }

    /// Decides one request and writes its new events.
    ///
    /// - Throws: ``AppendError`` when the request is refused; any other error ends the whole transaction.
    mutating func decide(
        _ request: AppendRequest, in transaction: borrowing WriteTransaction
    ) throws -> AppendResult {
        if let latest { index.insert(latest) }
        latest = nil
        let known = try knownRecords(of: request, in: transaction)
        if known.count == request.recordCount { return result(of: request, known: known, firstNew: 0) }
        if !known.isEmpty, request.knownEvents == .refuse {
            var positions: [EventID: Position] = [:]
            for (record, position) in known { positions[request.id(of: record)] = Position(position) }
            throw AppendError.someKnown(positions)
        }
        if let condition = request.condition {
            try check(condition, leavingOut: Set(known.values), in: transaction)
        }
        let firstNew = head + 1
        try write(request, leavingOut: known, in: transaction)
        latest = request
        return result(of: request, known: known, firstNew: firstNew)
    }

    // MARK: Duplicates

    private func knownRecords(
        of request: AppendRequest, in transaction: borrowing WriteTransaction
    ) throws -> [Int: UInt64] {
        var known: [Int: UInt64] = [:]
        // Ids that ascend with time, as UUIDv7 do, are all beyond those of the log.
        guard index.mayHoldIDs(from: request.lowestID) else { return known }
        for record in 0..<request.recordCount {
            let id = request.id(of: record)
            guard let position = try index.position(of: id) else { continue }
            guard let stored = try transaction.value(in: store.events, for: position) else {
                throw DamagedLog(position: Position(position), damage: .missing)
            }
            try EventView(stored).requireSound(at: position)
            let type = request.types[Int(request.typeIndexes[record])]
            let isSame = request.withRecord(record) { EventView($0).isSameBody(as: EventView(stored)) }
            guard isSame, number(of: type) == EventView(stored).typeNumber else {
                throw AppendError.idTaken(id, at: Position(position))
            }
            known[record] = position
        }
        return known
    }

    private func number(of type: EventType) -> UInt32? {
        if let known = types.number(of: type) { return known }
        return newTypes.firstIndex(of: type).map { UInt32(types.count + $0 + 1) }
    }

    // MARK: Condition

    private func check(
        _ condition: AppendCondition, leavingOut known: Set<UInt64>, in transaction: borrowing WriteTransaction
    ) throws {
        let after = condition.after?.rawValue ?? 0
        guard after <= head else {
            throw AppendError.afterBeyondHead(after: Position(after), head: Position(head))
        }
        guard after < head else { return }
        if let conflicting = try firstMatch(of: condition.query, above: after, leavingOut: known, in: transaction) {
            throw AppendError.conflict(AppendConflict(condition: condition, conflicting: Position(conflicting)))
        }
    }

    /// The lowest position above `after` whose event matches.
    private func firstMatch(
        of query: Query, above after: UInt64, leavingOut known: Set<UInt64>,
        in transaction: borrowing WriteTransaction
    ) throws -> UInt64? {
        if query.matchesEverything {
            var position = after + 1
            while known.contains(position) { position += 1 }
            return position <= head ? position : nil
        }
        let compiled = CompiledQuery(query) { number(of: $0) }
        var lowest: UInt64?
        for item in compiled.items where !item.isEmpty {
            // Most conditions end here: some tag of the item has nothing after the position.
            var isPossible = true
            for key in item.tagKeys where isPossible {
                isPossible = try index.has(key, above: after)
            }
            guard isPossible else { continue }
            for key in try item.candidateKeys(index.durable) {
                let found = try firstMatch(
                    of: item, key, in: after + 1...min(head, lowest ?? head), leavingOut: known, in: transaction)
                if let found { lowest = min(found, lowest ?? found) }
            }
        }
        return lowest
    }

    private func firstMatch(
        of item: CompiledQuery.Item, _ key: TagKey, in range: ClosedRange<UInt64>, leavingOut known: Set<UInt64>,
        in transaction: borrowing WriteTransaction
    ) throws -> UInt64? {
        var from = range.lowerBound
        var page = 16
        while from <= range.upperBound {
            let candidates = try index.positions(of: key, in: from...range.upperBound, limit: page)
            for position in candidates where !known.contains(position) {
                guard let record = try transaction.value(in: store.events, for: position) else {
                    throw DamagedLog(position: Position(position), damage: .missing)
                }
                try EventView(record).requireSound(at: position)
                if item.matches(EventView(record)) { return position }
            }
            guard candidates.count == page, let last = candidates.last else { return nil }
            from = last + 1
            page = min(page * 4, 4096)
        }
        return nil
    }

    // MARK: Writing

    private mutating func write(
        _ request: AppendRequest, leavingOut known: [Int: UInt64], in transaction: borrowing WriteTransaction
    ) throws {
        var numbers: [UInt32] = []
        for type in request.types {
            if let known = number(of: type) {
                numbers.append(known)
                continue
            }
            newTypes.append(type)
            let number = UInt32(types.count + newTypes.count)
            let name = LogStore.store(type, number: number)
            try transaction.append(name.rawSpan, in: store.types, for: UInt64(number))
            numbers.append(number)
        }
        lastRecordedAt = max(lastRecordedAt, Timestamp.now().microseconds)
        let cursor = try transaction.appendCursor(over: store.events)
        var position = head
        let recordedAt = lastRecordedAt
        try request.withMutableBytes { bytes in
            for record in 0..<request.recordCount {
                let range = request.range(of: record)
                guard known.isEmpty || known[record] == nil else {
                    // A commit that was undone may have given it a position; without one nobody takes it for new.
                    bytes.store(littleEndian: UInt64(0), at: range.lowerBound + 8)
                    continue
                }
                position += 1
                RecordEncoder.assign(
                    position: position, recordedAt: recordedAt,
                    typeNumber: numbers[Int(request.typeIndexes[record])], bodyHash: request.bodyHashes[record],
                    to: &bytes, at: range.lowerBound)
                try cursor.append(bytes.rawSpan.extracting(range), for: position)
            }
        }
        head = position
    }

    private func result(of request: AppendRequest, known: [Int: UInt64], firstNew: UInt64) -> AppendResult {
        var next = firstNew
        let positionOfRecord = (0..<request.recordCount).map { record in
            if let position = known[record] { return Position(position) }
            defer { next += 1 }
            return Position(next)
        }
        return AppendResult(
            positions: request.recordOfEvent.map { positionOfRecord[$0] },
            appended: request.recordCount - known.count)
    }
}
