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

    /// Measures what is chosen, by name.
    func run(_ chosen: Set<String>) async throws {
        if chosen.contains("append") { try await append() }
        if chosen.contains("callers") { try await callers() }
        if chosen.contains("scan") { try scan() }
        if chosen.contains("look-up") { try lookUp() }
        if chosen.contains("open") { try open() }
    }

    /// One caller; encoding, tags, id check and a condition included.
    private func append() async throws {
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
                "\(Spread(inTasks).text) of C from a task, \(Spread(blocking).text) from a thread; "
                    + "\(number(Spread(rates).median)) events/s, C \(number(Spread(baseline).median))")
        }
    }

    /// Concurrent callers, each appending single conditional events.
    private func callers() async throws {
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
                "\(rate.text) events/s, \(number(rate.median / single)) x one caller")
        }
    }

    private func scan() throws {
        var ratios: [Double] = []
        var rates: [Double] = []
        for _ in 0..<rounds {
            var count: UInt64 = 0
            let inC = try seconds { count = try c.scan() }
            var sum: UInt64 = 0
            var seen = 0.0
            let inSwift = try seconds {
                try log.read(headersOnly: true) { event in
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
        line("scan of headers", "\(Spread(ratios).text) of C, \(number(Spread(rates).median)) events/s")
    }

    /// The 20 newest events of one customer.
    private func lookUp() throws {
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

    private func open() throws {
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
