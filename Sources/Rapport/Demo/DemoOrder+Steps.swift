internal import EventLog

/// The life of an order, step by step, and whether another one follows.
extension DemoOrder {
    /// The next step: the event that tells of it.
    mutating func takeStep(
        _ customer: DemoCustomer, _ seed: UInt64, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        happens(at: &moment)
        return switch next {
        case .place: try place(customer, seed, &moment)
        case .change: try change(customer, seed, &moment)
        case .cancel: try cancel(customer, &moment)
        case .deliver: try deliver(customer, &moment)
        case .giveBack: try giveBack(customer, seed, &moment)
        }
    }

    private func event<Event: CatalogueEvent>(
        _ message: Event, _ customer: DemoCustomer, _ moment: DemoMoment
    ) throws -> NewEvent {
        try moment.event(message, about: customer, and: .demoOrder(id), by: customer.owner)
    }

    private mutating func place(
        _ customer: DemoCustomer, _ seed: UInt64, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        var message = OrderPlaced()
        message.orderID = id
        message.customerID = customer.id
        message.lines = lines(customer, seed)
        message.channel = moment.random.pick(customer.region.isChinese ? Self.chineseChannels : Self.europeanChannels)
        if deal != 0 {
            message.origin = "opportunity:" + DemoID.opportunity(Int(deal))
        } else if moment.random.happens(8) {
            message.origin = "campaign:" + moment.random.pick(DemoTouchpoints.campaigns)
        }
        message.attributes = [Attribute("region", customer.region.name)]
        switch moment.random.below(100) {
        case ..<6:
            next = .change
            plan(after: moment.now, minutes: 60...4000, &moment.random)
        case ..<11:
            next = .cancel
            plan(after: moment.now, minutes: 30...6000, &moment.random)
        default: planDelivery(&moment)
        }
        return try event(message, customer, moment)
    }

    private mutating func change(
        _ customer: DemoCustomer, _ seed: UInt64, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        isChanged = true
        var message = OrderChanged()
        message.orderID = id
        message.lines = lines(customer, seed)
        message.reason = moment.random.pick(Self.changes)
        planDelivery(&moment)
        return try event(message, customer, moment)
    }

    private mutating func cancel(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = OrderCancelled()
        message.orderID = id
        message.reason = moment.random.pick(Self.cancellations)
        finish(customer, isGood: false, &moment)
        return try event(message, customer, moment)
    }

    // MARK: Delivery

    private mutating func planDelivery(_ moment: inout DemoMoment) {
        next = .deliver
        parcels = moment.random.happens(5) ? 2 : 1
        parcelsToCome = parcels
        plan(after: moment.now, days: 1...16, &moment.random)
    }

    private mutating func deliver(_ customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = OrderDelivered()
        message.orderID = id
        if parcels > 1 { message.parcel = DemoID.parcel(Int(order) * 2 - Int(parcelsToCome) + 1) }
        parcelsToCome -= 1
        if parcelsToCome > 0 {
            plan(after: moment.now, days: 1...5, &moment.random)
        } else if moment.random.happens(9 - customer.mood / 20) {
            next = .giveBack
            plan(after: moment.now, days: 1...25, &moment.random)
        } else {
            finish(customer, isGood: true, &moment)
        }
        return try event(message, customer, moment)
    }

    private mutating func giveBack(
        _ customer: DemoCustomer, _ seed: UInt64, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        var message = OrderReturned()
        message.orderID = id
        message.lines = lines(customer, seed).prefix(1).map { moment.random.happens(50) ? $0.times(1, of: 2) : $0 }
        message.reason = moment.random.pick(Self.returns)
        finish(customer, isGood: false, &moment)
        return try event(message, customer, moment)
    }

    // MARK: The next one

    /// Nothing happens to this order any more. Content customers order again more often and sooner, and so do those
    /// whose order went well.
    private mutating func finish(_ customer: DemoCustomer, isGood: Bool, _ moment: inout DemoMoment) {
        let chance = 42 + customer.mood * 43 / 100
        guard moment.random.happens(isGood ? chance : chance / 2) else {
            isOver = true
            return
        }
        (next, isChanged, deal, amount) = (.place, false, 0, 0)
        plan(after: moment.now, days: 7...190 - customer.mood, &moment.random)
    }

    private static let chineseChannels = ["wechat", "wechat", "wechat", "web", "phone", "visit"]
    private static let europeanChannels = ["web", "web", "web", "email", "email", "phone", "visit"]
    private static let changes = ["quantity", "quantity", "wrong-article", "new-date"]
    private static let cancellations = ["ordered-twice", "too-late", "price", "no-need"]
    private static let returns = ["damaged", "damaged", "wrong-article", "too-many", "quality"]
}
