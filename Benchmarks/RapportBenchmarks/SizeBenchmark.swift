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
        // Ten events for each opportunity, twenty for each customer; and hardly two for the same opportunity.
        try await measure("ten events an opportunity", opportunities: UInt32(max(100, events / 10)))
        try await measure("one event an opportunity", opportunities: 10_000_000)
    }

    private func measure(_ name: String, opportunities: UInt32) async throws {
        let log = try EventLog(at: place + "-\(opportunities)")
        var sample = EventSample(customers: max(100, events / 20), opportunities: opportunities)
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
        line(
            name,
            "records of \(number(Double(recordBytes) / Double(events))) bytes; log \(number(stored.logPerEvent)), "
                + "index \(stored.indexText) bytes an event")
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
