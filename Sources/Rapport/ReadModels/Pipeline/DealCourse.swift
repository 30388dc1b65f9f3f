internal import EventLog

/// A deal from its opening to how it stands at some moment.
struct DealCourse {
    /// As the event left it that it was opened by.
    let opening: DealHistory.Change
    /// As it stands.
    let last: DealHistory.Change
    /// The win or the loss that it stands by; nil while it is open.
    let closing: DealHistory.Change?

    /// How it stands.
    var outcome: DealOutcome { last.outcome }

    /// From the opening until it was won or lost, or until `now` where it is open; microseconds.
    func length(until now: Int64) -> Int64 { (closing?.at ?? now) - opening.at }
}

extension DealHistory {
    /// Calls `body` with how the deal stood after each event that happened before a moment, in their order. The changes
    /// of one event count together, as they leave the deal. O(changes).
    func forEachStanding(before end: Int64, _ body: (Change) throws -> Void) rethrows {
        for (index, change) in changes.enumerated() {
            if change.at >= end { return }
            if index + 1 < changes.count, changes[index + 1].position == change.position { continue }
            try body(change)
        }
    }

    /// The deal's course until a moment; nil when it was not opened by then. O(changes).
    func course(before end: Int64) -> DealCourse? {
        var course: DealCourse?
        forEachStanding(before: end) { standing in
            let isClosing = standing.kind == .won || standing.kind == .lost
            let closing = isClosing ? standing : course?.closing
            course = DealCourse(
                opening: course?.opening ?? standing, last: standing,
                closing: standing.outcome == .open ? nil : closing)
        }
        return course
    }
}

extension Timestamp {
    /// The first moment behind it, in microseconds UTC; itself where there is none.
    var endMicroseconds: Int64 { microseconds == .max ? .max : microseconds + 1 }
}
