internal import EventLog

/// Where it was said, between two moments, that earlier events are seen otherwise than before; with one sight.
struct Statements: Sendable {
    /// By the event.
    private var positions: [Position: [Position]] = [:]

    var isEmpty: Bool { positions.isEmpty }

    /// - Parameter first: the earlier moment, left out; the later one is what `seen` is as of.
    init(_ seen: SeenLog, since first: Position, in log: EventLog) throws {
        guard let hindsight = seen.hindsight else { return }
        let changes = hindsight.hindsight.changes(after: first.rawValue, through: hindsight.asOf)
        for position in Set(changes.map(\.from)).sorted() {
            let before = HindsightView(hindsight: hindsight.hindsight, asOf: position - 1)
            let now = HindsightView(hindsight: hindsight.hindsight, asOf: position)
            for place in try HindsightStep(from: before, to: now).places(in: log) {
                let isSeenOtherwise = try log.withEvent(at: place) {
                    before.seen($0, seen.sight) != now.seen($0, seen.sight)
                }
                if isSeenOtherwise == true { positions[place, default: []].append(Position(position)) }
            }
        }
    }

    /// What was said of some events, in the order of the log.
    func about(_ events: some Sequence<Position>) -> [Position] {
        Set(events.flatMap { positions[$0] ?? [] }).sorted()
    }
}

extension LineageSearch {
    /// So many statements are tried, one by one, for one value.
    private static let mostStatements = 200

    /// The events of a candidate as they were, and the value that they gave, as of an earlier position.
    private func value(
        of candidate: Candidate, asOf position: Position, in context: LineageContext
    ) async throws -> String? {
        let then = PastMoment(position: position, occurredUntil: moment.occurredUntil)
        let seen = try candidate.model.seen(log, asOf: position)
        let tables = try SelectedEvents(try candidate.places(in: seen, at: then), of: log, at: then)
            .tables(of: [candidate.model], fold: candidate.fold, only: candidate.entity)
        let together = try context.tables.merging(tables) { try $0.adding($1) }
        return try await answer(FoldedRows(together, at: moment.position))
    }

    /// Those of the statements by which a candidate has come to give something else.
    func changes(
        of candidate: Candidate, by statements: [Position], in context: LineageContext
    ) async throws -> [Position] {
        var found: [Position] = []
        for position in statements.suffix(Self.mostStatements) {
            let before = try await value(of: candidate, asOf: Position(position.rawValue - 1), in: context)
            if try await value(of: candidate, asOf: position, in: context) != before { found.append(position) }
        }
        return found
    }

    /// Where it is said of events that they are seen as they are, as far as the value would be another one without.
    ///
    /// - Returns: the positions, and whether all that might be were tried.
    func saying(of shares: [Share]) async throws -> (positions: Set<Position>, areAll: Bool) {
        var found: Set<Position> = []
        var tried = 0
        let context = LineageContext(try Frame(models, log, at: moment))
        for share in shares {
            let seen = try share.candidate.model.seen(log, asOf: moment.position)
            guard let hindsight = seen.hindsight else { continue }
            var said: Set<Position> = []
            for event in share.needed {
                _ = try log.withEvent(at: event.position) { said.formUnion(hindsight.saying(of: $0, seen.sight)) }
            }
            if said.isEmpty { continue }
            for position in said.sorted() where !found.contains(position) {
                tried += 1
                if tried > Self.mostStatements { return (found, false) }
                found.formUnion(try await changes(of: share.candidate, by: [position], in: context))
            }
        }
        return (found, true)
    }
}

extension LineageSearch.Candidate {
    /// Where its events stand, as they are seen at a moment.
    func places(in seen: SeenLog, at moment: PastMoment) throws -> [EventPlace] {
        if let entity { return try seen.places(about: entity, types: model.folds[fold].types, at: moment) }
        let payload = PayloadCache()
        return try events.compactMap { place in
            guard place.position <= moment.position else { return nil }
            return try seen.withEvent(at: place.position, payload) { event in
                EventPlace(position: event.position, occurredAt: event.occurredAt)
            }
        }
    }
}
