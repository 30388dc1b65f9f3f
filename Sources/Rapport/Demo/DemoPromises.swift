internal import EventLog

/// Until when the orders of the demo company are to arrive, as its customers are told.
///
/// A promise takes the place of a talk that nobody had planned, and its random numbers are those of its order: all else
/// happens as if nothing had been promised. Most orders have a promise, most promises are kept, and about half of those
/// that will not be are moved in time.
struct DemoPromises {
    /// A promise that is still to be made.
    private struct Promise: DemoItem {
        /// The number of the order.
        let number: Int32
        let customer: Int32
        /// When something happens to the order: from then on nothing is promised.
        let end: Timestamp
        /// Until when the order is to arrive.
        var until: Timestamp
        /// Until when it was to arrive before; nil of the first promise.
        var replaced: Timestamp?
        /// Why it is promised so, as a short code.
        var reason: String
        /// What its numbers are drawn from.
        var random: DemoRandom
        var changedAt: Timestamp
        var due: Timestamp
    }

    private var agenda = DemoAgenda<Promise>()

    /// How many promises are kept in memory: those that are still to be made.
    var inMemory: Int { agenda.count }

    /// Plans what is promised about an order that was placed or changed at this moment, if anything is.
    mutating func plan(for order: DemoOrder, _ customer: DemoCustomer, seed: UInt64, _ moment: DemoMoment) {
        var random = DemoRandom(seed: seed, .promise, Int(order.order))
        guard random.happens(72) else { return }
        let isExpress = random.happens(20)
        let days = isExpress ? 5 : random.pick(Self.usualDays)
        var promise = Promise(
            number: order.order, customer: order.customer, end: order.due,
            until: Self.evening(ofDay: moment.day + days, customer.region), reason: isExpress ? "express" : "standard",
            random: random, changedAt: order.changedAt, due: moment.now)
        promise.plan(after: moment.now, minutes: 10...600, &random)
        promise.random = random
        agenda.add(promise)
    }

    /// The promise that has waited longest; nil when none is due. Those that nobody made in time are forgotten.
    mutating func takeStep(_ moment: inout DemoMoment, _ customers: DemoCustomers) throws -> NewEvent? {
        while let planned = agenda.takeDue(by: moment.now) {
            guard moment.now < min(planned.end, planned.until) else { continue }
            var promise = planned
            promise.happens(at: &moment)
            let customer = customers[Int(promise.customer)]
            var message = DeliveryPromised()
            message.orderID = DemoID.order(Int(promise.number))
            message.promisedAtUs = promise.until.microseconds
            message.confidenceBp = promise.random.pick(Self.confidences)
            message.replacesUs = promise.replaced?.microseconds ?? 0
            message.reason = promise.reason
            if let next = Self.moved(promise, customer.region, moment.now) { agenda.add(next) }
            return try moment.event(message, about: customer, and: .demoOrder(message.orderID), by: customer.owner)
        }
        return nil
    }

    /// The promise that takes the place of a first one, a day before that is due: mostly where it will not be kept, at
    /// times because the customer wishes so.
    private static func moved(_ promise: Promise, _ region: DemoRegion, _ now: Timestamp) -> Promise? {
        guard promise.replaced == nil else { return nil }
        var next = promise
        let isLate = promise.until < promise.end
        guard next.random.happens(isLate ? 55 : 6) else { return nil }
        let day = isLate ? DemoClock.day(of: promise.end) + 1 : DemoClock.day(of: promise.until) + 3
        next.replaced = promise.until
        next.until = evening(ofDay: day, region)
        next.reason = isLate ? next.random.pick(delays) : "wish"
        let soon = now.advanced(byMicroseconds: DemoClock.microsecondsPerHour)
        next.due = max(soon, promise.until.advanced(byMicroseconds: -DemoClock.microsecondsPerDay))
        return next
    }

    /// Six in the evening in China, and five or six in Europe: the same on machines that know other rules of time.
    private static func evening(ofDay day: Int, _ region: DemoRegion) -> Timestamp {
        let hours = Int64(day * 24 + (region.isChinese ? 10 : 16))
        return DemoClock.start.advanced(byMicroseconds: hours * DemoClock.microsecondsPerHour)
    }

    private static let usualDays = [7, 7, 10, 10, 14]
    /// In basis points; 0 where nobody says.
    private static let confidences: [UInt32] = [0, 0, 9_000, 9_500, 9_900]
    private static let delays = ["carrier", "carrier", "out-of-stock", "production"]
}
