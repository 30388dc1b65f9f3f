internal import EventLog

/// What staff learn about customers later: the business, and how to reach people.
struct DemoProfileChanges {
    let seed: UInt64

    func next(about customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        var message = CustomerProfileChanged()
        message.customerID = customer.id
        message.reason = moment.random.pick(Self.reasons)
        guard moment.random.happens(customer.isOrganisation ? 35 : 60) else {
            message.changes = changes(of: customer, &moment.random)
            return try moment.event(message, about: customer, by: customer.owner)
        }
        var personal = CustomerProfileChangedPersonal()
        personal.changes = personalChanges(of: customer, &moment.random)
        return try moment.event(message, about: customer, personal: personal, by: customer.owner)
    }

    private func changes(of customer: DemoCustomer, _ random: inout DemoRandom) -> [FieldChange] {
        guard customer.isOrganisation else {
            return random.happens(50)
                ? [FieldChange("segment", random.pick(Self.segments))]
                : [FieldChange("contact channel", random.pick(Self.contactChannels))]
        }
        switch random.below(4) {
        case 0:
            let employees = random.pick(Self.employees)
            return [
                FieldChange("industry", random.pick(Self.industries), evidence: "registry"),
                FieldChange("employees", employees, precision: "estimate", evidence: "registry"),
            ]
        case 1: return [FieldChange("tier", random.pick(Self.tiers))]
        case 2: return [FieldChange("payment terms", random.pick(Self.paymentTerms), evidence: "contract")]
        default: return [FieldChange("segment", random.pick(Self.segments))]
        }
    }

    private func personalChanges(of customer: DemoCustomer, _ random: inout DemoRandom) -> [FieldChange] {
        let person = DemoNames.person(of: customer, seed: seed)
        let region = customer.region
        var changes = customer.isOrganisation ? [FieldChange("contact name", person.name)] : []
        switch random.below(4) {
        case 0: changes.append(FieldChange("email", DemoNames.email(of: person, &random)))
        case 1: changes.append(FieldChange("phone", DemoNames.phone(in: region, &random)))
        case 2 where region.isChinese: changes.append(FieldChange("wechat", DemoNames.wechat(&random)))
        case 2:
            changes.append(FieldChange("birthday", String(random.within(1955...2004)), precision: "year"))
        default: changes.append(FieldChange("preference", random.pick(DemoTexts.preferences(region))))
        }
        return changes
    }

    private static let reasons = ["talk", "visit", "web-form", "correction", "review"]
    private static let segments = ["growth", "core", "occasional", "dormant"]
    private static let contactChannels = ["phone", "email", "wechat", "visit"]
    private static let industries = ["food", "beverages", "cosmetics", "pharma", "retail", "electronics", "logistics"]
    private static let employees = ["8", "20", "45", "80", "150", "300", "900", "2500"]
    private static let tiers = ["A", "B", "B", "C", "C", "C"]
    private static let paymentTerms = ["prepaid", "14 days", "30 days", "60 days"]
}

extension FieldChange {
    init(_ field: String, _ value: String, precision: String = "", evidence: String = "") {
        self.init()
        self.field = field
        self.value = value
        self.precision = precision
        self.evidence = evidence
    }
}
