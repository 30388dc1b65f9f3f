internal import EventLog

/// What is found out about a lead, and decided.
extension DemoLead {
    /// Where ``next`` is a step that concerns the lead alone: the event that tells of it.
    mutating func takeStep(_ person: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        switch next {
        case .score: return try score(person, &moment)
        case .assign: return try assign(person, &moment)
        case .qualify: return try qualify(person, &moment)
        case .disqualify: return try disqualify(person, &moment)
        default: return try convert(person, &moment)
        }
    }

    private func event<Event: CatalogueEvent>(
        _ message: Event, _ person: DemoCustomer, _ moment: DemoMoment
    ) throws -> NewEvent {
        try moment.event(
            message, about: [tag], of: tag, timeZone: person.timeZone, by: owner(in: person.regionIndex))
    }

    private func score(_ person: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = LeadScored()
        message.leadID = id
        message.model = "fit-and-interest"
        message.version = moment.today < 400 ? 1 : 2
        let fit = moment.random.within(isToBeConverted ? 1500...5000 : 200...4200)
        let interest = moment.random.within(isToBeConverted ? 1000...5000 : 100...4000)
        message.scoreBp = UInt32(fit + interest)
        message.factors = [Attribute("fit", String(fit)), Attribute("interest", String(interest))]
        return try event(message, person, moment)
    }

    private mutating func assign(_ person: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        if assignments > 0 { seller = (seller + 1) % UInt8(DemoRegion.sellersPerRegion) }
        assignments += 1
        var message = LeadAssigned()
        message.leadID = id
        message.to = owner(in: person.regionIndex)
        if assignments == 1 { message.rule = "by-region" }
        let hours: Int64 = moment.random.happens(30) ? 4 : 24
        message.respondByUs = moment.occurredAt.microseconds + hours * DemoClock.microsecondsPerHour
        return try event(message, person, moment)
    }

    private mutating func qualify(_ person: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        isQualified = true
        var message = LeadQualified()
        message.leadID = id
        message.framework = "BANT"
        message.answers = [
            Attribute("budget", moment.random.pick(["yes", "yes", "unknown", "no"])),
            Attribute("authority", moment.random.pick(["decides", "recommends", "unknown"])),
            Attribute("need", moment.random.pick(["urgent", "planned"])),
            Attribute("time", moment.random.pick(["this-quarter", "this-year", "later"])),
        ]
        return try event(message, person, moment)
    }

    private mutating func disqualify(_ person: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = LeadDisqualified()
        message.leadID = id
        message.reason = moment.random.pick(isToBeRecycled ? Self.delays : Self.reasons)
        if isToBeRecycled {
            message.recycleAt = LocalDate(day: moment.day + moment.random.within(25...70), in: person.region)
        }
        return try event(message, person, moment)
    }

    private func convert(_ person: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = LeadConverted()
        message.leadID = id
        message.customerID = person.id
        message.opportunityID = DemoID.opportunity(Int(deal))
        message.isExistingOpportunity = fate == .knownDeal
        return try moment.event(
            message, about: person, and: tag, .demoOpportunity(message.opportunityID), by: owner(in: person.regionIndex)
        )
    }

    /// Who sent the lead to us.
    func refer(by customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = ReferralMade()
        message.customerID = customer.id
        message.refereeID = id
        message.channel = moment.random.pick(["word_of_mouth", "word_of_mouth", "link"])
        message.outcomeRef = tag.text
        return try moment.event(message, about: customer, and: tag, by: customer.owner)
    }

    private static let reasons = [
        "no-budget", "no-budget", "no-need", "unreachable", "student", "competitor", "too-small",
    ]
    private static let delays = ["not-yet", "budget-next-quarter"]
}

// MARK: - What comes next

extension DemoLead {
    /// The first step after the lead was captured.
    mutating func planFirstStep(_ moment: inout DemoMoment) {
        let isReferred = DemoLeadSource.all[Int(source)].name == DemoLeadSource.referral
        if isReferred {
            plan(.refer, minutes: 5...600, &moment)
        } else {
            planAfterReferral(&moment)
        }
    }

    /// Plans the step after ``next``, which was taken.
    mutating func planNextStep(_ moment: inout DemoMoment) {
        switch next {
        case .refer: planAfterReferral(&moment)
        case .visit: plan(.score, minutes: 1...60, &moment)
        case .score where fate == .ignored: isOver = true
        case .score: plan(.assign, minutes: 5...500, &moment)
        case .assign: planContact(&moment)
        case .contact: planDecision(&moment)
        case .qualify: planAfterQualifying(&moment)
        case .disqualify where isToBeRecycled:
            isToBeRecycled = false
            plan(.assign, minutes: 25 * 1440...70 * 1440, &moment)
        case .disqualify: isOver = true
        // What belongs together is written down at once.
        case .register: plan(.openDeal, minutes: 0...1, &moment)
        case .openDeal: plan(.convert, minutes: 0...1, &moment)
        case .convert: isOver = true
        }
    }

    private mutating func plan(_ step: Step, minutes: ClosedRange<Int>, _ moment: inout DemoMoment) {
        next = step
        plan(after: moment.now, minutes: minutes, &moment.random)
    }

    private mutating func planAfterReferral(_ moment: inout DemoMoment) {
        switch moment.random.below(100) {
        case ..<45: plan(.visit, minutes: 1...1440, &moment)
        case ..<88: plan(.score, minutes: 1...60, &moment)
        default: plan(.assign, minutes: 5...2000, &moment)
        }
    }

    /// Some are never called.
    private mutating func planContact(_ moment: inout DemoMoment) {
        if !isToBeConverted, moment.random.happens(14) {
            if moment.random.happens(50) { isOver = true } else { plan(.disqualify, minutes: 1440...40_000, &moment) }
        } else {
            plan(.contact, minutes: 10...4500, &moment)
        }
    }

    private mutating func planDecision(_ moment: inout DemoMoment) {
        let isToBeQualified = (isToBeConverted && !isToBeRecycled) || (!isQualified && moment.random.happens(12))
        plan(isToBeQualified ? .qualify : .disqualify, minutes: 600...30_000, &moment)
    }

    private mutating func planAfterQualifying(_ moment: inout DemoMoment) {
        switch fate {
        case .newCustomer where !isToBeRecycled: plan(.register, minutes: 600...20_000, &moment)
        case .newDeal where !isToBeRecycled: plan(.openDeal, minutes: 600...20_000, &moment)
        case .knownDeal where !isToBeRecycled: plan(.convert, minutes: 600...20_000, &moment)
        default: plan(.disqualify, minutes: 1440...40_000, &moment)
        }
    }
}
