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
        var changed: [Candidate] = []
        var others: [Candidate] = []
        for model in asked {
            let here = try LineageCandidates(model, log, at: moment, lookedAtNow)
                .find(in: after, now.folded(model.name))
            // Who has gone was looked at then; with the events since.
            let gone = try LineageCandidates(model, log, at: moment, lookedAtThen)
                .find(in: before, then.folded(model.name))
            let known = Set(here.map(\.key))
            for candidate in here + gone.filter({ !known.contains($0.key) }) {
                let isChanged = candidate.events.contains { $0.position > first }
                if isChanged { changed.append(candidate) } else { others.append(candidate) }
            }
        }
        let step = max(1, others.count / Self.mostOthers)
        let members = stride(from: 0, to: others.count, by: step).prefix(Self.mostOthers)
        let context = try LineageContext(frame, of: members.flatMap { others[$0].events }, log, at: moment)
        let ready = changed
        let found = try await gather(ready.count) { number in
            try await changes(of: ready[number], since: first, in: context)
        }.flatMap { $0 }
        let definitions = try await neededDefinitions(frame, lookedAtNow).map(\.position).filter { $0 > first }
        // What only many together have changed, as a median, is the work of all of them.
        let positions = found.isEmpty ? changed.flatMap(\.events).map(\.position).filter { $0 > first } : found
        return Set(positions + definitions).sorted()
    }

    private func changes(
        of candidate: Candidate, since first: Position, in context: LineageContext
    ) async throws -> [Position] {
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
