public import EventLog

/// History is not what it was: what was done to it, and where.
public struct TamperedLog: Error, Equatable, Sendable {
    /// What was found first.
    public enum Finding: Equatable, Sendable {
        /// Another event stands at this position than was appended there.
        case edited(Position)
        /// The events that stood from one position to the other are gone.
        case dropped(from: Position, to: Position)
        /// An event stands at this position that was not appended there; those behind it were moved.
        case inserted(Position)
        /// The events at these two positions have changed their places.
        case swapped(Position, Position)
        /// The log has another root than a checkpoint of so many events, kept at `source`. With the largest smaller
        /// checkpoint, of `agreesUpTo` events, it agrees; 0 when there is none: what was changed stands in between.
        case disagrees(size: UInt64, source: String, agreesUpTo: UInt64)
        /// A stored checkpoint is not signed by a key of this log; why.
        case signature(size: UInt64, source: String, reason: String)
    }

    /// What was found first.
    public let finding: Finding

    init(_ finding: Finding) {
        self.finding = finding
    }

    /// The first position that may be concerned; nil when a signature is.
    public var position: Position? {
        switch finding {
        case .edited(let position), .dropped(let position, _), .inserted(let position), .swapped(let position, _):
            position
        case .disagrees(_, _, let agreesUpTo): Position(agreesUpTo).next
        case .signature: nil
        }
    }
}

extension TamperedLog: CustomStringConvertible {
    public var description: String {
        switch finding {
        case .edited(let position):
            "the event at position \(position) was changed: it is not the one that was appended there"
        case .dropped(let from, let to) where from == to: "the event that stood at position \(from) is gone"
        case .dropped(let from, let to): "the events that stood at positions \(from) to \(to) are gone"
        case .inserted(let position):
            "the event at position \(position) was put in later: those behind it stood one or more positions before"
        case .swapped(let first, let second): "the events at positions \(first) and \(second) have changed places"
        case .disagrees(let size, let source, let agreesUpTo):
            "the log is not the one that the checkpoint of \(size) events in \(source) speaks of: something was "
                + "changed from position \(agreesUpTo + 1) to \(size)"
        case .signature(let size, let source, let reason):
            "the checkpoint of \(size) events in \(source) is not signed by a key of this log: \(reason)"
        }
    }
}
