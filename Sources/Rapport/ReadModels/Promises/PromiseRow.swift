internal import LMDB

/// An order with a promise as a row, in order of its first promise: all that judging it at any time takes.
///
/// Key: table, time of the first promise, id of the order. Value, little endian; offsets in bytes, times in
/// microseconds UTC, ``noTime`` where there is none:
///
///      0    8  placed
///      8    8  delivered for the first time, not before it was placed
///     16    8  delivered again
///     24    8  cancelled, not before it was placed
///     32    8  first promise
///     40    4  number of promises, at least one
///     44  16n  when each was made, until when the order is to arrive; in the order of making
///      .    .  the values of ``PromiseModel/ownDimensions``
///      .    .  the attributes: their number, names and values
///
/// Texts have a varint length; the number of attributes is a varint.
enum PromiseRow {
    static let fixedLength = 44
    /// Of a promise.
    static let promiseLength = 16
    /// Stands for a time that there is none of.
    static let noTime = Int64.min

    static func make(_ order: PromiseState, placedAt: Int64, firstDue: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fixedLength + promiseLength * order.promises.count + 60)
        bytes.append(littleEndian: placedAt)
        for time in [order.deliveredAt, order.deliveredAgainAt, order.cancelledAt] {
            bytes.append(littleEndian: time.map { max($0, placedAt) } ?? noTime)
        }
        bytes.append(littleEndian: firstDue)
        bytes.append(littleEndian: UInt32(clamping: order.promises.count))
        for promise in order.promises {
            bytes.append(littleEndian: promise.madeAt)
            bytes.append(littleEndian: promise.due)
        }
        bytes.append(prefixed: order.customer)
        bytes.append(prefixed: order.channel)
        order.dimensions.encode(into: &bytes)
        return bytes
    }
}

/// How an order with a promise stood at some time; times are microseconds UTC.
struct PromiseStanding {
    let outcome: PromiseOutcome
    /// By when it was to arrive at first.
    let firstDue: Int64
    /// By when it was to arrive as the last promise says that had been made.
    let lastDue: Int64
    /// How many promises had been made; at least one.
    let promises: Int
    let deliveredAt: Int64?
    let cancelledAt: Int64?
    /// Whether it had been delivered several times.
    let isInParts: Bool
    /// Whether the first promise can be judged: its time had come, and the order was not cancelled by then.
    let isJudged: Bool

    /// Whether the order was not there when the first promise was due.
    var isDefect: Bool { isJudged && outcome != .kept }
}

/// The value of a row, read in place.
struct PromiseFacts: ~Escapable {
    private let row: RawSpan
    private let count: Int

    @_lifetime(copy row)
    init(_ row: RawSpan) throws {
        guard row.byteCount >= PromiseRow.fixedLength else { throw MalformedBytes("the facts of a promise") }
        let count = Int(row.u32(at: 40))
        guard count > 0, row.byteCount >= PromiseRow.fixedLength + PromiseRow.promiseLength * count else {
            throw MalformedBytes("the promises of an order")
        }
        self.row = row
        self.count = count
    }

    var placedAt: Int64 { row.i64(at: 0) }
    var firstDue: Int64 { row.i64(at: 32) }

    private func time(at offset: Int, by now: Int64) -> Int64? {
        let time = row.i64(at: offset)
        return time == PromiseRow.noTime || time > now ? nil : time
    }

    /// How many promises had been made at a time, and the time that the last of them names.
    func made(by now: Int64) -> (count: Int, lastDue: Int64) {
        var (number, due) = (0, firstDue)
        while number < count {
            let offset = PromiseRow.fixedLength + PromiseRow.promiseLength * number
            if row.i64(at: offset) > now { break }
            due = row.i64(at: offset + 8)
            number += 1
        }
        return (number, due)
    }

    /// How the order stood at a time; nil when it was not placed by then, or nothing had been promised.
    func standing(at now: Int64) -> PromiseStanding? {
        let (promises, lastDue) = made(by: now)
        guard placedAt <= now, promises > 0 else { return nil }
        let firstDue = self.firstDue
        let (deliveredAt, cancelledAt) = (time(at: 8, by: now), time(at: 24, by: now))
        let outcome: PromiseOutcome =
            if let deliveredAt {
                deliveredAt <= firstDue ? .kept : .broken
            } else if cancelledAt != nil {
                .cancelled
            } else {
                firstDue <= now ? .overdue : .open
            }
        return PromiseStanding(
            outcome: outcome, firstDue: firstDue, lastDue: lastDue, promises: promises, deliveredAt: deliveredAt,
            cancelledAt: cancelledAt, isInParts: time(at: 16, by: now) != nil,
            isJudged: firstDue <= now && (cancelledAt ?? .max) > firstDue)
    }

    /// The value of a dimension, UTF-8, in place; empty when the order has none.
    @_lifetime(copy self)
    func value(of dimension: RawSpan) throws -> RawSpan {
        let start = PromiseRow.fixedLength + PromiseRow.promiseLength * count
        var reader = ByteReader(row.extracting(start..<row.byteCount))
        for name in PromiseModel.ownDimensions {
            let value = try reader.textBytes()
            if name.sameBytes(as: dimension) { return value }
        }
        for _ in 0..<(try reader.count()) {
            let name = try reader.textBytes()
            let value = try reader.textBytes()
            if name.sameBytes(as: dimension) { return value }
        }
        return row.extracting(0..<0)
    }
}
