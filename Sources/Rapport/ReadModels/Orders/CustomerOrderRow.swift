internal import LMDB

/// An order as a row of its customer, for questions that go through all customers: when it was cancelled, in
/// microseconds UTC, the largest number when never; 8 bytes, little endian. When it was placed stands in the key.
enum CustomerOrderRow {
    /// What the rows of a customer begin with; those of all customers without one.
    static func prefix(of customer: some StringProtocol) -> [UInt8] {
        var key: [UInt8] = [OrderModel.ofCustomers]
        key += customer.utf8
        // No tag holds a zero byte.
        key.append(0)
        return key
    }

    static func encode(_ order: OrderSituation) -> [UInt8] {
        var row: [UInt8] = []
        row.append(littleEndian: order.status == .cancelled ? order.closedAt ?? .max : .max)
        return row
    }

    static func cancelledAt(_ row: RawSpan) throws -> Int64 {
        guard row.byteCount == 8 else { throw MalformedBytes("an order of a customer") }
        return row.i64(at: 0)
    }

    /// How many bytes of a key come before the time.
    static func prefixLength(of key: RawSpan) throws -> Int {
        var end = 1
        while end < key.byteCount, key.u8(at: end) != 0 { end += 1 }
        guard key.byteCount > end + 9 else { throw MalformedBytes("the key of an order of a customer") }
        return end + 1
    }
}
