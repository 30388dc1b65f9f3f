public import EventLog

/// How an import is run.
public struct ImportOptions: Sendable {
    /// Stop at the first bad row, and take an id that looks personal for one. What came before it stays. A file whose
    /// name looks personal is refused.
    public var isStrict = false
    /// Append nothing; only say what would be made of the rows.
    public var isDryRun = false
    /// Events in one append, at most ``Limits/eventsPerAppend``.
    public var batchSize = 5_000
    /// How many bad rows and how many changed rows the report lists; the others are only counted.
    public var listedRows = 1_000

    /// The options by default.
    public init() {}
}

/// What an import tells while it runs.
public enum ImportNotice: Sendable {
    /// So many rows were read.
    case progress(rows: Int)
    /// A row was left out.
    case badRow(BadRow)
    /// An event was left out, because its id is taken by other bytes.
    case changedRow(ChangedRow)
}

/// Imports CSV files: a mapping says which events their rows become.
///
/// The same rows give the same events with the same ids, so an import may be repeated and adds only what is new.
/// Memory does not grow with the files.
public struct Importer: Sendable {
    /// Appends events in their order, skipping those that are known (``KnownEvents/skip``).
    ///
    /// Throws ``AppendError/idTaken(_:at:)`` when an id is taken by other bytes; then nothing may have been written.
    public typealias Append = @Sendable ([NewEvent]) async throws -> ImportBatchResult

    private let mapping: ImportMapping
    private let options: ImportOptions

    /// An import by `mapping`.
    public init(_ mapping: ImportMapping, options: ImportOptions = ImportOptions()) {
        precondition((1...Limits.eventsPerAppend).contains(options.batchSize), "1 to 10,000 events in a batch")
        self.mapping = mapping
        self.options = options
    }

    /// Imports `files` into `log` as ``run(files:observe:append:)``, and puts the import on record: an `ImportStarted`
    /// stands before its first event, an `ImportCompleted` behind its last, and all of them have the correlation id
    /// `import:` and ``ImportReport/importID``. An import that finds all of its events there already appends neither.
    ///
    /// The same files by the same mapping are the same import: one that was interrupted goes on when it is run again.
    /// What was reverted with its import counts as not there, and is appended again under other ids.
    ///
    /// - Parameters:
    ///   - observe: told what happens, on the way.
    ///   - append: writes to the log; without it they are appended, and known ones skipped.
    /// - Throws: as ``run(files:observe:append:)``; ``UnreadableEvent`` for a revert that nobody can read.
    public func run(
        files: [String], into log: EventLog, observe: @escaping @Sendable (ImportNotice) -> Void = { _ in },
        append: Append? = nil
    ) async throws -> ImportReport {
        let run = try start(files, observe)
        let write: Append =
            append ?? { events in
                ImportBatchResult(appended: try await log.append(events, known: .skip).appended)
            }
        if options.isDryRun { return try await finish(run, write, nil) }
        let journal = try ImportJournal(mapping, try hashed(files), in: log, write)
        run.correlate(with: journal.correlationID)
        return try await finish(run, write, journal)
    }

    /// Imports `files` one after the other; their rows are appended in order, while the next ones are read. For events
    /// that go elsewhere than into a log: nothing is put on record of the import as a whole.
    ///
    /// - Parameters:
    ///   - observe: told what happens, on the way.
    ///   - append: writes the events.
    /// - Throws: ``ImportMappingError`` when no section of the mapping is about a file or a column is missing, and
    ///   ``ImportFileError`` when a file or its header cannot be read, both before anything is appended; and what
    ///   `append` throws.
    public func run(
        files: [String], observe: @escaping @Sendable (ImportNotice) -> Void = { _ in }, append: @escaping Append
    ) async throws -> ImportReport {
        try await finish(try start(files, observe), append, nil)
    }

    /// Runs it to its end.
    private func finish(
        _ run: ImportRun, _ append: @escaping Append, _ journal: ImportJournal?
    ) async throws -> ImportReport {
        let appender = BatchAppender(append: append)
        try await withThrowingTaskGroup(of: BatchAppender.Outcome.self) { group in
            while let batch = run.nextBatch() {
                try Task.checkCancellation()
                // One append at a time: the log has the events in the order of the rows.
                if let outcome = try await group.next() { run.add(outcome) }
                if options.isDryRun { continue }
                group.addTask {
                    let ready = try await journal?.prepared(batch) ?? batch
                    return try await appender.append(ready)
                }
            }
            if let outcome = try await group.next() { run.add(outcome) }
        }
        var report = run.report
        if let journal { report.importID = try await journal.end(report) }
        return report
    }

    private func hashed(_ files: [String]) throws -> [HashedFile] {
        try files.enumerated().map { try HashedFile($0.element, number: $0.offset + 1) }
    }

    private func start(
        _ files: [String], _ observe: @escaping @Sendable (ImportNotice) -> Void
    ) throws -> ImportRun {
        do {
            return try ImportRun(mapping, options, files: files, observe: observe)
        } catch var error as ImportMappingError {
            error.file = mapping.file
            throw error
        }
    }
}
