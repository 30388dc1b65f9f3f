internal import EventLog
internal import LMDB

/// The rows that give the others their meaning, with the events they come from.
struct Frame: Sendable {
    let models: [ReadModel]
    let events: [EventPlace]
    let tables: [String: MemoryRows]

    /// All that stand at the moment.
    init(_ models: [ReadModel], _ log: EventLog, at moment: PastMoment) throws {
        var events: Set<EventPlace> = []
        for model in models {
            let types = Set(model.folds.filter(\.defines).flatMap(\.types)).sorted { $0.name < $1.name }
            if types.isEmpty { continue }
            events.formUnion(try model.seen(log, asOf: moment.position).places(of: types, at: moment))
        }
        try self.init(models, events.sorted { $0.position < $1.position }, log, at: moment)
    }

    /// Those of some events.
    init(_ models: [ReadModel], _ events: [EventPlace], _ log: EventLog, at moment: PastMoment) throws {
        self.models = models
        self.events = events
        tables = try SelectedEvents(events, of: log, at: moment).tables(of: models)
    }

    /// The rows that a question has looked at: key, value, key, value, ...
    func entries(in trace: SortedTrace) -> [[UInt8]] {
        models.flatMap { model in
            RowTable.allCases.flatMap { table in
                (tables[model.name]?.entries(table) ?? [])
                    .filter { trace.holds($0.key, in: table, of: model.name) }
                    .flatMap { [$0.key, $0.value] }
            }
        }
    }

    /// These rows, and others beside them.
    func rows(with others: [String: MemoryRows], at position: Position) throws -> FoldedRows {
        FoldedRows(try tables.merging(others) { try $0.adding($1) }, at: position)
    }
}

/// Rows that something is looked at among: those that give the others their meaning, and those of some who take part.
struct LineageContext: Sendable {
    let tables: [String: MemoryRows]
    let isEmpty: Bool
    /// The numbers of those who are in it; they are looked at among others.
    var members: Set<Int> = []
    /// The value without what is looked at.
    var value: String?

    init(_ frame: Frame) {
        tables = frame.tables
        isEmpty = true
    }

    /// - Parameter events: those of some who take part.
    init(_ frame: Frame, of events: [EventPlace], _ log: EventLog, at moment: PastMoment) throws {
        let own = try SelectedEvents(Array(Set(events)), of: log, at: moment).tables(of: frame.models)
        tables = try frame.tables.merging(own) { try $0.adding($1) }
        isEmpty = false
    }
}
