import EventLog
import Foundation
import Rapport
import Sealing

/// Appends of events with a personal part of 100 bytes each, sealed and in clear, against the same events without one,
/// and against C, which appends the sealed records. All keys are there before.
struct PersonalAppends {
    private let place: String
    private let rounds: Int
    private let isSmoke: Bool
    private let masterKey: MasterKeySource
    private let customers: Int

    init(in place: String, _ options: BenchmarkOptions, _ masterKey: MasterKeySource) {
        self.place = place
        rounds = options.rounds
        isSmoke = options.isSmoke
        self.masterKey = masterKey
        customers = options.isSmoke ? 100 : 10_000
    }

    func run() async throws {
        for folder in ["/c", "/none", "/clear", "/sealed"] {
            try FileManager.default.createDirectory(atPath: place + folder, withIntermediateDirectories: true)
        }
        let logs = Logs(
            c: try CLog(place + "/c"), none: try EventLog(at: place + "/none"),
            clear: try EventLog(at: place + "/clear"), sealed: try EventLog(at: place + "/sealed"))
        let personal = PersonalData(of: logs.sealed, masterKey: masterKey)
        defer {
            logs.close()
            personal.close()
        }
        try await makeKeys(in: logs.sealed)
        var sample = EventSample(customers: customers)
        var random = SplitMix(state: 42)
        for (size, calls, turns) in [(1, 100, 4), (100, 25, 4), (1000, 10, 4)] {
            var figures = Figures()
            for _ in 0..<rounds {
                let calls = isSmoke ? 2 : calls
                var times = Times()
                // Blocks of calls take turns: each log has a caller that goes on and on.
                for _ in 0..<turns {
                    let batches = (0..<calls).map { _ in Batch(sample.next(size), &random) }
                    try await append(batches, to: logs, personal, &times)
                }
                figures.add(times, events: Double(size * calls * turns))
            }
            line("append, \(size) a call, a personal part in each event", figures.text)
        }
    }

    private struct Logs {
        let c: CLog
        let none: EventLog
        let clear: EventLog
        let sealed: EventLog

        func close() {
            for log in [none, clear, sealed] { log.close() }
        }
    }

    /// The same events without a personal part, and with one.
    private struct Batch {
        let none: [NewEvent]
        let personal: [NewEvent]

        init(_ events: [NewEvent], _ random: inout SplitMix) {
            none = events
            var withParts = events
            for index in withParts.indices {
                withParts[index].subjects = [Subject(withParts[index].tags[0], bytes: 100, &random)]
            }
            personal = withParts
        }
    }

    /// Seconds.
    private struct Times {
        var c = 0.0
        var none = 0.0
        var clear = 0.0
        var sealed = 0.0
    }

    private struct Figures {
        private var sealedOfNone: [Double] = []
        private var clearOfNone: [Double] = []
        private var sealedOfC: [Double] = []
        private var rates: [Double] = []

        mutating func add(_ times: Times, events: Double) {
            sealedOfNone.append(times.none / times.sealed)
            clearOfNone.append(times.none / times.clear)
            sealedOfC.append(times.c / times.sealed)
            rates.append(events / times.sealed)
        }

        var text: String {
            "sealed \(Spread(sealedOfNone).text) of none, in clear \(Spread(clearOfNone).text) of none; "
                + "sealed \(Spread(sealedOfC).text) of C, \(number(Spread(rates).median)) events/s"
        }
    }

    private func append(
        _ batches: [Batch], to logs: Logs, _ personal: PersonalData, _ times: inout Times
    ) async throws {
        for batch in batches {
            let (bytes, lengths) = try EncodedRecords.encode(personal.prepare(batch.personal, for: logs.sealed))
            times.c += try seconds { try logs.c.append(bytes, lengths) }
        }
        times.none += try await seconds { for batch in batches { try await logs.none.append(batch.none) } }
        times.clear += try await seconds { for batch in batches { try await logs.clear.append(batch.personal) } }
        times.sealed += try await seconds { for batch in batches { try await logs.sealed.append(batch.personal) } }
    }

    /// An event with a personal part for each customer that events are drawn of.
    private func makeKeys(in log: EventLog) async throws {
        var random = SplitMix(state: 43)
        let type = try EventType("benchmark.Measured")
        for start in stride(from: 0, to: customers, by: 1000) {
            let events = try (start..<min(start + 1000, customers)).map { number in
                let customer = try Tag("customer", "C-\(number)")
                return NewEvent(type: type, tags: [customer], subjects: [Subject(customer, bytes: 100, &random)])
            }
            try await log.append(events)
        }
    }
}
