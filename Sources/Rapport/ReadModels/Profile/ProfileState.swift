internal import EventLog
internal import LMDB
internal import Projection

/// What the rows keep of one customer.
///
/// Personal values are not here: only where they stand (`personalParts`), to be opened when somebody asks.
struct ProfileState: EntityState, Equatable {
    /// A field as it was said under one id of the customer.
    struct Field: Equatable {
        let name: String
        /// The tag that the events are stored under, where they are seen under another one; else empty.
        let origin: String
        /// The newest one.
        var value: String
        /// When the newest one was said.
        var moment: Moment
        /// The position of the first event that says anything of it.
        var first: UInt64
        /// What is the newest of all that stands behind some position further on; in order of position.
        var later: [Said] = []
    }

    /// A value, and when it was said.
    struct Said: Equatable {
        var value: String
        let moment: Moment
    }

    /// Each field once for each id that says it, in the byte order of names, then of ids; a customer has a dozen, which
    /// are looked through faster than hashed.
    private(set) var fields: [Field] = []
    /// The tags that events are stored under which give fields or have personal parts, but the customer's own; in byte
    /// order.
    private(set) var origins: [String] = []
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

    mutating func rememberUnlinking(_ moment: Moment) {
        let place = unlinkings.lastIndex { $0 < moment.position }.map { $0 + 1 } ?? 0
        unlinkings.insert(moment.position, at: place)
    }

    mutating func seen(_ moment: Moment) {
        events += 1
        firstSeen = min(firstSeen, moment.occurredAt)
        lastSeen = max(lastSeen, moment.occurredAt)
    }

    mutating func set(_ name: String, to value: String, _ moment: Moment, _ origin: String) {
        name.withRawSpan { name in value.withRawSpan { set(name, to: $0, moment, origin) } }
    }

    /// Texts are made of what is kept, not of what is looked at.
    mutating func set(_ name: RawSpan, to value: RawSpan, _ moment: Moment, _ origin: String) {
        // A person with many ids has as many of each field.
        var (low, high) = (0, fields.count)
        while low < high {
            let middle = (low + high) / 2
            var order = fields[middle].name.withRawSpan { $0.compareBytes(to: name) }
            if order == 0 { order = fields[middle].origin.compareBytes(to: origin) }
            if order == 0 { return fields[middle].say(value, moment) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        fields.insert(
            Field(name: name.text(), origin: origin, value: value.text(), moment: moment, first: moment.position),
            at: low)
        remember(origin)
    }

    private mutating func remember(_ origin: String) {
        if origin.isEmpty { return }
        let (place, isKnown) = placeOfOrigin(origin)
        if !isKnown { origins.insert(origin, at: place) }
    }

    /// Where an origin stands, or belongs.
    private func placeOfOrigin(_ origin: String) -> (place: Int, isKnown: Bool) {
        var (low, high) = (0, origins.count)
        while low < high {
            let middle = (low + high) / 2
            let order = origins[middle].compareBytes(to: origin)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    mutating func interacted(through channel: RawSpan, _ moment: Moment) {
        interactions += 1
        if let lastInteraction, lastInteraction.isNewer(than: moment) { return }
        lastInteraction = moment
        if !lastChannel.sameBytes(as: channel) { lastChannel = channel.text() }
    }

    mutating func rememberPersonalPart(of event: borrowing ProjectedEvent, _ moment: Moment, _ origin: String) {
        guard event.view.subjectCount > 0 || event.parts != nil else { return }
        let place = personalParts.lastIndex { $0.position < moment.position }.map { $0 + 1 } ?? 0
        personalParts.insert(moment, at: place)
        remember(origin)
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
        bytes.append(varint: UInt64(origins.count))
        for origin in origins { bytes.append(prefixed: origin) }
        bytes.append(varint: UInt64(fields.count))
        for index in fields.indices { encode(fields[index], into: &bytes) }
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

    /// How the number of the origin is made: behind two bits that say what else stands there.
    private static let hasFirst: UInt64 = 1
    private static let hasLater: UInt64 = 2
    private static let originShift: UInt64 = 2

    /// Name, value, when it was said; then a varint: bit 0 says that the distance to the first position follows, bit 1
    /// that later values do, the others are the number of the origin, 0 for the customer's own tag.
    private func encode(_ field: Field, into bytes: inout [UInt8]) {
        bytes.append(prefixed: field.name)
        bytes.append(prefixed: field.value)
        encode(field.moment, into: &bytes)
        var flags: UInt64 = field.origin.isEmpty ? 0 : UInt64(placeOfOrigin(field.origin).place + 1)
        flags <<= Self.originShift
        if field.first != field.moment.position { flags |= Self.hasFirst }
        if !field.later.isEmpty { flags |= Self.hasLater }
        bytes.append(varint: flags)
        if field.first != field.moment.position { bytes.append(varint: field.moment.position - field.first) }
        if field.later.isEmpty { return }
        bytes.append(varint: UInt64(field.later.count))
        for said in field.later {
            bytes.append(prefixed: said.value)
            encode(said.moment, into: &bytes)
        }
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
        for _ in 0..<(try reader.count()) { origins.append(try reader.text()) }
        for _ in 0..<(try reader.count()) { fields.append(try Self.field(&reader, of: origins)) }
        for _ in 0..<(try reader.count()) { personalParts.append(try Self.moment(&reader)) }
        tallies.touchpoints = try reader.varint()
        tallies.complaints = try reader.varint()
        tallies.suggestions = try reader.varint()
        tallies.referrals = try reader.varint()
        tallies.orders = try reader.varint()
        tallies.cases = try reader.varint()
        for _ in 0..<(try reader.count()) { unlinkings.append(try reader.varint()) }
    }

    private static func field(_ reader: inout ByteReader, of origins: [String]) throws -> Field {
        let name = try reader.text()
        let value = try reader.text()
        let moment = try Self.moment(&reader)
        let flags = try reader.varint()
        let number = flags >> originShift
        guard number <= UInt64(origins.count) else { throw MalformedBytes("origin \(number) of a profile's field") }
        var first = moment.position
        if flags & hasFirst != 0 {
            let distance = try reader.varint()
            guard distance <= moment.position else { throw MalformedBytes("the first position of a profile's field") }
            first = moment.position - distance
        }
        var field = Field(
            name: name, origin: number == 0 ? "" : origins[Int(number) - 1], value: value, moment: moment,
            first: first)
        guard flags & hasLater != 0 else { return field }
        for _ in 0..<(try reader.count()) {
            field.later.append(Said(value: try reader.text(), moment: try Self.moment(&reader)))
        }
        return field
    }

    private static func moment(_ reader: inout ByteReader) throws -> Moment {
        Moment(
            occurredAt: try reader.zigzag(), recordedAt: try reader.zigzag(), position: try reader.varint())
    }
}

extension ProfileState.Field {
    /// Takes in what an event says. What can never be the newest, behind whatever position one looks, is not kept: so a
    /// field whose events come in order keeps one value.
    fileprivate mutating func say(_ said: RawSpan, _ saidAt: Moment) {
        first = min(first, saidAt.position)
        guard !moment.isNewer(than: saidAt) else {
            if saidAt.position > moment.position { sayLater(ProfileState.Said(value: said.text(), moment: saidAt)) }
            return
        }
        if moment.position > saidAt.position {
            later.insert(ProfileState.Said(value: value, moment: moment), at: 0)
        } else if !later.isEmpty {
            later.removeAll { $0.moment.position < saidAt.position }
        }
        if !value.sameBytes(as: said) { value = said.text() }
        moment = saidAt
    }

    /// Keeps a value that is older than the newest one, and stands behind it.
    private mutating func sayLater(_ said: ProfileState.Said) {
        let place = later.firstIndex { $0.moment.position >= said.moment.position } ?? later.count
        if place < later.count {
            // Of a field that stands in an event twice the last word counts.
            if later[place].moment.position == said.moment.position {
                later[place] = said
                return
            }
            if later[place].moment.isNewer(than: said.moment) { return }
        }
        var start = place
        while start > 0, said.moment.isNewer(than: later[start - 1].moment) { start -= 1 }
        later.replaceSubrange(start..<place, with: CollectionOfOne(said))
    }
}
