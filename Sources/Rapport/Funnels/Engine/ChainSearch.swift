/// Finds the path of one attempt, whatever a plan asks for: by trying what may follow each event, once for each state
/// that makes a difference for the rest.
///
/// Where passes over the events suffice they say how far an attempt gets, and this finds by which events. With a grace,
/// where events may be taken out of their order, it does both.
struct ChainSearch {
    private let plan: FunnelPlan
    private var stream = FunnelStream()
    private var memory: [State: Chain?] = [:]
    private var start = 0
    /// For each step whether of two events that may be it the earlier one can do whatever the later one can: then no
    /// later one needs to be tried.
    private var isEarlierBetter: [Bool] = []
    /// Whether chains that an exclusion has hit at their end count.
    private var onlyClean = false

    /// What the rest of a chain depends on.
    private struct State: Hashable {
        let step: Int
        let event: Int
        /// The latest time of the chain so far.
        let latest: Int64
        /// For each exclusion between whose steps the chain is, when the first one happened; in their order.
        let hits: [Int64?]
        /// Events that may not be taken again, and could be.
        let used: [Int]
    }

    /// A chain, or the rest of one.
    struct Chain: Equatable {
        /// Steps and events, as indices into the stream.
        var steps: [(step: Int, event: Int)] = []
        var depth = 0
        var optionals = 0
        /// At the last required step; nil where there is none.
        var completion: Int64?

        static func == (left: Chain, right: Chain) -> Bool {
            left.depth == right.depth && left.steps.elementsEqual(right.steps) { $0 == $1 }
        }
    }

    init(_ plan: FunnelPlan) {
        self.plan = plan
    }

    /// The path of the attempt that begins with the event at `start`; nil where only clean ones count and there is
    /// none.
    ///
    /// - Parameter onlyClean: leaves out chains behind whose end an exclusion follows.
    mutating func path(from start: Int, in stream: FunnelStream, onlyClean: Bool) -> Chain? {
        self.stream = stream
        self.start = start
        self.onlyClean = onlyClean
        isEarlierBetter = (0..<plan.stepCount).map { prefersEarlier($0) }
        memory.removeAll(keepingCapacity: true)
        let time = stream.times[start]
        let state = State(
            step: 0, event: start, latest: time,
            hits: hits(after: 0, start, [Int64?](repeating: nil, count: exclusions)),
            used: reusable([start], time, behind: 0))
        return extended(state).map { prepend(0, start, to: $0) }
    }

    /// Not where a longest time is counted from the step, nor where exclusions are, nor where events may be taken out
    /// of their order.
    private func prefersEarlier(_ step: Int) -> Bool {
        // In strict order the later one may be the one that nothing foreign follows.
        if stream.hasClose || plan.order == .strict { return false }
        if stream.hasExclusions, plan.exclusions.contains(where: { $0.after == step }) { return false }
        return !(step + 1..<max(step + 1, plan.stepCount)).contains {
            plan.within[$0] != nil && plan.mayFollow($0, step)
        }
    }

    private var exclusions: Int { stream.hasExclusions ? plan.exclusions.count : 0 }

    /// The best rest of a chain that has come to a state; the empty one where it ends there. Nil where no end is clean.
    private mutating func extended(_ state: State) -> Chain? {
        if let known = memory[state] { return known }
        var best: Chain? = onlyClean && isSpoilt(state) ? nil : Chain()
        var next = state.step + 1
        while next < plan.stepCount {
            for event in candidates(next, after: state) {
                let latest = max(state.latest, stream.times[event])
                let following = State(
                    step: next, event: event, latest: latest, hits: hits(after: next, event, state.hits),
                    used: reusable(state.used + [event], latest, behind: next))
                guard let rest = extended(following) else { continue }
                let chain = prepend(next, event, to: rest)
                if best.map({ isBetter(chain, $0) }) ?? true { best = chain }
            }
            if !plan.isOptional(next) { break }
            next += 1
        }
        memory[state] = best
        return best
    }

    private func prepend(_ step: Int, _ event: Int, to rest: Chain) -> Chain {
        var chain = rest
        chain.steps.insert((step, event), at: 0)
        if plan.isOptional(step) {
            chain.optionals += 1
        } else {
            chain.depth += 1
            chain.completion = chain.completion ?? stream.times[event]
        }
        return chain
    }

    /// Whether a chain counts instead of another one from the same state, or the same time.
    func isBetter(_ chain: Chain, _ other: Chain) -> Bool {
        if chain.depth != other.depth { return chain.depth > other.depth }
        if let left = chain.completion, let right = other.completion, left != right { return left < right }
        if chain.optionals != other.optionals { return chain.optionals > other.optionals }
        return isSooner(chain, other)
    }

    private func isSooner(_ chain: Chain, _ other: Chain) -> Bool {
        func value(_ chain: Chain, _ step: Int) -> Int? { chain.steps.first { $0.step == step }?.event }
        for step in 0..<plan.stepCount {
            let (left, right) = (value(chain, step), value(other, step))
            if left == nil, right == nil { continue }
            guard let left else { return false }
            guard let right else { return true }
            if stream.times[left] != stream.times[right] { return stream.times[left] < stream.times[right] }
        }
        for step in 0..<plan.stepCount {
            guard let left = value(chain, step), let right = value(other, step), left != right else { continue }
            return stream.positions[left] < stream.positions[right]
        }
        return false
    }

    // MARK: What may follow

    /// The events that may be `step` behind a state, in their order.
    private func candidates(_ step: Int, after state: State) -> [Int] {
        let bit: UInt32 = 1 << UInt32(step)
        let (time, grace) = (stream.times[state.event], plan.grace)
        var last = plan.windowEnd(stream.times[start])
        if let within = plan.within[step] { last = min(last, Self.sum(time, within)) }
        for (number, exclusion) in plan.exclusions.enumerated()
        where number < exclusions && exclusion.after < step && step <= exclusion.before {
            if let hit = state.hits[number] { last = min(last, Self.sum(hit, grace)) }
        }
        if plan.order == .strict, let foreign = foreign(after: state) { last = min(last, Self.sum(foreign, grace)) }
        var found: [Int] = []
        var index = stream.firstIndex(from: Self.sum(state.latest, -grace))
        while index < stream.count, stream.times[index] <= last, !plan.isCut(stream.times[index]) {
            if stream.steps[index] & bit != 0, index != state.event, !state.used.contains(index), isInSessions(index),
                !isDouble(index, of: found)
            {
                found.append(index)
            }
            index += 1
            if isEarlierBetter[step], let first = found.first, index < stream.count,
                stream.times[index] > stream.times[first]
            {
                break
            }
        }
        return found
    }

    /// Whether one of some events before this one can do the same: then this one needs not be tried.
    private func isDouble(_ index: Int, of earlier: [Int]) -> Bool {
        if !stream.hasSeveral || plan.order == .strict { return false }
        for other in earlier.reversed() {
            if stream.times[other] != stream.times[index] { break }
            if stream.steps[other] == stream.steps[index],
                plan.sessionWindow == nil || stream.sessions[other] == stream.sessions[index]
            {
                return true
            }
        }
        return false
    }

    /// When the first event happened behind a state that a strict order does not let pass.
    private func foreign(after state: State) -> Int64? {
        let bit: UInt32 = 1 << UInt32(state.step)
        let behind = Self.sum(stream.times[state.event], plan.grace)
        var index = state.event + 1
        while index < stream.count {
            if stream.times[index] > behind, plan.repeatBreaks || stream.steps[index] & bit == 0 {
                return stream.times[index]
            }
            index += 1
        }
        return nil
    }

    private func isInSessions(_ index: Int) -> Bool {
        guard let most = plan.sessionWindow else { return true }
        let session = stream.sessions[index]
        return session >= 0 && Int(session) <= Int(stream.sessions[start]) + most - 1
    }

    /// For each exclusion when the first one happened definitely after the step from which it counts.
    private func hits(after step: Int, _ event: Int, _ before: [Int64?]) -> [Int64?] {
        if before.isEmpty { return before }
        var hits = before
        for (number, exclusion) in plan.exclusions.enumerated() {
            // Behind its last step nobody asks for it any more.
            if step >= exclusion.before { hits[number] = nil }
            if step == exclusion.after { hits[number] = firstExclusion(number, after: stream.times[event]) }
        }
        return hits
    }

    private func firstExclusion(_ number: Int, after time: Int64) -> Int64? {
        let behind = Self.sum(time, plan.grace)
        var index = stream.firstIndex(from: time)
        while index < stream.count {
            if stream.times[index] > behind, stream.exclusions[index] & (1 << UInt32(number)) != 0 {
                return stream.times[index]
            }
            index += 1
        }
        return nil
    }

    /// Whether a chain that ends at a state is hit by an exclusion within its window.
    private func isSpoilt(_ state: State) -> Bool {
        for number in 0..<exclusions {
            let exclusion = plan.exclusions[number]
            guard exclusion.after <= state.step, state.step < exclusion.before, let hit = state.hits[number] else {
                continue
            }
            if plan.sessionWindow == nil {
                if hit <= plan.windowEnd(stream.times[start]), !plan.isCut(hit) { return true }
            } else if spoilsSessions(number, from: hit) {
                return true
            }
        }
        return false
    }

    private func spoilsSessions(_ number: Int, from hit: Int64) -> Bool {
        let end = plan.windowEnd(stream.times[start])
        var index = stream.firstIndex(from: hit)
        while index < stream.count, stream.times[index] <= end, !plan.isCut(stream.times[index]) {
            if stream.exclusions[index] & (1 << UInt32(number)) != 0, isInSessions(index) { return true }
            index += 1
        }
        return false
    }

    /// Of the events taken those that could be taken again, as a step behind `step`.
    private func reusable(_ events: [Int], _ latest: Int64, behind step: Int) -> [Int] {
        if !stream.hasSeveral { return [] }
        let earliest = Self.sum(latest, -plan.grace)
        return events.filter { index in
            stream.steps[index] >> UInt32(step) > 1 && stream.times[index] >= earliest
        }.sorted()
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? right < 0 ? .min : .max : sum
    }

    // MARK: Exclusions behind a path

    /// When the first exclusion happened that has ended the attempt of a path; nil where none has.
    func ending(of chain: Chain, in stream: FunnelStream) -> Int64? {
        guard stream.hasExclusions, let first = chain.steps.first, let last = chain.steps.last else { return nil }
        let end = plan.windowEnd(stream.times[first.event])
        var earliest: Int64?
        for (number, exclusion) in plan.exclusions.enumerated() where last.step < exclusion.before {
            guard let from = chain.steps.first(where: { $0.step == exclusion.after }) else { continue }
            let behind = Self.sum(stream.times[from.event], plan.grace)
            var index = stream.firstIndex(from: behind)
            while index < stream.count, stream.times[index] <= min(end, earliest ?? .max),
                !plan.isCut(stream.times[index])
            {
                if stream.times[index] > behind, stream.exclusions[index] & (1 << UInt32(number)) != 0,
                    isIn(sessionsFrom: stream.sessions[first.event], stream.sessions[index])
                {
                    earliest = stream.times[index]
                    break
                }
                index += 1
            }
        }
        return earliest
    }

    private func isIn(sessionsFrom first: Int32, _ session: Int32) -> Bool {
        guard let most = plan.sessionWindow else { return true }
        return session >= 0 && Int(session) <= Int(first) + most - 1
    }
}
