internal import EventLog
internal import LMDB
internal import Projection

/// Answers a saved funnel from its rows.
struct SavedFunnelRows {
    private let definition: FunnelDefinition
    private let stepCount: Int

    init(_ definition: FunnelDefinition) {
        self.definition = definition
        stepCount = definition.steps.count
    }

    /// - Parameters:
    ///   - empty: says as at when, and what is asked for besides.
    ///   - isErased: whether a value of the breakdown names a person who is erased.
    func answer(
        _ empty: BehaviourTally, compared: [String], _ readModel: String, _ isErased: (String) -> Bool,
        _ reader: borrowing ModelReader
    ) throws -> BehaviourFunnel {
        let (immature, immatureConverted) = try open(empty, reader)
        var times: [DurationSummary?] = []
        for step in 0..<stepCount { times.append(step == 0 ? nil : try summary(step, reader)) }
        let names = try longGroups(reader)
        let groups = try reader.totals(FunnelModel.groups).map { parts, columns in
            let value = parts.count == 2 ? names[parts[1]] : parts[0].isEmpty ? nil : parts[0]
            return BehaviourFigures.Group(value: value, steps: StepCounts(columns, stepCount: stepCount))
        }
        let figures = BehaviourFigures(
            steps: StepCounts(try reader.total(FunnelModel.counts), stepCount: stepCount), times: times,
            total: try summary(stepCount, reader), immature: immature, immatureConverted: immatureConverted,
            excluded: try reader.total(FunnelModel.excluded).first ?? 0, groups: groups,
            trend: try trend(empty, reader), trendZone: empty.trendZone, histogram: try histogram(empty.bins, reader))
        var totals: [[UInt8]: [Int64]] = [:]
        if definition.breakdown != nil { totals = try groupDurations(reader) }
        return try figures.answer(
            definition, now: empty.now, compared: compared, readModel: readModel, position: reader.position,
            isErased: isErased
        ) { values in
            DurationSummary(microseconds: values.flatMap { totals[Array(($0 ?? "").utf8)] ?? [] })?.medianMs
        }
    }

    /// How many outcomes are immature, and how many of these have converted.
    private func open(_ empty: BehaviourTally, _ reader: borrowing ModelReader) throws -> (Int64, Int64) {
        let (latestClosed, overflow) = empty.now.microseconds.subtractingReportingOverflow(empty.window)
        guard !overflow, latestClosed < .max else { return (0, 0) }
        var (count, converted): (Int64, Int64) = (0, 0)
        let start = TimedKey.start([FunnelModel.open], at: latestClosed + 1)
        try reader.forEachRow(prefix: [FunnelModel.open], from: start) { _, row in
            count += 1
            if row.byteCount > 0, row.u8(at: 0) == 1 { converted += 1 }
            return true
        }
        return (count, converted)
    }

    // MARK: Times

    /// The times to a step; the number of steps asks for those from first to last. Nil where there are none. The
    /// quantiles are found by the buckets, and in them among the rows.
    private func summary(_ step: Int, _ reader: borrowing ModelReader) throws -> DurationSummary? {
        let part = FunnelModel.part(step)
        var totals = try reader.total(FunnelModel.times, part)
        guard let count = totals.first, count > 0 else { return nil }
        // Zeros at the end are left out.
        while totals.count < 3 { totals.append(0) }
        let buckets = try reader.totals(FunnelModel.lengths, under: [part]).compactMap { parts, columns in
            Int(parts[0]).map { (bucket: $0 - 1000, count: columns.first ?? 0) }
        }
        let prefix = FunnelRowKey.durations(step)
        let total = Int128(totals[1]) * 1_000_000 + Int128(totals[2])
        return try DurationSummary(count: Int(count), totalMicroseconds: total) { ranks in
            var found: [Int64] = []
            for rank in ranks { found.append(try Self.time(ofRank: rank, buckets, prefix, reader)) }
            return found
        }
    }

    /// The time that `rank` others are not longer than, in order of length.
    private static func time(
        ofRank rank: Int, _ buckets: [(bucket: Int, count: Int64)], _ prefix: [UInt8], _ reader: borrowing ModelReader
    ) throws -> Int64 {
        var left = Int64(rank)
        var start: Int64 = 0
        for bucket in buckets {
            start = FunnelModel.start(ofBucket: bucket.bucket)
            if left < bucket.count { break }
            left -= bucket.count
        }
        var key = prefix
        key.append(bigEndian: UInt64(start))
        var found = start
        try reader.forEachRow(prefix: prefix, from: key) { key, _ in
            found = Int64(key.u64BigEndian(at: prefix.count))
            left -= 1
            return left >= 0
        }
        return found
    }

    private func histogram(_ bins: Int?, _ reader: borrowing ModelReader) throws -> [BehaviourFunnel.Bin] {
        guard let bins else { return [] }
        var times: [Int64] = []
        let prefix = FunnelRowKey.durations(stepCount)
        try reader.forEachRow(prefix: prefix) { key, _ in
            times.append(Int64(key.u64BigEndian(at: prefix.count)))
            return true
        }
        return BehaviourFunnel.Bin.bins(of: times, bins)
    }

    /// For each group, UTF-8, the times from first to last step.
    private func groupDurations(_ reader: borrowing ModelReader) throws -> [[UInt8]: [Int64]] {
        var totals: [[UInt8]: [Int64]] = [:]
        try reader.forEachRow(prefix: [FunnelModel.groupDurations]) { key, group in
            totals[group.copy(), default: []].append(Int64(key.u64BigEndian(at: 9)))
            return true
        }
        return totals
    }

    /// The values that hashes stand for.
    private func longGroups(_ reader: borrowing ModelReader) throws -> [String: String] {
        var names: [String: String] = [:]
        try reader.forEachRow(prefix: [FunnelModel.groupNames]) { key, value in
            names[key.text(1..<33)] = value.text()
            return true
        }
        return names
    }

    // MARK: Subjects

    /// Each period is a range of its own: the subjects are gone through.
    private func trend(_ empty: BehaviourTally, _ reader: borrowing ModelReader) throws -> [BehaviourFunnel.Point] {
        if empty.trend == nil { return [] }
        var counter = SubjectCounter(definition, empty)
        try reader.forEachEntity(FunnelSubjectState.self) { _, state in
            var events = state.events
            counter.arrange(&events)
            try counter.countPeriods(events)
            return true
        }
        return counter.tally.points
    }

    /// A page of the outcomes that are wanted.
    func subjects(
        _ wanted: FunnelSelection, _ limit: Int, after cursor: ListCursor?, _ isErased: (String) -> Bool,
        _ reader: borrowing ModelReader
    ) throws -> FunnelSubjects {
        let size = pageSize(limit)
        let prefix = [FunnelModel.entries]
        let last = try cursor?.key(in: wanted.scope, atLeast: FunnelEntry.shortestKey)
        var entries: [FunnelEntry] = []
        let count = stepCount
        try reader.forEachRow(prefix: prefix, from: last.map { prefix + $0 + [0] }) { key, row in
            let start = TimedKey.time(of: key, prefix: 1)
            let visits = try FunnelOutcomeRow.visits(in: row, start: start, count: count)
            guard wanted.takes({ visits[$0] != nil }) else { return true }
            let subject = key.text(9..<key.byteCount - 4)
            entries.append(
                FunnelEntry(subject: subject, start: start, visits: visits, key: key.copy(1..<key.byteCount)))
            return entries.count <= size
        }
        return try FunnelEntry.page(
            entries, definition, in: wanted.scope, limit, after: nil, isErased, at: reader.position)
    }
}
