internal import EventLog
internal import LMDB
internal import Projection

extension CRMState {
    /// The funnel that a question about a saved one is about: what was in force under the name at the moment asked
    /// about; before it was saved first, what is now. So a funnel that is saved today can be asked about any moment of
    /// the past, and an answer of then comes again.
    ///
    /// - Throws: ``UnknownFunnel``, `DamagedLog`, and errors of the storage layer.
    public func askedFunnel(_ name: String) throws -> SavedFunnel {
        do {
            return try savedFunnel(name)
        } catch let unknown as UnknownFunnel where moment != nil {
            let now = try funnels.funnels(in: log)
            guard let funnel = now.first(where: { $0.name.sameBytes(as: name) }) else { throw unknown }
            return funnel
        }
    }

    /// Whether rows answer questions about a saved funnel. Not where its subjects are no entities, nor of a version
    /// that is not in force any more, nor where there are none and this process builds none: then the events are gone
    /// through.
    public func hasRows(_ funnel: SavedFunnel) throws -> Bool {
        guard funnel.definition.isByEntity,
            try funnels.funnels(in: log).contains(where: { $0.readModel.sameBytes(as: funnel.readModel) })
        else { return false }
        guard let host = rows as? ProjectionHost, !host.follows else { return true }
        return try host.hasRows(funnel.readModel)
    }

    /// How many have come how far in a behaviour funnel.
    ///
    /// A definition is answered by going through the events of its types, on all cores: O(log), or through the index
    /// where they are rare. A saved funnel is answered by the rows that are kept for it: O(steps + groups + immature
    /// entrants), with a breakdown or a histogram O(conversions), and with a trend O(subjects). Asked with another view
    /// of who is who it is gone through, too. Values of the breakdown that name persons who were erased are one group
    /// without a value.
    ///
    /// - Throws: ``FunnelDefinitionError`` for a definition that is none, ``UnknownFunnel``, ``UnknownGroup``,
    ///   ``NotTwoGroups``, ``UnknownTimeZone``, `ProjectionUnavailable`, `DamagedLog`, and errors of the storage layer.
    public func behaviour(_ question: BehaviourQuestion) async throws -> BehaviourFunnel {
        let (definition, saved) = try resolve(question)
        let empty = try emptyTally(definition, question)
        if let saved, question.identityAsOf == nil, try hasRows(saved) {
            try await waitForFirstBuild(of: saved)
            let isErased = try erasedGroups(of: definition)
            return try rows.read(saved.readModel) { reader in
                try SavedFunnelRows(definition).answer(
                    empty, compared: question.compared, saved.readModel, isErased, reader)
            }
        }
        let (funnel, position) = try gather(definition, question)
        let tally = try funnel.tally(empty)
        return try tally.answer(
            groupName: { funnel.group($0) }, isErased: try erasedGroups(of: definition),
            compared: question.compared, readModel: saved?.readModel, position: position)
    }

    /// Those who have reached a step, or dropped out before it, in order of entry, page by page: each with the events
    /// of its path. Persons who were erased stand without an id.
    ///
    /// - Throws: as ``behaviour(_:)``, and ``UnknownStep`` and ``ForeignCursor``.
    public func funnelSubjects(
        _ question: BehaviourQuestion, _ selection: FunnelSubjects.Selection, limit: Int = usualPageSize,
        after cursor: ListCursor? = nil
    ) async throws -> FunnelSubjects {
        let (definition, saved) = try resolve(question)
        let wanted = try FunnelSelection(selection, definition)
        if let saved, question.identityAsOf == nil, try hasRows(saved) {
            try await waitForFirstBuild(of: saved)
            let isErased = try erasedSubjects(of: definition)
            return try rows.read(saved.readModel) { reader in
                try SavedFunnelRows(definition).subjects(wanted, limit, after: cursor, isErased, reader)
            }
        }
        let (funnel, position) = try gather(definition, question)
        let found = try funnel.outcomes(emptyTally(definition, question)) { outcome, number, subject, events in
            wanted.takes(outcome) ? FunnelEntry(outcome, number, of: subject, events) : nil
        }
        return try FunnelEntry.page(
            found, definition, in: wanted.scope, limit, after: cursor, erasedSubjects(of: definition), at: position)
    }

    // MARK: Parts

    private func resolve(_ question: BehaviourQuestion) throws -> (FunnelDefinition, SavedFunnel?) {
        switch question.source {
        case .definition(let definition):
            try definition.check()
            return (definition, nil)
        case .saved(let name):
            let funnel = try askedFunnel(name)
            return (funnel.definition, funnel)
        }
    }

    private func emptyTally(_ definition: FunnelDefinition, _ question: BehaviourQuestion) throws -> BehaviourTally {
        BehaviourTally(
            definition, now: question.now, bins: question.bins, trend: question.trend,
            calendar: try ZonedCalendar(zone: question.trendZone ?? definition.zone))
    }

    /// A funnel that was saved a moment ago is asked when its rows are there.
    private func waitForFirstBuild(of funnel: SavedFunnel) async throws {
        // Who does not follow builds nothing: then it is told at once that there are no rows.
        if let host = rows as? ProjectionHost, !host.follows { return }
        if moment == nil { try await rows.wait(for: funnel.position, of: [funnel.readModel], seconds: 600) }
    }

    private func gather(
        _ definition: FunnelDefinition, _ question: BehaviourQuestion
    ) throws -> (GatheredFunnel, Position) {
        var view = try history.view(in: log, asOf: horizon ?? log.head)
        let position = view.position
        if let identity = question.identityAsOf {
            guard identity <= log.head else { throw UnknownMoment(position: identity, head: log.head) }
            view = view.resolvingEntities(asOf: identity)
        }
        let gatherer = try FunnelGatherer(definition, in: log, through: view, occurredUntil: moment?.occurredUntil)
        return (GatheredFunnel(definition, try gatherer.gather()), position)
    }

    /// Whether a subject of the funnel, a tag or a value, names a person who is erased now.
    private func erasedSubjects(of definition: FunnelDefinition) throws -> @Sendable (String) -> Bool {
        let erased = ErasedValues(subjectsOf: definition, try reader.personal.state(in: log))
        return { erased.contains($0) }
    }

    /// Whether a value of the breakdown names a person who is erased now.
    private func erasedGroups(of definition: FunnelDefinition) throws -> @Sendable (String) -> Bool {
        guard let breakdown = definition.breakdown else { return { _ in false } }
        let erased = ErasedValues(of: breakdown.property, in: definition, try reader.personal.state(in: log))
        return { erased.contains($0) }
    }
}
