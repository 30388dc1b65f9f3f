import EventLog
import Foundation

/// Appends and reads of the log against the C baseline with the same records.
final class LogBenchmark {
    private let place: String
    private let c: CLog
    private var log: EventLog
    private let rounds: Int
    private let isSmoke: Bool
    private var sample: EventSample

    init(in place: String, preloaded: Int, rounds: Int, isSmoke: Bool) async throws {
        self.place = place
        self.rounds = rounds
        self.isSmoke = isSmoke
        for folder in ["/c", "/swift"] {
            try FileManager.default.createDirectory(atPath: place + folder, withIntermediateDirectories: true)
        }
        c = try CLog(place + "/c")
        log = try EventLog(at: place + "/swift")
        sample = EventSample(customers: max(100, preloaded / 20))
        var left = preloaded
        while left > 0 {
            let events = sample.next(min(left, 5000))
            let (bytes, lengths) = try EncodedRecords.encode(events)
            try c.append(bytes, lengths)
            try await log.append(events)
            left -= events.count
        }
        line("events in the log", "\(preloaded)")
    }

    /// One caller; encoding, tags, id check and a condition included.
    func append() async throws {
        for (size, calls, turns) in [(1, 100, 4), (10, 50, 4), (100, 25, 4), (1000, 10, 4), (10_000, 2, 4)] {
            var inTasks: [Double] = []
            var blocking: [Double] = []
            var rates: [Double] = []
            var baseline: [Double] = []
            for _ in 0..<rounds {
                let calls = isSmoke ? 2 : calls
                var inC = 0.0
                var inTask = 0.0
                var inThread = 0.0
                // Blocks of calls take turns: each has a caller that goes on and on. Events are made right before they
                // are appended, as callers do.
                for _ in 0..<turns {
                    for _ in 0..<calls {
                        let (bytes, lengths) = try EncodedRecords.encode(sample.next(size))
                        inC += try seconds { try c.append(bytes, lengths) }
                    }
                    for _ in 0..<calls {
                        let batch = sample.next(size)
                        inTask += try await seconds {
                            try await log.append(batch, condition: .unchanged(batch[0].tags[1], since: log.head))
                        }
                    }
                    for _ in 0..<calls {
                        let batch = sample.next(size)
                        inThread += try seconds {
                            try log.appendBlocking(batch, condition: .unchanged(batch[0].tags[1], since: log.head))
                        }
                    }
                }
                inTasks.append(inC / inTask)
                blocking.append(inC / inThread)
                rates.append(Double(size * calls * turns) / inTask)
                baseline.append(Double(size * calls * turns) / inC)
            }
            line(
                "append, \(size) a call",
                "\(ratio(inTasks)) of C from a task, \(ratio(blocking)) from a thread; "
                    + "\(number(Spread(rates).median)) events/s, C \(number(Spread(baseline).median))")
        }
    }

    private func ratio(_ values: [Double]) -> String {
        let spread = Spread(values)
        return "\(number(spread.median)) (\(number(spread.lowest))-\(number(spread.highest)))"
    }

    /// Concurrent callers, each appending single conditional events.
    func callers() async throws {
        var single = 0.0
        for callers in [1, 8, 64, 512] {
            var rates: [Double] = []
            for _ in 0..<rounds {
                let each = isSmoke ? 2 : max(20, 6000 / callers)
                let work = (0..<callers).map { _ in sample.next(each) }
                let log = self.log
                let took = try await seconds {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for events in work {
                            group.addTask {
                                for event in events {
                                    while true {
                                        let condition = AppendCondition.unchanged(event.tags[1], since: log.head)
                                        do {
                                            try await log.append([event], condition: condition)
                                            break
                                        } catch AppendError.conflict {}
                                    }
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
                rates.append(Double(callers * each) / took)
            }
            let rate = Spread(rates)
            if callers == 1 { single = rate.median }
            line(
                "\(callers) callers, single events",
                "\(number(rate.median)) events/s (\(number(rate.lowest))-\(number(rate.highest))), "
                    + "\(number(rate.median / single)) x one caller")
        }
    }

    func scan() throws {
        var ratios: [Double] = []
        var rates: [Double] = []
        for _ in 0..<rounds {
            var count: UInt64 = 0
            let inC = try seconds { count = try c.scan() }
            var sum: UInt64 = 0
            var seen = 0.0
            let inSwift = try seconds {
                try log.read { event in
                    sum &+= event.position.rawValue &+ UInt64(event.typeNumber)
                    sum &+= UInt64(bitPattern: event.recordedAt.microseconds)
                    seen += 1
                    return true
                }
            }
            precondition(sum != 0)
            ratios.append((inC / Double(count)) / (inSwift / seen))
            rates.append(seen / inSwift)
        }
        let ratio = Spread(ratios)
        line(
            "scan of headers",
            "\(number(ratio.median)) of C (\(number(ratio.lowest))-\(number(ratio.highest))), "
                + "\(number(Spread(rates).median)) events/s")
    }

    /// The 20 newest events of one customer.
    func lookUp() throws {
        var times: [Double] = []
        for _ in 0..<(isSmoke ? 100 : 20_000) {
            let query = Query(tag: sample.randomCustomer())
            var count = 0
            times.append(
                try seconds {
                    try log.read(query, limit: 20, backwards: true) { event in
                        count += Int(event.schemaRevision)
                        return true
                    }
                } * 1e6)
        }
        line(
            "20 newest events of one customer",
            "p50 \(number(Spread.quantile(0.5, of: times))) us, p99 \(number(Spread.quantile(0.99, of: times))) us")
    }

    func open() throws {
        var times: [Double] = []
        for _ in 0..<rounds {
            log.close()
            log = try EventLog(at: place + "/spare")
            times.append(
                try seconds {
                    log = try EventLog(at: place + "/swift")
                    _ = try log.position(of: EventID())
                } * 1000)
        }
        line("open and first look-up after a clean stop", "\(number(Spread(times).median)) ms")
    }
}

/// Events of the benchmarks' workload: 220 bytes of payload, three tags.
struct EventSample {
    private let customers: Int
    private var random = SplitMix(state: 1)
    private let type = try? EventType("benchmark.Measured")

    init(customers: Int) {
        self.customers = customers
    }

    mutating func randomCustomer() -> Tag {
        tag("customer", "C-\(Int.random(in: 0..<customers, using: &random))")
    }

    mutating func next(_ count: Int) -> [NewEvent] {
        guard let type else { return [] }
        return (0..<count).map { _ in
            let data = [UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: 220)
            return NewEvent(
                type: type,
                tags: [
                    randomCustomer(), tag("opportunity", "O-\(UInt32.random(in: 0...9_999_999, using: &random))"),
                    tag("region", "R-\(Int.random(in: 0..<8, using: &random))"),
                ], data: data)
        }
    }

    private func tag(_ kind: String, _ id: String) -> Tag {
        guard let tag = try? Tag(kind, id) else { preconditionFailure("a tag of letters and digits") }
        return tag
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): fast, and the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
