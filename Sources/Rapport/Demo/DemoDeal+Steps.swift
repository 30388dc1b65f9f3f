internal import EventLog

/// The life of a deal between its opening and its end, step by step.
extension DemoDeal {
    /// The next step, and the event that tells of it; nil when the deal is forgotten from now on.
    mutating func takeStep(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent? {
        happens(at: &moment)
        if isClosed { return try reopen(customer, &moment) }
        switch moment.random.below(100) {
        case ..<14: return try reviseAmount(customer, &moment)
        case ..<29: return try moveCloseDate(customer, &moment)
        case ..<34: return try changeOwner(customer, &moment)
        case ..<38 where stage > 0: return try enter(stage - 1, "requirements-changed", "", customer, &moment)
        default: return try progress(customer, &moment)
        }
    }

    private mutating func progress(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent? {
        switch fate {
        case .won where stage == DemoPipeline.lastStage: return try win(customer, &moment)
        case .lost where stage >= fatalStage: return try lose(customer, &moment)
        case .forgotten where stage >= fatalStage: return nil
        default: break
        }
        let skips: UInt8 = Int(stage) + 2 <= DemoPipeline.lastStage && moment.random.happens(6) ? 2 : 1
        return try enter(
            min(stage + skips, UInt8(DemoPipeline.lastStage)), "", Self.evidence[Int(stage)], customer, &moment)
    }

    private func event<Event: CatalogueEvent>(
        _ message: Event, _ customer: DemoCustomer, _ moment: DemoMoment, personal: Event.Personal? = nil
    ) throws -> NewEvent {
        try moment.event(
            message, about: customer, and: .demoOpportunity(id), personal: personal, by: owner(in: customer))
    }

    // MARK: Changes

    private mutating func enter(
        _ next: UInt8, _ reason: String, _ evidence: String, _ customer: DemoCustomer, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        var message = OpportunityStageChanged()
        message.opportunityID = id
        message.fromStage = DemoPipeline.stages[Int(stage)]
        message.toStage = DemoPipeline.stages[Int(next)]
        message.reason = reason
        message.evidence = evidence
        stage = next
        return try event(message, customer, moment)
    }

    private mutating func reviseAmount(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = OpportunityAmountRevised()
        message.opportunityID = id
        message.from = money(in: customer)
        let revised = amount * Int64(moment.random.within(65...140)) / 100 / 10_000 * 10_000
        amount = revised == amount ? amount + 10_000 : max(10_000, revised)
        message.to = money(in: customer)
        return try event(message, customer, moment)
    }

    private mutating func moveCloseDate(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = OpportunityCloseDateMoved()
        message.opportunityID = id
        message.from = closeDate(in: customer)
        let moved = max(Int32(moment.today + 3), closeDay + Int32(moment.random.within(-10...45)))
        closeDay = moved == closeDay ? closeDay + 7 : moved
        message.to = closeDate(in: customer)
        message.reason = moment.random.pick(Self.delays)
        return try event(message, customer, moment)
    }

    private mutating func changeOwner(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = OpportunityOwnerChanged()
        message.opportunityID = id
        message.from = owner(in: customer)
        seller = (seller + UInt8(moment.random.within(1...3))) % UInt8(DemoRegion.sellersPerRegion)
        message.to = owner(in: customer)
        return try event(message, customer, moment)
    }

    // MARK: Ends

    private mutating func win(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        amount = max(10_000, amount * Int64(moment.random.within(86...100)) / 100 / 100 * 100)
        var message = OpportunityWon()
        message.opportunityID = id
        message.amount = money(in: customer)
        message.contractID = DemoID.contract(Int(number))
        isClosed = true
        return try event(message, customer, moment)
    }

    private mutating func lose(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = OpportunityLost()
        message.opportunityID = id
        message.reason = moment.random.pick(Self.losses)
        if message.reason == "competitor" { message.competitor = moment.random.pick(Self.competitors) }
        isClosed = true
        guard moment.random.happens(25) else { return try event(message, customer, moment) }
        var personal = OpportunityLostPersonal()
        personal.note = DemoTexts.lossNote(customer.region, &moment.random)
        return try event(message, customer, moment, personal: personal)
    }

    // MARK: Once more

    /// A few are, once.
    func isToBeReopened(_ random: inout DemoRandom) -> Bool {
        !wasReopened && random.below(1000) < (fate == .won ? 10 : 60)
    }

    mutating func planReopening(after time: Timestamp, _ random: inout DemoRandom) {
        due = time.advanced(byMicroseconds: Int64(random.within(15...75)) * DemoClock.microsecondsPerDay)
    }

    private mutating func reopen(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = OpportunityReopened()
        message.opportunityID = id
        message.reason = fate == .won ? "contract-cancelled" : moment.random.pick(Self.returns)
        if fate == .lost { stage = max(1, stage) - 1 }
        message.toStage = DemoPipeline.stages[Int(stage)]
        isClosed = false
        wasReopened = true
        closeDay = max(closeDay, Int32(moment.today + 30))
        drawFate(mood: customer.mood, &moment.random)
        return try event(message, customer, moment)
    }

    /// What the buyer did, by the stage that was left.
    private static let evidence = ["need-confirmed", "samples-approved", "offer-requested", "terms-agreed"]
    private static let delays = ["customer-asked", "budget-cycle", "samples-late", "holiday"]
    private static let losses = [
        "price", "price", "price", "competitor", "competitor", "no-decision", "no-decision", "timing", "no-budget",
    ]
    private static let competitors = ["X-01", "X-02", "X-03", "X-04", "X-05"]
    private static let returns = ["new-buyer", "budget-granted", "competitor-failed"]
}
