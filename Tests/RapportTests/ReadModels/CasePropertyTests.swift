import EventLog
import Projection
@testable import Rapport
import Testing

/// The case desk against a plain count over the stories of random cases.
@Suite struct CasePropertyTests {
    /// In random order, the events of one case at the same moment never being among them.
    private static func folder(
        _ stories: [CaseStory], _ cases: inout RandomCases, batch: ClosedRange<Int>
    ) async throws -> CRMFolder {
        let folder = try CRMFolder()
        let events = cases.shuffled(try stories.flatMap { try $0.events() })
        try await folder.appendSlowly(events, batch: cases.number(in: batch))
        return folder
    }

    @Test(
        "however events arrive, lists, flows, times and totals are those of a plain count",
        arguments: Seeds.from(1, 3))
    func plainCount(seed: UInt64) async throws {
        var cases = RandomCases(seed: seed)
        let plain = PlainCases(stories: cases.stories(30))
        let folder = try await Self.folder(plain.stories, &cases, batch: 2...25)
        let list = try await folder.crm.cases(limit: 100)
        #expect(list.rows == plain.entries())
        for dimension in RandomCases.dimensions {
            let groups = plain.groups(by: dimension)
            for _ in 0..<3 {
                let zone = cases.one(of: RandomCases.zones)
                let from: CivilDate? = cases.one(of: [nil, cases.day()])
                let to: CivilDate? = cases.one(of: [nil, cases.day()])
                let calendar = try ZonedCalendar(zone: zone)
                let (start, end) = (from.map { calendar.startOfDay($0) }, to.map { calendar.endOfDay($0) })
                let isEmpty = from.flatMap { from in to.map { $0 < from } } ?? false
                let message: Comment =
                    "\(dimension ?? "all") from \(start?.description ?? "") to \(end?.description ?? "")"

                // What happened is not counted by customer.
                if dimension != "customer" {
                    let flow = try await folder.crm.caseFlow(by: dimension, from: from, to: to, zone: zone)
                    let points = groups.map { plain.point("all", $0.value, $0.stories, from: start, to: end) }
                    #expect(flow.points == (isEmpty ? [] : points.filter { !Self.isZero($0) }), message)
                }

                let times = try await folder.crm.caseTimes(by: dimension, from: from, to: to, zone: zone)
                let expected = groups.compactMap { plain.times($0.value, $0.stories, from: start, to: end) }
                #expect(times.groups == expected, message)
            }
            let totals = try await folder.crm.caseTotals(by: dimension)
            let expected = groups.compactMap { plain.times($0.value, $0.stories, from: nil, to: nil) }
            #expect(totals.groups.map(\.value) == expected.map(\.value))
            for (total, times) in zip(totals.groups, expected) {
                #expect(
                    [total.cases, total.reopened, total.reopenings]
                        == [times.cases, times.reopened, times.reopenings])
                #expect(total.reopenedBp == times.reopenedBp)
                for (mean, summary) in [
                    (total.firstResponse, times.firstResponse), (total.firstResolution, times.firstResolution),
                    (total.close, times.close), (total.life, times.life),
                ] {
                    #expect(mean?.count == summary.map { Int64($0.count) })
                    // Each duration was rounded down by less than a millisecond.
                    let (low, exact) = (mean?.meanMs ?? 0, summary?.meanMs ?? 0)
                    #expect(exact - low == 0 || exact - low == 1)
                }
            }
        }
    }

    @Test("the flow of every period is a plain count", arguments: Seeds.from(11, 2))
    func periods(seed: UInt64) async throws {
        var cases = RandomCases(seed: seed)
        let plain = PlainCases(stories: cases.stories(25))
        let folder = try await Self.folder(plain.stories, &cases, batch: 20...60)
        for granularity in [Granularity.week, .month, .quarter, .year] {
            let zone = cases.one(of: RandomCases.zones)
            let (calendar, wall) = (try ZonedCalendar(zone: zone), WallCalendar(zone: zone))
            let from: CivilDate? = cases.one(of: [nil, cases.day()])
            for dimension in [nil, "severity", "region"] as [String?] {
                let flow = try await folder.crm.caseFlow(by: dimension, from: from, zone: zone, period: granularity)
                for (value, stories) in plain.groups(by: dimension) {
                    for point in flow.points where point.group == value {
                        let period = try #require(CalendarPeriod(point.period))
                        let moments = calendar.moments(of: period)
                        let start = from.map { max(calendar.startOfDay($0), moments.lowerBound) } ?? moments.lowerBound
                        let expected = plain.point(point.period, value, stories, from: start, to: moments.upperBound)
                        #expect(point == expected)
                        #expect(wall.label(granularity, of: moments.lowerBound) == point.period)
                    }
                    // No period in which anything happened is missing.
                    let whole = plain.point(
                        "all", value, stories, from: from.map { calendar.startOfDay($0) }, to: nil)
                    let points = flow.points.filter { $0.group == value }
                    #expect(points.reduce(0) { $0 + $1.opened } == whole.opened)
                    #expect(points.reduce(0) { $0 + $1.closed } == whole.closed)
                    #expect(points.reduce(0) { $0 + $1.reopened } == whole.reopened)
                    #expect(points.map(\.period) == points.map(\.period).sorted())
                }
            }
        }
    }

    @Test(
        "rows that followed the log are those of a rebuild, and of any other order of arrival",
        arguments: Seeds.from(21, 2))
    func digests(seed: UInt64) async throws {
        var cases = RandomCases(seed: seed)
        let stories = cases.stories(20)
        for _ in 0..<2 {
            let folder = try await Self.folder(stories, &cases, batch: 1...15)
            let live = try folder.crm.projections.digest(of: "cases")
            try folder.crm.projections.rebuild(["cases"])
            let rebuilt = try folder.crm.projections.digest(of: "cases")
            #expect(live.digest == rebuilt.digest)
            #expect(live.position == folder.head)
            let list = try await folder.crm.cases(limit: 100)
            #expect(list.rows == PlainCases(stories: stories).entries())
        }
    }

    private static func isZero(_ point: CaseFlow.Point) -> Bool {
        [
            point.opened, point.responded, point.firstResolved, point.closed, point.reopened, point.open,
            point.unclosed,
        ].allSatisfy { $0 == 0 }
    }
}
