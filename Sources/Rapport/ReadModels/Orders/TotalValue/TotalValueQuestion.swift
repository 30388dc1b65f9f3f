public import EventLog
internal import Projection

/// What customers are worth, all in all, as known of which day.
public struct TotalValueQuestion: Sendable, Hashable {
    /// As known of what had happened at the end of this day; nil: until the end of the day of the latest order,
    /// referral, decision about a suggestion or service cost.
    public var at: CivilDate?
    /// The currency of all amounts; nil takes the only one there is.
    public var currency: String?
    /// What part of the benefit of a suggestion is owed to who made it, in basis points.
    public var suggestionShareBp: Int64
    /// What times of expected purchases are counted in.
    public var unit: LifetimeUnit
    /// How many units ahead purchases are expected; 0 expects none.
    public var horizon: Int
    /// The discount rate of a year, in basis points.
    public var yearlyDiscountBp: Int64
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks by default with all of the benefit of suggestions and a year of weeks at 10 % a year, by days in UTC.
    public init(
        at: CivilDate? = nil, currency: String? = nil, suggestionShareBp: Int64 = 10_000, unit: LifetimeUnit = .week,
        horizon: Int = 52, yearlyDiscountBp: Int64 = 1_000, zone: String = "UTC"
    ) {
        self.at = at
        self.currency = currency
        self.suggestionShareBp = suggestionShareBp
        self.unit = unit
        self.horizon = horizon
        self.yearlyDiscountBp = yearlyDiscountBp
        self.zone = zone
    }
}

/// A question about the total value that has no answer.
public enum InvalidTotalValueQuestion: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not as many units ahead as can be.
    case horizon(Int)
    /// A part of a suggestion's benefit below nothing or above all of it.
    case share(basisPoints: Int64)

    public var description: String {
        switch self {
        case .horizon(let units):
            "the horizon is \(units) units of time; expected 0 to \(InvalidLifetimeQuestion.farthest)"
        case .share(let basisPoints):
            "the share of a suggestion's benefit is \(basisPoints) basis points; expected 0 to 10000"
        }
    }
}

/// In which order customers are listed.
public enum TotalValueOrder: String, Codable, Sendable, Hashable, CaseIterable {
    /// The greatest total value first.
    case value
    /// Those first whose rank by value differs most from that by sales, up or down.
    case moved
}

extension TotalValueQuestion {
    /// Days in the zone asked for.
    ///
    /// - Throws: ``UnknownTimeZone``, ``InvalidTotalValueQuestion``.
    func calendar() throws -> ZonedCalendar {
        guard (0...InvalidLifetimeQuestion.farthest).contains(horizon) else {
            throw InvalidTotalValueQuestion.horizon(horizon)
        }
        guard (0...10_000).contains(suggestionShareBp) else {
            throw InvalidTotalValueQuestion.share(basisPoints: suggestionShareBp)
        }
        return try ZonedCalendar(zone: zone)
    }

    /// What a list is asked for, in bytes.
    func scope(_ order: TotalValueOrder) -> [UInt8] {
        let parts = [
            "value", at?.description, currency.map { "=\($0)" }, String(suggestionShareBp), unit.rawValue,
            String(horizon), String(yearlyDiscountBp), zone, order.rawValue,
        ]
        return RowKey.make(OrderModel.ofCustomers, parts.map { $0 ?? "" })
    }
}
