/// Events at one time, each of which may be one step of an attempt.
struct TieMatching {
    /// The steps that each event is; events that count for nothing left out.
    private var events: [UInt32] = []
    private var indices: [Int] = []
    private var all: UInt32 = 0
    private var hasSeveral = false

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
    /// - Parameter mayBegin: whether the first of the events may be this step.
    func reachable(from step: Int, _ plan: FunnelPlan, _ mayBegin: (Int) -> Bool) -> UInt32 {
        if all == 0 { return 0 }
        var found: UInt32 = 0
        follow(step, [], plan, isFirst: true, mayBegin, &found)
        return found
    }

    /// The same for attempts that begin with one of the events: the first step is among them.
    func reachableFromStart(_ plan: FunnelPlan, _ isStart: (Int) -> Bool) -> UInt32 {
        var found: UInt32 = 0
        if !hasSeveral {
            found |= 1
            follow(0, [], plan, isFirst: false, { _ in true }, &found)
        } else {
            for (number, index) in indices.enumerated() where isStart(index) {
                found |= 1
                follow(0, [number], plan, isFirst: false, { _ in true }, &found)
            }
        }
        return found
    }

    /// Adds to `found` what can be come to from `step`. `used` are the events taken: where each event is one step only
    /// they need not be known, for no two steps ask for the same one.
    private func follow(
        _ step: Int, _ used: [Int], _ plan: FunnelPlan, isFirst: Bool, _ mayBegin: (Int) -> Bool,
        _ found: inout UInt32
    ) {
        var next = step + 1
        while next < plan.stepCount {
            let bit: UInt32 = 1 << UInt32(next)
            if all & bit != 0, !isFirst || mayBegin(next) {
                if !hasSeveral {
                    if found & bit == 0 {
                        found |= bit
                        follow(next, used, plan, isFirst: false, mayBegin, &found)
                    }
                } else {
                    var tried: [UInt32] = []
                    for (number, steps) in events.enumerated() where steps & bit != 0 && !used.contains(number) {
                        // Events that are the same steps stand for each other.
                        if tried.contains(steps) { continue }
                        tried.append(steps)
                        found |= bit
                        follow(next, used + [number], plan, isFirst: false, mayBegin, &found)
                    }
                }
            }
            if !plan.isOptional(next) { return }
            next += 1
        }
    }
}
