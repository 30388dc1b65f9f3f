import EventLog
import LMDB
import Projection
@testable import Rapport
import Testing

/// What a plain count over stories gives.
struct PlainPromises {
    let stories: [PromiseStory]

    static func value(_ story: PromiseStory, _ dimension: String) -> String {
        switch dimension {
        case "channel": story.channel
        case "region": story.region
        default: story.customer
        }
    }

    /// The orders with a promise, by value of a dimension; nil of all together.
    private func groups(_ question: PromiseQuestion) -> [(value: String?, stories: [PromiseStory])] {
        let promised = stories.filter { $0.standing(at: question.now).outcome(at: question.now) != nil }
        guard let dimension = question.dimension else { return [(value: nil, stories: promised)] }
        let values = Set(promised.map { Self.value($0, dimension) }).sorted { $0.compareBytes(to: $1) < 0 }
        return values.map { value in
            (value: value, stories: promised.filter { Self.value($0, dimension) == value })
        }
    }

    /// The figures of orders whose first promise is due in a range; nil where there are none.
    private static func point(
        _ period: String, _ group: String?, _ stories: [PromiseStory], from start: Timestamp?, to end: Timestamp?,
        at now: Timestamp
    ) -> PromiseKeeping.Point? {
        let found = stories.map { $0.standing(at: now) }.filter { standing in
            guard let due = standing.firstDue else { return false }
            return (start.map { $0 <= due } ?? true) && (end.map { due < $0 } ?? true)
        }
        if found.isEmpty { return nil }
        func count(_ outcome: PromiseOutcome) -> Int { found.count { $0.outcome(at: now) == outcome } }
        let judged = found.filter { $0.isJudged(at: now) }
        let defects = judged.count { $0.outcome(at: now) != .kept }
        func durations(_ from: (PromiseStory.Standing) -> Timestamp?, _ to: (PromiseStory.Standing) -> Timestamp?)
            -> [Int64]
        {
            found.compactMap { standing in
                guard let start = from(standing), let end = to(standing) else { return nil }
                return end.microseconds - start.microseconds
            }
        }
        let slips = durations({ $0.firstDue }, { $0.deliveredAt })
        let inflations = durations({ $0.firstDue }, { $0.lastDue })
        let keptLast = durations({ $0.lastDue }, { $0.deliveredAt }).count { $0 <= 0 }
        return PromiseKeeping.Point(
            period: period, group: group, orders: found.count, kept: count(.kept), broken: count(.broken),
            overdue: count(.overdue), open: count(.open), cancelled: count(.cancelled),
            cancelledOverdue: judged.count { $0.outcome(at: now) == .cancelled }, due: judged.count,
            keptOfDue: WilsonInterval(successes: judged.count - defects, of: judged.count),
            defects: DefectRate(defects: defects, of: judged.count),
            keptOfDelivered: WilsonInterval(successes: count(.kept), of: slips.count),
            keptLastOfDelivered: WilsonInterval(successes: keptLast, of: slips.count),
            promises: found.reduce(0) { $0 + $1.promises }, moved: inflations.count { $0 != 0 },
            inParts: found.count { $0.deliveredAt != nil && $0.deliveries > 1 },
            slip: DurationSummary(microseconds: slips), delay: DurationSummary(microseconds: slips.filter { $0 > 0 }),
            inflation: DurationSummary(microseconds: inflations))
    }

    func points(_ question: PromiseQuestion) throws -> [PromiseKeeping.Point] {
        guard let granularity = question.by else { return [] }
        let calendar = try ZonedCalendar(zone: question.zone)
        return groups(question).flatMap { group in
            var points: [PromiseKeeping.Point] = []
            var period = CalendarPeriod(granularity, containing: .on("2023-11-01"))
            while period.firstDay < .on("2025-12-31") {
                defer { period = period.next }
                let first = question.from.map { max($0, period.firstDay) } ?? period.firstDay
                let last = question.to.map { min($0, period.lastDay) } ?? period.lastDay
                if last < first { continue }
                let (start, end) = (calendar.startOfDay(first), calendar.endOfDay(last))
                let point = Self.point(
                    period.label, group.value, group.stories, from: start, to: end, at: question.now)
                if let point { points.append(point) }
            }
            return points
        }
    }

    func overall(_ question: PromiseQuestion) throws -> [PromiseKeeping.Point] {
        let calendar = try ZonedCalendar(zone: question.zone)
        return groups(question).compactMap { group in
            Self.point(
                "all", group.value, group.stories, from: question.from.map { calendar.startOfDay($0) },
                to: question.to.map { calendar.endOfDay($0) }, at: question.now)
        }
    }

    func withoutPromise(at now: Timestamp) -> Int {
        stories.map { $0.standing(at: now) }.count { $0.placedAt != nil && $0.promises == 0 }
    }

    func uncounted(at now: Timestamp) -> PromiseKeeping.Uncounted {
        var counts = PromiseKeeping.Uncounted()
        for standing in stories.map({ $0.standing(at: now) }) {
            if standing.placedAt == nil {
                counts.ofUnknownOrders += standing.promises + standing.afterDelivery + standing.afterCancellation
            } else {
                counts.afterDelivery += standing.afterDelivery
                counts.afterCancellation += standing.afterCancellation
            }
        }
        return counts
    }

    /// The ids of orders with an outcome, those due first at the top.
    func ids(_ outcome: PromiseOutcome?, _ filter: (dimension: String, value: String)?, at now: Timestamp) -> [String] {
        let found = stories.compactMap { story -> (due: Timestamp, id: String)? in
            let standing = story.standing(at: now)
            guard let found = standing.outcome(at: now), (outcome ?? found) == found, let due = standing.firstDue,
                filter.map({ Self.value(story, $0.dimension) == $0.value }) ?? true
            else { return nil }
            return (due: due, id: story.id)
        }
        return found.sorted { left, right in
            left.due == right.due ? left.id.compareBytes(to: right.id) < 0 : left.due < right.due
        }.map(\.id)
    }
}

/// Promise keeping against a plain count over the stories of random orders.
@Suite struct PromisePropertyTests {
    private static func folder(
        _ stories: [PromiseStory], _ random: inout RandomPromises, batch: ClosedRange<Int>
    ) async throws -> CRMFolder {
        let folder = try CRMFolder()
        let events = random.shuffled(try stories.flatMap { try $0.events() })
        try await folder.appendSlowly(events, batch: random.number(in: batch))
        return folder
    }

    @Test(
        "however events arrive and whatever time is asked about, figures are those of a plain count",
        arguments: 1...5 as ClosedRange<UInt64>)
    func plainCount(seed: UInt64) async throws {
        var random = RandomPromises(seed: seed)
        let plain = PlainPromises(stories: random.stories(40))
        let folder = try await Self.folder(plain.stories, &random, batch: 5...30)
        for dimension in [nil, "channel", "region", "customer"] {
            for granularity in [nil, Granularity.week, .month, .year] {
                let now = random.one(of: [random.moment(), .at("2026-01-01T00:00:00Z")])
                let question = PromiseQuestion(
                    now: now, dimension: dimension, by: granularity, from: random.one(of: [nil, random.day()]),
                    to: random.one(of: [nil, random.day()]), zone: random.one(of: RandomDeals.zones))
                let answer = try await folder.crm.promiseKeeping(question)
                let (points, overall) = (try plain.points(question), try plain.overall(question))
                #expect(answer.points == points, "\(question)")
                #expect(answer.overall == overall, "\(question)")
                #expect(answer.withoutPromise == plain.withoutPromise(at: now), "\(question)")
                #expect(answer.uncounted == plain.uncounted(at: now), "\(question)")
                #expect(answer.position == folder.head)
            }
        }
    }

    @Test("lists have the orders of the outcome, page by page", arguments: 11...13 as ClosedRange<UInt64>)
    func lists(seed: UInt64) async throws {
        var random = RandomPromises(seed: seed)
        let plain = PlainPromises(stories: random.stories(40))
        let folder = try await Self.folder(plain.stories, &random, batch: 20...60)
        for outcome in [nil] + PromiseOutcome.allCases.map(Optional.some) {
            let now = random.moment()
            let filters: [(dimension: String, value: String)?] = [
                nil, (dimension: "channel", value: "web"), (dimension: "region", value: ""),
            ]
            for filter in filters {
                let rows = try await GoldenImport.allRows { cursor in
                    try await folder.crm.promises(outcome, matching: filter, at: now, limit: 4, after: cursor)
                }
                #expect(rows.map(\.orderID) == plain.ids(outcome, filter, at: now))
                for row in rows {
                    let story = try #require(plain.stories.first { $0.id == row.orderID })
                    let standing = story.standing(at: now)
                    #expect(row.outcome == standing.outcome(at: now))
                    #expect(row.firstPromise == standing.firstDue && row.lastPromise == standing.lastDue)
                    #expect(row.deliveredAt == standing.deliveredAt && row.cancelledAt == standing.cancelledAt)
                    #expect(row.promises == standing.promises && row.placedAt == standing.placedAt)
                }
            }
        }
    }

    @Test("what periods have adds up to the whole range", arguments: 21...22 as ClosedRange<UInt64>)
    func addsUp(seed: UInt64) async throws {
        var random = RandomPromises(seed: seed)
        let folder = try await Self.folder(random.stories(40), &random, batch: 40...80)
        for granularity in Granularity.allCases {
            let question = PromiseQuestion(
                now: random.moment(), by: granularity, zone: random.one(of: RandomDeals.zones))
            let answer = try await folder.crm.promiseKeeping(question)
            for count in [
                \PromiseKeeping.Point.orders, \.kept, \.broken, \.overdue, \.open, \.cancelled, \.due, \.promises,
                \.moved,
            ] {
                let parts = answer.points.reduce(0) { $0 + $1[keyPath: count] }
                let whole = answer.overall.reduce(0) { $0 + $1[keyPath: count] }
                #expect(parts == whole)
            }
            for point in answer.points {
                let outcomes = point.kept + point.broken + point.overdue + point.open + point.cancelled
                #expect(outcomes == point.orders)
                #expect(point.due <= point.orders)
            }
        }
    }

    @Test(
        "rows that followed the log are those of a rebuild; events that are known already change nothing",
        arguments: 31...33 as ClosedRange<UInt64>)
    func digests(seed: UInt64) async throws {
        var random = RandomPromises(seed: seed)
        let events = random.shuffled(try random.stories(25).flatMap { try $0.events() })
        let folder = try CRMFolder()
        try await folder.appendSlowly(events, batch: random.number(in: 1...15))
        let live = try folder.crm.projections.digest(of: PromiseModel.name)
        #expect(live.position == folder.head)
        try folder.crm.projections.rebuild([PromiseModel.name])
        try await folder.crm.projections.wait(for: folder.head, of: [PromiseModel.name])
        let rebuilt = try folder.crm.projections.digest(of: PromiseModel.name)
        #expect(live.digest == rebuilt.digest)

        let head = folder.head
        try folder.append(events)
        #expect(folder.head == head)
        let repeated = try folder.crm.projections.digest(of: PromiseModel.name)
        #expect(repeated.digest == live.digest)
    }
}
