public import EventLog
internal import Foundation

/// Where days begin and end in one IANA time zone.
///
/// Days follow the wall clock, so they last 23, 24 or 25 hours where clocks change, and a day that a zone left out
/// (Samoa had no 2011-12-30) lasts none. For 1900 to 2100, as far as Foundation's zone data goes: before 1970 it may
/// give a zone the history of a neighbour with the same clocks since.
public struct ZonedCalendar: Hashable, Sendable {
    /// The zone's name as given, such as `Europe/Berlin`.
    public let name: String
    /// Nil for UTC, which needs no look-up.
    private let zone: TimeZone?

    /// Days of Coordinated Universal Time.
    public static let utc = ZonedCalendar(name: "UTC", zone: nil)

    /// The calendar of an IANA zone: `Area/Place` with exact letter case, or `UTC` or `GMT`.
    ///
    /// Abbreviations are refused: CST is a zone in America and another in China.
    public init(zone name: String) throws(UnknownTimeZone) {
        if ["UTC", "GMT", "Etc/UTC", "Etc/GMT"].contains(name) {
            self.init(name: name, zone: nil)
            return
        }
        guard name.contains("/"), let zone = TimeZone(identifier: name) else { throw UnknownTimeZone(name: name) }
        self.init(name: name, zone: zone)
    }

    private init(name: String, zone: TimeZone?) {
        self.name = name
        self.zone = zone
    }

    /// The date a wall calendar in the zone shows at `time`.
    ///
    /// Where clocks went back over midnight, the date before shows once more after its end.
    public func date(of time: Timestamp) -> CivilDate {
        let second = Int(time.microseconds.dividedFlooring(by: 1_000_000).quotient)
        return CivilDate(daysSinceEpoch: (second + offset(at: second)).dividedFlooring(by: secondsPerDay).quotient)
    }

    /// The first moment of `date`; where the zone left the date out, the first moment of the next date there was.
    public func startOfDay(_ date: CivilDate) -> Timestamp {
        Timestamp(microseconds: Int64(startSecond(date)) * 1_000_000)
    }

    /// The moment `date` is over: the start of the next day, itself not part of `date`.
    public func endOfDay(_ date: CivilDate) -> Timestamp { startOfDay(date.next) }

    /// The moments of all days in `period`.
    public func moments(of period: CalendarPeriod) -> Range<Timestamp> {
        startOfDay(period.firstDay)..<startOfDay(period.next.firstDay)
    }
}

// MARK: - The first second of a day

extension ZonedCalendar {
    /// The earliest second, since 1970 UTC, at which the clock shows `date` or later.
    ///
    /// No offset exceeds 16 hours, so that second lies within 16 hours of midnight UTC, and no zone has changed its
    /// clocks twice in that window.
    private func startSecond(_ date: CivilDate) -> Int {
        let midnight = date.daysSinceEpoch * secondsPerDay
        guard zone != nil else { return midnight }
        let before = offset(at: midnight - 16 * 3600)
        let after = offset(at: midnight + 16 * 3600)
        guard before != after else { return midnight - before }
        let change = firstSecond(notAt: before, from: midnight - 16 * 3600, through: midnight + 16 * 3600)
        return midnight - before < change ? midnight - before : max(change, midnight - after)
    }

    /// Bisects to the second when the offset ceases to be `offset`, given that it is so at `low` and not at `high`.
    func firstSecond(notAt offset: Int, from low: Int, through high: Int) -> Int {
        var (low, high) = (low, high)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if self.offset(at: middle) == offset { low = middle } else { high = middle }
        }
        return high
    }

    /// Seconds that local clocks are ahead of UTC at a second since 1970.
    func offset(at second: Int) -> Int {
        zone?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))) ?? 0
    }
}

private let secondsPerDay = 86_400

/// A zone name that the time zone data does not have.
public struct UnknownTimeZone: Error, Hashable, CustomStringConvertible {
    /// The name as given.
    public let name: String

    public var description: String {
        "unknown time zone '\(name)': give an IANA name such as 'Europe/Berlin', or 'UTC'"
    }
}
