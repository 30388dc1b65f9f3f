extension DemoNames {
    /// The ways to reach a person; none of them reaches anybody. They are the same whenever they are asked for.
    ///
    /// - Parameter hasEmail: whether an e-mail address is surely among them.
    static func identifiers(
        of person: Person, _ customer: DemoCustomer, source: String, hasEmail: Bool = false, seed: UInt64
    ) -> [Identifier] {
        var random = DemoRandom(seed: seed, .contact, customer.index)
        var identifiers: [Identifier] = []
        let email = identifier(.email, email(of: person, &random), source)
        if random.happens(80) || hasEmail { identifiers.append(email) }
        if random.happens(65) { identifiers.append(identifier(.phone, phone(in: customer.region, &random), source)) }
        if customer.region.isChinese, random.happens(85) {
            identifiers.append(identifier(.wechat, wechat(&random), source))
        }
        return identifiers
    }

    static func email(of person: Person, _ random: inout DemoRandom) -> String {
        "\(person.address)\(random.below(1000))@\(random.pick(mailDomains))"
    }

    static func phone(in region: DemoRegion, _ random: inout DemoRandom) -> String {
        let number = random.below(1000)
        let last = String(String(1000 + number).dropFirst())
        if region.isChinese { return "+86 100 5550 \(random.within(1...9))\(last)" }
        return region.language == "de" ? "+49 176 04069 \(last)" : "+44 7700 900\(last)"
    }

    static func wechat(_ random: inout DemoRandom) -> String { "wxid_" + String(random.next() >> 12, radix: 36) }

    static func identifier(_ type: IdentifierType, _ value: String, _ source: String) -> Identifier {
        var identifier = Identifier()
        identifier.type = type
        identifier.value = value
        identifier.source = source
        return identifier
    }

    private static let mailDomains = ["example.com", "example.org", "example.net"]
}
