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
        var afterthoughts = Afterthoughts()
        for model in asked { try afterthoughts.add(model.seen(log, asOf: moment.position), since: first, in: log) }
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
                let isChanged = candidate.events.contains {
                    $0.position > first || afterthoughts.concern($0.position)
                }
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
        // What is said of an earlier event changes whatever that event is part of.
        let said = changed.flatMap(\.events).flatMap { afterthoughts.saying($0.position) }
        return Set(positions + definitions + said).sorted()
    }

    /// What was said between two moments of events before, and where.
    private struct Afterthoughts {
        private var positions: [Position: Set<Position>] = [:]

        /// - Parameter first: the earlier moment; the later one is what `seen` is as of.
        mutating func add(_ seen: SeenLog, since first: Position, in log: EventLog) throws {
            guard let hindsight = seen.hindsight else { return }
            for change in hindsight.hindsight.changes(after: first.rawValue, through: hindsight.asOf) {
                let before = HindsightView(hindsight: hindsight.hindsight, asOf: change.from - 1)
                let now = HindsightView(hindsight: hindsight.hindsight, asOf: change.from)
                let step = HindsightStep(from: before, to: now)
                for place in try step.places(in: log) where place <= first {
                    let isSeenOtherwise = try log.withEvent(at: place) {
                        before.seen($0, seen.sight) != now.seen($0, seen.sight)
                    }
                    if isSeenOtherwise == true { positions[place, default: []].insert(Position(change.from)) }
                }
            }
        }

        func concern(_ event: Position) -> Bool { positions[event] != nil }
        func saying(_ event: Position) -> [Position] { positions[event].map(Array.init) ?? [] }
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
