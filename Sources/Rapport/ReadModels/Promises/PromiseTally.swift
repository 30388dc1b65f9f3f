internal import EventLog
internal import LMDB
internal import Projection

/// Counts orders with promises, in order of their first promises, by group and period.
struct PromiseTally {
    /// A value of the dimension, or all customers who were erased.
    private struct Named {
        /// Nil without a dimension, and of customers who were erased.
        let value: String?
        let isErased: Bool
    }

    /// Microseconds UTC.
    let now: Int64
    /// When first promises are due; microseconds UTC.
    private let range: Range<Int64>
    /// Nil takes all orders together.
    private let dimension: [UInt8]?
    private let granularity: Granularity?
    private let calendar: ZonedCalendar
    /// Nil where customers are not told apart.
    private let privacy: PrivacyState?
    private var values = ByteKeyTable()
    /// The numbers of groups, by those of values.
    private var places: [Int] = []
    private var names: [Named] = []
    private var erasedGroup: Int?
    /// Of all periods, by the numbers of groups.
    private var totals: [PromiseCounts] = []
    /// Numbers of a group and a period.
    private var cells = PairTable()
    /// By the numbers of their cells.
    private var counts: [PromiseCounts] = []
    private var labels: [String] = []
    /// Where the last of the periods ends; microseconds UTC.
    private var periodEnd = Int64.min
    /// Orders that were placed, and promised nothing of, at ``now``.
    var withoutPromise = 0
    var uncounted = PromiseKeeping.Uncounted()

    init(_ question: PromiseQuestion, _ calendar: ZonedCalendar, _ privacy: PrivacyState) {
        self.privacy = question.dimension.map { $0.sameBytes(as: "customer") } == true ? privacy : nil
        self.calendar = calendar
        now = question.now.microseconds
        let start = question.from.map { calendar.startOfDay($0).microseconds } ?? .min
        let end = question.to.map { calendar.endOfDay($0).microseconds } ?? .max
        range = start..<max(start, end)
        dimension = question.dimension.map { Array($0.utf8) }
        granularity = question.by
    }

    /// Adds an order, whose first promise is due no earlier than those of the orders added before.
    mutating func add(_ row: RawSpan) throws {
        let facts = try PromiseFacts(row)
        guard let standing = facts.standing(at: now) else {
            if facts.placedAt > now {
                uncounted.ofUnknownOrders += facts.made(by: now).count
            } else {
                withoutPromise += 1
            }
            return
        }
        guard range.contains(standing.firstDue) else { return }
        var group = 0
        if let dimension {
            let value = try facts.value(of: dimension.rawSpan)
            let number = values.number(of: value)
            if number == places.count { places.append(newGroup(value.text())) }
            group = places[number]
        } else if names.isEmpty {
            names.append(Named(value: nil, isErased: false))
        }
        if group == totals.count { totals.append(PromiseCounts()) }
        totals[group].add(standing)
        guard let granularity else { return }
        let number = period(granularity, of: standing.firstDue)
        let cell = cells.number(of: group, number)
        if cell == counts.count { counts.append(PromiseCounts()) }
        counts[cell].add(standing)
    }

    /// The number of the group of a value that was not met before: customers who were erased share one.
    private mutating func newGroup(_ value: String) -> Int {
        let isErased = privacy?.isErased("customer:\(value)") ?? false
        if isErased, let erasedGroup { return erasedGroup }
        names.append(Named(value: isErased ? nil : value, isErased: isErased))
        if isErased { erasedGroup = names.count - 1 }
        return names.count - 1
    }

    /// The number of the period that holds a time, which is no earlier than the last one asked for.
    private mutating func period(_ granularity: Granularity, of time: Int64) -> Int {
        if time >= periodEnd {
            let day = calendar.date(of: Timestamp(microseconds: time))
            var period = CalendarPeriod(granularity, containing: day)
            // Where clocks go back over midnight, a day that has ended shows once more.
            while calendar.endOfDay(period.lastDay).microseconds <= time { period = period.next }
            labels.append(period.label)
            periodEnd = calendar.endOfDay(period.lastDay).microseconds
        }
        return labels.count - 1
    }

    /// Adds the promises of an order that are judged by nobody.
    mutating func add(strays row: RawSpan) throws {
        for kind in try StrayPromises(row).kinds(by: now) {
            switch kind {
            case .withoutTime: uncounted.withoutTime += 1
            case .unknownOrder: uncounted.ofUnknownOrders += 1
            case .afterDelivery: uncounted.afterDelivery += 1
            case .afterCancellation: uncounted.afterCancellation += 1
            }
        }
    }

    // MARK: Points

    /// The numbers of groups in byte order of their values; customers who were erased come last.
    private var groups: [Int] {
        totals.indices.sorted { left, right in
            let (first, second) = (names[left], names[right])
            if first.isErased != second.isErased { return second.isErased }
            return (first.value ?? "").compareBytes(to: second.value ?? "") < 0
        }
    }

    /// By group, then period.
    var points: [PromiseKeeping.Point] {
        var byGroup = totals.map { _ in [Int]() }
        for (cell, pair) in cells.pairs.enumerated() { byGroup[pair.0].append(cell) }
        return groups.flatMap { group in
            byGroup[group].map { point(counts[$0], labels[cells.pairs[$0].1], group) }
        }
    }

    /// One for each group.
    var overall: [PromiseKeeping.Point] { groups.map { point(totals[$0], "all", $0) } }

    private func point(_ counts: PromiseCounts, _ period: String, _ group: Int) -> PromiseKeeping.Point {
        var point = counts.point(period, names[group].value)
        point.isErased = names[group].isErased
        return point
    }
}

/// The counts of one group and period, and what its distributions are made of: durations in microseconds.
private struct PromiseCounts {
    private var kept = 0
    private var broken = 0
    private var overdue = 0
    private var open = 0
    private var cancelled = 0
    private var cancelledOverdue = 0
    private var due = 0
    private var defects = 0
    private var keptLast = 0
    private var promises = 0
    private var moved = 0
    private var inParts = 0
    private var slips: [Int64] = []
    private var inflations: [Int64] = []

    mutating func add(_ standing: PromiseStanding) {
        switch standing.outcome {
        case .kept: kept += 1
        case .broken: broken += 1
        case .overdue: overdue += 1
        case .open: open += 1
        case .cancelled:
            cancelled += 1
            if standing.isDefect { cancelledOverdue += 1 }
        }
        if standing.isJudged { due += 1 }
        if standing.isDefect { defects += 1 }
        if let deliveredAt = standing.deliveredAt {
            slips.append(deliveredAt - standing.firstDue)
            if deliveredAt <= standing.lastDue { keptLast += 1 }
        }
        promises += standing.promises
        if standing.lastDue != standing.firstDue { moved += 1 }
        if standing.isInParts { inParts += 1 }
        inflations.append(standing.lastDue - standing.firstDue)
    }

    func point(_ period: String, _ group: String?) -> PromiseKeeping.Point {
        PromiseKeeping.Point(
            period: period, group: group, orders: inflations.count, kept: kept, broken: broken, overdue: overdue,
            open: open, cancelled: cancelled, cancelledOverdue: cancelledOverdue, due: due,
            keptOfDue: WilsonInterval(successes: due - defects, of: due),
            defects: DefectRate(defects: defects, of: due),
            keptOfDelivered: WilsonInterval(successes: kept, of: slips.count),
            keptLastOfDelivered: WilsonInterval(successes: keptLast, of: slips.count), promises: promises,
            moved: moved, inParts: inParts, slip: DurationSummary(microseconds: slips),
            delay: DurationSummary(microseconds: slips.filter { $0 > 0 }),
            inflation: DurationSummary(microseconds: inflations))
    }
}
