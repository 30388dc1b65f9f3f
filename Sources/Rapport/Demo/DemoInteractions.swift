internal import EventLog

/// Calls, mails, chats and visits.
struct DemoInteractions {
    private var logged = 0

    mutating func next(with customer: DemoCustomer, _ moment: inout DemoMoment) throws -> NewEvent {
        logged += 1
        let channel = moment.random.pick(customer.region.isChinese ? Self.chineseChannels : Self.europeanChannels)
        var message = InteractionLogged()
        message.interactionID = DemoID.interaction(logged)
        message.customerID = customer.id
        message.channel = channel
        message.direction = moment.random.happens(customer.isOnlyAsked ? 8 : 38) ? .inbound : .outbound
        message.purpose = Self.purpose(for: customer, &moment.random)
        if channel == "phone" || channel == "visit" {
            let minutes = channel == "phone" ? moment.random.within(1...25) : moment.random.within(20...150)
            message.durationMs = Int64(minutes * 60 + moment.random.below(60)) * 1000
        }
        if customer.isOrganisation {
            message.counterpart = DemoID.person(customer.index * 3 + moment.random.below(3) + 1)
        }
        if channel == "email", moment.random.happens(15) { message.documentRef = DemoID.document(logged) }
        let personal = moment.random.happens(40) ? Self.personal(for: customer, &moment.random) : nil
        let actor = Self.actor(for: customer, &moment.random)
        return try moment.event(message, about: customer, personal: personal, by: actor)
    }

    /// The first time that somebody gets in touch with a lead; `tag` is the lead's.
    mutating func next(
        with lead: Tag, _ person: DemoCustomer, by actor: String, _ moment: inout DemoMoment
    ) throws -> NewEvent {
        logged += 1
        var message = InteractionLogged()
        message.interactionID = DemoID.interaction(logged)
        message.channel = moment.random.pick(person.region.isChinese ? ["phone", "wechat"] : ["phone", "email"])
        message.direction = .outbound
        message.purpose = .inform
        if message.channel == "phone" { message.durationMs = Int64(moment.random.within(60...1500)) * 1000 }
        return try moment.event(message, about: [lead], of: lead, timeZone: person.timeZone, by: actor)
    }

    private static func personal(for customer: DemoCustomer, _ random: inout DemoRandom) -> InteractionLoggedPersonal {
        var personal = InteractionLoggedPersonal()
        personal.summary = DemoTexts.summary(customer.region, &random)
        return personal
    }

    /// Some customers only hear from us when we want something.
    private static func purpose(for customer: DemoCustomer, _ random: inout DemoRandom) -> InteractionPurpose {
        if customer.isOnlyAsked, random.happens(88) { return .ask }
        switch random.below(100) {
        case ..<42: return .ask
        case ..<76: return .inform
        case ..<90: return .give
        default: return .thank
        }
    }

    /// Mostly the usual seller, at times a colleague of the same region.
    private static func actor(for customer: DemoCustomer, _ random: inout DemoRandom) -> String {
        guard random.happens(15) else { return customer.owner }
        let colleague = random.below(DemoRegion.sellersPerRegion)
        return DemoID.staff(DemoCustomer.staffNumber(ofSeller: colleague, in: customer.regionIndex))
    }

    private static let chineseChannels = ["wechat", "wechat", "wechat", "wechat", "phone", "phone", "visit", "email"]
    private static let europeanChannels = ["email", "email", "email", "phone", "phone", "phone", "visit", "wechat"]
}
