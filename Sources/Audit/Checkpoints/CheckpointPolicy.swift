/// When a log that grows is signed again: as soon as either is reached.
public struct CheckpointPolicy: Hashable, Sendable {
    /// So many events were appended since the last checkpoint.
    public let events: UInt64
    /// So many seconds have gone by since, and something was appended.
    public let seconds: Double

    /// A tenth of a second up to some thirty years.
    private static let possibleSeconds = 0.1...1e9

    /// Signs after so many events or seconds, whichever comes first; at least one event, and at most ten times a
    /// second.
    public init(events: UInt64 = 100_000, seconds: Double = 60) {
        self.events = max(1, events)
        let atLeast = max(Self.possibleSeconds.lowerBound, seconds)
        self.seconds = atLeast < Self.possibleSeconds.upperBound ? atLeast : Self.possibleSeconds.upperBound
    }
}
