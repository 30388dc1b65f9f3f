public import EventLog
internal import LMDB
internal import Projection

/// One order with a promise, as it stood at some time.
public struct PromiseEntry: Codable, Sendable, Hashable {
    /// The opaque id of the order.
    public let orderID: String
    /// What has become of the first promise.
    public let outcome: PromiseOutcome
    /// The opaque id of who ordered; nil, as other texts, where nobody has said, and of a person who was erased.
    public let customer: String?
    /// Where it was ordered, as `web` or `shop`.
    public let channel: String?
    /// When it was ordered.
    public let placedAt: Timestamp
    /// By when it was to arrive at first.
    public let firstPromise: Timestamp
    /// By when it was to arrive as the last promise says.
    public let lastPromise: Timestamp
    /// How many promises were made.
    public let promises: Int
    /// How sure somebody was of the earliest of these, in basis points; nil where nobody has said.
    public let confidenceBp: Int64?
    /// Why the last of them is as it is, as a short code.
    public let reason: String?
    /// The first delivery; nil while there was none.
    public let deliveredAt: Timestamp?
    /// When it was cancelled, where it was before it arrived.
    public let cancelledAt: Timestamp?
    /// From the first promise to the arrival, of one that is overdue until now; in milliseconds, rounded down, less
    /// than zero for one that was early. Nil where it is open or cancelled.
    public let slipMs: Int64?
    /// From the first promise to the last, in milliseconds, rounded down.
    public let inflationMs: Int64
    /// Region, sales point and the like by name, as given when it was placed.
    public let attributes: [String: String]
}

extension CRMState {
    /// How promises of delivery were kept. From rows: O(orders × log orders).
    ///
    /// - Throws: ``UnknownTimeZone``.
    public func promiseKeeping(
        _ question: PromiseQuestion, atLeast position: Position? = nil
    ) async throws -> PromiseKeeping {
        try await wait(for: position, of: PromiseModel.name)
        let calendar = try ZonedCalendar(zone: question.zone)
        let privacy = try self.reader.personal.state(in: log)
        return try rows.read(PromiseModel.name) { reader in
            try PromiseKeeping(question, calendar, privacy, reader)
        }
    }

    /// A page of orders with promises, those first whose first promise is due first.
    ///
    /// Without a filter and for outcomes that most have, a page takes O(page × log n); else all may be gone through.
    ///
    /// - Parameters:
    ///   - outcome: only these; nil takes all.
    ///   - filter: only orders with this value of a dimension, as ``promiseDimensions()`` names them; an empty value
    ///     takes those that have none. Any id of a customer with several gives the orders of the person.
    ///   - time: what happened later does not count, and what was due before is overdue.
    ///   - cursor: where an earlier page of the same question ended.
    /// - Throws: ``ForeignCursor``.
    public func promises(
        _ outcome: PromiseOutcome? = nil, matching filter: (dimension: String, value: String)? = nil,
        at time: Timestamp, limit: Int = usualPageSize, after cursor: ListCursor? = nil,
        atLeast position: Position? = nil
    ) async throws -> ListPage<PromiseEntry> {
        try await wait(for: position, of: PromiseModel.name)
        let now = time.microseconds
        let privacy = try self.reader.personal.state(in: log)
        let scope = RowKey.make(
            PromiseModel.promises,
            [outcome?.rawValue ?? "", filter == nil ? "" : "where", filter?.dimension ?? "", filter?.value ?? ""])
        let list = TimedList(scope: scope, prefixes: [[PromiseModel.promises]])
        var customer: Tag?
        if let filter, filter.dimension.sameBytes(as: "customer") { customer = try? Tag.customer(filter.value) }
        return try rows.read(PromiseModel.name) { reader in
            var wanted = filter.map { (dimension: Array($0.dimension.utf8), value: Array($0.value.utf8)) }
            if let customer {
                let canonical = try history.identity(in: log, asOf: reader.position).canonical(of: customer)
                wanted?.value = Array(canonical.id.utf8)
            }
            let sought = wanted
            return try list.page(
                limit, after: cursor, reader,
                where: { row in
                    let facts = try PromiseFacts(row)
                    guard let standing = facts.standing(at: now), (outcome ?? standing.outcome) == standing.outcome
                    else { return false }
                    guard let (dimension, wantedValue) = sought else { return true }
                    let value = try facts.value(of: dimension.rawSpan)
                    return value.sameBytes(as: wantedValue.rawSpan)
                },
                { id in
                    try PromiseEntry(of: .order(id), at: now, reader, isErased: { privacy.isErased("customer:\($0)") })
                })
        }
    }

    /// What orders with promises can be grouped and filtered by, sorted. O(dimensions).
    public func promiseDimensions() throws -> [String] {
        try rows.read(PromiseModel.name) { reader in
            let names = try reader.totals(PromiseModel.dimensions).compactMap { $0.parts.first }
            return names.isEmpty ? [] : Set(names).union(PromiseModel.ownDimensions).sorted()
        }
    }
}

extension PromiseKeeping {
    /// Answers from rows.
    fileprivate init(
        _ question: PromiseQuestion, _ calendar: ZonedCalendar, _ privacy: PrivacyState,
        _ reader: borrowing ModelReader
    ) throws {
        var tally = PromiseTally(question, calendar, privacy)
        try reader.forEachRow(prefix: [PromiseModel.promises]) { _, row in
            try tally.add(row)
            return true
        }
        try reader.forEachRow(prefix: [PromiseModel.unpromised]) { key, _ in
            guard TimedKey.time(of: key, prefix: 1) <= tally.now else { return false }
            tally.withoutPromise += 1
            return true
        }
        try reader.forEachRow(prefix: [PromiseModel.strays]) { key, row in
            guard TimedKey.time(of: key, prefix: 1) <= tally.now else { return false }
            try tally.add(strays: row)
            return true
        }
        self.init(
            now: question.now, dimension: question.dimension, by: question.by, from: question.from?.description,
            to: question.to?.description, zone: calendar.name, points: tally.points, overall: tally.overall,
            withoutPromise: tally.withoutPromise, uncounted: tally.uncounted, position: reader.position)
    }
}

extension PromiseEntry {
    /// The order of a tag; nil when it was not placed at that time, or nothing had been promised.
    fileprivate init?(
        of tag: Tag, at now: Int64, _ reader: borrowing ModelReader, isErased: (String) -> Bool
    ) throws {
        guard let order = try reader.state(PromiseState.self, of: tag), let placedAt = order.placedAt,
            let firstDue = order.firstDue
        else { return nil }
        let row = PromiseRow.make(order, placedAt: placedAt, firstDue: firstDue)
        let facts = try PromiseFacts(row.rawSpan)
        guard let standing = facts.standing(at: now) else { return nil }
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        func milliseconds(from start: Int64, to end: Int64?) -> Int64? {
            // Wide, for whoever asks about a time that no date can name.
            end.map { Int64((Int128($0) - Int128(start)).dividedFlooring(by: 1000).quotient) }
        }
        let confidence = order.promises.first?.confidenceBp ?? 0
        let arrivedAt = standing.outcome == .overdue ? now : standing.deliveredAt
        self.init(
            orderID: String(tag.id), outcome: standing.outcome,
            customer: isErased(order.customer) ? nil : known(order.customer),
            channel: known(order.channel), placedAt: Timestamp(microseconds: placedAt),
            firstPromise: Timestamp(microseconds: firstDue), lastPromise: Timestamp(microseconds: standing.lastDue),
            promises: standing.promises, confidenceBp: confidence == 0 ? nil : Int64(confidence),
            reason: known(order.promises[standing.promises - 1].reason),
            deliveredAt: standing.deliveredAt.map { Timestamp(microseconds: $0) },
            cancelledAt: standing.cancelledAt.map { Timestamp(microseconds: $0) },
            slipMs: milliseconds(from: firstDue, to: arrivedAt),
            inflationMs: (standing.lastDue - firstDue).dividedFlooring(by: 1000).quotient,
            attributes: Dictionary(order.dimensions.pairs.map { ($0.name, $0.value) }) { $1 })
    }
}
