internal import EventLog
internal import LMDB

/// Finds the entities and events of a read model whose rows a question has looked at.
struct LineageCandidates {
    private let model: ReadModel
    private let log: EventLog
    private let moment: PastMoment
    private let trace: SortedTrace

    init(_ model: ReadModel, _ log: EventLog, at moment: PastMoment, _ trace: SortedTrace) {
        self.model = model
        self.log = log
        self.moment = moment
        self.trace = trace
    }

    /// - Parameter folded: the rows that were made for the question, where it was asked around one entity.
    func find(in rows: PastRows, _ folded: MemoryRows?) throws -> [LineageSearch.Candidate] {
        let entities =
            if let folded { try entities(in: folded) } else {
                try rows.read(model.name) { reader in try self.entities(in: reader.tables) }
            }
        let seen = try model.seen(log, asOf: moment.position)
        return try entities.map { fold, entity in
            LineageSearch.Candidate(
                model: model, fold: fold, entity: entity,
                events: try seen.places(about: entity, types: model.folds[fold].types, at: moment))
        } + tellingReason { try events(standingAlone: folded == nil) }
    }

    /// The entities whose own row, or a row that they contribute to, was looked at.
    private func entities(in tables: any RowTables) throws -> [(fold: Int, entity: Tag)] {
        let runners = model.makeRunners()
        var found: [(fold: Int, entity: Tag)] = []
        try tables.walk(.entities, from: []) { key, row in
            let fold = Int(key.u8(at: 0))
            guard fold < runners.count, !model.folds[fold].defines else { return .next }
            let entity = Tag(unchecked: key.text(1..<key.byteCount))
            if try isLookedAt(key.copy(), .entities) || touches(runners[fold], entity, row) {
                found.append((fold, entity))
            }
            return .next
        }
        return found
    }

    private func isLookedAt(_ key: [UInt8], _ table: RowTable) -> Bool { trace.holds(key, in: table, of: model.name) }

    private func touches(_ runner: FoldRunner, _ entity: Tag, _ row: RawSpan) throws -> Bool {
        var contributions = Contributions()
        try runner.contribute(entity, row, &contributions)
        return try isLookedAt(contributions)
    }

    private func isLookedAt(_ contributions: Contributions) throws -> Bool {
        var isLookedAt = false
        try BuiltRows([], contributions).forEach { table, key, _ in
            if !isLookedAt, self.isLookedAt(key.copy(), table) { isLookedAt = true }
        }
        return isLookedAt
    }

    /// Events that stand for themselves and contribute to a row that was looked at.
    private func events(standingAlone isWhole: Bool) throws -> [LineageSearch.Candidate] {
        var found: [LineageSearch.Candidate] = []
        guard isWhole else { return found }
        let runners = model.makeRunners()
        let seen = try model.seen(log, asOf: moment.position)
        for (number, fold) in model.folds.enumerated() where fold is any EventFold {
            let pass = FoldPass(seen, moment: moment)
            let payload = PayloadCache()
            try log.read(Query(types: fold.types, tags: []), to: moment.position) { view in
                guard let type = fold.types.firstIndex(of: log.type(of: view)) else { return true }
                _ = try seen.lend(view, payload) { event in
                    guard moment.includes(event.occurredAt) else { return }
                    pass.contributions = Contributions()
                    try runners[number].process(event, type, pass)
                    if try isLookedAt(pass.contributions) {
                        let place = EventPlace(position: event.position, occurredAt: event.occurredAt)
                        found.append(.init(model: model, fold: number, entity: nil, events: [place]))
                    }
                }
                return true
            }
        }
        return found
    }
}
