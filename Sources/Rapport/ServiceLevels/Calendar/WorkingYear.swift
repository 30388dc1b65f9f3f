internal import EventLog

/// The working time of a year of UTC, as moments. Times are microseconds since 1970 UTC.
struct WorkingYear: Sendable {
    /// Work without a break, from `start` up to `end`, itself left out.
    struct Stretch: Hashable, Sendable {
        /// The first microsecond of work.
        let start: Int64
        /// The microsecond after the last one of work.
        var end: Int64
        /// The length of all stretches of the year up to the end of this one, itself included.
        var through: Int64
    }

    /// In order, none empty, none touching the next.
    let stretches: [Stretch]

    /// The working time of all of it.
    var total: Int64 { stretches.last?.through ?? 0 }

    /// The moments of a year, 1970 to 2200, at which clocks of the zone show hours of work.
    ///
    /// Hours that clocks leave out when they go forward are no moments, and of hours that clocks show twice when they
    /// go back there are two each. O(days + stretches).
    init(_ year: Int, of days: WorkingDays, in zone: ZonedCalendar) {
        var stretches: [Stretch] = []
        for span in zone.offsetSpans(over: Self.seconds(of: year)) {
            let (first, last) = (span.seconds.lowerBound, span.seconds.upperBound - 1)
            for day in Self.day(first + span.offset)...Self.day(last + span.offset) {
                let midnight = day * 86_400 - span.offset
                for hours in days.hours(on: day) {
                    let start = max(midnight + hours.start * 60, first)
                    let end = min(midnight + hours.end * 60, last + 1)
                    if start < end { stretches.add(from: start, to: end) }
                }
            }
        }
        self.stretches = stretches
    }

    /// How much of the year's working time has passed at a moment. O(log n).
    func worked(until time: Int64) -> Int64 {
        let next = stretches.number { $0.start >= time }
        guard next > 0 else { return 0 }
        let last = stretches[next - 1]
        return last.through - max(0, last.end - time)
    }

    /// The first moment at which so much of the year's working time has passed: more than 0, at most ``total``.
    /// O(log n).
    func moment(after worked: Int64) -> Int64 {
        let stretch = stretches[stretches.number { $0.through >= worked }]
        return stretch.end - (stretch.through - worked)
    }

    // MARK: Days and years

    /// The day on which a second lies, both since 1970.
    private static func day(_ second: Int) -> Int { second.dividedFlooring(by: 86_400).quotient }

    /// The seconds of a year.
    private static func seconds(of year: Int) -> Range<Int> {
        firstDay(of: year) * 86_400..<firstDay(of: year + 1) * 86_400
    }

    /// Days from 1970-01-01 to the first day of a year, 1970 or later.
    static func firstDay(of year: Int) -> Int {
        365 * (year - 1970) + (year - 1969) / 4 - (year - 1901) / 100 + (year - 1601) / 400
    }
}

extension [WorkingYear.Stretch] {
    /// Adds seconds that do not begin before the last ones end; together where they touch.
    fileprivate mutating func add(from start: Int, to end: Int) {
        let (start, end) = (Int64(start) * 1_000_000, Int64(end) * 1_000_000)
        if let last, last.end == start {
            self[count - 1].end = end
            self[count - 1].through += end - start
        } else {
            append(WorkingYear.Stretch(start: start, end: end, through: (last?.through ?? 0) + end - start))
        }
    }

    /// The index of the first that fulfils a condition which all later ones fulfil, too; the count where none does.
    fileprivate func number(ofFirst isFound: (WorkingYear.Stretch) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if isFound(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
