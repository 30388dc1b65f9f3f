internal import EventLog

/// What the customers of the demo company order: after deals that were won, and of their own accord. Whoever is content
/// with an order places another one, again and again.
struct DemoOrders {
    private let seed: UInt64
    private var sequences = 0
    private var placed = 0
    private var agenda = DemoAgenda<DemoOrder>()
    private var promises = DemoPromises()

    init(seed: UInt64) {
        self.seed = seed
    }

    /// How many orders are kept in memory, placed ones and ones to come, and promises to be made.
    var inMemory: Int { agenda.count + promises.inMemory }

    /// A customer orders without a deal.
    mutating func place(by customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        sequences += 1
        let currency = moment.random.below(customer.region.currencies.count)
        let order = DemoOrder(
            number: Int32(sequences), customer: Int32(customer.index), currency: UInt8(currency),
            changedAt: moment.occurredAt, due: moment.now)
        return try advance(order, customer, &moment)
    }

    /// The first order after a deal: most contracts lead to one.
    mutating func plan(after deal: DemoDeal, _ moment: inout DemoMoment) {
        guard moment.random.happens(80) else { return }
        sequences += 1
        var order = DemoOrder(
            number: Int32(sequences), customer: deal.customer, currency: deal.currency, deal: deal.number,
            amount: deal.amount, changedAt: moment.occurredAt, due: moment.now)
        order.plan(after: moment.now, days: 1...20, &moment.random)
        agenda.add(order)
    }

    /// The step of the order that has waited longest; nil when none is due.
    mutating func takeStep(_ moment: inout DemoMoment, _ customers: DemoCustomers) throws -> NewEvent? {
        guard let order = agenda.takeDue(by: moment.now) else { return nil }
        return try advance(order, customers[Int(order.customer)], &moment)
    }

    /// What a customer is told about an order: until when it is to arrive. Nil when nothing is to be told.
    mutating func takePromise(_ moment: inout DemoMoment, _ customers: DemoCustomers) throws -> NewEvent? {
        try promises.takeStep(&moment, customers)
    }

    private mutating func advance(
        _ order: DemoOrder, _ customer: DemoCustomer, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        var order = order
        if order.next == .place {
            placed += 1
            order.order = Int32(placed)
        }
        let isNew = order.next == .place || order.next == .change
        let event = try order.takeStep(customer, seed, &moment)
        if !order.isOver { agenda.add(order) }
        // Of those that will change it is not known yet when they arrive.
        if isNew, order.next != .change { promises.plan(for: order, customer, seed: seed, moment) }
        return event
    }
}
