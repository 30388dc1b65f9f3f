public import EventLog

/// Whose revenue, from which period to which.
public struct RevenueRetentionQuestion: Sendable, Hashable {
    /// No question compares periods that are further apart.
    public static let farthestApart = 1_000

    /// The length of the periods.
    public var by: Granularity
    /// How many periods later a period is compared with an earlier one: 1 for neighbours, 12 for the same month a year
    /// later.
    public var apart: Int
    /// The currency; nil takes the only one there is.
    public var currency: String?
    /// As known of what had happened at the end of this day; nil: until the end of the day of the latest order.
    public var at: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks by default for each month against the one before, until the latest order, by days in UTC.
    public init(
        by: Granularity = .month, apart: Int = 1, currency: String? = nil, at: CivilDate? = nil, zone: String = "UTC"
    ) {
        self.by = by
        self.apart = apart
        self.currency = currency
        self.at = at
        self.zone = zone
    }

    /// - Throws: ``InvalidPeriodsApart``.
    func check() throws(InvalidPeriodsApart) {
        guard (1...Self.farthestApart).contains(apart) else { throw InvalidPeriodsApart(apart: apart) }
    }
}

/// Periods that are too far apart to be compared, or not apart at all.
public struct InvalidPeriodsApart: Error, Hashable, Sendable, CustomStringConvertible {
    /// As it was given.
    public let apart: Int

    public var description: String {
        "periods are \(apart) apart; expected 1 to \(RevenueRetentionQuestion.farthestApart)"
    }
}

extension Granularity {
    /// The number of the period that holds a day: neighbours have numbers that follow each other.
    func periodNumber(of date: CivilDate) -> Int {
        switch self {
        case .day: date.daysSinceEpoch
        // Counted from a Monday.
        case .week: (date.daysSinceEpoch + 3).dividedFlooring(by: 7).quotient
        case .month: date.year * 12 + date.month - 1
        case .quarter: date.year * 4 + (date.month - 1) / 3
        case .year: date.year
        }
    }

    /// The period of a number.
    func period(numbered number: Int) -> CalendarPeriod {
        let day =
            switch self {
            case .day: number
            case .week: number * 7 - 3
            case .month: Self.dayInMonth(number)
            case .quarter: Self.dayInMonth(number * 3 + 1)
            case .year: Self.dayInMonth(number * 12 + 6)
            }
        return CalendarPeriod(self, containing: CivilDate(daysSinceEpoch: day))
    }

    /// A day in the middle of a month, since 1970. Months last 30.436875 days on average, and none begins as much as
    /// four days off the place it would have if all lasted so long.
    private static func dayInMonth(_ month: Int) -> Int {
        let monthsSinceEpoch = month - 1970 * 12
        return (monthsSinceEpoch * 30_436_875 + 15_218_437).dividedFlooring(by: 1_000_000).quotient
    }
}
