internal import EventLog

/// A customer of the demo, drawn from the seed and its number: nothing is stored.
struct DemoCustomer {
    /// From 0 on; below 0 for somebody who is no customer.
    let index: Int
    /// `C-000001` for the first one; empty for somebody who is no customer.
    let id: String
    let isOrganisation: Bool
    /// Place among ``DemoRegion/all``.
    let regionIndex: Int
    /// 0 to 99: the content ones answer with higher scores and buy more often.
    let mood: Int
    /// Whether staff only get in touch when they want something.
    let isOnlyAsked: Bool
    /// Place of the usual seller among those of the region.
    let seller: Int

    init(index: Int, seed: UInt64) {
        self.index = index
        id = index < 0 ? "" : DemoID.customer(index + 1)
        var random = DemoRandom(seed: seed, .customer, index)
        isOrganisation = random.happens(70)
        // A third is Chinese.
        let isChinese = random.below(3) == 0
        regionIndex =
            isChinese
            ? random.below(DemoRegion.chineseCount)
            : random.within(DemoRegion.chineseCount...DemoRegion.all.count - 1)
        mood = random.below(100)
        isOnlyAsked = random.happens(12)
        seller = random.below(DemoRegion.sellersPerRegion)
    }

    var region: DemoRegion { DemoRegion.all[regionIndex] }

    var tag: Tag { .demoCustomer(id) }

    /// The usual seller, as the id of a member of staff.
    var owner: String { DemoID.staff(Self.staffNumber(ofSeller: seller, in: regionIndex)) }

    /// Where a customer is only matters far from home: nil in most of Europe.
    var timeZone: String? { region.isChinese || index % 3 == 0 ? region.timeZone : nil }

    /// One of those who solve the cases of the region, as the id of a member of staff.
    func agent(_ number: Int) -> String {
        let sellers = DemoRegion.all.count * DemoRegion.sellersPerRegion
        return DemoID.staff(DemoRegion.all.count + sellers + regionIndex * DemoRegion.agentsPerRegion + number + 1)
    }

    /// The number among the staff of one of the four sellers of a region.
    static func staffNumber(ofSeller seller: Int, in region: Int) -> Int {
        DemoRegion.all.count + region * DemoRegion.sellersPerRegion + seller + 1
    }
}
