public import EventLog

/// Which customers' lifetime values, from which purchases.
public struct LifetimeQuestion: Sendable, Hashable {
    /// The first day of the purchases that the models are fitted to; nil: that of the first order.
    public var from: CivilDate?
    /// The last day of the purchases that the models are fitted to; nil: the last day looked at. What follows it is
    /// held out, and compared with what is expected.
    public var to: CivilDate?
    /// As known of what had happened at the end of this day; nil: until the end of the day of the latest order.
    public var at: CivilDate?
    /// The currency of the purchases; nil takes the only one there is.
    public var currency: String?
    /// What times are counted in.
    public var unit: LifetimeUnit
    /// How many units ahead purchases and values are expected.
    public var horizon: Int
    /// The discount rate of a year, in basis points.
    public var yearlyDiscountBp: Int64
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks by default for a year of weeks, at 10 % a year, from all orders, by days in UTC.
    public init(
        from: CivilDate? = nil, to: CivilDate? = nil, at: CivilDate? = nil, currency: String? = nil,
        unit: LifetimeUnit = .week, horizon: Int = 52, yearlyDiscountBp: Int64 = 1_000, zone: String = "UTC"
    ) {
        self.from = from
        self.to = to
        self.at = at
        self.currency = currency
        self.unit = unit
        self.horizon = horizon
        self.yearlyDiscountBp = yearlyDiscountBp
        self.zone = zone
    }
}

/// Days or a horizon that lifetime values cannot be asked for.
public enum InvalidLifetimeQuestion: Error, Hashable, Sendable, CustomStringConvertible {
    /// The purchases begin after their end.
    case reversed(from: CivilDate, to: CivilDate)
    /// The purchases end after the last day looked at.
    case beyondLastDay(to: CivilDate, at: CivilDate)
    /// More days from the first to the last one than that are not looked at.
    case tooLong(days: Int)
    /// Not as many units ahead as can be.
    case horizon(Int)

    /// The longest time from the first day to the last one: a hundred years.
    static let longest = 36_525
    /// The most units ahead.
    static let farthest = 1_200

    public var description: String {
        switch self {
        case .reversed(let from, let to): "the purchases begin on \(from), after their end on \(to)"
        case .beyondLastDay(let to, let at): "the purchases end on \(to), after the last day looked at, \(at)"
        case .tooLong(let days):
            "the purchases and what follows them take \(days) days; "
                + "expected at most \(Self.longest): give the first day"
        case .horizon(let units): "the horizon is \(units) units of time; expected 1 to \(Self.farthest)"
        }
    }
}
