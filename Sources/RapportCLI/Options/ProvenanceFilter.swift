import EventLog
import LMDB

/// Which events to let through by who appended them, from where and because of what. Compares in place.
struct ProvenanceFilter {
    /// Any of them will do; empty lets every actor through, and events that name none.
    private let actors: [[UInt8]]
    private let source: [UInt8]?
    private let correlation: [UInt8]?
    private let cause: EventID?

    init(actors: [String], source: String?, correlation: String?, cause: EventID?) {
        self.actors = actors.map { Array($0.utf8) }
        self.source = source.map { Array($0.utf8) }
        self.correlation = correlation.map { Array($0.utf8) }
        self.cause = cause
    }

    /// Whether all that is asked for holds.
    func lets(through event: borrowing EventView) -> Bool {
        if let cause, !event.isCaused(by: cause) { return false }
        if let source, !event.hasSource(source.rawSpan) { return false }
        if let correlation, !event.hasCorrelationID(correlation.rawSpan) { return false }
        if actors.isEmpty { return true }
        for actor in actors where event.hasActor(actor.rawSpan) { return true }
        return false
    }
}
