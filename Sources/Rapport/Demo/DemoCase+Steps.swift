internal import EventLog

/// The life of a case, step by step.
extension DemoCase {
    /// The next step: the event that tells of it.
    mutating func takeStep(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        happens(at: &moment)
        switch next {
        case .open: return try open(customer, &moment)
        case .classify: return try classify(customer, &moment)
        case .assign: return try assign(customer, &moment)
        case .respond: return try respond(customer, &moment)
        case .wait: return try wait(customer, &moment)
        case .resolve: return try resolve(customer, &moment)
        case .reopen: return try reopen(customer, &moment)
        case .close: return try close(customer, &moment)
        }
    }

    private func event<Event: CatalogueEvent>(
        _ message: Event, _ customer: DemoCustomer, _ moment: DemoMoment, personal: Event.Personal? = nil
    ) throws -> NewEvent {
        try moment.event(
            message, about: customer, and: .demoCase(id), personal: personal, by: customer.agent(Int(agent)))
    }

    /// Plans a step; the more severe the case, the sooner.
    private mutating func plan(_ step: Step, minutes: ClosedRange<Int>, _ moment: inout DemoMoment) {
        next = step
        let share = [8, 5, 3, 1][Int(severity)]
        plan(after: moment.now, minutes: minutes.lowerBound...minutes.upperBound * share / 5 + 60, &moment.random)
    }

    // MARK: Until somebody works on it

    private mutating func open(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        let region = customer.region
        let product = moment.random.pick(DemoProduct.all)
        var message = CaseOpened()
        message.caseID = id
        message.customerID = customer.id
        message.channel = moment.random.pick(region.isChinese ? Self.chineseChannels : Self.europeanChannels)
        message.category = Self.categories[Int(category)]
        message.severity = Self.severities[Int(severity)]
        if product.name == "machines" { message.productSerial = DemoID.serial(customer.index + 1) }
        message.attributes = [Attribute("product", product.name), Attribute("region", region.name)]
        switch moment.random.below(100) {
        case ..<2: isOver = true
        case ..<6:
            isDuplicate = true
            plan(.close, minutes: 10...600, &moment)
        case ..<46: plan(.classify, minutes: 5...240, &moment)
        default: plan(.assign, minutes: 5...400, &moment)
        }
        guard moment.random.happens(55) else { return try event(message, customer, moment) }
        var personal = CaseOpenedPersonal()
        personal.text = DemoTexts.request(region, &moment.random)
        return try event(message, customer, moment, personal: personal)
    }

    private mutating func classify(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = CaseClassified()
        message.caseID = id
        if moment.random.happens(60) {
            severity = UInt8(moment.random.below(Self.severities.count))
            message.severity = Self.severities[Int(severity)]
        } else {
            category = UInt8(moment.random.below(Self.categories.count))
            message.category = Self.categories[Int(category)]
        }
        plan(.assign, minutes: 5...400, &moment)
        return try event(message, customer, moment)
    }

    private mutating func assign(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        if isAssigned {
            agent = (agent + UInt8(moment.random.within(1...2))) % UInt8(DemoRegion.agentsPerRegion)
        }
        isAssigned = true
        var message = CaseAssigned()
        message.caseID = id
        message.to = customer.agent(Int(agent))
        message.skill = Self.skills[Int(category)]
        message.queue = Self.queues[Int(category)]
        plan(.respond, minutes: 10...1500, &moment)
        return try event(message, customer, moment)
    }

    // MARK: Work

    private mutating func respond(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = CaseResponded()
        message.caseID = id
        message.by = customer.agent(Int(agent))
        message.channel = moment.random.pick(customer.region.isChinese ? Self.chineseChannels : Self.europeanChannels)
        switch moment.random.below(100) {
        case ..<2: isOver = true
        case ..<10: plan(.assign, minutes: 60...1440, &moment)
        case ..<26: plan(.respond, minutes: 120...4000, &moment)
        case ..<52: plan(.wait, minutes: 30...2000, &moment)
        default: plan(.resolve, minutes: 30...8000, &moment)
        }
        return try event(message, customer, moment)
    }

    private mutating func wait(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = CaseWaiting()
        message.caseID = id
        message.on = moment.random.pick(Self.waits)
        plan(moment.random.happens(35) ? .respond : .resolve, minutes: 600...14_000, &moment)
        return try event(message, customer, moment)
    }

    private mutating func resolve(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = CaseResolved()
        message.caseID = id
        message.resolution = moment.random.pick(Self.resolutions)
        if moment.random.happens(80) { message.rootCause = moment.random.pick(Self.causes) }
        switch moment.random.below(100) {
        case ..<8 where !wasReopened: plan(.reopen, minutes: 600...9000, &moment)
        case ..<12: isOver = true
        default: plan(.close, minutes: 60...12_000, &moment)
        }
        return try event(message, customer, moment)
    }

    // MARK: Ends

    private mutating func reopen(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        wasReopened = true
        var message = CaseReopened()
        message.caseID = id
        message.reason = moment.random.pick(Self.returns)
        plan(moment.random.happens(30) ? .assign : .respond, minutes: 10...900, &moment)
        return try event(message, customer, moment)
    }

    private mutating func close(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = CaseClosed()
        message.caseID = id
        message.outcome = isDuplicate ? "duplicate" : moment.random.happens(93) ? "solved" : "withdrawn"
        if !isDuplicate, !wasReopened, moment.random.happens(2) {
            plan(.reopen, minutes: 1440...30_000, &moment)
        } else {
            isOver = true
        }
        return try event(message, customer, moment)
    }

    private static let chineseChannels = ["wechat", "wechat", "wechat", "phone", "phone", "portal"]
    private static let europeanChannels = ["email", "email", "email", "phone", "phone", "portal", "portal"]
    private static let waits = ["customer", "customer", "vendor", "us"]
    private static let resolutions = ["explained", "replaced", "repaired", "credited", "redelivered"]
    private static let causes = ["carrier", "handling", "material", "wear", "data-entry", "misunderstanding"]
    private static let returns = ["not-solved", "not-solved", "came-back", "wrong-part"]
}
