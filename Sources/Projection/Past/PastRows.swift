public import EventLog
internal import LMDB

/// The rows of read models as they were at a moment of the past.
///
/// Rows that serve are used where they stand at that very position. Else rows are built to it, by the code of today,
/// and kept for the next question; what is asked around one entity folds the events around it, and builds nothing. Rows
/// of the past of read models that forget (``ReadModel/forgets``) are kept in the data directory or not built at all.
public final class PastRows: StandingRowSource {
    /// Which moment it is.
    public let moment: PastMoment
    /// The position of the moment.
    public var position: Position { moment.position }
    private let host: ProjectionHost
    private let onBuild: @Sendable (BuildProgress) -> Void

    init(_ host: ProjectionHost, at moment: PastMoment, onBuild: @escaping @Sendable (BuildProgress) -> Void) {
        self.host = host
        self.moment = moment
        self.onBuild = onBuild
    }

    /// The rows of one read model.
    public func read<Result>(_ name: String, _ body: (borrowing ModelReader) throws -> Result) throws -> Result {
        try withReaders([name]) { readers in try readers[0].lend(body) }
    }

    /// The rows of two read models.
    public func read<Result>(
        _ first: String, and second: String, _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result {
        try withReaders([first, second]) { readers in
            try readers[0].lend { first in try readers[1].lend { second in try body(first, second) } }
        }
    }

    /// The rows of two read models around one entity; nothing is built for them.
    public func read<Result>(
        _ first: String, and second: String, around entity: Tag,
        _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result {
        let models = try [host.served(first), host.served(second)]
        if let ready = try readyReaders(of: models) {
            return try ready[0].lend { first in try ready[1].lend { second in try body(first, second) } }
        }
        let folded = FoldedRows(try foldedTables(of: models.map(\.model), around: entity), at: moment.position)
        return try folded.read(first, and: second, body)
    }

    /// What the events around an entity give, and no others.
    func foldedTables(of models: [ReadModel], around entity: Tag) throws -> [String: MemoryRows] {
        for model in models { try model.prepare(host.log) }
        let events = try Neighbourhood(host.log, models, at: moment).events(around: entity)
        return try SelectedEvents(events, of: host.log, at: moment).tables(of: models)
    }

    // MARK: Generations

    /// Damaged rows are thrown away and built once more.
    private func withReaders<Result>(_ names: [String], _ body: ([ReaderBox]) throws -> Result) throws -> Result {
        let models = try names.map { try host.served($0) }
        do {
            return try body(try readers(of: models))
        } catch let error as LMDBError where error.kind.isDamage && host.pastGenerations.discard(damaged: error) {
            return try body(try readers(of: models))
        }
    }

    private func readers(of models: [ServedModel]) throws -> [ReaderBox] {
        if let ready = try readyReaders(of: models) { return ready }
        let generations = try host.pastGenerations.generations(of: models, at: moment, onBuild: onBuild)
        return try generations.map { ReaderBox(try ModelReader($0)) }
    }

    /// Nil when not all of them are there.
    private func readyReaders(of models: [ServedModel]) throws -> [ReaderBox]? {
        var readers: [ReaderBox] = []
        for model in models {
            if let serving = try servingReader(of: model) {
                readers.append(serving)
            } else if let kept = try host.pastGenerations.kept(model, at: moment) {
                readers.append(ReaderBox(try ModelReader(kept)))
            } else {
                return nil
            }
        }
        return readers
    }

    private func servingReader(of model: ServedModel) throws -> ReaderBox? {
        guard moment.occurredUntil == nil, let generation = try model.current() else { return nil }
        let box = ReaderBox(try ModelReader(generation))
        return box.reader.position == moment.position ? box : nil
    }

    private final class ReaderBox {
        let reader: ModelReader

        init(_ reader: consuming ModelReader) { self.reader = reader }

        func lend<Result>(_ body: (borrowing ModelReader) throws -> Result) rethrows -> Result { try body(reader) }
    }
}

extension ProjectionHost {
    /// The rows as they were at a moment of the past. Nothing is built before it is asked for.
    ///
    /// - Parameter onBuild: told of the progress when rows must be built.
    public func past(
        _ moment: PastMoment, onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) -> PastRows {
        PastRows(self, at: moment, onBuild: onBuild)
    }

    /// Removes all rows of the past that are kept, and those that do not serve any more or were only looked at: what
    /// was in them must be forgotten. Questions build rows of the past again, of what is in the log then; there is
    /// nothing to go back to until other rows come to serve.
    ///
    /// - Throws: `CancellationError` when the host is closed, and errors of the storage layer.
    public func forgetPast() throws {
        try pastGenerations.removeAll()
        try forgetUnserved()
    }
}
