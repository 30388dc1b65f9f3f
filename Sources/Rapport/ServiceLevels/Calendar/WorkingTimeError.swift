public import EventLog

/// A question about working time that has no answer.
public enum WorkingTimeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The end is before the start.
    case reversed(from: Timestamp, to: Timestamp)
    /// A duration is less than nothing; in microseconds.
    case negativeDuration(Int64)
    /// A moment about which nothing is known, and those that something is known about.
    case notCovered(Timestamp, by: ClosedRange<Timestamp>)
    /// So many microseconds do not pass from a moment to the end of what is known.
    case neverReached(duration: Int64, from: Timestamp)

    public var description: String {
        switch self {
        case .reversed(let start, let end):
            "time goes from \(start) to \(end), which is before; expected the same or later"
        case .negativeDuration(let duration): "a duration is nothing or more, not \(duration) microseconds"
        case .notCovered(let time, let covered):
            "\(time) cannot be asked about; expected a time from \(covered.lowerBound) to \(covered.upperBound)"
        case .neverReached(let duration, let start):
            "\(duration) microseconds do not pass after \(start), as far as times are known"
        }
    }
}
