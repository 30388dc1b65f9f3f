internal import Synchronization

/// What is done with events before they are appended, on the caller's thread: personal parts are sealed, and events
/// that must not be appended are refused.
public protocol AppendGuard: Sendable {
    /// The events as they are to be appended, as many and in the same order.
    ///
    /// - Throws: whatever stands against it; nothing is appended then.
    func prepare(_ events: [NewEvent], for log: EventLog) throws -> [NewEvent]

    /// The events as they are to be appended after the log has refused them, as the same ones may be stored in another
    /// form; nil when the refusal stands.
    func reconcile(_ events: [NewEvent], after refusal: AppendError, in log: EventLog) throws -> [NewEvent]?
}

extension EventLog {
    /// Has `guard` look at whatever is appended through this value from now on. Once, before the first append.
    public func install(_ appendGuard: any AppendGuard) {
        let isFirst = installedGuard.withLock { installed in
            defer { installed = appendGuard }
            return installed == nil
        }
        precondition(isFirst, "a log has one guard")
    }

    /// The events as they are appended.
    func prepared(_ events: [NewEvent]) throws -> [NewEvent] {
        // The request itself refuses so many.
        if events.count > Limits.eventsPerAppend { return events }
        if let appendGuard = installedGuard.withLock({ $0 }) {
            // Before anything is made for them: no key for an event that is refused.
            for index in events.indices {
                do {
                    try RecordEncoder.checkLimits(of: events[index])
                } catch {
                    throw AppendError.invalid(error)
                }
            }
            return try appendGuard.prepare(events, for: self)
        }
        if sealsParts { try requireNoPartInClear(of: events) }
        return events
    }

    /// What the guard makes of a refusal.
    func reconciled(_ events: [NewEvent], after error: any Error) throws -> [NewEvent] {
        guard let refusal = error as? AppendError, case .idTaken = refusal,
            let appendGuard = installedGuard.withLock({ $0 }),
            let events = try appendGuard.reconcile(events, after: refusal, in: self)
        else { throw error }
        return events
    }

    /// Whoever seals parts has a key store in the data directory. From then on no part is appended in clear, by nobody.
    private func requireNoPartInClear(of events: [NewEvent]) throws(AppendError) {
        for event in events {
            for subject in event.subjects where subject.part?.algorithm == .unsealed {
                throw .invalid(
                    InvalidEvent(
                        "the part about \(subject.id) of event \(event.id) is in clear; expected a sealed one, as this "
                            + "data directory has keys: append through Rapport"))
            }
        }
    }
}
