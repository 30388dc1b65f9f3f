public import EventLog
internal import LMDB

/// Which events have made a value.
public struct Lineage: Sendable, Hashable {
    /// The value.
    public let value: String
    /// What it would be if none of the events had happened; nil when there would be no such value.
    public let valueWithout: String?
    /// The read models that the question asked.
    public let models: [String]
    /// The events, in the order of the log: of each entity that has taken part those without any one of which it would
    /// have given something else; and those that define what was looked at, as the stages of a pipeline.
    public let positions: [Position]
    /// Whether these events, folded alone into empty read models, have given the value again. That was tried.
    public let isExact: Bool
}

extension ProjectionHost {
    /// Finds the events that have made a value of an answer, at a moment of the past.
    ///
    /// `answer` asks the question of the rows that it is given, and answers the value as text, or nil where there is
    /// none. It is asked once of the whole rows, taking notes of which rows it looks at, and then of the rows that
    /// single entities give alone: those of which the value is another than that of no entity have taken part. Of their
    /// events the ones are left out without which they would give the same. So it takes O(entities of the read models),
    /// and a question for each entity that may have taken part; on two threads.
    ///
    /// - Parameter onBuild: told of the progress when rows of the past must be built first.
    /// - Returns: nil when there is no such value.
    /// - Throws: what `answer` throws, ``ProjectionUnavailable``, ``DamagedLog``, `CancellationError`.
    public func lineage(
        at moment: PastMoment, onBuild: @escaping @Sendable (BuildProgress) -> Void = { _ in },
        of answer: @escaping @Sendable (any RowSource) async throws -> String?
    ) async throws -> Lineage? {
        let search = LineageSearch(self, at: moment, answer)
        return try await search.run(over: past(moment, onBuild: onBuild))
    }
}

/// The search for the events that have made a value.
struct LineageSearch: Sendable {
    private let log: EventLog
    private let models: [ReadModel]
    private let moment: PastMoment
    private let answer: @Sendable (any RowSource) async throws -> String?

    /// Questions asked at the same time.
    private static let threads = 2

    init(
        _ host: ProjectionHost, at moment: PastMoment,
        _ answer: @escaping @Sendable (any RowSource) async throws -> String?
    ) {
        log = host.log
        models = host.models.map(\.model)
        self.moment = moment
        self.answer = answer
    }

    func run(over rows: PastRows) async throws -> Lineage? {
        let trace = ReadTrace()
        guard let value = try await answer(TracedRows(base: rows, models: models, trace: trace)) else { return nil }
        let asked = models.filter { trace.models.contains($0.name) }
        let frame = try Frame(asked, log, at: moment)
        let valueWithout = try await answer(FoldedRows(frame.tables, at: moment.position))
        let sorted = trace.sorted()
        var candidates: [Candidate] = []
        for model in asked {
            candidates += try LineageCandidates(model, log, at: moment, sorted).find(in: rows, trace.folded(model.name))
        }
        let alone = LineageContext(frame)
        let taking = try await shares(of: candidates, in: [alone])
        let found = try await shares(of: taking.map(\.candidate), in: contexts(of: taking, frame))
        for events in [found.flatMap(\.needed), found.flatMap(\.candidate.events), candidates.flatMap(\.events)] {
            let tables = try SelectedEvents(Array(Set(events)), of: log, at: moment).tables(of: asked)
            guard try await answer(try frame.rows(with: tables, at: moment.position)) == value else { continue }
            let definitions = try await neededDefinitions(frame, sorted)
            let positions = Set(events + definitions).map(\.position).sorted()
            return lineage(value, valueWithout, asked, positions, isExact: true)
        }
        let positions = Set(candidates.flatMap(\.events) + frame.events).map(\.position).sorted()
        return lineage(value, valueWithout, asked, positions, isExact: false)
    }

    private func lineage(
        _ value: String, _ valueWithout: String?, _ asked: [ReadModel], _ positions: [Position], isExact: Bool
    ) -> Lineage {
        Lineage(
            value: value, valueWithout: valueWithout, models: asked.map(\.name), positions: positions, isExact: isExact)
    }

    // MARK: One entity alone

    /// An entity, or an event that stands for itself, which may have taken part.
    struct Candidate: Sendable {
        let model: ReadModel
        let fold: Int
        /// Nil for an event that stands for itself.
        let entity: Tag?
        let events: [EventPlace]
    }

    /// What an entity has given to the value.
    private struct Share: Sendable {
        /// Its number among those looked at.
        let number: Int
        let candidate: Candidate
        let needed: [EventPlace]
    }

    /// A few that take part are looked at among each other; of many, each among some.
    private static let fewest = 48

    /// What is looked at alone may make a difference where there is nothing, by being there at all. So it is looked at
    /// once more, among others that take part: two sets of them, for those that are in one.
    private func contexts(of shares: [Share], _ frame: Frame) throws -> [LineageContext] {
        if shares.count <= Self.fewest {
            return try shares.indices.map { left in
                var others = shares
                others.remove(at: left)
                return try LineageContext(frame, of: others.flatMap(\.candidate.events), log, at: moment)
            }
        }
        let step = shares.count / Self.fewest
        return try [0, 1].map { offset in
            let members = stride(from: offset, to: shares.count, by: max(2, step)).prefix(Self.fewest)
            var context = try LineageContext(
                frame, of: members.flatMap { shares[$0].candidate.events }, log, at: moment)
            context.members = Set(members)
            return context
        }
    }

    /// Those that make a difference among the others of a context. Of several contexts, each takes its own, or the
    /// first that it is not a member of.
    private func shares(of candidates: [Candidate], in contexts: [LineageContext]) async throws -> [Share] {
        var contexts = contexts
        for number in contexts.indices {
            contexts[number].value = try await answer(FoldedRows(contexts[number].tables, at: moment.position))
        }
        let ready = contexts
        let isOwn = ready.count == candidates.count && ready.allSatisfy { $0.members.isEmpty } && ready.count > 1
        return try await withThrowingTaskGroup(of: [Share].self) { group in
            for worker in 0..<Self.threads {
                group.addTask {
                    var shares: [Share] = []
                    for number in stride(from: worker, to: candidates.count, by: Self.threads) {
                        try Task.checkCancellation()
                        let context =
                            isOwn ? ready[number] : ready.first { !$0.members.contains(number) } ?? ready[0]
                        if let share = try await share(of: candidates[number], number, in: context) {
                            shares.append(share)
                        }
                    }
                    return shares
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.number < $1.number }
        }
    }

    private func share(of candidate: Candidate, _ number: Int, in context: LineageContext) async throws -> Share? {
        let whole = try await value(of: candidate, candidate.events, in: context)
        if whole == context.value { return nil }
        // What makes a difference by being there at all is looked at in its own context next.
        guard !context.isEmpty else { return Share(number: number, candidate: candidate, needed: candidate.events) }
        let needed = try await shrink(candidate.events) { events in
            try await value(of: candidate, events, in: context) == whole
        }
        return Share(number: number, candidate: candidate, needed: needed)
    }

    /// The value of what some events of the entity give, among others.
    private func value(
        of candidate: Candidate, _ events: [EventPlace], in context: LineageContext
    ) async throws -> String? {
        let tables = try SelectedEvents(events, of: log, at: moment)
            .tables(of: [candidate.model], fold: candidate.fold, only: candidate.entity)
        let together = try context.tables.merging(tables) { try $0.adding($1) }
        return try await answer(FoldedRows(together, at: moment.position))
    }

    /// The events of the definitions that the question has looked at. What they define decides what the other events
    /// mean, also where the value happens to be the same without them.
    private func neededDefinitions(_ frame: Frame, _ trace: SortedTrace) async throws -> [EventPlace] {
        let wanted = frame.entries(in: trace)
        return try await shrink(frame.events) { events in
            try Frame(frame.models, events, log, at: moment).entries(in: trace) == wanted
        }
    }

    /// Leaves out events for as long as `isEnough` holds of the others: large pieces first, then one by one, until none
    /// can be left out alone.
    private func shrink(
        _ events: [EventPlace], while isEnough: ([EventPlace]) async throws -> Bool
    ) async throws -> [EventPlace] {
        var kept = events.sorted { $0.comes(before: $1) }
        var piece = max(1, kept.count / 2)
        while !kept.isEmpty {
            var isSmaller = false
            var start = 0
            while start < kept.count {
                let end = min(kept.count, start + piece)
                let rest = Array(kept[..<start] + kept[end...])
                if try await isEnough(rest) {
                    kept = rest
                    isSmaller = true
                } else {
                    start = end
                }
            }
            if piece > 1 { piece = max(1, piece / 2) } else if !isSmaller { break }
        }
        return kept
    }
}

/// The rows that give the others their meaning, with the events they come from.
struct Frame: Sendable {
    let models: [ReadModel]
    let events: [EventPlace]
    let tables: [String: MemoryRows]

    /// All that stand at the moment.
    init(_ models: [ReadModel], _ log: EventLog, at moment: PastMoment) throws {
        let types = Set(models.flatMap(\.folds).filter(\.defines).flatMap(\.types))
        var events: [EventPlace] = []
        if !types.isEmpty {
            try log.read(Query(types: types.sorted { $0.name < $1.name }, tags: []), to: moment.position) { event in
                if moment.includes(event.occurredAt) {
                    events.append(EventPlace(position: event.position, occurredAt: event.occurredAt))
                }
                return true
            }
        }
        try self.init(models, events, log, at: moment)
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
private struct LineageContext: Sendable {
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
