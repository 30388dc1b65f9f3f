internal import EventLog
internal import LMDB
internal import Projection

/// When something became true, and where it stands: what decides which value is the newest.
struct SaidAt: Equatable, Comparable {
    var occurredAt = Int64.min
    var position: UInt64 = 0

    init() {}

    init(_ event: borrowing ProjectedEvent) {
        occurredAt = event.occurredAt.microseconds
        position = event.position.rawValue
    }

    static func < (left: SaidAt, right: SaidAt) -> Bool {
        (left.occurredAt, left.position) < (right.occurredAt, right.position)
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(zigzag: occurredAt)
        bytes.append(varint: position)
    }

    init(decoding reader: inout ByteReader) throws {
        occurredAt = try reader.zigzag()
        position = try reader.varint()
    }
}

/// What the rows keep of one customer to be found by: the newest name, and blind indexes of identifiers.
///
/// Identifiers given at a registration or linked stay until they are taken back. A field of the profile has one value
/// at a time, the newest.
struct SearchState: EntityState, Equatable {
    /// Where an identifier was said.
    enum Source: Equatable {
        case registration
        case field
        /// The id of the event, by which it is taken back.
        case link(EventID)
    }

    /// An identifier by its blind indexes, one for each form; none of a field that was cleared.
    struct Identifier: Equatable {
        let source: Source
        let kind: Int
        let said: SaidAt
        let indexes: [[UInt8]]
    }

    /// The field of a profile, and the attribute, that says where a phone number without a calling code is at home.
    static let countryField = "country"

    /// Whether anything but the id is known.
    var isKnown = false
    /// For ever: whatever else is said of the customer, before or later, is not kept.
    private(set) var isErased = false
    private(set) var name = ""
    private var named = SaidAt()
    /// As it was given; empty where it is not known.
    private(set) var country = ""
    private var locatedAt = SaidAt()
    /// In the order of positions.
    private(set) var identifiers: [Identifier] = []
    /// The ids of links that are none, whether they have come yet or not; sorted.
    private(set) var takenBack: [EventID] = []

    init() {}

    /// Whether there is a row by name.
    var hasName: Bool { isKnown && !isErased }

    // MARK: Events

    /// Newest wins; of one event what is said last.
    mutating func set(name: String, _ said: SaidAt) {
        guard said >= named else { return }
        (self.name, named) = (name, said)
    }

    mutating func set(country: String, _ said: SaidAt) {
        guard said >= locatedAt else { return }
        (self.country, locatedAt) = (country, said)
    }

    mutating func add(_ source: Source, _ kind: IdentifierType, _ indexes: [[UInt8]], _ said: SaidAt) {
        let new = Identifier(source: source, kind: kind.rawValue, said: said, indexes: indexes)
        switch source {
        case .registration:
            if indexes.isEmpty { return }
        case .link(let id):
            if indexes.isEmpty || takenBack.contains(id) { return }
        case .field:
            if identifiers.contains(where: { $0.source == .field && $0.kind == new.kind && $0.said > said }) { return }
            identifiers.removeAll { $0.source == .field && $0.kind == new.kind }
        }
        identifiers.append(new)
    }

    /// The link of this id is none.
    mutating func takeBack(_ link: EventID) {
        identifiers.removeAll { $0.source == .link(link) }
        guard !takenBack.contains(link) else { return }
        takenBack.append(link)
        takenBack.sort()
    }

    mutating func erase() {
        self = SearchState()
        isErased = true
    }

    // MARK: Rows

    /// Each blind index once, in order, with the first event that says so.
    var firstPositions: [(index: [UInt8], position: UInt64)] {
        var all = identifiers.flatMap { identifier in
            identifier.indexes.map { (index: $0, position: identifier.said.position) }
        }
        all.sort { left, right in
            left.index == right.index
                ? left.position < right.position : left.index.lexicographicallyPrecedes(right.index)
        }
        var first: [(index: [UInt8], position: UInt64)] = []
        for entry in all where first.last.map({ $0.index != entry.index }) ?? true { first.append(entry) }
        return first
    }

    // MARK: Stored form

    private static let known: UInt8 = 1
    private static let erased: UInt8 = 2

    func encode(into bytes: inout [UInt8]) {
        bytes.append((isKnown ? Self.known : 0) | (isErased ? Self.erased : 0))
        if isErased { return }
        bytes.append(prefixed: name)
        named.encode(into: &bytes)
        bytes.append(prefixed: country)
        locatedAt.encode(into: &bytes)
        bytes.append(varint: UInt64(identifiers.count))
        for identifier in identifiers { Self.encode(identifier, into: &bytes) }
        bytes.append(varint: UInt64(takenBack.count))
        for id in takenBack { Self.encode(id, into: &bytes) }
    }

    private static func encode(_ identifier: Identifier, into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(truncatingIfNeeded: identifier.kind))
        switch identifier.source {
        case .registration: bytes.append(0)
        case .field: bytes.append(1)
        case .link(let id):
            bytes.append(2)
            encode(id, into: &bytes)
        }
        identifier.said.encode(into: &bytes)
        bytes.append(varint: UInt64(identifier.indexes.count))
        for index in identifier.indexes {
            bytes.append(varint: UInt64(index.count))
            bytes.append(contentsOf: index)
        }
    }

    private static func encode(_ id: EventID, into bytes: inout [UInt8]) {
        bytes.append(varint: id.high)
        bytes.append(varint: id.low)
    }

    init(decoding reader: inout ByteReader) throws {
        let flags = try reader.u8()
        isKnown = flags & Self.known != 0
        isErased = flags & Self.erased != 0
        if isErased { return }
        name = try reader.text()
        named = try SaidAt(decoding: &reader)
        country = try reader.text()
        locatedAt = try SaidAt(decoding: &reader)
        for _ in 0..<(try reader.count()) { identifiers.append(try Self.identifier(&reader)) }
        for _ in 0..<(try reader.count()) { takenBack.append(try Self.id(&reader)) }
    }

    private static func identifier(_ reader: inout ByteReader) throws -> Identifier {
        let kind = Int(truncatingIfNeeded: try reader.varint())
        let source: Source
        switch try reader.u8() {
        case 0: source = .registration
        case 1: source = .field
        case 2: source = .link(try id(&reader))
        case let other: throw MalformedBytes("a source of an identifier from 0 to 2, not \(other)")
        }
        let said = try SaidAt(decoding: &reader)
        var indexes: [[UInt8]] = []
        for _ in 0..<(try reader.count()) { indexes.append(try reader.textBytes().copy()) }
        return Identifier(source: source, kind: kind, said: said, indexes: indexes)
    }

    private static func id(_ reader: inout ByteReader) throws -> EventID {
        EventID(high: try reader.varint(), low: try reader.varint())
    }
}
