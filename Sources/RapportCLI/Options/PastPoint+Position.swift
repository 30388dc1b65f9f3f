import EventLog
import Rapport

extension PastPoint {
    /// The last position that was known at this point; days belong to the zone of `calendar`.
    ///
    /// - Throws: ``CommandFailure`` when nothing was recorded by then, or the log does not reach so far.
    func position(in log: EventLog, _ calendar: ZonedCalendar) throws -> Position {
        let head = log.head
        switch self {
        case .position(let position):
            guard position > .zero else {
                throw CommandFailure(
                    .notFound, "position 0 is before the first event; expected 1 to \(head), or a time")
            }
            guard position <= head else {
                throw CommandFailure(
                    .notFound, "position \(position) is not in the log, which ends at position \(head)")
            }
            return position
        case .time(let bound):
            let time = bound.end(in: calendar)
            let position = try log.position(recordedAtOrBefore: time)
            guard position > .zero else { throw try Self.nothingKnown(by: time, log) }
            return position
        }
    }

    /// Who asks for a day before the log was made most likely means what was true then.
    private static func nothingKnown(by time: Timestamp, _ log: EventLog) throws -> CommandFailure {
        guard let first = try log.withEvent(at: Position(1), { $0.recordedAt }) else {
            return CommandFailure(.notFound, "nothing is recorded yet")
        }
        return CommandFailure(
            .notFound,
            "nothing was recorded by \(time); the first event was recorded at \(first); --at asks what was true at an "
                + "earlier time, by what is known now")
    }
}
