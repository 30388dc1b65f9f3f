internal import EventLog

/// The deals of the demo company: opens new ones, and takes the steps that are due.
struct DemoDeals {
    /// How many were opened: the number of the newest.
    private(set) var opened = 0
    private var agenda = DemoAgenda<DemoDeal>()

    /// How many deals are kept in memory.
    var inMemory: Int { agenda.count }

    /// A deal that is open; nil when none was found at the first try.
    func pickOpen(_ random: inout DemoRandom) -> DemoDeal? {
        guard let deal = agenda.pick(&random), !deal.isClosed else { return nil }
        return deal
    }

    // MARK: Opening

    /// A new deal; `lead` is the tag of the lead that it came from.
    mutating func open(
        with customer: DemoCustomer, from lead: Tag? = nil, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        opened += 1
        let region = customer.region
        let product = moment.random.pick(DemoProduct.all)
        let currency = moment.random.below(region.currencies.count)
        var deal = DemoDeal(
            number: Int32(opened), customer: Int32(customer.index), currency: UInt8(currency), fate: .lost,
            fatalStage: 0, seller: UInt8(customer.seller),
            closeDay: Int32(moment.day + moment.random.within(30...120)),
            amount: Self.amount(of: product, in: region.currencies[currency], &moment.random),
            changedAt: moment.occurredAt, due: moment.now)
        if moment.random.happens(10) { deal.stage = 1 }
        deal.drawFate(mood: customer.mood, &moment.random)
        deal.plan(after: moment.now, &moment.random)
        agenda.add(deal)
        var message = Self.opening(of: deal, customer, product, &moment.random)
        if let lead { message.origin = lead.text }
        return try moment.event(message, about: customer, and: .demoOpportunity(deal.id), by: deal.owner(in: customer))
    }

    private static func opening(
        of deal: DemoDeal, _ customer: DemoCustomer, _ product: DemoProduct, _ random: inout DemoRandom
    ) -> OpportunityOpened {
        var message = OpportunityOpened()
        message.opportunityID = deal.id
        message.customerID = customer.id
        message.pipelineID = DemoPipeline.id
        message.pipelineVersion = 1
        message.stage = DemoPipeline.stages[Int(deal.stage)]
        message.amount = deal.money(in: customer)
        message.closeDate = deal.closeDate(in: customer)
        message.owner = deal.owner(in: customer)
        if random.happens(25) { message.origin = "campaign:" + random.pick(DemoTouchpoints.campaigns) }
        message.attributes = [
            Attribute("product", product.name), Attribute("region", customer.region.name),
            Attribute("manager", DemoID.staff(customer.region.manager)),
        ]
        return message
    }

    /// Minor units, many small amounts and few large ones, in whole hundreds.
    private static func amount(of product: DemoProduct, in currency: String, _ random: inout DemoRandom) -> Int64 {
        let euros = product.smallestDeal * (100 + random.below(400)) / 100 * random.pick([1, 1, 1, 1, 2, 2, 3, 5, 12])
        return DemoRegion.amount(worth: Int64(euros), in: currency) / 100 * 100 * 100
    }

    // MARK: Steps

    /// The step of the deal that has waited longest; nil when none is due. Who decides to buy orders soon.
    mutating func takeStep(
        _ moment: inout DemoMoment, _ customers: DemoCustomers, _ orders: inout DemoOrders
    ) throws -> NewEvent? {
        while var deal = agenda.takeDue(by: moment.now) {
            let customer = customers[Int(deal.customer)]
            guard let event = try deal.takeStep(customer, &moment) else { continue }
            if deal.isClosed, deal.fate == .won { orders.plan(after: deal, &moment) }
            if !deal.isClosed {
                deal.plan(after: moment.now, &moment.random)
                agenda.add(deal)
            } else if deal.isToBeReopened(&moment.random) {
                deal.planReopening(after: moment.now, &moment.random)
                agenda.add(deal)
            }
            return event
        }
        return nil
    }
}

// MARK: - What messages say of a deal

extension DemoDeal {
    func owner(in customer: DemoCustomer) -> String {
        DemoID.staff(DemoCustomer.staffNumber(ofSeller: Int(seller), in: customer.regionIndex))
    }

    func money(in customer: DemoCustomer) -> Money {
        Money(amount, customer.region.currencies[Int(currency)])
    }

    func closeDate(in customer: DemoCustomer) -> LocalDate { LocalDate(day: Int(closeDay), in: customer.region) }
}

extension LocalDate {
    /// A day of the demo, in the calendar of a region.
    init(day: Int, in region: DemoRegion) {
        self.init()
        date = DemoClock.dateText(ofDay: day)
        timeZone = region.timeZone
    }
}
