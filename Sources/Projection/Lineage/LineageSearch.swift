internal import EventLog
internal import LMDB

/// The search for the events that have made a value.
struct LineageSearch: Sendable {
    let log: EventLog
    let models: [ReadModel]
    let moment: PastMoment
    let answer: @Sendable (any RowSource) async throws -> String?

    /// Questions asked at the same time.
    static let threads = 2

    init(
        _ host: ProjectionHost, at moment: PastMoment,
        _ answer: @escaping @Sendable (any RowSource) async throws -> String?
    ) {
        log = host.log
        models = host.models.map(\.model)
        self.moment = moment
        self.answer = answer
    }

    /// Once for all that is folded in a search.
    func prepare() throws {
        for model in models { try model.prepare(log) }
    }

    func run(over rows: PastRows) async throws -> Lineage? {
        try prepare()
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
        let definitions = try await neededDefinitions(frame, sorted)
        let needed = found.flatMap(\.needed)
        if try await isEnough(needed, frame, value) {
            return try await lineage(
                value, valueWithout, asked, needed + definitions, of: found, isExact: true, isMinimal: true)
        }
        // Some values are not made of parts that can be looked at one by one.
        let entering = taking.map(\.candidate)
        for group in [found.map(\.candidate), entering, try neighbours(of: entering, among: candidates), candidates] {
            let isSufficient = try await isEnough(group.flatMap(\.events), frame, value)
            if !isSufficient { continue }
            let (events, isMinimal) = try await reduce(group, frame, value)
            return try await lineage(
                value, valueWithout, asked, events + definitions, of: found, isExact: true, isMinimal: isMinimal)
        }
        let all = candidates.flatMap(\.events) + frame.events
        return try await lineage(value, valueWithout, asked, all, of: found, isExact: false, isMinimal: false)
    }

    private func lineage(
        _ value: String, _ valueWithout: String?, _ asked: [ReadModel], _ events: [EventPlace], of shares: [Share],
        isExact: Bool, isMinimal: Bool
    ) async throws -> Lineage {
        let said = try await saying(of: shares)
        return Lineage(
            value: value, valueWithout: valueWithout, models: asked.map(\.name),
            positions: Set(events.map(\.position)).union(said.positions).sorted(), isExact: isExact,
            isMinimal: isMinimal && said.areAll)
    }

    // MARK: Many entities together

    /// Whether these events alone give the value.
    private func isEnough(_ events: [EventPlace], _ frame: Frame, _ value: String) async throws -> Bool {
        let tables = try SelectedEvents(Array(Set(events)), of: log, at: moment).tables(of: frame.models)
        return try await answer(try frame.rows(with: tables, at: moment.position)) == value
    }

    /// The candidates that have an event with one of these in common, or a tag with an event of these.
    private func neighbours(of some: [Candidate], among all: [Candidate]) throws -> [Candidate] {
        var tags: Set<Tag> = []
        for event in Set(some.flatMap(\.events)) {
            _ = try log.withEvent(at: event.position) { tags.formUnion($0.tags) }
        }
        return try all.filter { candidate in
            guard let first = candidate.events.first else { return false }
            return try log.withEvent(at: first.position) { !tags.isDisjoint(with: $0.tags) } ?? false
        }
    }

    /// Events folded while looking for those that can be left out, at most.
    private static let mostFolded = 3_000_000

    /// Leaves out whole entities, then single events, as long as the others give the value; not for ever.
    private func reduce(
        _ group: [Candidate], _ frame: Frame, _ value: String
    ) async throws -> (events: [EventPlace], isMinimal: Bool) {
        let count = Set(group.flatMap(\.events)).count
        var questions = max(100, Self.mostFolded / max(1, count))
        let entities = try await shrink(group, atMost: &questions) { rest in
            try await isEnough(rest.flatMap(\.events), frame, value)
        }
        let events = Set(entities.flatMap(\.events)).sorted { $0.comes(before: $1) }
        let fewest = try await shrink(events, atMost: &questions) { rest in
            try await isEnough(rest, frame, value)
        }
        return (fewest, questions > 0)
    }

    // MARK: One entity alone

    /// An entity, or an event that stands for itself, which may have taken part.
    struct Candidate: Sendable {
        let model: ReadModel
        let fold: Int
        /// Nil for an event that stands for itself.
        let entity: Tag?
        var events: [EventPlace]
    }

    /// What an entity has given to the value.
    struct Share: Sendable {
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
        return try await gather(candidates.count) { number in
            let context = isOwn ? ready[number] : ready.first { !$0.members.contains(number) } ?? ready[0]
            return try await share(of: candidates[number], in: context)
        }.compactMap { $0 }
    }

    /// What `body` answers of 0..<count, in this order; some at the same time.
    func gather<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: [(Int, Result)].self) { group in
            for worker in 0..<Self.threads {
                group.addTask {
                    var results: [(Int, Result)] = []
                    for number in stride(from: worker, to: count, by: Self.threads) {
                        try Task.checkCancellation()
                        results.append((number, try await body(number)))
                    }
                    return results
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func share(of candidate: Candidate, in context: LineageContext) async throws -> Share? {
        let whole = try await value(of: candidate, candidate.events, in: context)
        if whole == context.value { return nil }
        // What makes a difference by being there at all is looked at in its own context next.
        guard !context.isEmpty else { return Share(candidate: candidate, needed: candidate.events) }
        let needed = try await shrink(inOrder(candidate.events)) { events in
            try await value(of: candidate, events, in: context) == whole
        }
        return Share(candidate: candidate, needed: needed)
    }

    /// The value of what some events of the entity give, among others.
    func value(
        of candidate: Candidate, _ events: [EventPlace], in context: LineageContext
    ) async throws -> String? {
        let tables = try SelectedEvents(events, of: log, at: moment)
            .tables(of: [candidate.model], fold: candidate.fold, only: candidate.entity)
        let together = try context.tables.merging(tables) { try $0.adding($1) }
        return try await answer(FoldedRows(together, at: moment.position))
    }

    /// The events of the definitions that the question has looked at. What they define decides what the other events
    /// mean, also where the value happens to be the same without them.
    func neededDefinitions(_ frame: Frame, _ trace: SortedTrace) async throws -> [EventPlace] {
        let wanted = frame.entries(in: trace)
        return try await shrink(inOrder(frame.events)) { events in
            try Frame(frame.models, events, log, at: moment).entries(in: trace) == wanted
        }
    }

    func inOrder(_ events: [EventPlace]) -> [EventPlace] { events.sorted { $0.comes(before: $1) } }
}
