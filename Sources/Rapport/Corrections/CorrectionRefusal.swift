public import EventLog

/// Why an event is not corrected. Nothing was appended.
public enum CorrectionRefusal: Error, Hashable, Sendable {
    /// The log does not reach the position.
    case noSuchPosition(Position, head: Position)
    /// Events of this type stand as they are.
    case notCorrectable(Position, type: EventType)
    /// The event is annulled already, by the event at `by`.
    case alreadyAnnulled(Position, by: Position?)
    /// The event is annulled, by the event at `by`: what is not seen cannot be amended.
    case annulled(Position, by: Position?)
    /// The event is seen as it was stored.
    case notCorrected(Position)
    /// The amendment says what is seen already.
    case unchanged(Position)
    /// The event, or a personal part of it, would say something of somebody who is erased.
    case erased(Position, subject: Tag)
    /// What the event is to say does not fit its type, or cannot be stored.
    case unfit(Position, reason: String)
    /// Others corrected the same event each time it was tried.
    case busy(Position)

    /// The position of the event that was to be corrected.
    public var position: Position {
        switch self {
        case .noSuchPosition(let position, _), .notCorrectable(let position, _), .alreadyAnnulled(let position, _),
            .annulled(let position, _), .notCorrected(let position), .unchanged(let position), .erased(let position, _),
            .unfit(let position, _), .busy(let position):
            position
        }
    }
}

extension CorrectionRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noSuchPosition(let position, let head):
            "position \(position) is not in the log, which holds 1 to \(head); expected the position of an event"
        case .notCorrectable(let position, let type):
            "position \(position): events of type \(type) cannot be corrected; expected one that says what happened, "
                + "and no decision that another event takes back"
        case .alreadyAnnulled(let position, let by):
            "position \(position): is annulled already" + (by.map { " (position \($0))" } ?? "")
        case .annulled(let position, let by):
            "position \(position): is annulled" + (by.map { " at position \($0)" } ?? "")
                + ", so nobody would see what it is amended to; restore it first"
        case .notCorrected(let position):
            "position \(position): is seen as it was stored; expected an event that was amended or annulled"
        case .unchanged(let position):
            "position \(position): is seen like this already; expected other data, tags, personal values or time"
        case .erased(let position, let subject):
            "position \(position): cannot say anything else of \(subject), for that person is erased; it can be "
                + "annulled, restored, or be about others by its tags"
        case .unfit(let position, let reason): "position \(position): \(reason)"
        case .busy(let position):
            "position \(position): was corrected by others each time it was tried; expected a moment of rest"
        }
    }
}
