public import EventLog
public import Transparency

/// Why a bundle proves nothing, or why no log is made of it.
public struct RefusedBundle: Error, Equatable, Sendable {
    /// What stands against it.
    public enum Reason: Equatable, Sendable {
        /// No known key has signed the checkpoint, or a signature is not the key's.
        case signature(NoteError)
        /// The event at this leaf, counted from 0, is not in the log as it stands here.
        case event(index: UInt64, ProofError)
        /// The events of the range are not those of the log.
        case range(ProofError)
        /// The file has changed since it was read first.
        case changed
        /// A log has no gaps, and a selection has.
        case selection
        /// A personal part of the event at this position is withheld, so that it cannot be written as it was.
        case withheld(Position)
        /// The log that is there does not hold the events that come before the range.
        case otherLog
        /// The log that was made of the events has another tree: they hold something that this program does not know.
        case differs
    }

    /// What stands against it.
    public let reason: Reason

    init(_ reason: Reason) {
        self.reason = reason
    }
}

extension RefusedBundle: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .signature(let error): "the bundle's checkpoint: \(error)"
        case .event(let index, let error):
            "the event at index \(index) is not proved to be in the log: \(error)"
        case .range(let error): "the events of the range are not proved to be those of the log: \(error)"
        case .changed: "the bundle has changed while it was checked"
        case .selection: "the bundle is a selection, and a log has no gaps; expected a bundle of a range"
        case .withheld(let position):
            "the personal part of the event at position \(position) is withheld; expected a bundle made with personal "
                + "parts"
        case .otherLog:
            "the log that is there holds other events before the range; expected one made of a bundle of the same log"
        case .differs:
            "the log made of the bundle has another root than the checkpoint; expected events that this program can "
                + "write as they were"
        }
    }
}
