internal import EventLog

/// An order of a sequence that a customer places, one after the other: all that its next step needs to know.
struct DemoOrder: DemoItem {
    /// What happens next.
    enum Step: UInt8 {
        case place
        case change
        case cancel
        case deliver
        case giveBack
    }

    /// The number of the sequence, from 1 on.
    let number: Int32
    let customer: Int32
    let currency: UInt8
    /// The number of the deal it comes from; 0 for none.
    var deal: Int32 = 0
    /// What was agreed on in the deal, in minor units.
    var amount: Int64 = 0
    /// The number of the order, from 1 on; 0 before the first one is placed.
    var order: Int32 = 0
    var next = Step.place
    var isChanged = false
    /// How many parcels it takes, and how many of them have not arrived.
    var parcels: UInt8 = 1
    var parcelsToCome: UInt8 = 1
    /// Whether nothing happens any more, and no order follows.
    var isOver = false
    var changedAt: Timestamp
    var due: Timestamp

    var id: String { DemoID.order(Int(order)) }
}

// MARK: - Lines

extension DemoOrder {
    /// What is ordered: the same whenever it is asked for, until the order is changed.
    func lines(_ customer: DemoCustomer, _ seed: UInt64) -> [OrderLine] {
        var random = DemoRandom(seed: seed, .order, Int(order))
        let money = customer.region.currencies[Int(currency)]
        var lines = deal == 0 ? Self.freeLines(in: money, &random) : [agreedLine(in: money, &random)]
        // Drawn after everything else, so that what is not changed stays as it was.
        if isChanged, let last = lines.popLast() {
            let changed = last.times(random.pick([50, 75, 125, 150, 200]), of: 100)
            lines.append(changed != last ? changed : last.times(2, of: 1))
        }
        return lines
    }

    private static func freeLines(in currency: String, _ random: inout DemoRandom) -> [OrderLine] {
        let count = random.pick([1, 1, 1, 1, 2, 2, 3, 4])
        let first = random.below(DemoSKU.all.count)
        return (0..<count).map { place in
            // Far apart in the catalogue, and never the same twice.
            let sku = DemoSKU.all[(first + place * 5) % DemoSKU.all.count]
            var quantity = Int64(random.within(sku.quantities)) * 1000
            if sku.isByWeight { quantity += Int64(random.below(4)) * 250 }
            let list = DemoRegion.amount(worth: sku.price * quantity / 1000, in: currency)
            let net = list * Int64(100 - random.pick([0, 0, 0, 2, 3, 5, 8, 12])) / 100
            return OrderLine(sku, quantity, net: net, cost: list * sku.costPercent / 100, currency, &random)
        }
    }

    /// What the deal was about, for the amount that was agreed on.
    private func agreedLine(in currency: String, _ random: inout DemoRandom) -> OrderLine {
        let sku = random.pick(DemoSKU.inDeals)
        let price = DemoRegion.amount(worth: sku.price, in: currency)
        return OrderLine(
            sku, max(1, amount / price) * 1000, net: amount, cost: amount * (sku.costPercent + 4) / 100, currency,
            &random)
    }
}

extension OrderLine {
    /// A line with its cost, unless nobody knows it.
    init(
        _ sku: DemoSKU, _ quantity: Int64, net: Int64, cost: Int64, _ currency: String, _ random: inout DemoRandom
    ) {
        self.init()
        self.sku = sku.name
        quantityMilli = quantity
        self.net = Money(net, currency)
        if random.happens(96) { self.cost = Money(cost, currency) }
    }

    /// The same with another quantity, in whole units, and what follows from it.
    func times(_ part: Int64, of whole: Int64) -> OrderLine {
        let quantity = max(1000, quantityMilli * part / whole / 1000 * 1000)
        var line = self
        line.quantityMilli = quantity
        line.net.minorUnits = share(of: net.minorUnits, for: quantity)
        if hasCost { line.cost.minorUnits = share(of: cost.minorUnits, for: quantity) }
        return line
    }

    /// The product may need more than 64 bits; the share never does.
    private func share(of amount: Int64, for quantity: Int64) -> Int64 {
        quantityMilli.dividingFullWidth(amount.multipliedFullWidth(by: quantity)).quotient
    }
}

/// What the demo company sells, piece by piece.
struct DemoSKU {
    let name: String
    /// Of a unit, in euro cents.
    let price: Int64
    /// What a unit costs the company, in hundredths of the price.
    let costPercent: Int64
    /// How many units are ordered at once.
    let quantities: ClosedRange<Int>
    /// Whether it is sold by the quarter of a kilogram.
    var isByWeight = false

    static let all = [
        DemoSKU(name: "film-stretch", price: 420, costPercent: 61, quantities: 40...600, isByWeight: true),
        DemoSKU(name: "film-shrink", price: 560, costPercent: 58, quantities: 30...400, isByWeight: true),
        DemoSKU(name: "film-bio", price: 910, costPercent: 66, quantities: 20...200, isByWeight: true),
        DemoSKU(name: "cartons-small", price: 48, costPercent: 63, quantities: 500...8000),
        DemoSKU(name: "cartons-large", price: 135, costPercent: 60, quantities: 200...3000),
        DemoSKU(name: "labels-paper", price: 3, costPercent: 44, quantities: 5_000...90_000),
        DemoSKU(name: "labels-foil", price: 7, costPercent: 47, quantities: 5_000...60_000),
        DemoSKU(name: "bottles-250", price: 31, costPercent: 57, quantities: 1_000...15_000),
        DemoSKU(name: "bottles-1000", price: 74, costPercent: 55, quantities: 500...9_000),
        DemoSKU(name: "sealer-table", price: 48_000, costPercent: 52, quantities: 1...4),
        DemoSKU(name: "sealer-line", price: 1_290_000, costPercent: 49, quantities: 1...1),
    ]
    /// What is sold for any amount that was agreed on.
    static let inDeals = all.filter { (100...1000).contains($0.price) }
}
