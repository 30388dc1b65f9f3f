internal import LMDB
internal import Projection

/// An order as a row of its customer, for questions that go through all customers. When it was placed stands in the
/// key.
///
/// | bytes | what |
/// |---|---|
/// | 8 | when it was cancelled, in microseconds UTC, little endian; the largest number when never |
/// | varint | how many standings follow |
///
/// A standing is what the order came to from some time on, until the next one:
///
/// | bytes | what |
/// |---|---|
/// | varint | how many microseconds after the placing it began |
/// | 1 | bit 0: every line says what it costs, in the currency it is sold in; bit 1: something came back |
/// | varint | how many currencies follow, each with: |
/// | text | the currency |
/// | zigzag | what the customer pays, in minor units |
/// | zigzag | what was given back; only with bit 1 |
/// | zigzag | what it costs us, less the cost of what came back; only with bit 0 |
enum CustomerOrderRow {
    /// What an order comes to in one currency, in minor units.
    struct Amount: Equatable {
        /// What the customer pays, as last changed.
        var net: Int64
        /// What was given back.
        var returned: Int64 = 0
        /// What it costs us, without what came back; nil unless every line says it in the currency it is sold in.
        var cost: Int64?
    }

    private static let costBit: UInt8 = 1
    private static let returnBit: UInt8 = 2
    /// Where the standings begin.
    private static let start = 8

    /// What the rows of a customer begin with.
    static func prefix(of customer: some StringProtocol) -> [UInt8] {
        var key: [UInt8] = [OrderModel.ofCustomers]
        key += customer.utf8
        // No tag holds a zero byte.
        key.append(0)
        return key
    }

    /// The customer of a prefix.
    static func customer(of prefix: [UInt8]) -> String {
        String(decoding: prefix.dropFirst().dropLast(), as: UTF8.self)
    }

    /// How many bytes of a key come before the time.
    static func prefixLength(of key: RawSpan) throws -> Int {
        var end = 1
        while end < key.byteCount, key.u8(at: end) != 0 { end += 1 }
        guard key.byteCount > end + 9 else { throw MalformedBytes("the key of an order of a customer") }
        return end + 1
    }

    // MARK: Writing

    /// The row of an order that was placed.
    ///
    /// - Parameter last: how it stands after all its changes.
    /// - Throws: `SumOverflow` when costs do not fit into 64 bits.
    static func encode(_ order: OrderState, _ last: OrderSituation) throws -> [UInt8] {
        var row: [UInt8] = []
        row.append(littleEndian: last.status == .cancelled ? last.closedAt ?? .max : .max)
        let standings = try Self.standings(of: order)
        row.append(varint: UInt64(standings.count))
        for standing in standings {
            row.append(varint: UInt64(bitPattern: standing.at &- last.placedAt))
            row += standing.bytes
        }
        return row
    }

    /// What the order came to, from when on; no two of them begin together, and none is as the one before.
    private static func standings(of order: OrderState) throws -> [(at: Int64, bytes: [UInt8])] {
        guard let placing = order.steps.first(where: { $0.kind == .placed }) else { return [] }
        var situation = OrderSituation(placing)
        var standings = [(at: situation.placedAt, bytes: try Self.bytes(of: situation))]
        for step in order.steps where step.kind == .changed || step.kind == .returned || step.kind == .cancelled {
            try situation.apply(step)
            let (at, bytes) = (max(step.at, situation.placedAt), try Self.bytes(of: situation))
            let last = standings.count - 1
            if standings[last].bytes == bytes { continue }
            if standings[last].at == at {
                standings[last].bytes = bytes
            } else {
                standings.append((at, bytes))
            }
        }
        return standings
    }

    private static func bytes(of order: OrderSituation) throws -> [UInt8] {
        var currencies: [String] = []
        for amount in order.ordered + order.returned
        where !currencies.contains(where: { $0.sameBytes(as: amount.currency) }) {
            currencies.append(amount.currency)
        }
        // What is given away may cost something in a currency that nothing is sold in.
        let hasAllCosts =
            order.hasAllCosts
            && (order.costs + order.returnedCosts).allSatisfy { cost in
                currencies.contains { $0.sameBytes(as: cost.currency) }
            }
        var bytes: [UInt8] = [(hasAllCosts ? costBit : 0) | (order.cameBack ? returnBit : 0)]
        bytes.append(varint: UInt64(currencies.count))
        for currency in currencies {
            bytes.append(prefixed: currency)
            bytes.append(zigzag: order.ordered.net(in: currency))
            if order.cameBack { bytes.append(zigzag: order.returned.net(in: currency)) }
            guard hasAllCosts else { continue }
            bytes.append(
                zigzag: try OrderAmounts.difference(
                    order.costs.net(in: currency), order.returnedCosts.net(in: currency)))
        }
        return bytes
    }

    // MARK: Reading

    /// When the order was cancelled, in microseconds UTC; the largest number when never.
    static func cancelledAt(_ row: RawSpan) throws -> Int64 {
        guard row.byteCount > start else { throw MalformedBytes("an order of a customer") }
        return row.i64(at: 0)
    }

    /// Calls `body` with what the order came to just before `end`, currency by currency. O(changes of the order).
    ///
    /// - Parameter placedAt: when it was placed, before `end`; both in microseconds UTC.
    static func forEachAmount(
        _ row: RawSpan, placedAt: Int64, before end: Int64,
        _ body: (_ currency: RawSpan, _ amount: Amount) throws -> Void
    ) throws {
        guard row.byteCount > start else { throw MalformedBytes("an order of a customer") }
        // Both may be far from 0, but `end` is the later one.
        let length = UInt64(bitPattern: end &- placedAt)
        let standings = row.extracting(start..<row.byteCount)
        var reader = ByteReader(standings)
        var found: Int?
        var left = try reader.count()
        while left > 0, try reader.varint() < length {
            found = reader.offset
            left -= 1
            // Most orders never change, and what stands last is read once.
            if left > 0 { try skip(&reader) }
        }
        guard let found else { return }
        var standing = ByteReader(standings.extracting(found..<standings.byteCount))
        let flags = try standing.u8()
        for _ in 0..<(try standing.count()) {
            let currency = try standing.textBytes()
            var amount = Amount(net: try standing.zigzag())
            if flags & returnBit != 0 { amount.returned = try standing.zigzag() }
            if flags & costBit != 0 { amount.cost = try standing.zigzag() }
            try body(currency, amount)
        }
    }

    /// When something of the order first came back, in microseconds UTC; the largest number when never.
    /// O(changes of the order).
    ///
    /// - Parameter placedAt: when it was placed, in microseconds UTC.
    static func cameBackAt(_ row: RawSpan, placedAt: Int64) throws -> Int64 {
        guard row.byteCount > start else { throw MalformedBytes("an order of a customer") }
        let standings = row.extracting(start..<row.byteCount)
        var reader = ByteReader(standings)
        for _ in 0..<(try reader.count()) {
            let began = placedAt &+ Int64(bitPattern: try reader.varint())
            let flags = try skip(&reader)
            if flags & returnBit != 0 { return began }
        }
        return .max
    }

    /// Passes over a standing, and gives its flags.
    @discardableResult
    private static func skip(_ reader: inout ByteReader) throws -> UInt8 {
        let flags = try reader.u8()
        for _ in 0..<(try reader.count()) {
            _ = try reader.textBytes()
            _ = try reader.varint()
            if flags & returnBit != 0 { _ = try reader.varint() }
            if flags & costBit != 0 { _ = try reader.varint() }
        }
        return flags
    }
}

/// Arithmetic on amounts of orders.
enum OrderAmounts {
    /// What is left of an amount, in minor units.
    ///
    /// - Throws: `SumOverflow` when it does not fit into 64 bits.
    static func difference(_ left: Int64, _ right: Int64) throws -> Int64 {
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        guard !overflow else { throw SumOverflow(row: "an order's amounts", column: 0) }
        return difference
    }
}
