public import EventLog
public import Projection

/// What an open CRM is doing: its log, and how far each read model has come.
public struct CRMMetrics: Codable, Hashable, Sendable {
    /// When it was looked at.
    public let time: Timestamp
    /// The log.
    public let log: LogMetrics
    /// The read models, in their order.
    public let readModels: [ReadModelMetrics]
}

/// How far a read model has come.
public struct ReadModelMetrics: Codable, Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The position of the rows that answer; nil before the first build.
    public let position: Position?
    /// Events of the log that are not in these rows.
    public let lag: UInt64
    /// What is being done about it, as far as this process knows.
    public let state: ProjectionStatus.State
    /// Why it has stopped; nil while it goes on.
    public let failure: String?

    init(_ status: ProjectionStatus, head: Position) {
        name = status.name
        position = status.position
        lag = head.rawValue - min(head.rawValue, status.position?.rawValue ?? 0)
        state = status.state
        failure = status.failure?.description
    }
}
