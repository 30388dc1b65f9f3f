/// How far attempts get in ordered and strict order, without a grace: one pass over the events, which keeps for each
/// step the latest start from which it was reached.
///
/// Of two attempts that have come to the same step the later one can do whatever the earlier one can: it has the same
/// events before it and more time left. Where that is not so (a longest time since the step before, a window of
/// sessions, attempts that are dropped for exclusions) ``StartRule`` lets in one start at a time. O(events × steps).
struct ChainPass {
    private let plan: FunnelPlan
    private let depths: [Int]
    /// For each step that something has come to, the latest start. Only where its bit in `reached` is set.
    private var starts: [Int64]
    private var reached: UInt32 = 0
    /// When each step was reached for the last time.
    private var lasts: [Int64]
    /// For each step when it was reached first by an attempt that no exclusion has hit since.
    private var cleanSince: [Int64?]
    private(set) var best: FunnelReach?
    private var tie = TieMatching()
    /// `starts` and `lasts` before the events of one time.
    private var startsBefore: [Int64]
    private var lastsBefore: [Int64]

    init(_ plan: FunnelPlan) {
        self.plan = plan
        depths = (0..<plan.stepCount).map { plan.depth(at: $0) }
        starts = [Int64](repeating: 0, count: plan.stepCount)
        lasts = starts
        startsBefore = starts
        lastsBefore = starts
        cleanSince = [Int64?](repeating: nil, count: plan.stepCount)
    }

    private mutating func reset() {
        reached = 0
        best = nil
        if plan.dropsSubject {
            for step in cleanSince.indices { cleanSince[step] = nil }
        }
    }

    /// The furthest that attempts of `rule` get in `stream`; nil where none may begin.
    ///
    /// - Parameter session: that of the start, for windows of sessions.
    mutating func run(_ stream: FunnelStream, _ rule: StartRule = StartRule()) -> FunnelReach? {
        reset()
        var index = rule.time.map { stream.firstIndex(from: $0) } ?? 0
        let end = rule.time.map { plan.windowEnd($0) } ?? .max
        let isPlain = plan.order == .ordered
        while index < stream.count {
            let time = stream.times[index]
            if plan.isCut(time) || time > end { break }
            let tieEnd = stream.endOfTie(from: index)
            if tieEnd == index + 1, isPlain, stream.exclusions[index] == 0 {
                takeOne(stream, index, rule)
                // Nothing gets further than the last step, nor sooner.
                if best?.depth == plan.requiredCount, rule.time != nil, !plan.dropsSubject { break }
            } else {
                take(stream, index..<tieEnd, rule)
            }
            index = tieEnd
        }
        return best
    }

    /// When the greatest depth was reached first by an attempt that no exclusion has hit up to its end; nil where there
    /// is none. After a run with one start.
    var cleanCompletion: Int64? {
        guard let best else { return nil }
        var earliest: Int64?
        for step in 0..<plan.stepCount where depths[step] == best.depth && !plan.isOptional(step) {
            if let since = cleanSince[step] { earliest = min(earliest ?? since, since) }
        }
        return earliest
    }

    // MARK: Events

    /// A single event that is no exclusion, in ordered order: steps from the last one on, so that it counts once.
    private mutating func takeOne(_ stream: FunnelStream, _ index: Int, _ rule: StartRule) {
        let steps = stream.steps[index]
        if steps == 0 { return }
        let (time, session) = (stream.times[index], stream.sessions[index])
        var rest = steps & ~1
        while rest != 0 {
            let step = 31 - rest.leadingZeroBitCount
            rest &= ~(1 << UInt32(step))
            var before = step - 1
            while before >= 0 {
                if isOpen(before, time), mayReach(step, from: before, time, session, rule) {
                    reach(step, starts[before], time)
                }
                if !plan.isOptional(before) { break }
                before -= 1
            }
        }
        if steps & 1 != 0, plan.isEntry(time), rule.allows(time, session),
            plan.sessionWindow == nil || session >= 0
        {
            reach(0, time, time)
        }
    }

    /// Whether something has come to a step and still has time.
    private mutating func isOpen(_ step: Int, _ time: Int64) -> Bool {
        guard reached & (1 << UInt32(step)) != 0 else { return false }
        if time <= plan.windowEnd(starts[step]) { return true }
        reached &= ~(1 << UInt32(step))
        return false
    }

    private func mayReach(_ step: Int, from before: Int, _ time: Int64, _ session: Int32, _ rule: StartRule) -> Bool {
        if let within = plan.within[step] {
            let (latest, overflow) = lasts[before].addingReportingOverflow(within)
            if !overflow, time > latest { return false }
        }
        return isInSessions(session, rule)
    }

    private func isInSessions(_ session: Int32, _ rule: StartRule) -> Bool {
        plan.isWithin(session, rule.session)
    }

    /// An attempt that began at `start` has come to a step.
    private mutating func reach(_ step: Int, _ start: Int64, _ time: Int64) {
        let bit: UInt32 = 1 << UInt32(step)
        starts[step] = reached & bit == 0 ? start : max(starts[step], start)
        reached |= bit
        lasts[step] = time
        note(step, start, time)
        if plan.dropsSubject, cleanSince[step] == nil { cleanSince[step] = time }
    }

    private mutating func note(_ step: Int, _ start: Int64, _ time: Int64) {
        if plan.isOptional(step) { return }
        let found = FunnelReach(depth: depths[step], completion: time, start: start)
        guard let best, !found.counts(before: best) else {
            best = found
            return
        }
    }

    // MARK: Several events at one time

    /// Events at one time: any of them may come before any other, and each is one step of an attempt.
    private mutating func take(_ stream: FunnelStream, _ range: Range<Int>, _ rule: StartRule) {
        let time = stream.times[range.lowerBound]
        var marks: UInt32 = 0
        // Those within the attempt's sessions: others stop its next step, but do not spoil what it has done.
        var spoiling: UInt32 = 0
        for index in range {
            marks |= stream.exclusions[index]
            if isInSessions(stream.sessions[index], rule) { spoiling |= stream.exclusions[index] }
        }
        tie.prepare(stream, range, isInSessions: { [plan] in plan.isWithin($0, rule.session) })
        for step in 0..<plan.stepCount { _ = isOpen(step, time) }
        let before = reached
        for step in 0..<plan.stepCount {
            startsBefore[step] = starts[step]
            lastsBefore[step] = lasts[step]
        }
        // What the events do not take further.
        reached = survivors(of: before, marks, range, stream)
        if plan.dropsSubject { dropHit(by: spoiling) }
        for step in 0..<plan.stepCount where before & (1 << UInt32(step)) != 0 {
            let last = lastsBefore[step]
            var next = tie.reachable(from: step, plan, { mayGo(to: $0, last, time) })
            while next != 0 {
                arrive(next.trailingZeroBitCount, from: step, startsBefore[step], time, marks, spoiling)
                next &= next - 1
            }
        }
        guard plan.isEntry(time), range.contains(where: { isStart($0, stream, rule) }) else { return }
        var next = tie.reachableFromStart(plan, { isStart($0, stream, rule) })
        while next != 0 {
            arrive(next.trailingZeroBitCount, from: -1, time, time, 0, 0)
            next &= next - 1
        }
    }

    private func isStart(_ index: Int, _ stream: FunnelStream, _ rule: StartRule) -> Bool {
        stream.steps[index] & 1 != 0 && rule.allows(stream.times[index], stream.sessions[index])
            && (plan.sessionWindow == nil || stream.sessions[index] >= 0)
    }

    private func mayGo(to step: Int, _ last: Int64, _ time: Int64) -> Bool {
        guard let within = plan.within[step] else { return true }
        let (latest, overflow) = last.addingReportingOverflow(within)
        return overflow || time <= latest
    }

    /// The steps whose attempts go on although none of the events takes them further.
    private func survivors(of before: UInt32, _ marks: UInt32, _ range: Range<Int>, _ stream: FunnelStream) -> UInt32 {
        var left = before
        for (number, exclusion) in plan.exclusions.enumerated() where marks & (1 << UInt32(number)) != 0 {
            for step in exclusion.after..<exclusion.before { left &= ~(1 << UInt32(step)) }
        }
        guard plan.order == .strict else { return left }
        if plan.repeatBreaks { return 0 }
        for step in 0..<plan.stepCount where left & (1 << UInt32(step)) != 0 {
            if !range.allSatisfy({ stream.steps[$0] & (1 << UInt32(step)) != 0 }) { left &= ~(1 << UInt32(step)) }
        }
        return left
    }

    private mutating func dropHit(by marks: UInt32) {
        for (number, exclusion) in plan.exclusions.enumerated() where marks & (1 << UInt32(number)) != 0 {
            for step in exclusion.after..<exclusion.before { cleanSince[step] = nil }
        }
    }

    /// An attempt has come from a step, -1 from its start, to another one. Exclusions at the same time hit it from now
    /// on where the step that they count from was done before.
    private mutating func arrive(
        _ step: Int, from before: Int, _ start: Int64, _ time: Int64, _ marks: UInt32, _ spoiling: UInt32
    ) {
        guard isHit(by: marks, from: before, to: step) else { return reach(step, start, time) }
        note(step, start, time)
        if plan.dropsSubject, cleanSince[step] == nil, !isHit(by: spoiling, from: before, to: step) {
            cleanSince[step] = time
        }
    }

    private func isHit(by marks: UInt32, from before: Int, to step: Int) -> Bool {
        if marks == 0 { return false }
        for (number, exclusion) in plan.exclusions.enumerated() where marks & (1 << UInt32(number)) != 0 {
            if exclusion.after <= before, step < exclusion.before { return true }
        }
        return false
    }
}
