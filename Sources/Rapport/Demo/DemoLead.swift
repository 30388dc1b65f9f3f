internal import EventLog

/// A lead that something will still happen to: all that its next step needs to know.
struct DemoLead: DemoItem {
    /// Where it is going, which nobody at the company knows yet.
    enum Fate: UInt8 {
        /// It becomes a customer with a deal.
        case newCustomer
        /// It is a customer already, and gets a deal.
        case newDeal
        /// It belongs to a deal that is there already.
        case knownDeal
        case givenUp
        /// Nobody works on it.
        case ignored
    }

    /// What happens next.
    enum Step: UInt8 {
        case refer
        case visit
        case score
        case assign
        case contact
        case qualify
        case disqualify
        case register
        case openDeal
        case convert
    }

    /// From 1 on.
    let number: Int32
    /// Place among ``DemoLeadSource/all``.
    let source: UInt8
    /// Index of the customer it is or will be; below 0 for somebody who is and will be none.
    var person: Int32
    /// The number of the deal it belongs to; 0 while there is none.
    var deal: Int32 = 0
    var fate: Fate
    var next = Step.score
    /// Whether it is to be given up once, and looked at again later.
    var isToBeRecycled = false
    /// How often it was assigned.
    var assignments: UInt8 = 0
    var isQualified = false
    /// Place of its owner among the sellers of the region.
    var seller: UInt8 = 0
    /// Whether nothing happens any more.
    var isOver = false
    var changedAt: Timestamp
    var due: Timestamp

    var id: String { DemoID.lead(Int(number)) }
    var tag: Tag { .demoLead(id) }

    var isToBeConverted: Bool { fate == .newCustomer || fate == .newDeal || fate == .knownDeal }

    func owner(in region: Int) -> String {
        DemoID.staff(DemoCustomer.staffNumber(ofSeller: Int(seller), in: region))
    }
}

/// Where leads come from, and how many of them become customers.
struct DemoLeadSource {
    /// How a lead comes, and what that adds to its chances.
    struct Medium {
        let name: String
        var bonus = 0
    }

    let name: String
    /// How often it is compared with the others.
    let weight: Int
    /// How many of 100 become customers, whatever the medium.
    let winning: Int
    let media: [Medium]

    static let all = [
        DemoLeadSource(name: "organic_search", weight: 26, winning: 17, media: [form, form, chat, phone]),
        DemoLeadSource(name: "paid_search", weight: 18, winning: 8, media: [form, form, form, phone]),
        DemoLeadSource(name: "social", weight: 13, winning: 6, media: [form, chat, chat]),
        DemoLeadSource(name: "fair", weight: 14, winning: 24, media: [Medium(name: "business_card"), form]),
        DemoLeadSource(name: referral, weight: 12, winning: 38, media: [phone, phone, form]),
        DemoLeadSource(name: "partner", weight: 8, winning: 27, media: [Medium(name: "email", bonus: 2)]),
        DemoLeadSource(name: "bought_list", weight: 9, winning: 2, media: [Medium(name: "email")]),
    ]

    static let referral = "referral"
    private static let form = Medium(name: "web_form")
    private static let chat = Medium(name: "chat", bonus: -2)
    private static let phone = Medium(name: "phone", bonus: 7)

    /// The place of a source, by weight.
    static func draw(_ random: inout DemoRandom) -> Int { random.pick(places) }

    private static let places = all.indices.flatMap { [Int](repeating: $0, count: all[$0].weight) }
}
