internal import EventLog
internal import LMDB
internal import Projection

/// What each customer's orders brought, and what further ones can be expected from.
struct ValuedPurchases {
    /// Somebody whose orders count.
    struct Person {
        /// The tag of the customer.
        let tag: Tag
        var orders: Int64 = 0
        /// What they were sold for, less what was given back, in minor units.
        var sales: Int64 = 0
        /// `sales` less what they cost us, of those all lines of which say that.
        var margin: Int64 = 0
    }

    /// In order of their ids.
    let people: [Person]
    /// Nil where there are no amounts.
    let currency: String?
    let gaps: PurchaseGaps
    /// What models are fitted to; nil where nothing is to be expected, and where it cannot be.
    private(set) var census: LifetimeCensus?
    /// Why there is no census though one was asked for.
    private(set) var notExpected: String?

    /// Goes through all orders twice. O(orders).
    ///
    /// - Throws: ``SeveralCurrencies``, ``UnknownCurrency``, `SumOverflow`.
    init(
        _ question: TotalValueQuestion, at lastDay: CivilDate, _ calendar: ZonedCalendar,
        _ reader: borrowing ModelReader
    ) throws {
        let end = calendar.endOfDay(lastDay).microseconds
        var sales = PurchaseValues(currency: question.currency, .net)
        var margins = PurchaseValues(currency: question.currency, .margin)
        var people: [Person] = []
        var person: Person?
        var prefix: [UInt8] = []
        try BuyerRows.forEachOrder(before: end, reader) { customer, placedAt, row in
            if let customer {
                if let known = person { people.append(known) }
                person = nil
                prefix = customer
            }
            guard try CustomerOrderRow.cancelledAt(row) >= end else { return }
            let net = try sales.value(of: row, placedAt: placedAt, before: end)
            let margin = try margins.value(of: row, placedAt: placedAt, before: end)
            // Whoever buys in other currencies only is a customer who is worth nothing in this one.
            var known = person ?? Person(tag: Tag(unchecked: "customer:" + CustomerOrderRow.customer(of: prefix)))
            if let net, let margin {
                known.orders += 1
                known.sales = try sum(known.sales, net)
                known.margin = try sum(known.margin, margin)
            }
            person = known
        }
        if let person { people.append(person) }
        self.people = people
        currency = try sales.currency(reader)
        gaps = margins.gaps(ordersWithoutCustomer: try BuyerRows.ordersOfNobody(from: .min, before: end, reader))
        if question.horizon == 0 { return }
        do {
            census = try LifetimeCensus(
                question.expecting(at: lastDay, currency: currency), worth: .margin, calendar, reader)
        } catch let error as LifetimeError {
            notExpected = error.description
        } catch let error as InvalidLifetimeQuestion {
            notExpected = error.description
        }
    }

    /// What is expected of each customer, in minor units; nil where nothing is of anybody, with why. Fits the models:
    /// some seventy times the customers who differ.
    func expected(_ question: TotalValueQuestion, at lastDay: CivilDate) -> (values: [Tag: Int64]?, why: String?) {
        guard let census else { return (nil, notExpected) }
        do throws(LifetimeError) {
            var forecast = try LifetimeForecast(question.expecting(at: lastDay, currency: currency), census)
            var values: [Tag: Int64] = [:]
            for person in census.people {
                values[Tag(unchecked: "customer:" + person.id)] = try forecast.expectation(of: person).value
            }
            return (values, nil)
        } catch {
            return (nil, error.description)
        }
    }
}

extension TotalValueQuestion {
    /// The question about lifetime values that is a part of this one.
    fileprivate func expecting(at lastDay: CivilDate, currency: String?) -> LifetimeQuestion {
        LifetimeQuestion(
            at: lastDay, currency: currency, unit: unit, horizon: horizon, yearlyDiscountBp: yearlyDiscountBp,
            zone: zone)
    }
}
