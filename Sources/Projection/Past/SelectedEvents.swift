public import EventLog
internal import LMDB

/// Folds some events, and no others, into rows in memory.
///
/// Order of arrival does not matter to rows, so events are folded as they happened: none comes late, and nothing but
/// these events is looked at.
struct SelectedEvents {
    private let log: EventLog
    /// In order of occurrence, then of position.
    private let positions: [Position]
    /// What the rows are the rows of.
    private let moment: PastMoment

    init(_ events: [EventPlace], of log: EventLog, at moment: PastMoment) {
        self.log = log
        self.moment = moment
        positions = events.sorted { $0.comes(before: $1) }.map(\.position)
    }

    /// The rows that these events alone give to each of the models.
    ///
    /// - Parameters:
    ///   - fold: the number of the only fold that takes part, in the only model; nil lets all take part.
    ///   - entity: the only entity whose rows are made; nil makes those of all.
    /// What ``ReadModel/prepare`` does is done by whoever looks at many selections in turn.
    ///
    /// - Throws: what a fold throws, of a ``FoldUnavailable`` the reason; ``DamagedLog``.
    func rows(of models: [ReadModel], fold: Int? = nil, only entity: Tag? = nil) throws -> FoldedRows {
        FoldedRows(try tables(of: models, fold: fold, only: entity), at: moment.position)
    }

    func tables(of models: [ReadModel], fold: Int? = nil, only entity: Tag? = nil) throws -> [String: MemoryRows] {
        try tellingReason { try folded(models, fold: fold, only: entity) }
    }

    private func folded(_ models: [ReadModel], fold: Int?, only entity: Tag?) throws -> [String: MemoryRows] {
        let folding = try models.map { model in
            let seen = try model.seen(log, asOf: moment.position)
            return (pass: FoldPass(seen, moment: moment, only: entity), runners: model.makeRunners())
        }
        var routes = Routes(models)
        let payload = PayloadCache()
        for position in positions {
            _ = try log.withEvent(at: position) { view in
                for number in try routes.targets(of: view, in: log) {
                    let target = routes.targets[number]
                    if let fold, target.fold != fold { continue }
                    let (pass, runners) = folding[target.model]
                    _ = try pass.seen.lend(view, payload) { event in
                        try runners[target.fold].process(event, target.type, pass)
                    }
                }
            }
        }
        var tables: [String: MemoryRows] = [:]
        for (model, (pass, runners)) in zip(models, folding) {
            for runner in runners { try runner.finish(pass) }
            tables[model.name] = try BuiltRows(runners.map { [$0] }, pass.contributions).inMemory()
        }
        return tables
    }
}

/// Where an event stands, and when it happened.
@usableFromInline
struct EventPlace: Hashable, Sendable {
    @usableFromInline let position: Position
    @usableFromInline let occurredAt: Timestamp

    func comes(before other: EventPlace) -> Bool {
        (occurredAt, position) < (other.occurredAt, other.position)
    }
}

/// Rows in memory that some events alone give.
struct FoldedRows: StandingRowSource {
    private let tables: [String: MemoryRows]
    let position: Position
    var isSelection: Bool { true }

    /// - Parameter tables: by the name of the read model; one that is not there has no rows.
    init(_ tables: [String: MemoryRows], at position: Position) {
        self.tables = tables
        self.position = position
    }

    private func reader(_ name: String) -> ModelReader {
        ModelReader(tables[name] ?? MemoryRows(), at: position)
    }

    func read<Result>(_ name: String, _ body: (borrowing ModelReader) throws -> Result) throws -> Result {
        try body(reader(name))
    }

    func read<Result>(
        _ first: String, and second: String, _ body: (borrowing ModelReader, borrowing ModelReader) throws -> Result
    ) throws -> Result {
        try body(reader(first), reader(second))
    }
}
