import EventLog
import Foundation
import LMDB

/// The log and its index at one size, beside a log of C of the same size.
struct LogGrowth {
    private let place: String
    private let size: Int
    private let rounds: Int
    private let isSmoke: Bool

    private var path: String { place + "/swift" }
    private var customers: Int { max(1, size / 20) }

    init(in place: String, size: Int, _ options: BenchmarkOptions) {
        self.place = place
        self.size = size
        rounds = min(options.rounds, 3)
        isSmoke = options.isSmoke
    }

    func run(_ column: inout MarkdownTable.Column) async throws {
        try await appendAndRead(&column)
        try makeIndexAgain(&column)
        column.add("open after a clean stop, warm, ms", number(try open()))
        Folder.dropPages(path)
        column.add("open after a clean stop, cold, ms", number(try open()))
        try await loseIndexState(&column)
    }

    // MARK: Open

    private func appendAndRead(_ column: inout MarkdownTable.Column) async throws {
        try FileManager.default.createDirectory(atPath: place + "/c", withIntermediateDirectories: true)
        let c = try CLog(place + "/c")
        let log = try EventLog(at: path)
        var sample = EventSample(customers: customers)
        ThisProcess.forgetPeak()
        var left = size
        while left > 0 {
            let events = sample.next(min(left, 5000))
            let (bytes, lengths) = try EncodedRecords.encode(events)
            try c.append(bytes, lengths)
            try await log.append(events)
            left -= events.count
        }
        let caughtUp = try await seconds {
            while try log.metrics().index.fullTables > 0 { try await Task.sleep(nanoseconds: 1_000_000) }
        }
        column.add("index has caught up after the last event, s", number(caughtUp))
        for (count, calls) in [(1, 50), (100, 10), (1000, 5)] {
            try await appendRate(count, calls: isSmoke ? 2 : calls, log, c, &sample, &column)
        }
        column.add("peak resident while appending, MB", String(ThisProcess.peakKilobytes / 1024))
        try newest(log, &sample, &column)
        try wholeCustomers(log, &sample, &column)
        log.close()
        let stored = StoredBytes(of: log)
        column.add("log, bytes an event", number(stored.logPerEvent))
        column.add("index, bytes an event", stored.indexText)
    }

    /// As ``LogBenchmark`` does it: one caller, with a condition; the two logs take turns.
    private func appendRate(
        _ count: Int, calls: Int, _ log: EventLog, _ c: CLog, _ sample: inout EventSample,
        _ column: inout MarkdownTable.Column
    ) async throws {
        var rates: [Double] = []
        var ratios: [Double] = []
        for _ in 0..<rounds {
            var inC = 0.0
            var inSwift = 0.0
            for _ in 0..<2 {
                for _ in 0..<calls {
                    let (bytes, lengths) = try EncodedRecords.encode(sample.next(count))
                    let start = uptime()
                    try c.append(bytes, lengths)
                    inC += milliseconds(since: start)
                }
                for _ in 0..<calls {
                    let events = sample.next(count)
                    let start = uptime()
                    try await log.append(events, condition: .unchanged(events[0].tags[1], since: log.head))
                    inSwift += milliseconds(since: start)
                }
            }
            rates.append(Double(2 * calls * count) / inSwift * 1000)
            ratios.append(inC / inSwift)
        }
        column.add("append, \(count) a call, events/s", number(Spread(rates).median))
        column.add("append, \(count) a call, of C", Spread(ratios).text)
    }

    private func newest(
        _ log: EventLog, _ sample: inout EventSample, _ column: inout MarkdownTable.Column
    ) throws {
        var taken: [Double] = []
        for _ in 0..<(isSmoke ? 100 : 20_000) {
            let query = Query(tag: sample.randomCustomer())
            var sum: UInt64 = 0
            let start = uptime()
            try log.read(query, limit: 20, backwards: true) { event in
                sum &+= UInt64(event.schemaRevision)
                return true
            }
            taken.append(milliseconds(since: start) * 1000)
        }
        column.add("20 newest events of a customer, p50, us", number(Spread.quantile(0.5, of: taken)))
        column.add("20 newest events of a customer, p99, us", number(Spread.quantile(0.99, of: taken)))
    }

    /// All events of random customers, whom somebody has just read: their payloads in place, then whole copies.
    private func wholeCustomers(
        _ log: EventLog, _ sample: inout EventSample, _ column: inout MarkdownTable.Column
    ) throws {
        var queries: [Query] = []
        for _ in 0..<(isSmoke ? 50 : 2000) { queries.append(Query(tag: sample.randomCustomer())) }
        for query in queries { _ = try log.events(query) }
        var found = 0
        var sum: UInt64 = 0
        var taken: [Double] = []
        for query in queries {
            let start = uptime()
            try log.read(query) { event in
                sum &+= event.data.u64BigEndian(at: 0)
                found += 1
                return true
            }
            taken.append(milliseconds(since: start) * 1000)
        }
        // Microseconds to events a second, on the one core that has read.
        column.add("customer reads in place, events/s", number(Double(found) / taken.reduce(0, +) * 1e6))
        column.add("customer reads in place, p99, us", number(Spread.quantile(0.99, of: taken)))
        found = 0
        taken = []
        for query in queries {
            let start = uptime()
            found += try log.events(query).count
            taken.append(milliseconds(since: start) * 1000)
        }
        column.add("customer reads copied, events/s", number(Double(found) / taken.reduce(0, +) * 1e6))
        column.add("customer reads copied, p99, us", number(Spread.quantile(0.99, of: taken)))
    }

    // MARK: Closed

    /// The whole index from the log, on all cores that take part.
    private func makeIndexAgain(_ column: inout MarkdownTable.Column) throws {
        try FileManager.default.removeItem(atPath: path + "/index")
        var events = 0.0
        var firstAnswer = 0.0
        let computed = ThisProcess.computedSeconds
        let taken = try seconds {
            let log = try EventLog(at: path)
            firstAnswer = try seconds { _ = try log.position(of: EventID()) }
            // Waits for the indexer.
            log.close()
            events = Double(log.head.rawValue)
        }
        column.add("open without index, first look-up, ms", number(firstAnswer * 1000))
        column.add("index, ns an event", number(taken / events * 1e9))
        column.add("index, ns of processor an event", number((ThisProcess.computedSeconds - computed) / events * 1e9))
    }

    /// Milliseconds until the log is open and has answered two questions.
    private func open() throws -> Double {
        let start = uptime()
        let log = try EventLog(at: path)
        var sample = EventSample(customers: customers)
        _ = try log.position(of: EventID())
        _ = try log.events(Query(tag: sample.randomCustomer()), limit: 20, backwards: true)
        let taken = milliseconds(since: start)
        log.close()
        return taken
    }

    /// The index on disk is that of a while ago and the log is not, as after a crash, only that more is missing.
    private func loseIndexState(_ column: inout MarkdownTable.Column) async throws {
        let behind = isSmoke ? 20_000 : 100_000
        try FileManager.default.copyItem(atPath: path + "/index", toPath: place + "/index-before")
        try await append(behind)
        try FileManager.default.removeItem(atPath: path + "/index")
        try FileManager.default.moveItem(atPath: place + "/index-before", toPath: path + "/index")
        column.add("open with an index \(behind) events behind, ms", number(try open()))
    }

    private func append(_ count: Int) async throws {
        let log = try EventLog(at: path)
        var sample = EventSample(customers: customers)
        for _ in 0..<count / 1000 { try await log.append(sample.next(1000)) }
        log.close()
    }
}
