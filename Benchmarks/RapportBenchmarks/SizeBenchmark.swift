import EventLog

/// Bytes on disk for an event of 220 bytes of payload and three tags.
struct SizeBenchmark {
    private let place: String
    private let events: Int

    init(_ options: BenchmarkOptions) {
        place = options.place + "/log"
        events = options.events
    }

    func run() async throws {
        let log = try EventLog(at: place)
        var sample = EventSample(customers: max(100, events / 20))
        var recordBytes = 0
        var left = events
        while left > 0 {
            let batch = sample.next(min(left, 1000))
            recordBytes += try EncodedRecords.encode(batch).bytes.count
            try await log.append(batch)
            left -= batch.count
        }
        log.close()
        let stored = StoredBytes(of: log)
        line("a record", "\(number(Double(recordBytes) / Double(events))) bytes")
        line("log", "\(number(stored.logPerEvent)) bytes an event")
        line("index", "\(stored.indexText) bytes an event")
    }
}

/// Bytes on disk of a log that was closed, and of its index.
struct StoredBytes {
    let logPerEvent: Double
    /// Of the events that the index on disk has; nil while all are in memory.
    let indexPerEvent: Double?

    init(of log: EventLog) {
        let events = log.head.rawValue
        let indexed = events - min(events, log.backlog.unindexed)
        logPerEvent = Double(Folder.bytes(log.path + "/log")) / Double(max(1, events))
        indexPerEvent = indexed == 0 ? nil : Double(Folder.bytes(log.path + "/index")) / Double(indexed)
    }

    var indexText: String { indexPerEvent.map { number($0) } ?? "no" }
}
