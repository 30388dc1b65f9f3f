internal import EventLog

/// What a customer bought on a day.
struct Purchase: Hashable, Sendable {
    /// The day, in the zone of the business.
    let day: CivilDate
    /// In minor units of the one currency of all purchases.
    let amount: Int64
}

/// All that the models of lifetime value know of a customer.
///
/// Source: P. S. Fader, B. G. S. Hardie, K. L. Lee, "“Counting Your Customers” the Easy Way: An Alternative to the
/// Pareto/NBD Model", Marketing Science 24 (2005).
package struct PurchaseSummary: Hashable, Sendable {
    /// In how many periods behind the first the customer purchased, x: what is bought in one period counts once.
    let repeats: Int
    /// How long after the first purchase the last was, tₓ, in the unit of the model; 0 without repeats.
    let recency: Double
    /// How long after the first purchase the watching ended, T, in the unit of the model; never less than `recency`.
    let age: Double
    /// All that was paid in the periods of `repeats`, in minor units; 0 without repeats.
    let repeatAmount: Int64

    /// - Throws: `LifetimeError.impossibleSummary` when the figures contradict each other or are not finite.
    package init(repeats: Int, recency: Double, age: Double, repeatAmount: Int64 = 0) throws(LifetimeError) {
        let isRepeated = repeats > 0 && recency > 0 && recency <= age
        let isNew = repeats == 0 && recency == 0 && age >= 0 && repeatAmount == 0
        guard age.isFinite, isRepeated || isNew else {
            throw LifetimeError.impossibleSummary(repeats: repeats, recency: recency, age: age)
        }
        self.repeats = repeats
        self.recency = recency
        self.age = age
        self.repeatAmount = repeatAmount
    }

    /// Of the purchases of one customer, in any order; nil when none is in `calibration`. O(n).
    ///
    /// Purchases outside `calibration` are not looked at, so what is taken for the first purchase is the first in it.
    ///
    /// - Parameters:
    ///   - calibration: the first and the last day that was watched, both inclusive.
    ///   - unit: what times are counted in; they need not be whole.
    ///   - period: purchases in the same one count once, as of its first day.
    /// - Throws: `LifetimeError.amountTooLarge`.
    init?(
        _ purchases: [Purchase], in calibration: ClosedRange<CivilDate>, unit: LifetimeUnit, period: Granularity = .day
    ) throws(LifetimeError) {
        // The first day of each period, since 1970, and what was paid in it.
        var amounts: [Int: Int64] = [:]
        for purchase in purchases where calibration.contains(purchase.day) {
            let day = period.firstDay(of: purchase.day).daysSinceEpoch
            amounts[day] = try Self.sum(amounts[day] ?? 0, purchase.amount)
        }
        guard let first = amounts.keys.min(), let last = amounts.keys.max() else { return nil }
        let end = period.firstDay(of: calibration.upperBound).daysSinceEpoch
        var repeatAmount: Int64 = 0
        // In order, so that it does not depend on the order of a dictionary whether a sum on the way is too large.
        for (_, amount) in amounts.sorted(by: { $0.key < $1.key }).dropFirst() {
            repeatAmount = try Self.sum(repeatAmount, amount)
        }
        try self.init(
            repeats: amounts.count - 1, recency: Double(last - first) / unit.days,
            age: Double(end - first) / unit.days, repeatAmount: repeatAmount)
    }

    /// What a repeat is worth on average, m̄, in minor units; nil without repeats.
    var meanRepeatValue: Double? { repeats == 0 ? nil : Double(repeatAmount) / Double(repeats) }

    /// The sum of two amounts.
    private static func sum(_ left: Int64, _ right: Int64) throws(LifetimeError) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow else { throw LifetimeError.amountTooLarge }
        return sum
    }
}
