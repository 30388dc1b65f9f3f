internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one customer.
///
/// Personal values are not here: only where they stand (`personalParts`), to be opened when somebody asks.
struct ProfileState: EntityState, Equatable {
    struct Field: Equatable {
        let name: String
        var value: String
        var moment: Moment
    }

    /// Each field once, in the byte order of names; a customer has a dozen, which are looked through faster than
    /// hashed.
    private(set) var fields: [Field] = []
    /// Events with a personal part about this customer, in position order.
    private(set) var personalParts: [Moment] = []
    private(set) var events: UInt64 = 0
    private(set) var firstSeen: Int64 = .max
    private(set) var lastSeen: Int64 = .min
    private(set) var interactions: UInt64 = 0
    var tallies = Tallies()
    /// Events that take an identifier back, in position order.
    private(set) var unlinkings: [UInt64] = []
    private(set) var lastInteraction: Moment?
    private(set) var lastChannel = ""

    /// How often something happened.
    struct Tallies: Equatable {
        var touchpoints: UInt64 = 0
        var complaints: UInt64 = 0
        var suggestions: UInt64 = 0
        var referrals: UInt64 = 0
        var orders: UInt64 = 0
        var cases: UInt64 = 0
    }

    init() {}

    mutating func rememberUnlinking(_ moment: Moment) { unlinkings.append(moment.position) }

    mutating func seen(_ moment: Moment) {
        events += 1
        firstSeen = min(firstSeen, moment.occurredAt)
        lastSeen = max(lastSeen, moment.occurredAt)
    }

    mutating func set(_ name: String, to value: String, _ moment: Moment) {
        name.withRawSpan { name in value.withRawSpan { set(name, to: $0, moment) } }
    }

    /// Texts are made of what is kept, not of what is looked at.
    mutating func set(_ name: RawSpan, to value: RawSpan, _ moment: Moment) {
        var place = fields.count
        for index in fields.indices {
            let order = fields[index].name.withRawSpan { $0.compareBytes(to: name) }
            if order < 0 { continue }
            place = index
            if order > 0 { break }
            if fields[index].moment.isNewer(than: moment) { return }
            if !fields[index].value.sameBytes(as: value) { fields[index].value = value.text() }
            fields[index].moment = moment
            return
        }
        fields.insert(Field(name: name.text(), value: value.text(), moment: moment), at: place)
    }

    mutating func interacted(through channel: RawSpan, _ moment: Moment) {
        interactions += 1
        if let lastInteraction, lastInteraction.isNewer(than: moment) { return }
        lastInteraction = moment
        if !lastChannel.sameBytes(as: channel) { lastChannel = channel.text() }
    }

    mutating func rememberPersonalPart(of event: borrowing ProjectedEvent, _ moment: Moment) {
        if event.view.subjectCount > 0 { personalParts.append(moment) }
    }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: events)
        bytes.append(zigzag: firstSeen)
        bytes.append(zigzag: lastSeen)
        bytes.append(varint: interactions)
        bytes.append(varint: lastInteraction == nil ? 0 : 1)
        if let lastInteraction {
            encode(lastInteraction, into: &bytes)
            bytes.append(prefixed: lastChannel)
        }
        bytes.append(varint: UInt64(fields.count))
        for index in fields.indices {
            bytes.append(prefixed: fields[index].name)
            bytes.append(prefixed: fields[index].value)
            encode(fields[index].moment, into: &bytes)
        }
        bytes.append(varint: UInt64(personalParts.count))
        for moment in personalParts { encode(moment, into: &bytes) }
        for tally in [
            tallies.touchpoints, tallies.complaints, tallies.suggestions, tallies.referrals, tallies.orders,
            tallies.cases,
        ] {
            bytes.append(varint: tally)
        }
        bytes.append(varint: UInt64(unlinkings.count))
        for position in unlinkings { bytes.append(varint: position) }
    }

    private func encode(_ moment: Moment, into bytes: inout [UInt8]) {
        bytes.append(zigzag: moment.occurredAt)
        bytes.append(zigzag: moment.recordedAt)
        bytes.append(varint: moment.position)
    }

    init(decoding reader: inout ByteReader) throws {
        events = try reader.varint()
        firstSeen = try reader.zigzag()
        lastSeen = try reader.zigzag()
        interactions = try reader.varint()
        if try reader.varint() == 1 {
            lastInteraction = try Self.moment(&reader)
            lastChannel = try reader.text()
        }
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            fields.append(Field(name: name, value: try reader.text(), moment: try Self.moment(&reader)))
        }
        for _ in 0..<(try reader.count()) { personalParts.append(try Self.moment(&reader)) }
        tallies.touchpoints = try reader.varint()
        tallies.complaints = try reader.varint()
        tallies.suggestions = try reader.varint()
        tallies.referrals = try reader.varint()
        tallies.orders = try reader.varint()
        tallies.cases = try reader.varint()
        for _ in 0..<(try reader.count()) { unlinkings.append(try reader.varint()) }
    }

    private static func moment(_ reader: inout ByteReader) throws -> Moment {
        Moment(
            occurredAt: try reader.zigzag(), recordedAt: try reader.zigzag(), position: try reader.varint())
    }
}
