import EventLog
import Foundation
import LMDB
import Projection

/// What `tools/peers/compare` measures of other event stores: the same events in the same calls.
///
/// Sizes and events are those of `tools/peers/workload.py`; the check over the roll-up shows whether they are. Every
/// round begins with an empty log.
final class PeerBenchmark {
    private let place: String
    private let preloaded: Int
    private let rounds: Int
    private let isSmoke: Bool

    init(in place: String, preloaded: Int, rounds: Int, isSmoke: Bool) {
        self.place = place
        self.preloaded = preloaded
        self.rounds = rounds
        self.isSmoke = isSmoke
    }

    func run(asJSON: Bool) async throws {
        var figures: [String: [Double]] = [:]
        var check: UInt64 = 0
        for number in 0..<rounds {
            let directory = place + "/peers-\(number)"
            let round = try PeerRound(in: directory, preloaded: preloaded, isSmoke: isSmoke)
            try await round.run()
            for (name, value) in round.figures { figures[name, default: []].append(value) }
            check = round.check
            try FileManager.default.removeItem(atPath: directory)
        }
        let medians = figures.mapValues { Spread($0).median }
        if asJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let result = PeerResult(figures: medians, check: String(check, radix: 16))
            print(String(decoding: try encoder.encode(result), as: UTF8.self))
        } else {
            for (name, value) in medians.sorted(by: { $0.key < $1.key }) { line("as peers: \(name)", number(value)) }
        }
    }
}

/// What is printed for `tools/peers/compare`.
private struct PeerResult: Encodable {
    let figures: [String: Double]
    let check: String
}

/// One round over a log of its own.
private final class PeerRound {
    /// Events a second, but for the bytes.
    private(set) var figures: [String: Double] = [:]
    private(set) var check: UInt64 = 0

    private let directory: String
    private let preloaded: Int
    private let isSmoke: Bool
    private let customers: Int
    private let log: EventLog
    private var events: PeerEvents
    private var appended = 0

    init(in directory: String, preloaded: Int, isSmoke: Bool) throws {
        let customers = max(100, preloaded / 20)
        self.directory = directory
        self.preloaded = preloaded
        self.isSmoke = isSmoke
        self.customers = customers
        events = try PeerEvents(customers: customers)
        log = try EventLog(at: directory)
    }

    func run() async throws {
        while appended < preloaded { try await log.append(next(min(preloaded - appended, 1000))) }
        for (size, calls) in [(1, 1000), (10, 200), (100, 100), (1000, 50)] {
            figures["append-\(size)"] = try await append(size, calls: isSmoke ? 5 : calls)
        }
        figures["callers-16"] = try await append(callers: 16, each: isSmoke ? 5 : 200)
        figures["read-by-tag"] = try readByTag(times: isSmoke ? 20 : 500)
        figures["rebuild"] = try await rebuild()
        log.close()
        let bytes = Folder.bytes(directory + "/log") + Folder.bytes(directory + "/index")
        figures["bytes-per-event"] = Double(bytes) / Double(appended)
    }

    private func next(_ count: Int) throws -> [NewEvent] {
        appended += count
        return try events.next(count)
    }

    private func append(_ size: Int, calls: Int) async throws -> Double {
        let batches = try (0..<calls).map { _ in try next(size) }
        let took = try await seconds { for batch in batches { try await log.append(batch) } }
        return Double(size * calls) / took
    }

    private func append(callers: Int, each: Int) async throws -> Double {
        let work = try (0..<callers).map { _ in try next(each) }
        let log = self.log
        let took = try await seconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for events in work {
                    group.addTask {
                        for event in events { try await log.append([event]) }
                    }
                }
                try await group.waitForAll()
            }
        }
        return Double(callers * each) / took
    }

    /// All events of random customers, copied out of the log.
    private func readByTag(times: Int) throws -> Double {
        var random = SplitMix(state: 2)
        var tags: [Tag] = []
        for _ in 0..<times {
            let number: UInt64 = random.next() % UInt64(customers)
            tags.append(try Tag("customer", "C-\(number)"))
        }
        var found = 0
        let took = try seconds { for tag in tags { found += try log.events(Query(tag: tag)).count } }
        return Double(found) / took
    }

    /// Builds the roll-up from the first event on, until it serves: complete and synced.
    private func rebuild() async throws -> Double {
        let model = ReadModel(name: "roll-up", version: 1, folds: [RollUpFold(types: [events.type])])
        let start = DispatchTime.now().uptimeNanoseconds
        let host = try ProjectionHost(log, models: [model])
        defer { host.close() }
        try await host.wait(for: log.head, of: [model.name], seconds: 600)
        let took = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        check = try host.read(model.name) { reader in try Self.sum(reader) }
        return Double(appended) / took
    }

    /// One number for all rows, whatever their order.
    private static func sum(_ reader: borrowing ModelReader) throws -> UInt64 {
        var sum: UInt64 = 0
        try reader.forEachEntity(RollUp.self) { customer, row in
            guard let number = UInt64(customer.id.dropFirst(2)) else { return false }
            sum &+= (number &+ 1) &* (row.events &* 1_000_003 &+ row.amount)
            return true
        }
        return sum
    }
}

/// How many events a customer has, and the sum of their amounts.
private struct RollUp: EntityState {
    private(set) var events: UInt64 = 0
    private(set) var amount: UInt64 = 0

    init() {}

    mutating func add(_ amount: UInt64) {
        events += 1
        self.amount += amount
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(varint: events)
        bytes.append(varint: amount)
    }

    init(decoding reader: inout ByteReader) throws {
        events = try reader.varint()
        amount = try reader.varint()
    }
}

private struct RollUpFold: EntityFold {
    let types: [EventType]
    let entityKind = "customer"
    let order = FoldOrder.any

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout RollUp) throws {
        state.add(event.view.data.u64BigEndian(at: 0))
    }

    func contribute(_ state: RollUp, of entity: Tag, to contributions: inout Contributions) {}
}

/// The events that every peer appends, one after the other: 220 bytes of payload that begin with an amount, three tags.
private struct PeerEvents {
    let type: EventType
    private let customers: UInt64
    private var random = SplitMix(state: 1)
    private var count: UInt64 = 0

    init(customers: Int) throws {
        type = try EventType("benchmark.Measured")
        self.customers = UInt64(customers)
    }

    mutating func next(_ count: Int) throws -> [NewEvent] {
        var events: [NewEvent] = []
        events.reserveCapacity(count)
        for _ in 0..<count { events.append(try next()) }
        return events
    }

    private mutating func draw(below bound: UInt64) -> UInt64 { random.next() % bound }

    private mutating func next() throws -> NewEvent {
        let tags = [
            try Tag("customer", "C-\(draw(below: customers))"),
            try Tag("opportunity", "O-\(draw(below: 10_000_000))"),
            try Tag("region", "R-\(draw(below: 8))"),
        ]
        var data: [UInt8] = []
        data.reserveCapacity(220)
        data.append(bigEndian: draw(below: 100_000))
        let filler: UInt64 = random.next()
        for _ in 0..<26 { data.append(bigEndian: filler) }
        data.append(bigEndian: UInt32(truncatingIfNeeded: filler >> 32))
        // A UUID of version 7: the moment it happened, then random bits.
        let bits: UInt64 = random.next()
        let milliseconds: UInt64 = 1_760_000_000_000 + count
        let version: UInt64 = 7 << 12
        let variant: UInt64 = 1 << 63
        let lowBits: UInt64 = (1 << 62) - 1
        let id = EventID(high: (milliseconds << 16) | version | (bits >> 52), low: variant | (bits & lowBits))
        count += 1
        return NewEvent(
            id: id, type: type, tags: tags, occurredAt: Timestamp(microseconds: Int64(milliseconds) * 1000),
            data: data)
    }
}
