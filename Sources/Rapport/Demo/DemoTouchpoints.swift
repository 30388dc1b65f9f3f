internal import EventLog

/// Where people come across the demo company: pages, messages, stands at fairs.
struct DemoTouchpoints {
    static let campaigns = ["K-1", "K-2", "K-3"]

    /// A visit that goes on: pages seen one after the other.
    private struct Visit: DemoItem {
        /// Of the session.
        let number: Int32
        let customer: Int32
        var changedAt: Timestamp
        var due: Timestamp
    }

    private var sessions = 0
    private var agenda = DemoAgenda<Visit>()

    /// How many visits are kept in memory.
    var inMemory: Int { agenda.count }

    /// A customer comes by.
    mutating func next(of customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        sessions += 1
        let visit = Visit(
            number: Int32(sessions), customer: Int32(customer.index), changedAt: moment.occurredAt, due: moment.now)
        return try advance(visit, customer, &moment)
    }

    /// Somebody comes by who is not known yet; `tag` is of the lead.
    mutating func next(of lead: Tag, by actor: String, _ moment: inout DemoMoment) throws -> NewEvent {
        sessions += 1
        let message = Self.message(session: sessions, &moment.random)
        return try moment.event(message, about: [lead], of: lead, by: actor)
    }

    /// The next page of the visit that has waited longest; nil when none is due.
    mutating func takeStep(_ moment: inout DemoMoment, _ customers: DemoCustomers) throws -> NewEvent? {
        guard let visit = agenda.takeDue(by: moment.now) else { return nil }
        return try advance(visit, customers[Int(visit.customer)], &moment)
    }

    private mutating func advance(
        _ visit: Visit, _ customer: DemoCustomer, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        var visit = visit
        visit.happens(at: &moment)
        var message = Self.message(session: Int(visit.number), &moment.random)
        message.customerID = customer.id
        if moment.random.happens(32) {
            visit.plan(after: moment.now, minutes: 1...10, &moment.random)
            agenda.add(visit)
        }
        return try moment.event(message, about: customer, by: customer.owner)
    }

    private static func message(session: Int, _ random: inout DemoRandom) -> TouchpointRecorded {
        let kind = random.pick(kinds)
        var message = TouchpointRecorded()
        message.name = kind.name
        message.channel = kind.channel
        message.session = DemoID.session(session)
        message.page = kind.page
        if random.happens(30) { message.campaign = random.pick(campaigns) }
        if kind.isOfProduct { message.properties = [Attribute("product", random.pick(DemoProduct.all).name)] }
        return message
    }

    /// What somebody did, and where.
    private struct Kind {
        let name: String
        let channel: String
        let page: String
        var isOfProduct = false
    }

    private static let kinds = [
        Kind(name: "viewed_pricing", channel: "web", page: "/pricing"),
        Kind(name: "viewed_product", channel: "web", page: "/products", isOfProduct: true),
        Kind(name: "viewed_product", channel: "web", page: "/products", isOfProduct: true),
        Kind(name: "viewed_product", channel: "app", page: "product", isOfProduct: true),
        Kind(name: "downloaded_catalogue", channel: "web", page: "/catalogue"),
        Kind(name: "opened_newsletter", channel: "email", page: ""),
        Kind(name: "opened_newsletter", channel: "email", page: ""),
        Kind(name: "read_article", channel: "wechat", page: "news"),
        Kind(name: "came_to_stand", channel: "fair", page: "hall-4"),
    ]
}
