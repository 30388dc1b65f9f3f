public import EventLog

/// Which time counts for a promise.
public enum ServiceTime: Sendable {
    /// All time, day and night.
    case wallClock
    /// The time in which there is work.
    case working(WorkingTime)

    /// Microseconds that count from one moment to another, itself left out.
    ///
    /// - Throws: ``WorkingTimeError`` where `end` is before `start`, or nothing is known about a moment.
    public func length(from start: Timestamp, to end: Timestamp) throws(WorkingTimeError) -> Int64 {
        switch self {
        case .working(let working): return try working.length(from: start, to: end)
        case .wallClock:
            guard start <= end else { throw WorkingTimeError.reversed(from: start, to: end) }
            try check(start)
            try check(end)
            return end.microseconds - start.microseconds
        }
    }

    /// The earliest moment by which so many microseconds that count have passed since `start`.
    ///
    /// - Throws: ``WorkingTimeError`` where the duration is negative, nothing is known about `start`, or so much time
    ///   does not pass.
    public func instant(after duration: Int64, from start: Timestamp) throws(WorkingTimeError) -> Timestamp {
        switch self {
        case .working(let working): return try working.instant(after: duration, from: start)
        case .wallClock:
            guard duration >= 0 else { throw WorkingTimeError.negativeDuration(duration) }
            try check(start)
            guard duration <= Timestamp.expressible.upperBound.microseconds - start.microseconds else {
                throw WorkingTimeError.neverReached(duration: duration, from: start)
            }
            return start.advanced(byMicroseconds: duration)
        }
    }

    private func check(_ time: Timestamp) throws(WorkingTimeError) {
        guard Timestamp.expressible.contains(time) else {
            throw WorkingTimeError.notCovered(time, by: Timestamp.expressible)
        }
    }
}
