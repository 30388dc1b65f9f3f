internal import EventLog
internal import LMDB

extension LineageSearch {
    /// Those that others are looked at among, at most.
    private static let mostOthers = 48

    /// The events behind `first` by which the value has become what it is at the moment of the search.
    func changes(since first: Position, before: PastRows, after: PastRows) async throws -> [Position] {
        try prepare()
        let (then, now) = (ReadTrace(), ReadTrace())
        _ = try await answer(TracedRows(base: before, models: models, trace: then))
        _ = try await answer(TracedRows(base: after, models: models, trace: now))
        let asked = models.filter { then.models.contains($0.name) || now.models.contains($0.name) }
        let frame = try Frame(asked, log, at: moment)
        let (lookedAtThen, lookedAtNow) = (then.sorted(), now.sorted())
        var changed: [(candidate: Candidate, said: [Position])] = []
        var others: [Candidate] = []
        for model in asked {
            let statements = try Statements(model.seen(log, asOf: moment.position), since: first, in: log)
            let here = try LineageCandidates(model, log, at: moment, lookedAtNow)
                .find(in: after, now.folded(model.name))
            // Who has gone was looked at then.
            let gone = try LineageCandidates(model, log, at: before.moment, lookedAtThen)
                .find(in: before, then.folded(model.name))
            let former = Dictionary(gone.map { ($0.key, $0) }) { candidate, _ in candidate }
            let known = Set(here.map(\.key))
            for candidate in here + gone.filter({ !known.contains($0.key) }) {
                let events = candidate.events + (former[candidate.key]?.events ?? [])
                let said = statements.isEmpty ? [] : statements.about(events.map(\.position))
                var candidate = candidate
                if !known.contains(candidate.key) {
                    let seen = try model.seen(log, asOf: moment.position)
                    candidate.events = try candidate.places(in: seen, at: moment)
                }
                let isChanged = !said.isEmpty || candidate.events.contains { $0.position > first }
                if isChanged { changed.append((candidate, said)) } else { others.append(candidate) }
            }
        }
        let step = max(1, others.count / Self.mostOthers)
        let members = stride(from: 0, to: others.count, by: step).prefix(Self.mostOthers)
        let context = try LineageContext(frame, of: members.flatMap { others[$0].events }, log, at: moment)
        let ready = changed
        let found = try await gather(ready.count) { number in
            let (candidate, said) = ready[number]
            return try await changes(of: candidate, since: first, in: context)
                + changes(of: candidate, by: said, in: context)
        }.flatMap { $0 }
        let definitions = try await neededDefinitions(frame, lookedAtNow).map(\.position).filter { $0 > first }
        if !found.isEmpty { return Set(found + definitions).sorted() }
        // What only many together have changed, as a median, is the work of all of them.
        let all = changed.flatMap { $0.candidate.events.map(\.position).filter { $0 > first } + $0.said }
        return Set(all + definitions).sorted()
    }

    private func changes(
        of candidate: Candidate, since first: Position, in context: LineageContext
    ) async throws -> [Position] {
        // What is said of them later is told apart; here they are seen as they are seen at last.
        let before = candidate.events.filter { $0.position <= first }
        let since = inOrder(candidate.events.filter { $0.position > first })
        let now = try await value(of: candidate, candidate.events, in: context)
        if try await value(of: candidate, before, in: context) == now { return [] }
        return try await shrink(since) { events in
            try await value(of: candidate, before + events, in: context) == now
        }.map(\.position)
    }
}

extension LineageSearch.Candidate {
    /// Tells candidates apart.
    var key: String {
        "\(model.name)/\(fold)/" + (entity?.text ?? events.first.map { "\($0.position)" } ?? "")
    }
}
