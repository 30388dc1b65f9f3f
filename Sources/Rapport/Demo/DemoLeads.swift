internal import EventLog

/// The leads of the demo company: who shows interest, and who of them becomes a customer.
struct DemoLeads {
    private let seed: UInt64
    private var captured = 0
    private var agenda = DemoAgenda<DemoLead>()

    init(seed: UInt64) {
        self.seed = seed
    }

    /// How many leads are kept in memory: those that something will still happen to.
    var inMemory: Int { agenda.count }

    // MARK: Capturing

    /// Somebody shows interest: a stranger, or a customer who does not say so.
    mutating func capture(
        _ moment: inout DemoMoment, _ customers: inout DemoCustomers, _ deals: DemoDeals
    ) throws -> NewEvent {
        captured += 1
        let place = DemoLeadSource.draw(&moment.random)
        let source = DemoLeadSource.all[place]
        let medium = moment.random.pick(source.media)
        var lead = DemoLead(
            number: Int32(captured), source: UInt8(place), person: Int32(-captured), fate: .givenUp,
            changedAt: moment.occurredAt, due: moment.now)
        Self.drawFate(of: &lead, chance: source.winning + medium.bonus, &moment, &customers, deals)
        lead.changedAt = moment.occurredAt
        let person = customers[Int(lead.person)]
        lead.seller = UInt8(person.seller)
        lead.planFirstStep(&moment)
        agenda.add(lead)
        let message = Self.capturing(of: lead, person, medium, seed, &moment.random)
        let identity = Self.identity(of: person, source: medium.name, seed)
        return try moment.event(
            message, about: [lead.tag], personal: identity, of: lead.tag, timeZone: person.timeZone,
            by: DemoID.staff(person.region.manager))
    }

    private static func drawFate(
        of lead: inout DemoLead, chance: Int, _ moment: inout DemoMoment, _ customers: inout DemoCustomers,
        _ deals: DemoDeals
    ) {
        guard moment.random.happens(chance) else {
            lead.fate = moment.random.happens(9) ? .ignored : .givenUp
            lead.isToBeRecycled = lead.fate == .givenUp && moment.random.happens(16)
            return
        }
        let kind = moment.random.below(100)
        if kind < 62 {
            lead.fate = .newCustomer
            lead.person = Int32(customers.promiseToLead())
        } else if kind < 78, let deal = deals.pickOpen(&moment.random) {
            (lead.fate, lead.person, lead.deal) = (.knownDeal, deal.customer, deal.number)
        } else {
            lead.fate = .newDeal
            lead.person = Int32(customers.pick(&moment).index)
            lead.isToBeRecycled = moment.random.happens(30)
        }
    }

    private static func capturing(
        of lead: DemoLead, _ person: DemoCustomer, _ medium: DemoLeadSource.Medium, _ seed: UInt64,
        _ random: inout DemoRandom
    ) -> LeadCaptured {
        var message = LeadCaptured()
        message.leadID = lead.id
        message.source = DemoLeadSource.all[Int(lead.source)].name
        message.medium = medium.name
        if medium.name == "web_form" {
            message.form = random.pick(["F-1", "F-1", "F-2", "F-3"])
            message.payloadRef = DemoID.submission(Int(lead.number))
        }
        if person.isOrganisation { message.organisationName = DemoNames.organisation(person, seed: seed) }
        message.attributes = [
            Attribute("region", person.region.name), Attribute("product", random.pick(DemoProduct.all).name),
        ]
        return message
    }

    /// The same name and the same ways to reach somebody as the customer has, or will have.
    private static func identity(of person: DemoCustomer, source: String, _ seed: UInt64) -> LeadCapturedPersonal {
        let name = DemoNames.person(of: person, seed: seed)
        var personal = LeadCapturedPersonal()
        personal.displayName = name.name
        personal.identifiers = DemoNames.identifiers(of: name, person, source: source, hasEmail: true, seed: seed)
        return personal
    }

    // MARK: Steps

    /// The step of the lead that has waited longest; nil when none is due.
    mutating func takeStep(
        _ moment: inout DemoMoment, _ customers: inout DemoCustomers, _ deals: inout DemoDeals,
        _ interactions: inout DemoInteractions, _ touchpoints: inout DemoTouchpoints
    ) throws -> NewEvent? {
        guard var lead = agenda.takeDue(by: moment.now) else { return nil }
        let person = customers[Int(lead.person)]
        if lead.next == .openDeal || lead.next == .convert { moment.happensNow() }
        lead.happens(at: &moment)
        let owner = lead.owner(in: person.regionIndex)
        let event =
            switch lead.next {
            case .visit: try touchpoints.next(of: lead.tag, by: owner, &moment)
            case .contact: try interactions.next(with: lead.tag, person, by: owner, &moment)
            case .refer: try lead.refer(by: customers.pick(&moment), &moment)
            case .register: try customers.registerLead(person, by: "lead", moment)
            case .openDeal: try deals.open(with: person, from: lead.tag, &moment)
            default: try lead.takeStep(person, &moment)
            }
        lead.changedAt = max(lead.changedAt, moment.occurredAt)
        if lead.next == .openDeal { lead.deal = Int32(deals.opened) }
        lead.planNextStep(&moment)
        if !lead.isOver { agenda.add(lead) }
        return event
    }
}
