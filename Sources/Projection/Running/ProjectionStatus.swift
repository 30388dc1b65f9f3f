public import EventLog

/// How a read model is doing.
public struct ProjectionStatus: Sendable {
    public enum State: String, Sendable, Codable {
        /// At the head, or on its way there.
        case following
        /// Being built; an older generation may serve meanwhile.
        case building
        /// Stopped at an event that it cannot fold.
        case stopped
        /// This process does not follow: nobody holds the lease, or another process does. Or it cannot be folded at the
        /// moment (``FoldUnavailable``), and is tried again.
        case waiting
    }

    public let name: String
    public let version: Int
    /// The position of the rows that serve; nil before the first build.
    public let position: Position?
    public let state: State
    public let failure: ProjectionFailure?
    /// What keeps it from being folded at the moment; nil where nothing does.
    public let unavailability: String?
}

/// Why a query has no answer.
public enum ProjectionUnavailable: Error, Equatable, Sendable {
    /// The read model has no rows yet, or rows of another version; it is being built.
    case rebuilding(model: String)
    /// It did not reach the wanted position in time.
    case behind(model: String, at: Position, wanted: Position)
    /// It has stopped before the wanted position.
    case stopped(ProjectionFailure)
    /// There is no read model of this name.
    case unknown(model: String)
    /// Rows of its past would hold what is deleted for good (``ReadModel/forgets``), and may not be written to the data
    /// directory; nor are they written anywhere else.
    case pastNotKept(model: String)
    /// Its rows hold what is deleted for good (``ReadModel/forgets``): they are not built aside, and not shown.
    case notPreviewed(model: String)
}

extension ProjectionUnavailable: CustomStringConvertible {
    public var description: String {
        switch self {
        case .rebuilding(let model): "read model \(model) is being built"
        case .behind(let model, let position, let wanted):
            "read model \(model) is at position \(position), not yet at \(wanted)"
        case .stopped(let failure): failure.description
        case .unknown(let model): "there is no read model named \(model)"
        case .pastNotKept(let model):
            "rows of the past of read model \(model) hold personal values; they are built in the data directory alone, "
                + "to which nothing may be written here"
        case .notPreviewed(let model): "the rows of read model \(model) hold personal values and are not shown"
        }
    }
}
