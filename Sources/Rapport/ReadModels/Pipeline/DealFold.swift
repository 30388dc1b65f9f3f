internal import EventLog
internal import Projection

/// Folds the events of an opportunity into its history, in order of occurrence.
struct DealFold: EntityFold {
    let types = [
        OpportunityOpened.eventType, OpportunityStageChanged.eventType, OpportunityAmountRevised.eventType,
        OpportunityOwnerChanged.eventType, OpportunityWon.eventType, OpportunityLost.eventType,
        OpportunityReopened.eventType,
    ]
    let entityKind = "opportunity"
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout DealState) throws {
        var step = DealState.Step(
            kind: Self.kinds[type], at: event.occurredAt.microseconds, position: event.position.rawValue)
        if state.customer.isEmpty, let customer = event.firstID(of: "customer") { state.customer = customer }
        switch type {
        case 0:
            let opened = try event.message(OpportunityOpened.self)
            state.pipeline = opened.pipelineID
            state.attributes = opened.attributes
            step.text = opened.stage
            if opened.hasAmount { step.set(opened.amount) }
            state.append(step)
            if !opened.owner.isEmpty {
                state.append(.init(kind: .owner, at: step.at, position: step.position, text: opened.owner))
            }
            return
        case 1: step.text = try event.message(OpportunityStageChanged.self).toStage
        case 2: step.set(try event.message(OpportunityAmountRevised.self).to)
        case 3: step.text = try event.message(OpportunityOwnerChanged.self).to
        case 4:
            let won = try event.message(OpportunityWon.self)
            if won.hasAmount { step.set(won.amount) }
        case 5: step.text = try event.message(OpportunityLost.self).reason
        default: step.text = try event.message(OpportunityReopened.self).toStage
        }
        state.append(step)
    }

    private static let kinds: [DealState.Step.Kind] = [.opened, .stage, .amount, .owner, .won, .lost, .reopened]

    // MARK: Contributions

    func contribute(_ deal: DealState, of entity: Tag, to contributions: inout Contributions) throws {
        guard let last = deal.situation(), let opening = deal.steps.first else { return }
        try deal.forEachChange { step, before, after in
            try contributeChange(of: deal, at: Timestamp(microseconds: step.at), before, after, step, &contributions)
        }
        let openedAt = Timestamp(microseconds: opening.at)
        let signature = deal.stagesEntered().joined(separator: String(PipelineModel.stageSeparator))
        let cohort = contributions.series(
            PipelineModel.cohort, deal.pipeline, last.currency, signature, last.outcome.rawValue, columns: 2)
        try contributions.add(1, to: 0, of: cohort, at: openedAt)
        try contributions.add(last.amount, to: 1, of: cohort, at: openedAt)
        try contributeGroups(of: deal, last, &contributions)
        if last.outcome != .open {
            let cycles = contributions.total(
                PipelineModel.cycles, deal.pipeline, last.outcome.rawValue, String(last.cycleDays), columns: 1)
            try contributions.add(1, to: 0, of: cycles)
        }
        contributions.put(DealFacts.encode(deal), at: DealFacts.key(openedAt: opening.at, of: entity))
    }

    /// What one change moves in the series over time; a new owner moves nothing.
    private func contributeChange(
        of deal: DealState, at time: Timestamp, _ before: DealSituation?, _ after: DealSituation,
        _ step: DealState.Step, _ contributions: inout Contributions
    ) throws {
        if let before, before.standsLike(after) { return }
        for (situation, sign) in [(before, Int64(-1)), (after, Int64(1))] {
            guard let situation else { continue }
            if situation.outcome == .open {
                let stage = contributions.series(
                    PipelineModel.stages, deal.pipeline, situation.stage, situation.currency, columns: 2)
                try contributions.add(sign, to: 0, of: stage, at: time)
                if situation.amount != 0 {
                    try contributions.add(signed(situation.amount, sign), to: 1, of: stage, at: time)
                }
            } else {
                let flow = flowSeries(of: deal, situation.currency, &contributions)
                let isWon = situation.outcome == .won
                try contributions.add(
                    sign, to: isWon ? PipelineModel.Flow.won : PipelineModel.Flow.lost, of: flow, at: time)
                try contributions.add(
                    signed(situation.amount, sign),
                    to: isWon ? PipelineModel.Flow.wonValue : PipelineModel.Flow.lostValue, of: flow, at: time)
            }
        }
        try contributeOpening(of: deal, at: time, before, after, step, &contributions)
    }

    /// A deal is opened once, counts in the currency it has, and may be opened again.
    private func contributeOpening(
        of deal: DealState, at time: Timestamp, _ before: DealSituation?, _ after: DealSituation,
        _ step: DealState.Step, _ contributions: inout Contributions
    ) throws {
        if before?.currency != after.currency {
            let flow = flowSeries(of: deal, after.currency, &contributions)
            try contributions.add(1, to: PipelineModel.Flow.opened, of: flow, at: time)
            if let before {
                let left = flowSeries(of: deal, before.currency, &contributions)
                try contributions.add(-1, to: PipelineModel.Flow.opened, of: left, at: time)
            }
        }
        if step.kind == .reopened, before?.outcome != .open {
            let flow = flowSeries(of: deal, after.currency, &contributions)
            try contributions.add(1, to: PipelineModel.Flow.reopened, of: flow, at: time)
        }
    }

    private func flowSeries(
        of deal: DealState, _ currency: String, _ contributions: inout Contributions
    ) -> Contributions.Handle {
        contributions.series(PipelineModel.flow, deal.pipeline, currency, columns: PipelineModel.Flow.count)
    }

    /// Where the deal stands now, for each of its dimensions.
    private func contributeGroups(
        of deal: DealState, _ last: DealSituation, _ contributions: inout Contributions
    ) throws {
        var dimensions = [("", "")]
        if !deal.customer.isEmpty { dimensions.append(("customer", deal.customer)) }
        if !last.owner.isEmpty { dimensions.append(("owner", last.owner)) }
        for attribute in deal.attributes where !attribute.name.isEmpty && !attribute.value.isEmpty {
            dimensions.append((attribute.name, attribute.value))
        }
        for (name, value) in dimensions {
            let group = contributions.total(
                PipelineModel.groups, name, value, last.currency, columns: PipelineModel.Group.count)
            try contributions.add(1, to: PipelineModel.Group.opened, of: group)
            switch last.outcome {
            case .open:
                try contributions.add(1, to: PipelineModel.Group.open, of: group)
                try contributions.add(last.amount, to: PipelineModel.Group.openValue, of: group)
            case .won:
                try contributions.add(1, to: PipelineModel.Group.won, of: group)
                try contributions.add(last.amount, to: PipelineModel.Group.wonValue, of: group)
                try contributions.add(last.cycleDays, to: PipelineModel.Group.wonDays, of: group)
            case .lost:
                try contributions.add(1, to: PipelineModel.Group.lost, of: group)
                try contributions.add(last.amount, to: PipelineModel.Group.lostValue, of: group)
                try contributions.add(last.cycleDays, to: PipelineModel.Group.lostDays, of: group)
            }
        }
    }
}

extension DealState.Step {
    mutating func set(_ money: Money) {
        amount = money.minorUnits
        currency = money.currency
    }
}

/// An amount with a sign; the smallest number has no opposite.
private func signed(_ amount: Int64, _ sign: Int64) throws -> Int64 {
    let (value, overflow) = amount.multipliedReportingOverflow(by: sign)
    guard !overflow else { throw SumOverflow(row: "a deal's amount", column: 0) }
    return value
}
