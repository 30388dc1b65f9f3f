internal import EventLog

/// Further values by which customers are recognised, some of them by mistake.
struct DemoIdentifiers {
    let seed: UInt64

    /// A customer can be recognised by one more value. One in ten is taken back.
    func link(
        _ customer: DemoCustomer, _ moment: inout DemoMoment, _ followUps: inout DemoFollowUps
    ) throws -> NewEvent {
        let person = DemoNames.person(of: customer, seed: seed)
        let isByRule = moment.random.happens(45)
        let source = isByRule ? "web-form" : "talk"
        let identifier =
            switch moment.random.below(4) {
            case 0: DemoNames.identifier(.phone, DemoNames.phone(in: customer.region, &moment.random), source)
            case 1 where customer.region.isChinese:
                DemoNames.identifier(.wechat, DemoNames.wechat(&moment.random), source)
            case 1: DemoNames.identifier(.device, "device-" + String(moment.random.next() >> 12, radix: 36), source)
            default: DemoNames.identifier(.email, DemoNames.email(of: person, &moment.random), source)
            }
        var message = IdentifierLinked()
        message.customerID = customer.id
        message.type = identifier.type
        if isByRule {
            message.rule = "same-name-and-company"
            message.confidenceBp = UInt32(moment.random.within(60...99) * 100)
        }
        var personal = IdentifierLinkedPersonal()
        personal.identifier = identifier
        if moment.random.happens(10) { followUps.plan(.unlink, of: customer, days: 1...60, &moment) }
        return try moment.event(message, about: customer, personal: personal, by: customer.owner)
    }
}
