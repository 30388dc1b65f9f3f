public import EventLog
internal import Synchronization

/// How long there is work between moments, and when so much work is done, by a calendar.
///
/// There is work at the moments at which clocks of the calendar's zone show its hours: a day on which clocks go forward
/// may have an hour less, one on which they go back an hour more. Moments are known year by year, from the first time
/// that somebody asks about a year, which takes about a millisecond; everything else is O(log n) in the stretches of
/// work of a year, and O(years) between moments of different years.
public final class WorkingTime: Sendable {
    /// The years that can be asked about.
    static let years = 1970...2200
    /// A day by the wall clock.
    static let minutesPerDay = 1_440

    /// By which calendar.
    public let calendar: WorkingCalendar
    /// The moments that can be asked about: from 1970-01-01 UTC, or the day from which the calendar holds, up to and
    /// with the end of 2200.
    public let covered: ClosedRange<Timestamp>

    /// The zone of the calendar.
    private let zone: ZonedCalendar
    /// The calendar's hours, day by day.
    private let days: WorkingDays
    /// Those of ``years`` that somebody has asked about.
    private let known: Mutex<[WorkingYear?]>

    /// Working time by a calendar.
    ///
    /// - Throws: ``WorkingCalendarError`` where the calendar makes no sense.
    public init(_ calendar: WorkingCalendar) throws(WorkingCalendarError) {
        try calendar.check()
        let zone: ZonedCalendar
        do {
            zone = try ZonedCalendar(zone: calendar.zone)
        } catch {
            throw WorkingCalendarError(
                line: 0, column: 0, part: "zone", code: .unknownZone, reason: error.description)
        }
        let first = Self.start(of: Self.years.lowerBound)
        let start = calendar.validFrom.map { max(first, zone.startOfDay($0)) } ?? first
        covered = start...Self.start(of: Self.years.upperBound + 1)
        days = WorkingDays(calendar)
        known = Mutex([WorkingYear?](repeating: nil, count: Self.years.count))
        self.calendar = calendar
        self.zone = zone
    }

    /// Microseconds of work from one moment to another, itself left out.
    ///
    /// - Throws: ``WorkingTimeError`` where `end` is before `start`, or a moment is not ``covered``.
    public func length(from start: Timestamp, to end: Timestamp) throws(WorkingTimeError) -> Int64 {
        guard start <= end else { throw WorkingTimeError.reversed(from: start, to: end) }
        try check(start)
        try check(end)
        let (first, last) = (Self.number(of: start), Self.number(of: end))
        return known.withLock { known in
            let before = year(first, &known).worked(until: start.microseconds)
            var length = year(last, &known).worked(until: end.microseconds) - before
            for number in first..<last { length += year(number, &known).total }
            return length
        }
    }

    /// The earliest moment by which there has been so much work since `start`; `start` itself after none.
    ///
    /// - Parameter duration: In microseconds.
    /// - Throws: ``WorkingTimeError`` where the duration is negative, `start` is not ``covered``, or there is not so
    ///   much work up to the end of 2200.
    public func instant(after duration: Int64, from start: Timestamp) throws(WorkingTimeError) -> Timestamp {
        guard duration >= 0 else { throw WorkingTimeError.negativeDuration(duration) }
        try check(start)
        guard duration > 0 else { return start }
        let found = known.withLock { known -> Int64? in
            var left = duration
            var number = Self.number(of: start)
            var done = year(number, &known).worked(until: start.microseconds)
            while number < Self.years.count {
                let these = year(number, &known)
                if left <= these.total - done { return these.moment(after: done + left) }
                left -= these.total - done
                done = 0
                number += 1
            }
            return nil
        }
        guard let found else { throw WorkingTimeError.neverReached(duration: duration, from: start) }
        return Timestamp(microseconds: found)
    }

    /// The stretches of work without a break in a range, in order; those at its ends as far as they lie in it.
    ///
    /// - Throws: ``WorkingTimeError`` where the range is not ``covered``.
    func stretches(in range: Range<Timestamp>) throws(WorkingTimeError) -> [Range<Timestamp>] {
        try check(range.lowerBound)
        try check(range.upperBound)
        let (first, last) = (Self.number(of: range.lowerBound), Self.number(of: range.upperBound))
        let all = known.withLock { known in
            var all: [WorkingYear.Stretch] = []
            for number in first...last { all += year(number, &known).stretches }
            return all
        }
        var stretches: [Range<Timestamp>] = []
        for stretch in all {
            let start = max(Timestamp(microseconds: stretch.start), range.lowerBound)
            let end = min(Timestamp(microseconds: stretch.end), range.upperBound)
            guard start < end else { continue }
            if let last = stretches.last, last.upperBound == start {
                stretches[stretches.count - 1] = last.lowerBound..<end
            } else {
                stretches.append(start..<end)
            }
        }
        return stretches
    }

    private func check(_ time: Timestamp) throws(WorkingTimeError) {
        guard covered.contains(time) else { throw WorkingTimeError.notCovered(time, by: covered) }
    }

    /// The year with a number, from 0.
    private func year(_ number: Int, _ known: inout [WorkingYear?]) -> WorkingYear {
        if let found = known[number] { return found }
        let made = WorkingYear(Self.years.lowerBound + number, of: days, in: zone)
        known[number] = made
        return made
    }

    /// The number of the year of UTC in which a covered moment lies, from 0; the last one's also for its end.
    private static func number(of time: Timestamp) -> Int {
        let day = time.microseconds.dividedFlooring(by: 86_400_000_000).quotient
        return min(CivilDate(daysSinceEpoch: Int(day)).year, years.upperBound) - years.lowerBound
    }

    /// The first moment of a year of UTC.
    private static func start(of year: Int) -> Timestamp {
        Timestamp(microseconds: Int64(WorkingYear.firstDay(of: year)) * 86_400_000_000)
    }
}
