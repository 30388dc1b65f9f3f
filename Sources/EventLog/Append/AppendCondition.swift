/// What must not be in the log for an append to happen: a Dynamic Consistency Boundary (dcb.events).
public struct AppendCondition: Hashable, Sendable {
    /// The append fails when an event matches this query ...
    public let query: Query
    /// ... after this position; nil looks at the whole log.
    public let after: Position?

    public init(failIfMatches query: Query, after: Position? = nil) {
        self.query = query
        self.after = after
    }

    /// Expected version of one entity: nothing may have been appended about `tag` since `position`.
    public static func unchanged(_ tag: Tag, since position: Position) -> AppendCondition {
        AppendCondition(failIfMatches: Query(tag: tag), after: position)
    }
}

/// What to do with events of a call whose ids are in the log already, while others are new.
public enum KnownEvents: Sendable {
    /// Refuse the call with ``AppendError/someKnown(_:)``.
    case refuse
    /// Append the new ones together; the known ones answer with their first positions.
    case skip
}

/// Where the events of an append stand in the log.
public struct AppendResult: Hashable, Sendable {
    /// One position for each event of the call, in its order.
    public let positions: [Position]
    /// How many of them were written by this call; the others were there already.
    public let appended: Int

    package init(positions: [Position], appended: Int) {
        self.positions = positions
        self.appended = appended
    }

    /// The last position of the call: what a query must have reached to see all of it.
    public var last: Position { positions.max() ?? .zero }
}

/// Why an append wrote nothing.
public enum AppendError: Error, Equatable, Sendable {
    /// An event that matches the condition stands in the log.
    case conflict(AppendConflict)
    /// An id is taken by an event with other bytes.
    case idTaken(EventID, at: Position)
    /// One call has two events with the same id and different bytes.
    case idTwice(EventID)
    /// Some ids are known, others are new; nothing was written.
    case someKnown([EventID: Position])
    /// The condition's `after` is beyond the head: it belongs to another log.
    case afterBeyondHead(after: Position, head: Position)
    /// An event or the call breaks a limit or a rule.
    case invalid(InvalidEvent)
    /// The log is closing; the events were not handed to the writer.
    case closed
    /// The log is open for reading only.
    case readOnly
}

/// A failed append condition: which one, and the first event that stands against it.
public struct AppendConflict: Hashable, Sendable {
    public let condition: AppendCondition
    public let conflicting: Position
}

extension AppendError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .conflict(let conflict):
            "conflict: the event at position \(conflict.conflicting) matches the append condition"
                + (conflict.condition.after.map { " (after \($0))" } ?? "")
        case .idTaken(let id, let position): "the event id \(id) is taken by another event at position \(position)"
        case .idTwice(let id): "the event id \(id) stands twice in one append with different content"
        case .someKnown(let known):
            "\(known.count) of the events are in the log already, the others are not; nothing was written"
        case .afterBeyondHead(let after, let head):
            "the condition looks after position \(after) but the log ends at \(head): is this the right log?"
        case .invalid(let invalid): invalid.reason
        case .closed: "the log is closing"
        case .readOnly: "the log is open for reading only"
        }
    }
}
