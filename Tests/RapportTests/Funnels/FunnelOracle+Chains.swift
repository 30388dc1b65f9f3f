@testable import Rapport

/// Ordered and strict: chains of steps, each with its event.
extension FunnelOracle {
    private typealias Element = OracleAttempt.Element

    /// All chains from a start that have as many required steps as one has.
    func orderedAttempts(from start: Int) -> [OracleAttempt] {
        var chains: [[OracleAttempt.Element]] = []
        extend([Element(step: 0, event: start)], into: &chains)
        let depth = chains.map { requiredElements($0).count }.max()
        return chains.filter { requiredElements($0).count == depth }.map { attempt($0) }
    }

    /// Adds the chain, if it is one, and all that begin with it. The beginning of a chain is a chain, too: each rule
    /// speaks of elements and of those before them.
    private func extend(_ chain: [Element], into chains: inout [[Element]]) {
        guard isChain(chain) else { return }
        chains.append(chain)
        let next = chain[chain.count - 1].step + 1
        for step in next..<max(next, plan.stepCount) {
            for event in stream where isStep(event, step) && !chain.contains(where: { $0.event == event }) {
                extend(chain + [Element(step: step, event: event)], into: &chains)
            }
            // Only optional steps may be skipped.
            if !plan.isOptional(step) { return }
        }
    }

    private func requiredElements(_ chain: [Element]) -> [Element] { chain.filter { !plan.isOptional($0.step) } }

    // MARK: Rules

    /// Whether elements that are steps in their order, each another event, make a chain.
    private func isChain(_ chain: [Element]) -> Bool {
        isInOrder(chain) && isInTime(chain) && hasOneValue(chain) && isNotExcluded(chain)
            && (plan.order != .strict || isUninterrupted(chain))
    }

    /// No event is definitely before that of an earlier step.
    private func isInOrder(_ chain: [Element]) -> Bool {
        chain.indices.allSatisfy { later in
            chain[..<later].allSatisfy { !precedes(chain[later].event, $0.event) }
        }
    }

    /// All are in the window, and each within its time since the element before.
    private func isInTime(_ chain: [Element]) -> Bool {
        chain.indices.allSatisfy { index in
            let event = chain[index].event
            guard isInWindow(event, of: chain[0].event) else { return false }
            guard index > 0, let within = plan.within[chain[index].step] else { return true }
            return time(event) <= time(chain[index - 1].event) + within
        }
    }

    private func hasOneValue(_ chain: [Element]) -> Bool {
        guard plan.holds else { return true }
        let value = events[chain[0].event].held
        return value != 0 && chain.allSatisfy { events[$0.event].held == value }
    }

    /// Between the step that an exclusion comes after and each step up to the one that it comes before there is none.
    private func isNotExcluded(_ chain: [Element]) -> Bool {
        plan.exclusions.indices.allSatisfy { exclusion in
            let range = plan.exclusions[exclusion]
            guard let after = chain.first(where: { $0.step == range.after }) else { return true }
            return chain.filter { $0.step > range.after && $0.step <= range.before }.allSatisfy { element in
                !stream.contains { other in
                    isExclusion(other, exclusion) && precedes(after.event, other) && precedes(other, element.event)
                }
            }
        }
    }

    /// Nothing foreign is between an element and the next.
    private func isUninterrupted(_ chain: [Element]) -> Bool {
        zip(chain, chain.dropFirst()).allSatisfy { element, next in
            !stream.contains { other in
                precedes(element.event, other) && precedes(other, next.event)
                    && !chain.contains { $0.event == other }
                    && !isRepeat(other, of: element)
            }
        }
    }

    /// Whether an event is the same step once more, with the same held values, and that does no harm.
    private func isRepeat(_ other: Int, of element: Element) -> Bool {
        if plan.repeatBreaks || !isStep(other, element.step) { return false }
        return !plan.holds || events[other].held == events[element.event].held
    }

    // MARK: Attempts

    private func attempt(_ chain: [Element]) -> OracleAttempt {
        let needed = requiredElements(chain)
        var times = [Int64?](repeating: nil, count: plan.stepCount)
        var indices = [Int](repeating: -1, count: plan.stepCount)
        for element in chain {
            times[element.step] = time(element.event)
            indices[element.step] = element.event
        }
        let start = time(chain[0].event)
        let completion = time(needed[needed.count - 1].event)
        let outcome = FunnelOutcome(
            depth: needed.count, times: times, events: indices, group: nil, start: start, completion: completion)

        let optionalCount = chain.count - needed.count
        var rank: [Int64] = [-Int64(needed.count), completion, -start, -Int64(optionalCount)]
        rank += times.dropFirst().map { $0 ?? Int64.max }
        rank += indices.map { $0 < 0 ? Int64.max : Int64(events[$0].position) }
        return OracleAttempt(elements: chain, outcome: outcome, interruption: interruption(of: chain), rank: rank)
    }

    /// The time of the first event that ends a chain by an exclusion: after the step that the exclusion comes after,
    /// where the step that it comes before was not reached.
    private func interruption(of chain: [Element]) -> Int64? {
        let times = plan.exclusions.indices.flatMap { exclusion -> [Int64] in
            let range = plan.exclusions[exclusion]
            guard let after = chain.first(where: { $0.step == range.after }),
                !chain.contains(where: { $0.step >= range.before })
            else { return [] }
            let hits = stream.filter { other in
                isExclusion(other, exclusion) && precedes(after.event, other)
                    && isInWindow(other, of: chain[0].event)
            }
            return hits.map { time($0) }
        }
        return times.min()
    }
}
