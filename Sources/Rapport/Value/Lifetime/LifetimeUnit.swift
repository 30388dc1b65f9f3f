/// A length of time that ages, horizons and discount rates are counted in.
public enum LifetimeUnit: String, Codable, Hashable, Sendable, CaseIterable {
    /// 24 hours.
    case day
    /// 7 days.
    case week
    /// A twelfth of a year.
    case month

    /// The mean year of the Gregorian calendar, in days.
    static let daysInYear = 365.2425

    /// How many days it has.
    var days: Double {
        switch self {
        case .day: 1
        case .week: 7
        case .month: Self.daysInYear / 12
        }
    }

    /// The discount rate of one such unit that makes up a yearly one when it is compounded: (1 + D)^(days/year) − 1.
    ///
    /// - Parameter basisPoints: the rate D of a year, in basis points.
    func discountRate(ofYearly basisPoints: Int64) -> Double {
        let grown = 1 + Double(basisPoints) / 10_000
        return grown.raised(to: days / Self.daysInYear) - 1
    }
}
