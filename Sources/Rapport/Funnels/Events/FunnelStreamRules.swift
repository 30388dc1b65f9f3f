/// What makes the events of one subject a stream that the engine runs over: their order, which of them is the first,
/// and their sessions.
struct FunnelStreamRules: Sendable {
    /// Steps of which only the first event of their types counts.
    private let firstEver: UInt32
    /// Steps of which only the first event that matches counts.
    private let firstMatching: UInt32
    private let needsSessions: Bool
    /// In microseconds; nil where events name their session.
    private let gap: Int64?

    init(_ definition: FunnelDefinition) {
        var firstEver: UInt32 = 0
        var firstMatching: UInt32 = 0
        for (number, step) in definition.steps.enumerated() {
            switch step.occurrence {
            case .every: break
            case .firstEver: firstEver |= 1 << UInt32(number)
            case .firstMatching: firstMatching |= 1 << UInt32(number)
            }
        }
        self.firstEver = firstEver
        self.firstMatching = firstMatching
        var needsSessions = definition.counting == .session
        if case .sessions = definition.window { needsSessions = true }
        self.needsSessions = needsSessions
        if case .gap(let gap) = definition.sessions { self.gap = gap } else { gap = nil }
    }

    /// Whether events must be known that lie before the range, or behind the last window.
    var looksBeyondRange: Bool { firstEver != 0 || firstMatching != 0 || needsSessions }

    /// Whether the session that events name counts.
    var readsSessions: Bool { needsSessions && gap == nil }

    /// Makes the events of one subject a stream. Before, `session` is the number of the session that each names, 0 for
    /// none. O(n log n); where they are in order, O(n).
    func arrange(_ events: inout [FunnelEvent]) {
        if !Self.isSorted(events) { events.sort { ($0.time, $0.position) < ($1.time, $1.position) } }
        if firstEver != 0 || firstMatching != 0 { keepFirst(&events) }
        if needsSessions { numberSessions(&events) }
    }

    private static func isSorted(_ events: [FunnelEvent]) -> Bool {
        var index = 1
        while index < events.count {
            let (before, event) = (events[index - 1], events[index])
            if event.time < before.time || event.time == before.time && event.position < before.position {
                return false
            }
            index += 1
        }
        return true
    }

    private func keepFirst(_ events: inout [FunnelEvent]) {
        var seenTypes: UInt32 = 0
        var seenMatches: UInt32 = 0
        for index in events.indices {
            let matches = events[index].steps
            events[index].steps &= ~(firstEver & seenTypes) & ~(firstMatching & seenMatches)
            seenTypes |= events[index].ofTypes
            seenMatches |= matches
        }
    }

    private func numberSessions(_ events: inout [FunnelEvent]) {
        guard let gap else { return numberNamedSessions(&events) }
        var session: Int32 = 0
        for index in events.indices {
            if index > 0 {
                let (length, overflow) = events[index].time.subtractingReportingOverflow(events[index - 1].time)
                if overflow || length > gap { session += 1 }
            }
            events[index].session = session
        }
    }

    /// In the order in which they began.
    private func numberNamedSessions(_ events: inout [FunnelEvent]) {
        var numbers: [Int32: Int32] = [:]
        for index in events.indices {
            let name = events[index].session
            if name == 0 {
                events[index].session = -1
                continue
            }
            let number = numbers[name] ?? Int32(numbers.count)
            numbers[name] = number
            events[index].session = number
        }
    }
}
