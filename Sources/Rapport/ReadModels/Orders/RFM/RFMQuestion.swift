public import EventLog

/// Whose recency, frequency and value.
public struct RFMQuestion: Sendable, Hashable {
    /// As known of what had happened at the end of this day; nil: until the end of the day of the latest order.
    public var at: CivilDate?
    /// An earlier day, for who has moved from which segment to which; nil asks for none.
    public var since: CivilDate?
    /// How many days up to the last one are looked at, which is among them; nil looks at all.
    public var windowDays: Int?
    /// The currency of the value; nil takes the only one there is.
    public var currency: String?
    /// What an order is worth.
    public var measure: PurchaseMeasure
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks by default about all orders until the latest one, by days in UTC.
    public init(
        at: CivilDate? = nil, since: CivilDate? = nil, windowDays: Int? = nil, currency: String? = nil,
        measure: PurchaseMeasure = .net, zone: String = "UTC"
    ) {
        self.at = at
        self.since = since
        self.windowDays = windowDays
        self.currency = currency
        self.measure = measure
        self.zone = zone
    }
}

/// A question about recency, frequency and value that has no answer.
public enum InvalidRFMQuestion: Error, Hashable, Sendable, CustomStringConvertible {
    /// The window is of less than a day, or of more than a thousand years.
    case window(days: Int)
    /// The earlier day is not before the other one.
    case notEarlier(since: CivilDate, at: CivilDate)

    /// The longest window, in days.
    static let longestWindow = 365_250

    public var description: String {
        switch self {
        case .window(let days): "the window is \(days) days; expected 1 to \(Self.longestWindow)"
        case .notEarlier(let since, let at): "the earlier day \(since) is not before the day \(at)"
        }
    }
}

/// What kind of customer, by the scores of recency and frequency. The names and their squares of the 5 × 5 grid are a
/// widespread convention; no score of value is in it.
public enum RFMSegment: String, Codable, Sendable, Hashable, CaseIterable {
    /// Recency 5, frequency 4 or 5.
    case champions
    /// Recency 3 or 4, frequency 4 or 5.
    case loyal
    /// Recency 4 or 5, frequency 2 or 3.
    case potentialLoyalists
    /// Recency 5, frequency 1.
    case newCustomers
    /// Recency 4, frequency 1.
    case promising
    /// Recency 3, frequency 3.
    case needAttention
    /// Recency 3, frequency 1 or 2.
    case aboutToSleep
    /// Recency 1 or 2, frequency 3 or 4.
    case atRisk
    /// Recency 1 or 2, frequency 5.
    case cannotLose
    /// Recency 1 or 2, frequency 1 or 2.
    case hibernating

    /// Of two scores from 1 to 5.
    init(recency: Int, frequency: Int) {
        switch (recency, frequency) {
        case (5, 4...): self = .champions
        case (3..., 4...): self = .loyal
        case (4..., 2...): self = .potentialLoyalists
        case (5, _): self = .newCustomers
        case (4, _): self = .promising
        case (3, 3): self = .needAttention
        case (3, _): self = .aboutToSleep
        case (_, 5): self = .cannotLose
        case (_, 3...): self = .atRisk
        default: self = .hibernating
        }
    }
}
