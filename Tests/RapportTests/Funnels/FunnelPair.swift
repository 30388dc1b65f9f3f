import EventLog
import Projection
@testable import Rapport
import Testing

/// A saved funnel and its definition: whatever is asked, both must give the same answer.
struct FunnelPair {
    /// Long after all visits of the tests.
    static let now = Timestamp.at("2024-12-31T00:00:00Z")

    let crm: Rapport
    let definition: FunnelDefinition
    let saved: SavedFunnel

    /// Saves the funnel.
    init(_ definition: FunnelDefinition, in crm: Rapport) async throws {
        self.crm = crm
        self.definition = definition
        saved = try await crm.saveFunnel(definition)
    }

    /// Waits until the rows, where there are any, hold the whole log.
    func settle() async throws {
        guard definition.isByEntity else { return }
        try await crm.projections.wait(for: crm.log.head, of: [saved.readModel], seconds: 600)
    }

    /// Of the rows.
    func digest() async throws -> String {
        try await settle()
        return try crm.projections.digest(of: saved.readModel).digest
    }

    /// What both say, without where it was counted.
    ///
    /// - Parameters:
    ///   - past: a moment that is asked about; nil is now.
    ///   - change: what is asked for besides.
    @discardableResult
    func answer(
        in past: (any CRMState)? = nil, _ change: (inout BehaviourQuestion) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> BehaviourFunnel {
        var given = BehaviourQuestion(.definition(definition), now: Self.now)
        change(&given)
        var asked = given
        asked.source = .saved(name: definition.name)
        if past == nil { try await settle() }
        let state: any CRMState = past ?? crm
        let counted = try await state.behaviour(given)
        let kept = try await state.behaviour(asked)
        #expect(kept.figures == counted.figures, sourceLocation: sourceLocation)
        #expect(kept.position == counted.position, sourceLocation: sourceLocation)
        #expect(kept.readModel == saved.readModel, sourceLocation: sourceLocation)
        #expect(counted.readModel == nil, sourceLocation: sourceLocation)
        return counted.figures
    }

    /// How many have reached each step, as both say.
    func counts(
        in past: (any CRMState)? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [Int64] {
        try await answer(in: past, sourceLocation: sourceLocation).steps.map(\.count)
    }

    /// The rows that both list.
    @discardableResult
    func subjects(
        _ selection: FunnelSubjects.Selection, in past: (any CRMState)? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [FunnelSubjects.Row] {
        if past == nil { try await settle() }
        let state: any CRMState = past ?? crm
        let counted = try await state.funnelSubjects(question(isSaved: false), selection, limit: 10_000)
        let kept = try await state.funnelSubjects(question(isSaved: true), selection, limit: 10_000)
        #expect(kept == counted, sourceLocation: sourceLocation)
        #expect(counted.next == nil, sourceLocation: sourceLocation)
        return counted.rows
    }

    /// Nothing is asked for besides.
    func question(isSaved: Bool) -> BehaviourQuestion {
        BehaviourQuestion(isSaved ? .saved(name: definition.name) : .definition(definition), now: Self.now)
    }
}

extension BehaviourFunnel {
    /// The same without where it was counted, and how far the log was.
    var figures: BehaviourFunnel {
        BehaviourFunnel(
            funnel: funnel, title: title, order: order, counting: counting, subject: subject, from: from, to: to,
            zone: zone, now: now, steps: steps, entered: entered, converted: converted, conversion: conversion,
            timeToConvert: timeToConvert, immature: immature, mature: mature, excluded: excluded, groups: groups,
            trend: trend, trendZone: trendZone, histogram: histogram, comparison: comparison, readModel: nil,
            position: .zero)
    }
}
