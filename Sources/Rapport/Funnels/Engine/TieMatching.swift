/// Events at one time, each of which may be one step of an attempt.
struct TieMatching {
    /// The steps that each event is; events that count for nothing left out.
    private var events: [UInt32] = []
    private var indices: [Int] = []
    private var all: UInt32 = 0
    private var hasSeveral = false

    /// Takes the events of a range.
    ///
    /// - Parameter isInSessions: whether an event of this session counts.
    mutating func prepare(_ stream: FunnelStream, _ range: Range<Int>, isInSessions: (Int32) -> Bool) {
        events.removeAll(keepingCapacity: true)
        indices.removeAll(keepingCapacity: true)
        (all, hasSeveral) = (0, false)
        for index in range where stream.steps[index] != 0 && isInSessions(stream.sessions[index]) {
            let steps = stream.steps[index]
            events.append(steps)
            indices.append(index)
            all |= steps
            if steps & (steps &- 1) != 0 { hasSeveral = true }
        }
    }

    /// The steps, as bits, that an attempt at `step` can come to by these events alone, itself left out.
    ///
    /// O(steps² · steps · events) where an event may be one of several steps, else O(steps²).
    ///
    /// - Parameter mayBegin: whether the first of the events may be this step.
    func reachable(from step: Int, _ plan: FunnelPlan, _ mayBegin: (Int) -> Bool) -> UInt32 {
        all == 0 ? 0 : reachable(from: step, leavingOut: nil, plan, mayBegin)
    }

    /// The same for attempts that begin with one of the events: the first step is among them.
    func reachableFromStart(_ plan: FunnelPlan, _ isStart: (Int) -> Bool) -> UInt32 {
        if !hasSeveral { return 1 | reachable(from: 0, leavingOut: nil, plan, { _ in true }) }
        var found: UInt32 = 0
        var tried: [UInt32] = []
        for (number, index) in indices.enumerated() where isStart(index) {
            // Events that are the same steps stand for each other.
            if tried.contains(events[number]) { continue }
            tried.append(events[number])
            found |= 1 | reachable(from: 0, leavingOut: number, plan, { _ in true })
        }
        return found
    }

    private func reachable(
        from step: Int, leavingOut start: Int?, _ plan: FunnelPlan, _ mayBegin: (Int) -> Bool
    ) -> UInt32 {
        var found: UInt32 = 0
        var first = step + 1
        while first < plan.stepCount {
            if isThere(first), mayBegin(first) { found |= reachable(beginningAt: first, leavingOut: start, plan) }
            if !plan.isOptional(first) { break }
            first += 1
        }
        return found
    }

    /// The steps that can be come to when the first event taken is the step `first`: those for which there are as many
    /// events as required steps before them, each event taken once. Optional ones may be left out.
    private func reachable(beginningAt first: Int, leavingOut start: Int?, _ plan: FunnelPlan) -> UInt32 {
        var matching = Matching(events, leavingOut: start)
        guard matching.takes(first) else { return 0 }
        var found: UInt32 = 1 << UInt32(first)
        for next in first + 1..<max(first + 1, plan.stepCount) {
            var further = matching
            let isReached = isThere(next) && further.takes(next)
            if isReached { found |= 1 << UInt32(next) }
            if plan.isOptional(next) { continue }
            guard isReached else { break }
            matching = further
        }
        return found
    }

    private func isThere(_ step: Int) -> Bool { all & (1 << UInt32(step)) != 0 }

    /// Steps matched to events, one to one, made greater along augmenting paths (H. W. Kuhn, "The Hungarian Method for
    /// the Assignment Problem", 1955).
    private struct Matching {
        private let events: [UInt32]
        /// For each event the step that it is matched to; -1 for none, and -2 for the one left out.
        private var steps: [Int]
        private var visited: [Bool]

        init(_ events: [UInt32], leavingOut start: Int?) {
            self.events = events
            steps = [Int](repeating: -1, count: events.count)
            visited = [Bool](repeating: false, count: events.count)
            if let start { steps[start] = -2 }
        }

        /// Matches one step more, if there is an event for it.
        mutating func takes(_ step: Int) -> Bool {
            for event in visited.indices { visited[event] = steps[event] == -2 }
            return augment(step)
        }

        private mutating func augment(_ step: Int) -> Bool {
            let bit: UInt32 = 1 << UInt32(step)
            for event in events.indices where events[event] & bit != 0 && !visited[event] {
                visited[event] = true
                if steps[event] < 0 || augment(steps[event]) {
                    steps[event] = step
                    return true
                }
            }
            return false
        }
    }
}
