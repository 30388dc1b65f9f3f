import EventLog
@testable import Rapport
import Testing

/// The lead funnel against a plain count over the stories of random leads.
@Suite struct LeadFunnelTests {
    /// What a point should say about `stories`, of which `isWithin` holds the range and `end` is its end.
    private static func point(
        _ stories: [LeadStory], _ basis: LeadFunnelQuestion.Basis, period: String, group: String?,
        before end: Timestamp?,
        _ isWithin: (Timestamp) -> Bool
    ) -> LeadFunnel.Point {
        var counts = [Int64](repeating: 0, count: 5)
        for story in stories {
            switch basis {
            case .captured:
                guard isWithin(story.capturedAt) else { continue }
                let status = story.status()
                let reached = [
                    true, story.respondedAt != nil, story.qualifiedAt != nil, status == .disqualified,
                    status == .converted,
                ]
                for (column, isReached) in reached.enumerated() where isReached { counts[column] += 1 }
            case .event:
                let times: [[Timestamp?]] = [
                    [story.capturedAt], [story.respondedAt], [story.qualifiedAt], story.disqualifications,
                    [story.convertedAt],
                ]
                for (column, times) in times.enumerated() {
                    counts[column] += Int64(times.compactMap { $0 }.count { isWithin($0) })
                }
            }
        }
        let open = stories.count { story in
            (end.map { story.capturedAt < $0 } ?? true) && story.status(before: end).isOpen
        }
        let conversion =
            counts[0] == 0 ? nil : Int64((Double(counts[4] * 10_000) / Double(counts[0]) + 0.5).rounded(.down))
        return LeadFunnel.Point(
            period: period, group: group, captured: counts[0], responded: counts[1], qualified: counts[2],
            disqualified: counts[3], converted: counts[4], conversionBp: conversion,
            open: basis == .event ? Int64(open) : nil)
    }

    private static func isLively(_ point: LeadFunnel.Point) -> Bool {
        [point.captured, point.responded, point.qualified, point.disqualified, point.converted] != [0, 0, 0, 0, 0]
    }

    /// The days of a question.
    private static func range(_ question: LeadFunnelQuestion) throws -> (Timestamp?, Timestamp?, (Timestamp) -> Bool) {
        let calendar = try ZonedCalendar(zone: question.zone)
        let start = question.from.map { calendar.startOfDay($0) }
        let end = question.to.map { calendar.endOfDay($0) }
        return (start, end, { time in (start.map { $0 <= time } ?? true) && (end.map { time < $0 } ?? true) })
    }

    private static func groups(
        _ stories: [LeadStory], _ question: LeadFunnelQuestion
    ) -> [(group: String?, stories: [LeadStory])] {
        guard let dimension = question.dimension else { return [(nil, stories)] }
        let values = Set(stories.map { $0.value(of: dimension) }).subtracting([""])
        return values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { value in (value, stories.filter { $0.value(of: dimension) == value }) }
    }

    private static func durations(
        _ stories: [LeadStory], _ basis: LeadFunnelQuestion.Basis, _ isWithin: (Timestamp) -> Bool,
        to event: (LeadStory) -> Timestamp?
    ) -> [Int64] {
        stories.compactMap { story in
            guard let time = event(story), isWithin(basis == .captured ? story.capturedAt : time) else { return nil }
            return time.microseconds - story.capturedAt.microseconds
        }
    }

    @Test(
        "in any range, by period and group, of either basis, counts and durations are those of a plain count",
        arguments: 1...4 as ClosedRange<UInt64>)
    func countsAgree(seed: UInt64) async throws {
        var random = RandomLeads(seed: seed)
        let stories = random.stories(70)
        let folder = try CRMFolder(random.shuffled(try stories.flatMap { try $0.events() }))
        for round in 0..<40 {
            let question = LeadFunnelQuestion(
                basis: round.isMultiple(of: 2) ? .captured : .event, from: random.day(), to: random.day(),
                dimension: random.one(of: [nil, "source", "medium", "owner", "region", "elsewhere"]),
                period: random.one(of: [nil, .week, .month, .quarter]), zone: random.one(of: RandomLeads.zones))
            let found = try await folder.crm.leadFunnel(question, atLeast: folder.head)
            let (_, end, isWithin) = try Self.range(question)
            let message: Comment = "\(question)"
            let total = Self.point(
                stories, question.basis, period: "all", group: nil, before: end, isWithin)
            #expect(found.total == total, message)
            let groups = Self.groups(stories, question)
            let overall = groups.map { group, these in
                Self.point(these, question.basis, period: "all", group: group, before: end, isWithin)
            }.filter { Self.isLively($0) || ($0.open ?? 0) != 0 }
            #expect(found.overall == overall, message)
            if question.period == nil { #expect(found.points == overall, message) }

            let responses = Self.durations(stories, question.basis, isWithin) { $0.respondedAt }
            let conversions = Self.durations(stories, question.basis, isWithin) { $0.convertedAt }
            #expect(found.firstResponse == DurationSummary(microseconds: responses), message)
            #expect(found.conversion == DurationSummary(microseconds: conversions), message)
            let negativeResponses = responses.count { $0 < 0 }
            #expect(found.negativeFirstResponses == negativeResponses, message)
            let negativeConversions = conversions.count { $0 < 0 }
            #expect(found.negativeConversions == negativeConversions, message)
        }
    }

    @Test("each period has what belongs to its days in the zone", arguments: 11...13 as ClosedRange<UInt64>)
    func periods(seed: UInt64) async throws {
        var random = RandomLeads(seed: seed)
        let stories = random.stories(60)
        let folder = try CRMFolder(random.shuffled(try stories.flatMap { try $0.events() }))
        for round in 0..<20 {
            let length = random.one(of: Granularity.allCases)
            let question = LeadFunnelQuestion(
                basis: round.isMultiple(of: 2) ? .captured : .event, from: random.day(), to: random.day(),
                dimension: random.one(of: [nil, "source"]), period: length, zone: random.one(of: RandomLeads.zones))
            let found = try await folder.crm.leadFunnel(question, atLeast: folder.head)
            let (_, end, isWithin) = try Self.range(question)
            let calendar = try ZonedCalendar(zone: question.zone)
            let wall = WallCalendar(zone: question.zone)
            let times = stories.flatMap { $0.changes.map(\.at) }.filter(isWithin)
            let labels = Set(times.map { wall.label(length, of: $0) }).sorted()
            let expected = Self.groups(stories, question).flatMap { group, these in
                labels.compactMap { label -> LeadFunnel.Point? in
                    guard let period = CalendarPeriod(label) else { return nil }
                    let periodEnd = min(calendar.endOfDay(period.lastDay), end ?? calendar.endOfDay(period.lastDay))
                    let point = Self.point(these, question.basis, period: label, group: group, before: periodEnd) {
                        isWithin($0) && wall.label(length, of: $0) == label
                    }
                    return Self.isLively(point) ? point : nil
                }
            }
            #expect(found.points == expected, "\(question)")
        }
    }

    @Test("durations are told by their mean and quantiles, between two of them by interpolation")
    func quantiles() async throws {
        let capture = LeadStory.Change.captured(source: "web", medium: "", organisation: "", region: "")
        let stories = [1, 2, 4].map { hours in
            LeadStory("L-\(hours)", ("2024-03-01T10:00:00Z", capture), ("2024-03-01T1\(hours):00:00Z", .contacted))
        }
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let funnel = try await folder.crm.leadFunnel(atLeast: folder.head)
        let summary = try #require(funnel.firstResponse)
        let hour: Int64 = 3_600_000
        #expect(summary.count == 3)
        #expect(summary.meanMs == 7 * hour / 3)
        #expect(summary.medianMs == 2 * hour)
        #expect(summary.p75Ms == 3 * hour)
        #expect(summary.p90Ms == 36 * hour / 10)
        #expect(summary.maxMs == 4 * hour)
        #expect(funnel.conversion == nil)
    }

    @Test("a day begins and ends as clocks in the zone say")
    func zones() async throws {
        let capture = LeadStory.Change.captured(source: "web", medium: "", organisation: "", region: "")
        let story = LeadStory("L-1", ("2024-03-01T17:30:00Z", capture), ("2024-03-02T04:30:00Z", .contacted))
        let folder = try CRMFolder(try story.events())
        for (zone, captured, responded) in [
            ("UTC", "2024-03-01", "2024-03-02"), ("Asia/Shanghai", "2024-03-02", "2024-03-02"),
            ("America/New_York", "2024-03-01", "2024-03-01"),
        ] {
            let question = LeadFunnelQuestion(basis: .event, period: .day, zone: zone)
            let funnel = try await folder.crm.leadFunnel(question, atLeast: folder.head)
            #expect(funnel.points.filter { $0.captured == 1 }.map(\.period) == [captured])
            #expect(funnel.points.filter { $0.responded == 1 }.map(\.period) == [responded])
            #expect(funnel.points.map(\.open) == funnel.points.map { _ in 1 })
        }
    }

    @Test("dimensions and their values can be named; where there are no leads there are none")
    func names() async throws {
        let empty = try CRMFolder([try pipelineDefined(["new"])])
        let nothing = try await empty.crm.leadFunnel(.init(basis: .event, dimension: "source"), atLeast: empty.head)
        #expect(nothing.overall == [])
        #expect(nothing.total.captured == 0)
        #expect(nothing.firstResponse == nil)
        let none = try empty.crm.leadDimensions()
        #expect(none == [])
        let capture = LeadStory.Change.captured(source: "web", medium: "", organisation: "", region: "north")
        let folder = try CRMFolder(try LeadStory("L-1", ("2024-03-01T10:00:00Z", capture)).events())
        _ = try await folder.crm.leads(atLeast: folder.head)
        let dimensions = try folder.crm.leadDimensions()
        #expect(dimensions == ["medium", "owner", "region", "source"])
        let regions = try folder.crm.leadValues(of: "region")
        #expect(regions == ["north"])
        let owners = try folder.crm.leadValues(of: "owner")
        #expect(owners == [])
    }
}
