internal import LMDB

/// The promises of an order that nothing can be judged by, as a row. Value, little endian: when the order was placed,
/// ``PromiseRow/noTime`` where nobody has placed it; then for each promise its kind and when it was made, 9 bytes.
struct StrayPromises {
    /// Why a promise is judged by nobody.
    enum Kind: UInt8 {
        /// It says no time that a date can name.
        case withoutTime = 1
        /// Nobody has placed the order.
        case unknownOrder
        /// The order had been delivered.
        case afterDelivery
        /// The order had been cancelled.
        case afterCancellation
    }

    /// One of them.
    struct Stray {
        let kind: Kind
        /// When it was made; microseconds UTC.
        let madeAt: Int64
    }

    private static let length = 9

    /// Nil where nobody has placed the order; microseconds UTC.
    let placedAt: Int64?
    /// In the order of making.
    let all: [Stray]

    /// Those of an order: all that are not judged, and without a placing all that there are.
    init(_ order: PromiseState) {
        placedAt = order.placedAt
        if order.placedAt == nil {
            let promises = order.promises.map { Stray(kind: .unknownOrder, madeAt: $0.madeAt) }
            all = (promises + order.strays).sorted { $0.madeAt < $1.madeAt }
        } else {
            all = order.strays
        }
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: placedAt ?? PromiseRow.noTime)
        for stray in all {
            bytes.append(stray.kind.rawValue)
            bytes.append(littleEndian: stray.madeAt)
        }
        return bytes
    }

    init(_ row: RawSpan) throws {
        guard row.byteCount >= 8, (row.byteCount - 8).isMultiple(of: Self.length) else {
            throw MalformedBytes("the stray promises of an order")
        }
        let placedAt = row.i64(at: 0)
        self.placedAt = placedAt == PromiseRow.noTime ? nil : placedAt
        var all: [Stray] = []
        for offset in stride(from: 8, to: row.byteCount, by: Self.length) {
            guard let kind = Kind(rawValue: row.u8(at: offset)) else {
                throw MalformedBytes("a kind of stray promise")
            }
            all.append(Stray(kind: kind, madeAt: row.i64(at: offset + 1)))
        }
        self.all = all
    }

    /// Those that had been made at a time, as was known of the order then: of one that was placed later nobody knew.
    func kinds(by now: Int64) -> [Kind] {
        let isPlaced = placedAt.map { $0 <= now } ?? false
        return all.filter { $0.madeAt <= now }.map { stray in
            stray.kind == .withoutTime || isPlaced ? stray.kind : .unknownOrder
        }
    }
}
