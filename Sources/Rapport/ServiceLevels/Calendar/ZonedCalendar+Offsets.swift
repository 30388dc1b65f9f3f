extension ZonedCalendar {
    /// Seconds in which the clocks of a zone were ahead of UTC by the same.
    struct OffsetSpan: Hashable, Sendable {
        /// Since 1970 UTC.
        let seconds: Range<Int>
        /// Local clocks show so many seconds more than UTC.
        let offset: Int
    }

    /// The seconds of a range, which is not empty, cut where the zone changed its clocks. In order.
    ///
    /// Looks once a day, so it would miss clocks that were put back within a day of being put forward. Since 1970 no
    /// zone has done so within a week. O(days).
    func offsetSpans(over seconds: Range<Int>) -> [OffsetSpan] {
        var spans: [OffsetSpan] = []
        var (start, looked) = (seconds.lowerBound, seconds.lowerBound)
        var current = offset(at: start)
        while looked < seconds.upperBound - 1 {
            let next = min(looked + 86_400, seconds.upperBound - 1)
            guard offset(at: next) != current else {
                looked = next
                continue
            }
            let change = firstSecond(notAt: current, from: looked, through: next)
            spans.append(OffsetSpan(seconds: start..<change, offset: current))
            (start, looked) = (change, change)
            current = offset(at: change)
        }
        spans.append(OffsetSpan(seconds: start..<seconds.upperBound, offset: current))
        return spans
    }
}
