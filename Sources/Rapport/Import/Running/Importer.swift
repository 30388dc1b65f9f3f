public import EventLog

/// How an import is run.
public struct ImportOptions: Sendable {
    /// Stop at the first bad row, and take an id that looks personal for one. What came before it stays.
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

    /// Imports `files` one after the other; their rows are appended in order, while the next ones are read.
    ///
    /// - Parameters:
    ///   - observe: told what happens, on the way.
    ///   - append: writes to the log.
    /// - Throws: ``ImportMappingError`` when no section of the mapping is about a file or a column is missing, and
    ///   ``ImportFileError`` when a file or its header cannot be read, both before anything is appended; and what
    ///   `append` throws.
    public func run(
        files: [String], observe: @escaping @Sendable (ImportNotice) -> Void = { _ in }, append: @escaping Append
    ) async throws -> ImportReport {
        let run = try start(files, observe)
        let appender = BatchAppender(append: append)
        try await withThrowingTaskGroup(of: BatchAppender.Outcome.self) { group in
            while let batch = run.nextBatch() {
                try Task.checkCancellation()
                // One append at a time: the log has the events in the order of the rows.
                if let outcome = try await group.next() { run.add(outcome) }
                if !options.isDryRun { group.addTask { try await appender.append(batch) } }
            }
            if let outcome = try await group.next() { run.add(outcome) }
        }
        return run.report
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
