internal import EventLog
internal import LMDB

/// What a funnel comes to, wherever it was counted: all that an answer needs.
struct BehaviourFigures {
    /// Those counted under one value of the breakdown; nil is none.
    struct Group {
        let value: String?
        let steps: StepCounts
    }

    let steps: StepCounts
    /// For each step how long it took from the step before on the path; nil of the first, and of those that nobody has
    /// reached.
    let times: [DurationSummary?]
    /// From first to last step; nil where nobody has converted.
    let total: DurationSummary?
    let immature: Int64
    /// How many of these have converted.
    let immatureConverted: Int64
    let excluded: Int64
    /// In any order.
    let groups: [Group]
    /// In order of time.
    let trend: [BehaviourFunnel.Point]
    let histogram: [BehaviourFunnel.Bin]

    /// The answer.
    ///
    /// - Parameters:
    ///   - compared: two values of the breakdown whose conversions are compared; "" is that of attempts without one.
    ///     Empty compares none.
    ///   - readModel: whose rows were counted; nil where the events were gone through.
    ///   - position: what the answer is of.
    ///   - median: the median of the times to convert of some groups together, in milliseconds.
    /// - Throws: ``UnknownGroup``, ``NotTwoGroups``, `SumOverflow`, and what `median` throws.
    func answer(
        _ definition: FunnelDefinition, now: Timestamp, compared: [String], readModel: String?, position: Position,
        median: ([String?]) throws -> Int64?
    ) throws -> BehaviourFunnel {
        let last = definition.lastRequired
        let ranked = groups.sorted(by: Self.comesBefore)
        let converted = steps.counts[last]
        return BehaviourFunnel(
            funnel: definition.name, title: definition.title, order: definition.order.rawValue,
            counting: definition.counting.rawValue, subject: definition.subject.text, from: definition.from?.text,
            to: definition.to?.text, zone: definition.zone, now: now, steps: answeredSteps(definition),
            entered: steps.entered, converted: converted,
            conversion: BehaviourFunnel.Share(converted, of: steps.entered), timeToConvert: total,
            immature: immature, mature: mature(converted), excluded: excluded,
            groups: try shown(ranked, definition, median), trend: trend, histogram: histogram,
            comparison: try comparison(of: compared, among: ranked, definition), readModel: readModel,
            position: position)
    }

    private func mature(_ converted: Int64) -> BehaviourFunnel.Mature {
        let entered = steps.entered - immature
        let matureConverted = converted - immatureConverted
        return BehaviourFunnel.Mature(
            entered: entered, converted: matureConverted,
            conversion: BehaviourFunnel.Share(matureConverted, of: entered))
    }

    private func answeredSteps(_ definition: FunnelDefinition) -> [BehaviourFunnel.Step] {
        var answered: [BehaviourFunnel.Step] = []
        // Of the required step before.
        var previous: Int64?
        for (index, step) in definition.steps.enumerated() {
            let count = steps.counts[index]
            let lost = previous.map { $0 - count }
            answered.append(
                BehaviourFunnel.Step(
                    name: definition.answeredName(ofStep: index), isOptional: step.isOptional, count: count,
                    dropped: step.isOptional ? nil : lost,
                    ofEntered: BehaviourFunnel.Share(count, of: steps.entered),
                    ofPrevious: previous.flatMap { BehaviourFunnel.Share(count, of: $0) },
                    timeToConvert: times[index]))
            if !step.isOptional { previous = count }
        }
        return answered
    }

    // MARK: Groups

    /// Those of most entrants first; among as many by the bytes of their values, that of none first.
    private static func comesBefore(_ left: Group, _ right: Group) -> Bool {
        if left.steps.entered != right.steps.entered { return left.steps.entered > right.steps.entered }
        guard let later = right.value else { return false }
        return left.value.map { $0.compareBytes(to: later) < 0 } ?? true
    }

    /// As many as the definition shows, and the others put together.
    private func shown(
        _ ranked: [Group], _ definition: FunnelDefinition, _ median: ([String?]) throws -> Int64?
    ) throws -> [BehaviourFunnel.Group] {
        let most = max(0, definition.breakdown?.mostGroups ?? 0)
        func answered(
            _ value: String?, isOther: Bool, _ steps: StepCounts, _ values: [String?]
        ) throws -> BehaviourFunnel.Group {
            BehaviourFunnel.Group(
                value: value, isOther: isOther, counts: steps.counts,
                conversion: BehaviourFunnel.Share(steps.counts[definition.lastRequired], of: steps.entered),
                medianMs: try median(values))
        }
        var shown = try ranked.prefix(most).map { try answered($0.value, isOther: false, $0.steps, [$0.value]) }
        if ranked.count > most {
            let others = ranked.dropFirst(most)
            var counts = StepCounts(stepCount: definition.steps.count)
            for group in others { try counts.merge(group.steps) }
            shown.append(try answered(nil, isOther: true, counts, others.map(\.value)))
        }
        return shown
    }

    private func comparison(
        of values: [String], among ranked: [Group], _ definition: FunnelDefinition
    ) throws -> BehaviourFunnel.Comparison? {
        if values.isEmpty { return nil }
        guard values.count == 2 else { throw NotTwoGroups(values: values) }
        // Where nobody has entered, every value is as good as another.
        if ranked.isEmpty, definition.breakdown != nil {
            return BehaviourFunnel.Comparison(
                first: values[0], second: values[1], differenceBp: nil, pMillionths: nil)
        }
        let counts = try values.map { value in
            guard let group = ranked.first(where: { ($0.value ?? "").sameBytes(as: value) }) else {
                throw UnknownGroup(value: value, known: ranked.map { $0.value ?? "" })
            }
            return group.steps
        }
        let last = definition.lastRequired
        return BehaviourFunnel.Comparison(
            first: values[0], second: values[1], (converted: counts[0].counts[last], entered: counts[0].entered),
            (converted: counts[1].counts[last], entered: counts[1].entered))
    }
}
