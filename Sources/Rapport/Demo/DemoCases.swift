internal import EventLog

/// What the customers of the demo company need help with.
struct DemoCases {
    private var opened = 0
    private var agenda = DemoAgenda<DemoCase>()

    /// How many cases are kept in memory: those that something will still happen to.
    var inMemory: Int { agenda.count }

    /// A customer asks for help.
    mutating func open(with customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        opened += 1
        var service = DemoCase(
            number: Int32(opened), of: customer, changedAt: moment.occurredAt, due: moment.now, &moment.random)
        return try advance(&service, customer, &moment)
    }

    /// The case that a complaint leads to; its opening is what happens next.
    ///
    /// - Returns: its id.
    mutating func plan(afterComplaintOf customer: DemoCustomer, _ moment: inout DemoMoment) -> String {
        opened += 1
        let service = DemoCase(
            number: Int32(opened), of: customer, changedAt: moment.occurredAt, due: DemoClock.start, &moment.random)
        agenda.add(service)
        return service.id
    }

    /// The step of the case that has waited longest; nil when none is due.
    mutating func takeStep(_ moment: inout DemoMoment, _ customers: DemoCustomers) throws -> NewEvent? {
        guard var service = agenda.takeDue(by: moment.now) else { return nil }
        return try advance(&service, customers[Int(service.customer)], &moment)
    }

    private mutating func advance(
        _ service: inout DemoCase, _ customer: DemoCustomer, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        let event = try service.takeStep(customer, &moment)
        if !service.isOver { agenda.add(service) }
        return event
    }
}
