internal import EventLog
internal import LMDB
internal import Projection

/// What the rows of a saved funnel keep of one subject: its events that can matter, in order of time.
struct FunnelSubjectState: EntityState, Equatable {
    /// In order of (time, position). Numbers of values are places in `values`, from 1; `session` is one, too.
    private(set) var events: [FunnelEvent] = []
    /// Values of the breakdown, of held properties, and names of sessions.
    private(set) var values: [[UInt8]] = []
    /// The numbers of all values, where there are so many that it takes long to go through them; empty before one is
    /// asked for. Not stored.
    private var numbers: [[UInt8]: UInt32] = [:]

    /// More values are found by their hash.
    private static let mostSearched = 16

    init() {}

    static func == (left: FunnelSubjectState, right: FunnelSubjectState) -> Bool {
        left.events == right.events && left.values == right.values
    }

    /// Takes in an event; mostly it is the last one. Its place is found in O(log n).
    mutating func insert(_ event: FunnelEvent) {
        var (low, high) = (0, events.count)
        if let last = events.last, !Self.isBefore(event, last) { low = high }
        while low < high {
            let middle = (low + high) / 2
            if Self.isBefore(event, events[middle]) { high = middle } else { low = middle + 1 }
        }
        events.insert(event, at: low)
    }

    private static func isBefore(_ left: FunnelEvent, _ right: FunnelEvent) -> Bool {
        (left.time, left.position) < (right.time, right.position)
    }

    /// The number of a value, new or known. O(1).
    mutating func number(of value: [UInt8]) -> UInt32 {
        if let known = knownNumber(of: value) { return known }
        values.append(value)
        let number = UInt32(values.count)
        if !numbers.isEmpty { numbers[value] = number }
        return number
    }

    private mutating func knownNumber(of value: [UInt8]) -> UInt32? {
        guard values.count > Self.mostSearched else { return values.lastIndex(of: value).map { UInt32($0 + 1) } }
        if numbers.isEmpty {
            for (index, known) in values.enumerated() { numbers[known] = UInt32(index + 1) }
        }
        return numbers[value]
    }

    // MARK: Stored form

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: UInt64(events.count))
        var before: Int64 = 0
        for event in events {
            bytes.append(zigzag: event.time &- before)
            before = event.time
            bytes.append(varint: event.position)
            bytes.append(varint: UInt64(event.steps))
            bytes.append(varint: UInt64(event.exclusions))
            bytes.append(varint: UInt64(event.ofTypes))
            bytes.append(varint: UInt64(event.held))
            bytes.append(varint: UInt64(event.group))
            bytes.append(zigzag: Int64(event.session))
        }
        bytes.append(varint: UInt64(values.count))
        for value in values {
            bytes.append(varint: UInt64(value.count))
            bytes.append(contentsOf: value)
        }
    }

    init(decoding reader: inout ByteReader) throws {
        var before: Int64 = 0
        for _ in 0..<(try reader.count()) {
            before &+= try reader.zigzag()
            var event = FunnelEvent(time: before, position: try reader.varint())
            event.steps = try Self.narrow(try reader.varint())
            event.exclusions = try Self.narrow(try reader.varint())
            event.ofTypes = try Self.narrow(try reader.varint())
            event.held = try Self.narrow(try reader.varint())
            event.group = try Self.narrow(try reader.varint())
            guard let session = Int32(exactly: try reader.zigzag()) else { throw MalformedBytes("a session") }
            event.session = session
            events.append(event)
        }
        for _ in 0..<(try reader.count()) { values.append(try reader.textBytes().copy()) }
        for event in events {
            guard Int(event.held) <= values.count, Int(event.group) <= values.count, event.session <= values.count
            else {
                throw MalformedBytes("a value of \(values.count)")
            }
        }
    }

    private static func narrow(_ value: UInt64) throws -> UInt32 {
        guard let narrow = UInt32(exactly: value) else { throw MalformedBytes("32 bits") }
        return narrow
    }
}

/// What is stored is told of it, and nothing else.
extension FunnelSubjectState: CustomReflectable {
    var customMirror: Mirror { Mirror(self, children: ["events": events, "values": values], displayStyle: .struct) }
}
