internal import EventLog
internal import LMDB

extension BehaviourTally {
    /// What has come of everybody who was added. O(n log n) in the outcomes, for the quantiles of their times.
    ///
    /// - Parameters:
    ///   - groupName: the breakdown value of a number; not asked for 0, which is that of none.
    ///   - isErased: whether a value of the breakdown names a person who is erased.
    ///   - compared: two values of the breakdown whose conversions are compared; "" is that of attempts without one.
    ///     Empty compares none.
    ///   - readModel: whose rows were counted; nil where the events were gone through.
    ///   - position: what the answer is of.
    /// - Throws: ``UnknownGroup``, ``NotTwoGroups``, `SumOverflow`.
    func answer(
        groupName: (UInt32) -> String, isErased: (String) -> Bool, compared: [String], readModel: String?,
        position: Position
    ) throws -> BehaviourFunnel {
        let groups = groups.sorted { $0.key < $1.key }.map { number, tally in
            (value: number == 0 ? nil : groupName(number), tally: tally)
        }
        let figures = BehaviourFigures(
            steps: steps, times: times.map { DurationSummary(microseconds: $0) },
            total: DurationSummary(microseconds: totals), immature: immature, immatureConverted: immatureConverted,
            excluded: excluded, groups: groups.map { BehaviourFigures.Group(value: $0.value, steps: $0.tally.steps) },
            trend: points, trendZone: trendZone,
            histogram: bins.map { BehaviourFunnel.Bin.bins(of: totals, $0) } ?? [])
        return try figures.answer(
            definition, now: now, compared: compared, readModel: readModel, position: position, isErased: isErased
        ) { values in
            let wanted = Set(values.map { $0.map { Array($0.utf8) } })
            let totals = groups.filter { wanted.contains($0.value.map { Array($0.utf8) }) }.flatMap(\.tally.totals)
            return DurationSummary(microseconds: totals)?.medianMs
        }
    }

    /// In the order of time, as labels of one kind sort.
    var points: [BehaviourFunnel.Point] {
        periods.sorted { $0.key.compareBytes(to: $1.key) < 0 }.map { label, period in
            BehaviourFunnel.Point(
                period: label, counts: period.steps.counts,
                conversion: BehaviourFunnel.Share(
                    period.steps.counts[definition.lastRequired], of: period.steps.entered),
                immature: period.immature)
        }
    }
}

extension BehaviourFunnel.Bin {
    /// How many of some times, in microseconds, lie in each of `count` bins; 0 takes as many as suit.
    static func bins(of times: [Int64], _ count: Int) -> [BehaviourFunnel.Bin] {
        DurationHistogram(microseconds: times, bins: count == 0 ? nil : count).bins.map { bin in
            BehaviourFunnel.Bin(
                fromMs: bin.start.dividedFlooring(by: 1000).quotient, toMs: bin.end.dividedFlooring(by: 1000).quotient,
                count: bin.count)
        }
    }
}
