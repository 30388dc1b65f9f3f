internal import EventLog
internal import LMDB
internal import Projection

/// The orders of one customer, as far as the question is who ordered when.
struct BuyerState: EntityState {
    struct Order {
        let id: String
        /// Microseconds UTC; the largest number while nobody has placed or cancelled it.
        var placedAt = Int64.max
        var cancelledAt = Int64.max
    }

    /// Each order once, in the byte order of ids.
    private(set) var orders: [Order] = []

    init() {}

    mutating func placed(_ id: RawSpan, at time: Int64) {
        let place = self.place(of: id)
        orders[place].placedAt = min(orders[place].placedAt, time)
    }

    mutating func cancelled(_ id: RawSpan, at time: Int64) {
        let place = self.place(of: id)
        orders[place].cancelledAt = min(orders[place].cancelledAt, time)
    }

    /// Where the order stands; it is put there when it is new.
    private mutating func place(of id: RawSpan) -> Int {
        var (low, high) = (0, orders.count)
        while low < high {
            let middle = (low + high) / 2
            let order = orders[middle].id.withRawSpan { $0.compareBytes(to: id) }
            if order == 0 { return middle }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        orders.insert(Order(id: id.text()), at: low)
        return low
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(orders.count))
        for order in orders {
            bytes.append(prefixed: order.id)
            bytes.append(zigzag: order.placedAt)
            bytes.append(zigzag: order.cancelledAt)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        for _ in 0..<(try reader.count()) {
            orders.append(
                Order(id: try reader.text(), placedAt: try reader.zigzag(), cancelledAt: try reader.zigzag()))
        }
    }
}

/// Folds a customer's orders. Each keeps the earliest placing and the earliest cancellation, so any order will do.
struct BuyerFold: EntityFold {
    static let number: UInt8 = 1

    let types = [OrderPlaced.eventType, OrderCancelled.eventType]
    let entityKind = "customer"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout BuyerState) throws {
        guard let id = event.firstID(of: "order") else { return }
        let time = event.occurredAt.microseconds
        id.withRawSpan { id in
            if type == 0 { state.placed(id, at: time) } else { state.cancelled(id, at: time) }
        }
    }

    func contribute(_ state: BuyerState, of entity: Tag, to contributions: inout Contributions) {
        var times = state.orders.filter { $0.placedAt != .max }.map { (placed: $0.placedAt, cancelled: $0.cancelledAt) }
        guard !times.isEmpty else { return }
        times.sort { $0 < $1 }
        var row: [UInt8] = []
        row.reserveCapacity(times.count * BuyerRow.orderLength)
        for time in times {
            row.append(littleEndian: time.placed)
            row.append(littleEndian: time.cancelled)
        }
        contributions.put(row, at: TimedKey.make([OrderModel.buyers], at: times[0].placed, id: String(entity.id)))
    }
}

/// A customer's orders as a row, for questions that go through all customers: for each order in order of placing
/// when it was placed and when it was cancelled (the largest number when never), both in microseconds UTC, little
/// endian.
struct BuyerRow: ~Escapable {
    static let orderLength = 16

    private let bytes: RawSpan
    let count: Int

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) throws {
        guard bytes.byteCount % Self.orderLength == 0 else { throw MalformedBytes("a customer's orders") }
        self.bytes = bytes
        count = bytes.byteCount / Self.orderLength
    }

    func placedAt(_ index: Int) -> Int64 { bytes.i64(at: index * Self.orderLength) }

    /// Whether the order was placed before `time` and not cancelled by then.
    func counts(_ index: Int, before time: Int64) -> Bool {
        placedAt(index) < time && bytes.i64(at: index * Self.orderLength + 8) >= time
    }
}
