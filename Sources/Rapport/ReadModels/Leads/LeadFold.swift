internal import EventLog
internal import LMDB
internal import Projection

/// Folds the events of a lead into how it stands, in order of occurrence.
struct LeadFold: EntityFold {
    let types = [
        LeadCaptured.eventType, LeadScored.eventType, LeadAssigned.eventType, LeadQualified.eventType,
        LeadDisqualified.eventType, LeadConverted.eventType, InteractionLogged.eventType,
    ]
    let entityKind = "lead"
    let order = FoldOrder.occurrence

    func apply(_ event: borrowing ProjectedEvent, type: Int, to state: inout LeadState) throws {
        let time = event.occurredAt.microseconds
        state.seen(at: time)
        switch type {
        case 0:
            let captured = try LeadCapturedView(event.view.data)
            state.capture(
                from: captured.source, through: captured.medium, organisation: captured.organisationName, at: time)
            try captured.forEachAttributes {
                state.dimensions.set($0.name, to: $0.value, besides: LeadModel.ownDimensions)
            }
        case 1: state.score = try LeadScoredView(event.view.data).scoreBp
        case 2:
            let assigned = try LeadAssignedView(event.view.data)
            state.assign(to: assigned.to, respondBy: assigned.respondByUs, at: time)
        case 3: state.qualify(at: time)
        case 4: state.disqualify(for: try LeadDisqualifiedView(event.view.data).reason, at: time)
        case 5:
            let converted = try LeadConvertedView(event.view.data)
            let customer = event.firstID(of: "customer") ?? converted.customerID.text()
            let opportunity =
                converted.opportunityID.isEmpty ? event.firstID(of: "opportunity") : converted.opportunityID.text()
            state.convert(
                to: customer, opportunity ?? "", isExisting: converted.isExistingOpportunity, at: time)
        default:
            if try InteractionLoggedView(event.view.data).direction == .outbound { state.respond(at: time) }
        }
    }

    // MARK: Contributions

    func contribute(_ lead: LeadState, of entity: Tag, to contributions: inout Contributions) throws {
        guard let capturedAt = lead.capturedAt else { return }
        let status = lead.status
        for (dimension, value) in Self.groups(of: lead) {
            let flow = contributions.series(LeadModel.flow, dimension, value, columns: LeadModel.Flow.count)
            try contributeFlow(of: lead, capturedAt, to: flow, in: &contributions)
            let cohort = contributions.series(LeadModel.cohort, dimension, value, columns: LeadModel.cohortColumns)
            try contributeCohort(of: lead, status, capturedAt, to: cohort, in: &contributions)
        }
        contributions.put(
            LeadRow.bytes(of: lead),
            at: TimedKey.make(LeadModel.prefix(status), at: capturedAt, id: String(entity.id)))
    }

    /// What it counts under: dimension and value, both empty for all leads together.
    private static func groups(of lead: LeadState) -> [(String, String)] {
        var groups = [("", "")]
        for (dimension, value) in [("source", lead.source), ("medium", lead.medium), ("owner", lead.owner)]
        where !value.isEmpty {
            groups.append((dimension, value))
        }
        for pair in lead.dimensions.pairs { groups.append((pair.name, pair.value)) }
        return groups
    }

    /// Each thing when it happened. A lead that was given up or converted before it was captured is not open until
    /// then: fewer than no leads are never open.
    private func contributeFlow(
        of lead: LeadState, _ capturedAt: Int64, to flow: Contributions.Handle, in contributions: inout Contributions
    ) throws {
        func add(_ amount: Int64, _ column: Int, _ time: Int64) throws {
            try contributions.add(amount, to: column, of: flow, at: Timestamp(microseconds: time))
        }
        try add(1, LeadModel.Flow.captured, capturedAt)
        if let time = lead.respondedAt { try add(1, LeadModel.Flow.responded, time) }
        if let time = lead.qualifiedAt { try add(1, LeadModel.Flow.qualified, time) }
        try add(1, LeadModel.Flow.open, capturedAt)
        var isOpen = true
        for turn in lead.turns {
            switch turn.kind {
            case .disqualified: try add(1, LeadModel.Flow.disqualified, turn.at)
            case .converted: try add(1, LeadModel.Flow.converted, turn.at)
            case .reopened: break
            }
            let opens = turn.kind == .reopened
            if opens != isOpen { try add(opens ? 1 : -1, LeadModel.Flow.open, max(turn.at, capturedAt)) }
            isOpen = opens
        }
    }

    /// How it stands now, when it was captured.
    private func contributeCohort(
        of lead: LeadState, _ status: LeadStatus, _ capturedAt: Int64, to cohort: Contributions.Handle,
        in contributions: inout Contributions
    ) throws {
        let time = Timestamp(microseconds: capturedAt)
        let reached: [(Int, Bool)] = [
            (LeadModel.Flow.captured, true), (LeadModel.Flow.responded, lead.respondedAt != nil),
            (LeadModel.Flow.qualified, lead.qualifiedAt != nil), (LeadModel.Flow.disqualified, status == .disqualified),
            (LeadModel.Flow.converted, status == .converted),
        ]
        for (column, isReached) in reached where isReached {
            try contributions.add(1, to: column, of: cohort, at: time)
        }
    }
}
