internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one order and its promises: times are microseconds UTC.
struct PromiseState: EntityState {
    /// A promise that counts.
    struct Promise {
        /// When it was made.
        let madeAt: Int64
        /// Until when the order is to arrive.
        let due: Int64
        /// Until when it was promised before, as this promise says; nil where it says nothing.
        let replaces: Int64?
        /// How sure somebody was, in basis points; 0 where nobody has said.
        let confidenceBp: UInt32
        /// Why, as a short code.
        let reason: String
    }

    var customer = ""
    var channel = ""
    var dimensions = Dimensions()
    /// The first placing; nil while nobody has placed it.
    var placedAt: Int64?
    /// The first delivery; nil where it was cancelled before.
    private(set) var deliveredAt: Int64?
    /// The second delivery: the order came in several parts.
    private(set) var deliveredAgainAt: Int64?
    /// The first cancellation; nil where it was delivered before.
    private(set) var cancelledAt: Int64?
    /// Those made until the order was delivered or cancelled, in the order of making.
    private(set) var promises: [Promise] = []
    /// All others, in the order of making.
    private(set) var strays: [StrayPromises.Stray] = []

    init() {}

    /// By when the order was to arrive at first, as far as anybody says: what the first promise replaces, or itself.
    var firstDue: Int64? { promises.first.map { $0.replaces ?? $0.due } }

    // MARK: Events, in order of occurrence

    mutating func deliver(at time: Int64) {
        if cancelledAt != nil { return }
        if deliveredAt == nil {
            deliveredAt = time
        } else if deliveredAgainAt == nil {
            deliveredAgainAt = time
        }
    }

    mutating func cancel(at time: Int64) {
        if cancelledAt == nil, deliveredAt == nil { cancelledAt = time }
    }

    /// Adds a promise, made at `time`. Of a time that is none, as events of the catalogue do not have, nothing counts.
    mutating func promise(_ promised: borrowing DeliveryPromisedView, at time: Int64) {
        guard let due = Self.moment(promised.promisedAtUs) else {
            return strays.append(StrayPromises.Stray(kind: .withoutTime, madeAt: time))
        }
        if deliveredAt != nil { return strays.append(StrayPromises.Stray(kind: .afterDelivery, madeAt: time)) }
        if cancelledAt != nil { return strays.append(StrayPromises.Stray(kind: .afterCancellation, madeAt: time)) }
        promises.append(
            Promise(
                madeAt: time, due: due, replaces: Self.moment(promised.replacesUs),
                confidenceBp: promised.confidenceBp, reason: promised.reason.text()))
    }

    /// Nil for 0, which states nothing, and for what no date can name.
    private static func moment(_ microseconds: Int64) -> Int64? {
        let isOne = microseconds != 0 && Timestamp.expressible.contains(Timestamp(microseconds: microseconds))
        return isOne ? microseconds : nil
    }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(prefixed: customer)
        bytes.append(prefixed: channel)
        dimensions.encode(into: &bytes)
        for time in [placedAt, deliveredAt, deliveredAgainAt, cancelledAt] { Self.append(time, to: &bytes) }
        bytes.append(varint: UInt64(promises.count))
        for promise in promises {
            bytes.append(zigzag: promise.madeAt)
            bytes.append(zigzag: promise.due)
            Self.append(promise.replaces, to: &bytes)
            bytes.append(varint: UInt64(promise.confidenceBp))
            bytes.append(prefixed: promise.reason)
        }
        bytes.append(varint: UInt64(strays.count))
        for stray in strays {
            bytes.append(stray.kind.rawValue)
            bytes.append(zigzag: stray.madeAt)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        customer = try reader.text()
        channel = try reader.text()
        dimensions = try Dimensions(decoding: &reader)
        placedAt = try Self.time(&reader)
        deliveredAt = try Self.time(&reader)
        deliveredAgainAt = try Self.time(&reader)
        cancelledAt = try Self.time(&reader)
        for _ in 0..<(try reader.count()) {
            let (madeAt, due, replaces) = (try reader.zigzag(), try reader.zigzag(), try Self.time(&reader))
            guard let confidence = UInt32(exactly: try reader.varint()) else {
                throw MalformedBytes("the confidence of a promise")
            }
            let reason = try reader.text()
            promises.append(
                Promise(madeAt: madeAt, due: due, replaces: replaces, confidenceBp: confidence, reason: reason))
        }
        for _ in 0..<(try reader.count()) {
            guard let kind = StrayPromises.Kind(rawValue: try reader.u8()) else {
                throw MalformedBytes("a kind of stray promise")
            }
            strays.append(StrayPromises.Stray(kind: kind, madeAt: try reader.zigzag()))
        }
    }

    /// A byte 0 for none, else a byte 1 and the time.
    private static func append(_ time: Int64?, to bytes: inout [UInt8]) {
        bytes.append(time == nil ? 0 : 1)
        if let time { bytes.append(zigzag: time) }
    }

    private static func time(_ reader: inout ByteReader) throws -> Int64? {
        switch try reader.u8() {
        case 0: nil
        case 1: try reader.zigzag()
        default: throw MalformedBytes("whether there is a time")
        }
    }
}
