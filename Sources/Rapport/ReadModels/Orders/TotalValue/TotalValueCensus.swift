internal import EventLog
internal import LMDB
internal import Projection

/// All customers with what makes up their value, but for what is expected of them.
struct TotalValueCensus {
    /// Somebody of whom anything is known that counts. Amounts are minor units.
    struct Person {
        let tag: Tag
        var orders: Int64 = 0
        var sales: Int64 = 0
        var margin: Int64 = 0
        var referrals: Int64 = 0
        var suggestions: Int64 = 0
        var service: Int64 = 0
        var referees: Int64 = 0
        var adopted: Int64 = 0
    }

    /// What could not be counted.
    struct LeftOut {
        var costsInOtherCurrencies: Int64 = 0
        var costsWithoutAmount: Int64 = 0
        var benefitsInOtherCurrencies: Int64 = 0
        var adoptedWithoutBenefit: Int64 = 0
        var decidedUnknown: Int64 = 0
        var referralsOfNobody: Int64 = 0
        var repeatedReferrals: Int64 = 0
        var selfReferrals: Int64 = 0
        var referralCircles: Int64 = 0
    }

    /// What service has cost for one reason.
    struct Driver {
        var costs: Int64 = 0
        var total: Int64 = 0
    }

    private(set) var people: [Person]
    /// Nil where there are no amounts.
    let currency: String?
    private(set) var leftOut = LeftOut()
    /// By what made service cost; empty where nothing was said. Each driver stands for itself, byte by byte.
    private(set) var drivers: [(name: String, driver: Driver)] = []

    /// By the tag of a customer, the place among the people.
    private var numbers: [Tag: Int] = [:]

    /// Puts together what the rows say. O(people + referrals + suggestions + costs × drivers).
    ///
    /// - Parameter customer: the customer whom an opaque id of a referee may be: as a customer, then as a lead that
    ///   became one; nil where it is none.
    /// - Throws: ``SeveralCurrencies`` where there are no orders to tell which is meant, `SumOverflow`.
    init(
        _ question: TotalValueQuestion, _ purchases: ValuedPurchases, _ others: OtherValues,
        referee customer: (_ id: String, _ isKnown: (Tag) -> Bool) throws -> Tag?
    ) throws {
        people = purchases.people.map { bought in
            Person(tag: bought.tag, orders: bought.orders, sales: bought.sales, margin: bought.margin)
        }
        currency = try purchases.currency ?? question.currency ?? others.currency()
        for (number, person) in people.enumerated() { numbers[person.tag] = number }
        // Everybody has a number before anybody is looked for.
        for referral in others.referrals { _ = number(of: referral.customer) }
        for benefit in others.benefits { try add(benefit, shareBp: question.suggestionShareBp) }
        for cost in others.costs { try add(cost) }
        leftOut.decidedUnknown = others.decidedUnknown
        let known = numbers
        var chains = ReferralChains(count: people.count)
        for referral in others.referrals {
            let sender = number(of: referral.customer)
            guard let tag = try customer(referral.referee, { known[$0] != nil }), let referee = known[tag] else {
                leftOut.referralsOfNobody += 1
                continue
            }
            if referee == sender {
                leftOut.selfReferrals += 1
            } else if chains.add(referee, sentBy: sender) {
                people[sender].referees += 1
            } else {
                leftOut.repeatedReferrals += 1
            }
        }
        leftOut.referralCircles = chains.circles
        for number in people.indices {
            try chains.forEachCredit(of: people[number].margin, by: number) { sender, credit in
                people[sender].referrals = try sum(people[sender].referrals, credit)
            }
        }
    }

    /// The place of a customer, new or known.
    private mutating func number(of tag: Tag) -> Int {
        if let known = numbers[tag] { return known }
        numbers[tag] = people.count
        people.append(Person(tag: tag))
        return people.count - 1
    }

    private func isWanted(_ amount: VoiceState.Amount) -> Bool {
        currency.map { $0.sameBytes(as: amount.currency) } ?? false
    }

    private mutating func add(_ benefit: OtherValues.Benefit, shareBp: Int64) throws {
        let place = number(of: benefit.customer)
        guard let amount = benefit.amount else {
            leftOut.adoptedWithoutBenefit += 1
            return
        }
        guard isWanted(amount) else {
            leftOut.benefitsInOtherCurrencies += 1
            return
        }
        // A share of at most all of it fits where the whole does; rounded half up.
        let part = (Int128(amount.minorUnits) * Int128(shareBp) * 2 + 10_000).dividedFlooring(by: 20_000).quotient
        people[place].suggestions = try sum(people[place].suggestions, Int64(part))
        people[place].adopted += 1
    }

    private mutating func add(_ cost: OtherValues.Cost) throws {
        let place = number(of: cost.customer)
        guard let amount = cost.amount else {
            leftOut.costsWithoutAmount += 1
            return
        }
        guard isWanted(amount) else {
            leftOut.costsInOtherCurrencies += 1
            return
        }
        people[place].service = try sum(people[place].service, amount.minorUnits)
        var driver = drivers.firstIndex { $0.name.sameBytes(as: cost.driver) }
        if driver == nil {
            drivers.append((cost.driver, Driver()))
            driver = drivers.count - 1
        }
        guard let driver else { return }
        drivers[driver].driver.costs += 1
        drivers[driver].driver.total = try sum(drivers[driver].driver.total, amount.minorUnits)
    }
}

/// Ranks of some values: 1 for the greatest, equal ones the same.
struct SharedRanks {
    /// In the order of the values.
    let ranks: [Int64]

    /// O(n log n).
    init(_ values: [Int64]) {
        var ranks = [Int64](repeating: 0, count: values.count)
        var last: (value: Int64, rank: Int64)?
        for (place, number) in values.indices.sorted(by: { values[$0] > values[$1] }).enumerated() {
            let rank = last.flatMap { $0.value == values[number] ? $0.rank : nil } ?? Int64(place + 1)
            ranks[number] = rank
            last = (values[number], rank)
        }
        self.ranks = ranks
    }
}
