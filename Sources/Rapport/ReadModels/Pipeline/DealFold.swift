internal import EventLog
internal import LMDB
internal import Projection

/// Folds the events of an opportunity into its history, in order of occurrence.
struct DealFold: EntityFold {
    let types = [
        OpportunityOpened.eventType, OpportunityStageChanged.eventType, OpportunityAmountRevised.eventType,
        OpportunityOwnerChanged.eventType, OpportunityWon.eventType, OpportunityLost.eventType,
        OpportunityReopened.eventType, OpportunityCloseDateMoved.eventType,
    ]
    let entityKind = "opportunity"
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout DealState) throws {
        var step = DealState.Step(
            kind: Self.kinds[type], at: event.occurredAt.microseconds, position: event.position.rawValue)
        if state.customer.isEmpty, let customer = event.firstID(of: "customer") { state.customer = customer }
        switch type {
        case 0:
            let opened = try OpportunityOpenedView(event.view.data)
            state.pipeline = opened.pipelineID.text()
            try opened.forEachAttributes { state.set($0.name.text(), to: $0.value.text()) }
            step.text = opened.stage.text()
            if opened.hasAmount { step.set(opened.amount) }
            step.closeDay = Self.day(opened.closeDate)
            state.append(step)
            if !opened.owner.isEmpty {
                state.append(.init(kind: .owner, at: step.at, position: step.position, text: opened.owner.text()))
            }
            return
        case 1: step.text = try OpportunityStageChangedView(event.view.data).toStage.text()
        case 2: step.set(try OpportunityAmountRevisedView(event.view.data).to)
        case 3: step.text = try OpportunityOwnerChangedView(event.view.data).to.text()
        case 4:
            let won = try OpportunityWonView(event.view.data)
            if won.hasAmount { step.set(won.amount) }
        case 5: step.text = try OpportunityLostView(event.view.data).reason.text()
        case 6: step.text = try OpportunityReopenedView(event.view.data).toStage.text()
        default: step.closeDay = Self.day(try OpportunityCloseDateMovedView(event.view.data).to)
        }
        state.append(step)
    }

    private static let kinds: [DealState.Step.Kind] = [
        .opened, .stage, .amount, .owner, .won, .lost, .reopened, .closeDate,
    ]

    /// The day as it is written, in days since 1970, whatever the zone; nil where it is none.
    private static func day(_ date: borrowing LocalDateView) -> Int64? {
        guard date.date.byteCount == 10 else { return nil }
        return CivilDate(date.date.text()).map { Int64($0.daysSinceEpoch) }
    }

    // MARK: Contributions

    func contribute(_ deal: DealState, of entity: Tag, to contributions: inout Contributions) throws {
        try contribute(deal, after: nil, of: entity, to: &contributions)
    }

    func mark(_ deal: DealState) -> DealMark { DealMark(deal) }

    /// A deal that has only gone on leaves what its earlier steps have moved as it is.
    func contribute(
        from mark: DealMark, to deal: DealState, of entity: Tag, into contributions: inout Contributions
    ) throws {
        guard mark.steps > 0, mark.pipeline.sameBytes(as: deal.pipeline) else {
            try contributions.takingOut { try contribute(deal.asOf(mark), of: entity, to: &$0) }
            return try contribute(deal, of: entity, to: &contributions)
        }
        try contribute(deal, after: mark, of: entity, to: &contributions)
    }

    /// Contributes a deal, of which the steps up to `mark` are in already.
    private func contribute(
        _ deal: DealState, after mark: DealMark?, of entity: Tag, to contributions: inout Contributions
    ) throws {
        guard let opening = deal.steps.first else { return }
        var facts = DealFactsWriter(steps: deal.steps.count)
        var sums = DealSeries(pipeline: deal.pipeline)
        var situation: DealSituation?
        let known = mark?.steps ?? 0
        for step in deal.steps[..<known] {
            let after = DealSituation(after: step, from: situation)
            try facts.add(step, after)
            situation = after
        }
        if let mark, let situation {
            try contributions.takingOut { try contributeStanding(of: mark, situation, facts.stagesEntered, &$0) }
        }
        for step in deal.steps[known...] {
            let after = DealSituation(after: step, from: situation)
            try facts.add(step, after)
            try sums.add(step, situation, after, to: &contributions)
            situation = after
        }
        guard let last = situation else { return }
        try contributeStanding(of: DealMark(deal), last, facts.stagesEntered, &contributions)
        contributions.put(facts.finish(deal), at: DealFacts.key(openedAt: opening.at, of: entity))
    }

    /// What depends on how the deal stands last.
    private func contributeStanding(
        of deal: DealMark, _ last: DealSituation, _ stages: [String], _ contributions: inout Contributions
    ) throws {
        let openedAt = Timestamp(microseconds: last.openedAt)
        let path = stages.joined(separator: String(PipelineModel.stageSeparator))
        if path.utf8.count + deal.pipeline.utf8.count + last.currency.utf8.count > PipelineModel.longestPath {
            contributions.name(PipelineModel.longPaths)
            contributions.part(deal.pipeline)
            let longPaths = contributions.total(columns: 1)
            contributions.add(1, to: 0, of: longPaths)
        } else {
            contributions.name(PipelineModel.cohort)
            contributions.part(deal.pipeline)
            contributions.part(last.currency)
            contributions.part(path)
            contributions.part(last.outcome.rawValue)
            let cohort = contributions.series(columns: 2)
            try contributions.add(1, to: 0, of: cohort, at: openedAt)
            try contributions.add(last.amount, to: 1, of: cohort, at: openedAt)
        }
        contributeGroups(of: deal, last, &contributions)
        if last.outcome == .open { return }
        contributions.name(PipelineModel.cycles)
        contributions.part(deal.pipeline)
        contributions.part(last.outcome.rawValue)
        contributions.part(String(last.cycleDays))
        let cycles = contributions.total(columns: 1)
        contributions.add(1, to: 0, of: cycles)
    }

    /// Where the deal stands now, for each of its dimensions.
    private func contributeGroups(
        of deal: DealMark, _ last: DealSituation, _ contributions: inout Contributions
    ) {
        contributeGroup("", "", last, &contributions)
        if !deal.customer.isEmpty { contributeGroup("customer", deal.customer, last, &contributions) }
        if !last.owner.isEmpty { contributeGroup("owner", last.owner, last, &contributions) }
        for attribute in deal.attributes where !attribute.name.isEmpty && !attribute.value.isEmpty {
            contributeGroup(attribute.name, attribute.value, last, &contributions)
        }
    }

    private func contributeGroup(
        _ name: String, _ value: String, _ last: DealSituation, _ contributions: inout Contributions
    ) {
        contributions.name(PipelineModel.groups)
        contributions.part(name)
        contributions.part(value)
        contributions.part(last.currency)
        let group = contributions.total(columns: PipelineModel.Group.count)
        contributions.add(1, to: PipelineModel.Group.opened, of: group)
        switch last.outcome {
        case .open:
            contributions.add(1, to: PipelineModel.Group.open, of: group)
            contributions.add(last.amount, to: PipelineModel.Group.openValue, of: group)
        case .won:
            contributions.add(1, to: PipelineModel.Group.won, of: group)
            contributions.add(last.amount, to: PipelineModel.Group.wonValue, of: group)
            contributions.add(last.cycleDays, to: PipelineModel.Group.wonDays, of: group)
        case .lost:
            contributions.add(1, to: PipelineModel.Group.lost, of: group)
            contributions.add(last.amount, to: PipelineModel.Group.lostValue, of: group)
            contributions.add(last.cycleDays, to: PipelineModel.Group.lostDays, of: group)
        }
    }
}

/// What the changes of one deal move in the series over time: a series is looked up when the deal comes to it.
private struct DealSeries {
    let pipeline: String
    /// The series of the stage the deal stands in.
    private var stage: (name: String, currency: String, series: Contributions.Handle)?
    private var flow: (currency: String, series: Contributions.Handle)?

    init(pipeline: String) {
        self.pipeline = pipeline
    }

    /// Adds what a change moves; a new owner or another day moves nothing.
    mutating func add(
        _ step: DealState.Step, _ before: DealSituation?, _ after: DealSituation,
        to contributions: inout Contributions
    ) throws {
        let time = Timestamp(microseconds: step.at)
        if let before {
            if before.standsLike(after) { return }
            try add(before, -1, at: time, to: &contributions)
        }
        try add(after, 1, at: time, to: &contributions)
        // A deal is opened once, counts in the currency it has, and may be opened again.
        if before.map({ !$0.currency.sameBytes(as: after.currency) }) ?? true {
            let flow = flowSeries(after.currency, &contributions)
            try contributions.add(1, to: PipelineModel.Flow.opened, of: flow, at: time)
            if let before {
                let left = flowSeries(before.currency, &contributions)
                try contributions.add(-1, to: PipelineModel.Flow.opened, of: left, at: time)
            }
        }
        if step.kind == .reopened, before?.outcome != .open {
            let flow = flowSeries(after.currency, &contributions)
            try contributions.add(1, to: PipelineModel.Flow.reopened, of: flow, at: time)
        }
    }

    private mutating func add(
        _ situation: DealSituation, _ sign: Int64, at time: Timestamp, to contributions: inout Contributions
    ) throws {
        let amount = try signed(situation.amount, sign)
        switch situation.outcome {
        case .open:
            let series = stageSeries(situation, &contributions)
            try contributions.add(sign, to: 0, of: series, at: time)
            if amount != 0 { try contributions.add(amount, to: 1, of: series, at: time) }
        case .won:
            let series = flowSeries(situation.currency, &contributions)
            try contributions.add(sign, to: PipelineModel.Flow.won, of: series, at: time)
            try contributions.add(amount, to: PipelineModel.Flow.wonValue, of: series, at: time)
        case .lost:
            let series = flowSeries(situation.currency, &contributions)
            try contributions.add(sign, to: PipelineModel.Flow.lost, of: series, at: time)
            try contributions.add(amount, to: PipelineModel.Flow.lostValue, of: series, at: time)
        }
    }

    private mutating func stageSeries(
        _ situation: DealSituation, _ contributions: inout Contributions
    ) -> Contributions.Handle {
        if let stage, stage.name.sameBytes(as: situation.stage), stage.currency.sameBytes(as: situation.currency) {
            return stage.series
        }
        contributions.name(PipelineModel.stages)
        contributions.part(pipeline)
        contributions.part(situation.stage)
        contributions.part(situation.currency)
        let series = contributions.series(columns: 2)
        stage = (situation.stage, situation.currency, series)
        return series
    }

    private mutating func flowSeries(
        _ currency: String, _ contributions: inout Contributions
    ) -> Contributions.Handle {
        if let flow, flow.currency.sameBytes(as: currency) { return flow.series }
        contributions.name(PipelineModel.flow)
        contributions.part(pipeline)
        contributions.part(currency)
        let series = contributions.series(columns: PipelineModel.Flow.count)
        flow = (currency, series)
        return series
    }
}

extension DealState.Step {
    mutating func set(_ money: borrowing MoneyView) {
        amount = money.minorUnits
        currency = money.currency.text()
    }
}

/// An amount with a sign; the smallest number has no opposite.
private func signed(_ amount: Int64, _ sign: Int64) throws -> Int64 {
    let (value, overflow) = amount.multipliedReportingOverflow(by: sign)
    guard !overflow else { throw SumOverflow(row: "a deal's amount", column: 0) }
    return value
}
