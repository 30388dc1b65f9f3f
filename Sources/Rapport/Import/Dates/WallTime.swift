internal import EventLog
internal import Foundation

/// What calendar and clock on a wall show; which moment that is depends on the zone, unless an offset was given.
struct WallTime: Equatable {
    let date: CivilDate
    let microsecondOfDay: Int64
    /// Seconds that the clock was ahead of UTC, where that is stated.
    let offset: Int?

    /// Nil when there is no such date or time.
    init?(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, microsecond: Int64, offset: Int?
    ) {
        guard let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second < 60 else {
            return nil
        }
        self.date = date
        self.microsecondOfDay = Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + microsecond
        self.offset = offset
    }

    /// The moment, for a wall in `calendar`'s zone.
    ///
    /// Of two moments when clocks go back it is the first; a time that clocks leave out counts as the same time after
    /// midnight by a clock that was not changed.
    func moment(in calendar: ZonedCalendar) -> Timestamp {
        if let offset { return utc.advanced(byMicroseconds: -Int64(offset) * 1_000_000) }
        let start = calendar.startOfDay(date)
        let end = calendar.endOfDay(date)
        let isWhole = end.microseconds - start.microseconds == 86_400_000_000
        guard !isWhole, microsecondOfDay > 0, let zone = TimeZone(identifier: calendar.name) else {
            return start.advanced(byMicroseconds: microsecondOfDay)
        }
        let before = Int64(zone.secondsFromGMT(for: start.date)) * 1_000_000
        let after = Int64(zone.secondsFromGMT(for: end.date)) * 1_000_000
        let early = utc.advanced(byMicroseconds: -before)
        let late = utc.advanced(byMicroseconds: -after)
        if Int64(zone.secondsFromGMT(for: early.date)) * 1_000_000 == before { return early }
        return Int64(zone.secondsFromGMT(for: late.date)) * 1_000_000 == after ? late : early
    }

    /// The moment if the wall were in Greenwich.
    private var utc: Timestamp {
        Timestamp(microseconds: Int64(date.daysSinceEpoch) * 86_400_000_000 + microsecondOfDay)
    }
}
