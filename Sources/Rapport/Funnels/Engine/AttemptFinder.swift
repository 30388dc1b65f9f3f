/// Finds the attempts that count in the streams of one subject, one for each held value, else a single one.
final class AttemptFinder {
    private let plan: FunnelPlan
    private var pass: ChainPass
    private var anyOrder: AnyOrderPass
    private var search: ChainSearch

    init(_ plan: FunnelPlan) {
        self.plan = plan
        pass = ChainPass(plan)
        anyOrder = AnyOrderPass(plan)
        search = ChainSearch(plan)
    }

    /// The attempt that counts of some that compete.
    private struct Winner {
        var outcome: FunnelOutcome?
        /// When the attempt is over: of one that was dropped, too.
        var end: Int64
    }

    func outcomes(in streams: [FunnelStream]) -> [FunnelOutcome] {
        switch plan.counting {
        case .unique, .session:
            var rule = StartRule()
            if plan.reentry == .first {
                guard let first = startTimes(in: streams).first?.time else { return [] }
                rule.time = first
            }
            return winner(in: streams, rule)?.outcome.map { [$0] } ?? []
        case .total: return total(in: streams)
        }
    }

    private func total(in streams: [FunnelStream]) -> [FunnelOutcome] {
        var outcomes: [FunnelOutcome] = []
        var end: Int64?
        let starts = startTimes(in: streams)
        var next = 0
        while next < starts.count {
            let start = starts[next].time
            var competing: [FunnelStream] = []
            while next < starts.count, starts[next].time == start {
                competing.append(streams[starts[next].stream])
                next += 1
            }
            if let end, start <= end { continue }
            guard let winner = winner(in: competing, StartRule(time: start)) else { continue }
            if let outcome = winner.outcome { outcomes.append(outcome) }
            end = max(winner.end, start)
        }
        return outcomes
    }

    /// When attempts may begin, in order, each time once for each stream.
    private func startTimes(in streams: [FunnelStream]) -> [(time: Int64, stream: Int)] {
        var starts: [(time: Int64, stream: Int)] = []
        for (number, stream) in streams.enumerated() {
            for index in 0..<stream.count where isStart(index, stream, StartRule()) {
                if let last = starts.last, last.stream == number, last.time == stream.times[index] { continue }
                starts.append((stream.times[index], number))
            }
        }
        return streams.count == 1 ? starts : starts.sorted { ($0.time, $0.stream) < ($1.time, $1.stream) }
    }

    private func isStart(_ index: Int, _ stream: FunnelStream, _ rule: StartRule) -> Bool {
        if plan.order == .any { return anyOrder.isStart(index, stream, rule) }
        return stream.steps[index] & 1 != 0 && plan.isEntry(stream.times[index])
            && rule.allows(stream.times[index], stream.sessions[index])
            && (plan.sessionWindow == nil || stream.sessions[index] >= 0)
    }

    /// The attempt that counts of all that `rule` lets begin; nil where there is none at all.
    private func winner(in streams: [FunnelStream], _ rule: StartRule) -> Winner? {
        if plan.order == .any { return anyOrderWinner(in: streams, rule) }
        var best: (path: ChainSearch.Chain, stream: Int)?
        var dropped: (path: ChainSearch.Chain, stream: Int)?
        for (number, stream) in streams.enumerated() {
            let (path, tainted) = path(in: stream, rule)
            if let path, isBetter(path, stream, best, streams) { best = (path, number) }
            if let tainted, isBetter(tainted, stream, dropped, streams) { dropped = (tainted, number) }
        }
        if let best {
            let stream = streams[best.stream]
            return Winner(outcome: outcome(best.path, stream), end: end(of: best.path, stream))
        }
        return dropped.map { Winner(outcome: nil, end: end(of: $0.path, streams[$0.stream])) }
    }

    private func isBetter(
        _ path: ChainSearch.Chain, _ stream: FunnelStream, _ other: (path: ChainSearch.Chain, stream: Int)?,
        _ streams: [FunnelStream]
    ) -> Bool {
        guard let other else { return true }
        let (left, right) = (reach(path, stream), reach(other.path, streams[other.stream]))
        if left.counts(before: right) { return true }
        if right.counts(before: left) { return false }
        return isSooner(path, stream, other.path, streams[other.stream])
    }

    private func isSooner(
        _ path: ChainSearch.Chain, _ stream: FunnelStream, _ other: ChainSearch.Chain, _ otherStream: FunnelStream
    ) -> Bool {
        if path.optionals != other.optionals { return path.optionals > other.optionals }
        let (left, right) = (outcome(path, stream), outcome(other, otherStream))
        for (mine, theirs) in zip(left.times, right.times) where mine != theirs {
            return mine ?? .max < theirs ?? .max
        }
        let mine = path.steps.map { stream.positions[$0.event] }
        let theirs = other.steps.map { otherStream.positions[$0.event] }
        return mine.lexicographicallyPrecedes(theirs)
    }

    private func reach(_ path: ChainSearch.Chain, _ stream: FunnelStream) -> FunnelReach {
        let start = stream.times[path.steps[0].event]
        return FunnelReach(depth: path.depth, completion: path.completion ?? start, start: start)
    }

    // MARK: One stream

    /// The path that counts, and where there is none because of exclusions the one that would.
    private func path(
        in stream: FunnelStream, _ rule: StartRule
    ) -> (path: ChainSearch.Chain?, tainted: ChainSearch.Chain?) {
        let drops = plan.dropsSubject && stream.hasExclusions
        // Of events at one time that are several steps it matters which one an attempt begins with.
        if stream.hasClose || drops && stream.hasSeveral { return searched(stream, rule, drops: drops) }
        if !drops, plan.sessionWindow == nil, plan.within.allSatisfy({ $0 == nil }) {
            guard let reach = pass.run(stream, rule) else { return (nil, nil) }
            return (path(reach, in: stream, onlyClean: false), nil)
        }
        var best: FunnelReach?
        var tainted: FunnelReach?
        for start in starts(stream, rule) {
            guard var reach = pass.run(stream, start) else { continue }
            reach.session = start.session
            if drops {
                guard let completion = pass.cleanCompletion else {
                    if tainted.map({ reach.counts(before: $0) }) ?? true { tainted = reach }
                    continue
                }
                reach.completion = completion
            }
            if best.map({ reach.counts(before: $0) }) ?? true { best = reach }
            // What begins behind its end gets no further, and not sooner.
            if let best, best.depth == plan.requiredCount, reach.start > best.completion { break }
        }
        if let best { return (path(best, in: stream, onlyClean: drops), nil) }
        return (nil, tainted.flatMap { path($0, in: stream, onlyClean: false) })
    }

    /// The times, and where windows are of sessions the sessions, in which attempts may begin, each once.
    private func starts(_ stream: FunnelStream, _ rule: StartRule) -> [StartRule] {
        var rules: [StartRule] = []
        for index in 0..<stream.count where isStart(index, stream, rule) {
            let session = plan.sessionWindow == nil ? nil : stream.sessions[index]
            let start = StartRule(time: stream.times[index], session: session)
            if rules.last != start { rules.append(start) }
        }
        return rules
    }

    /// The path of the attempts that get as far as `reach` says.
    private func path(
        _ reach: FunnelReach, in stream: FunnelStream, onlyClean: Bool
    ) -> ChainSearch.Chain? {
        let isSimple =
            plan.order == .ordered && plan.optional == 0 && !stream.hasExclusions && !stream.hasSeveral
            && plan.sessionWindow == nil && plan.within.allSatisfy { $0 == nil }
        if isSimple { return soonest(reach, in: stream) }
        var best: ChainSearch.Chain?
        var index = stream.firstIndex(from: reach.start)
        while index < stream.count, stream.times[index] == reach.start {
            // Sessions make a difference where windows are counted in them; of several that do equally well any will
            // do.
            if isStart(index, stream, StartRule(time: reach.start)),
                let path = search.path(from: index, in: stream, onlyClean: onlyClean)
            {
                if best.map({ search.isBetter(path, $0) }) ?? true { best = path }
            }
            index += 1
        }
        return best
    }

    /// The first event of each step behind the one before: no other path is sooner at any step.
    private func soonest(_ reach: FunnelReach, in stream: FunnelStream) -> ChainSearch.Chain {
        var chain = ChainSearch.Chain()
        var tie = stream.firstIndex(from: reach.start)
        for step in 0..<reach.depth {
            var index = tie
            while index < stream.count, stream.steps[index] & (1 << UInt32(step)) == 0 { index += 1 }
            guard index < stream.count else { break }
            chain.steps.append((step, index))
            chain.depth += 1
            chain.completion = stream.times[index]
            // Events at the same time may come before it in the log.
            tie = index
            while tie > 0, stream.times[tie - 1] == stream.times[index] { tie -= 1 }
        }
        return chain
    }

    /// Tries every start: with a grace events may be taken out of their order.
    private func searched(
        _ stream: FunnelStream, _ rule: StartRule, drops: Bool
    ) -> (path: ChainSearch.Chain?, tainted: ChainSearch.Chain?) {
        var best: ChainSearch.Chain?
        var tainted: ChainSearch.Chain?
        for index in 0..<stream.count where isStart(index, stream, rule) {
            guard let path = search.path(from: index, in: stream, onlyClean: false) else { continue }
            var good: ChainSearch.Chain? = path
            if drops {
                good = search.path(from: index, in: stream, onlyClean: true)
                if good?.depth != path.depth { good = nil }
            }
            if let good {
                if best.map({ isBetter(good, stream, ($0, 0), [stream]) }) ?? true { best = good }
            } else if tainted.map({ isBetter(path, stream, ($0, 0), [stream]) }) ?? true {
                tainted = path
            }
        }
        return (best, best == nil ? tainted : nil)
    }

    // MARK: What comes of a path

    private func outcome(_ path: ChainSearch.Chain, _ stream: FunnelStream) -> FunnelOutcome {
        var outcome = FunnelOutcome(
            depth: path.depth, times: [Int64?](repeating: nil, count: plan.stepCount),
            events: [Int](repeating: -1, count: plan.stepCount), group: nil,
            start: stream.times[path.steps[0].event], completion: 0)
        for (step, event) in path.steps {
            outcome.times[step] = stream.times[event]
            outcome.events[step] = stream.indices[event]
        }
        outcome.completion = path.completion ?? outcome.start
        return outcome
    }

    /// When an attempt is over, so that the next one may begin.
    private func end(of path: ChainSearch.Chain, _ stream: FunnelStream) -> Int64 {
        let first = path.steps[0].event
        if path.depth == plan.requiredCount { return path.completion ?? stream.times[first] }
        return min(windowEnd(of: first, stream), search.ending(of: path, in: stream) ?? .max)
    }

    private func windowEnd(of start: Int, _ stream: FunnelStream) -> Int64 {
        let end = plan.windowEnd(stream.times[start])
        guard let most = plan.sessionWindow else { return end }
        let last = Int(stream.sessions[start]) + most - 1
        var latest = stream.times[start]
        var index = start
        while index < stream.count, stream.times[index] <= end {
            if Int(stream.sessions[index]) <= last { latest = stream.times[index] }
            index += 1
        }
        return latest
    }

    private func anyOrderWinner(in streams: [FunnelStream], _ rule: StartRule) -> Winner? {
        var best: (attempt: AnyOrderPass.Attempt, stream: Int)?
        var dropped: (attempt: AnyOrderPass.Attempt, stream: Int)?
        func isBetter(
            _ attempt: AnyOrderPass.Attempt, _ number: Int, _ other: (attempt: AnyOrderPass.Attempt, stream: Int)?
        ) -> Bool {
            guard let other else { return true }
            let (left, right) = (outcome(attempt, streams[number]), outcome(other.attempt, streams[other.stream]))
            if left.counts(before: right) { return true }
            if right.counts(before: left) { return false }
            return streams[number].positions[attempt.start] < streams[other.stream].positions[other.attempt.start]
        }
        for (number, stream) in streams.enumerated() {
            let (attempt, tainted) = anyOrder.run(stream, rule)
            if let attempt, isBetter(attempt, number, best) { best = (attempt, number) }
            if let tainted, isBetter(tainted, number, dropped) { dropped = (tainted, number) }
        }
        if let best {
            let stream = streams[best.stream]
            return Winner(outcome: outcome(best.attempt, stream), end: end(of: best.attempt, stream))
        }
        return dropped.map { Winner(outcome: nil, end: end(of: $0.attempt, streams[$0.stream])) }
    }

    private func outcome(_ attempt: AnyOrderPass.Attempt, _ stream: FunnelStream) -> FunnelOutcome {
        var outcome = FunnelOutcome(
            depth: attempt.times.count, times: [Int64?](repeating: nil, count: plan.stepCount),
            events: [Int](repeating: -1, count: plan.stepCount), group: nil, start: attempt.times[0],
            completion: attempt.completion)
        for (number, time) in attempt.times.enumerated() { outcome.times[number] = time }
        outcome.events[0] = stream.indices[attempt.start]
        return outcome
    }

    private func end(of attempt: AnyOrderPass.Attempt, _ stream: FunnelStream) -> Int64 {
        if attempt.times.count == plan.stepCount { return attempt.completion }
        return min(windowEnd(of: attempt.start, stream), attempt.endedAt ?? .max)
    }
}
