internal import EventLog
internal import LMDB

/// What a funnel comes to, wherever it was counted: all that an answer needs.
struct BehaviourFigures {
    /// Those counted under one value of the breakdown, or under several.
    struct Group {
        /// The value; nil is none, and that of several.
        let value: String?
        /// Whether its values name persons who are erased.
        let isErased: Bool
        /// All values that it has: one, of groups put together several. Nil is none.
        let values: [String?]
        let steps: StepCounts

        /// Those of one value; nil is none.
        init(value: String?, steps: StepCounts) {
            (self.value, isErased, values, self.steps) = (value, false, [value], steps)
        }

        /// Several groups as one.
        ///
        /// - Throws: `SumOverflow`.
        init(together groups: some Collection<Group>, isErased: Bool, stepCount: Int) throws {
            var all = StepCounts(stepCount: stepCount)
            for group in groups { try all.merge(group.steps) }
            (value, self.isErased, values, steps) = (nil, isErased, groups.flatMap(\.values), all)
        }
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
    /// Where it is not the funnel's zone; else nil.
    let trendZone: String?
    let histogram: [BehaviourFunnel.Bin]

    /// The answer.
    ///
    /// - Parameters:
    ///   - compared: two values of the breakdown whose conversions are compared; "" is that of attempts without one.
    ///     Empty compares none.
    ///   - readModel: whose rows were counted; nil where the events were gone through.
    ///   - position: what the answer is of.
    ///   - isErased: whether a value of the breakdown names a person who is erased; asked once for each.
    ///   - median: the median of the times to convert of some groups together, in milliseconds.
    /// - Throws: ``UnknownGroup``, ``NotTwoGroups``, `SumOverflow`, and what `median` throws.
    func answer(
        _ definition: FunnelDefinition, now: Timestamp, compared: [String], readModel: String?, position: Position,
        isErased: (String) -> Bool, median: ([String?]) throws -> Int64?
    ) throws -> BehaviourFunnel {
        let last = definition.lastRequired
        let ranked = try groupsWithoutErased(isErased).sorted(by: Self.comesBefore)
        let converted = steps.counts[last]
        return BehaviourFunnel(
            funnel: definition.name, title: definition.title, order: definition.order.rawValue,
            counting: definition.counting.rawValue, subject: definition.subject.text, from: definition.from?.text,
            to: definition.to?.text, zone: definition.zone, now: now, steps: answeredSteps(definition),
            entered: steps.entered, converted: converted,
            conversion: BehaviourFunnel.Share(converted, of: steps.entered), timeToConvert: total,
            immature: immature, mature: mature(converted), excluded: excluded,
            groups: try shown(ranked, definition, median), trend: trend, trendZone: trendZone, histogram: histogram,
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

    /// The groups, those of persons who are erased as one, without a name.
    ///
    /// - Throws: `SumOverflow`.
    private func groupsWithoutErased(_ isErased: (String) -> Bool) throws -> [Group] {
        var (shown, erased): ([Group], [Group]) = ([], [])
        for group in groups {
            if let value = group.value, isErased(value) { erased.append(group) } else { shown.append(group) }
        }
        if erased.isEmpty { return shown }
        return shown + [try Group(together: erased, isErased: true, stepCount: steps.counts.count)]
    }

    /// Those of most entrants first; among as many that of none first, then that of erased persons, then by the bytes
    /// of their values.
    private static func comesBefore(_ left: Group, _ right: Group) -> Bool {
        if left.steps.entered != right.steps.entered { return left.steps.entered > right.steps.entered }
        guard let earlier = left.value else { return right.value != nil || (right.isErased && !left.isErased) }
        guard let later = right.value else { return false }
        return earlier.compareBytes(to: later) < 0
    }

    /// As many as the definition shows, and the others put together.
    private func shown(
        _ ranked: [Group], _ definition: FunnelDefinition, _ median: ([String?]) throws -> Int64?
    ) throws -> [BehaviourFunnel.Group] {
        let most = max(0, definition.breakdown?.mostGroups ?? 0)
        func answered(_ group: Group, isOther: Bool) throws -> BehaviourFunnel.Group {
            let counts = group.steps.counts
            return BehaviourFunnel.Group(
                value: group.value, isOther: isOther, isErased: group.isErased, counts: counts,
                conversion: BehaviourFunnel.Share(counts[definition.lastRequired], of: group.steps.entered),
                medianMs: try median(group.values))
        }
        var shown = try ranked.prefix(most).map { try answered($0, isOther: false) }
        if ranked.count > most {
            let others = try Group(
                together: ranked.dropFirst(most), isErased: false, stepCount: definition.steps.count)
            shown.append(try answered(others, isOther: true))
        }
        return shown
    }

    private func comparison(
        of values: [String], among ranked: [Group], _ definition: FunnelDefinition
    ) throws -> BehaviourFunnel.Comparison? {
        if values.isEmpty { return nil }
        guard values.count == 2 else { throw NotTwoGroups(values: values) }
        let named = ranked.filter { !$0.isErased }
        // Where nobody has entered, every value is as good as another.
        if ranked.isEmpty, definition.breakdown != nil {
            return BehaviourFunnel.Comparison(
                first: values[0], second: values[1], differenceBp: nil, pMillionths: nil)
        }
        let counts = try values.map { value in
            guard let group = named.first(where: { ($0.value ?? "").sameBytes(as: value) }) else {
                throw UnknownGroup(value: value, known: named.map { $0.value ?? "" })
            }
            return group.steps
        }
        let last = definition.lastRequired
        return BehaviourFunnel.Comparison(
            first: values[0], second: values[1], (converted: counts[0].counts[last], entered: counts[0].entered),
            (converted: counts[1].counts[last], entered: counts[1].entered))
    }
}
