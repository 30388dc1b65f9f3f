public import EventLog

/// What is asked of a behaviour funnel.
public struct BehaviourQuestion: Sendable, Hashable {
    /// Where the definition comes from.
    public enum Source: Sendable, Hashable {
        /// It is given: the events are gone through when it is asked.
        case definition(FunnelDefinition)
        /// A saved funnel: its rows answer.
        case saved(name: String)
    }

    /// The funnel.
    public var source: Source
    /// Entrants whose window has not closed by then are immature.
    public var now: Timestamp
    /// Who is who is looked at as of here; nil is the position that is asked about.
    public var identityAsOf: Position?
    /// The length of the periods of the trend; nil shows none.
    public var trend: Granularity?
    /// The IANA zone of the periods of the trend; nil takes the funnel's own. The range of entries stays as defined.
    public var trendZone: String?
    /// How many bins the histogram of the times to convert has, 1 to 90; 0 takes as many as suit; nil shows none.
    public var bins: Int?
    /// Two values of the breakdown whose conversions are compared; "" is that of attempts without a value.
    public var compared: [String] = []

    /// A question about a funnel as at `now`.
    public init(_ source: Source, now: Timestamp) {
        self.source = source
        self.now = now
    }
}
