public import EventLog

/// Which retention.
public struct RetentionQuestion: Sendable, Hashable {
    /// The days that are asked about where nobody says others.
    public static let usualDays = [1, 7, 14, 30, 60, 90, 180, 365]
    /// The last day after a first order that can be asked about: ten years.
    public static let lastDay = 3_660
    /// No question asks about more days.
    public static let mostDays = 100

    /// The length of the periods of first orders.
    public var by: Granularity
    /// Days after the first order, ascending, each once; brackets of days begin with each of them and end before the
    /// next.
    public var days: [Int]
    /// First day of first orders of cohorts; nil is unbounded.
    public var from: CivilDate?
    /// Last day of first orders of cohorts, included; nil is unbounded.
    public var to: CivilDate?
    /// As known of what had happened at the end of this day; nil: until the end of the day of the latest order.
    public var at: CivilDate?
    /// The IANA zone that days belong to.
    public var zone: String

    /// Asks for monthly cohorts; by default of all first orders, until the latest order, by days in UTC.
    public init(
        by: Granularity = .month, days: [Int] = Self.usualDays, from: CivilDate? = nil, to: CivilDate? = nil,
        at: CivilDate? = nil, zone: String = "UTC"
    ) {
        self.by = by
        self.days = days
        self.from = from
        self.to = to
        self.at = at
        self.zone = zone
    }

    /// - Throws: ``InvalidRetentionDays``.
    func check() throws(InvalidRetentionDays) {
        let isAscending = zip(days, days.dropFirst()).allSatisfy { $0 < $1 }
        let isInRange = days.allSatisfy { (0...Self.lastDay).contains($0) }
        guard (1...Self.mostDays).contains(days.count), isAscending, isInRange else {
            throw InvalidRetentionDays(days: days)
        }
    }
}

/// Days after a first order that cannot be asked about.
public struct InvalidRetentionDays: Error, Hashable, Sendable, CustomStringConvertible {
    /// As they were given.
    public let days: [Int]

    public var description: String {
        let given = days.prefix(10).map { String($0) }.joined(separator: ",") + (days.count > 10 ? ",..." : "")
        return "the days '\(given)' after the first order cannot be asked about; expected 1 to "
            + "\(RetentionQuestion.mostDays) days of 0 to \(RetentionQuestion.lastDay), ascending, each once"
    }
}
