import EventLog
@testable import Rapport
import Testing

/// Promise keeping, told order by order.
@Suite struct PromiseTests {
    /// In milliseconds.
    private static func days(_ count: Int64) -> Int64 { count * 86_400_000 }

    private static func folder(_ stories: PromiseStory...) throws -> CRMFolder {
        try CRMFolder(try stories.flatMap { try $0.events() })
    }

    private static func keeping(
        _ folder: CRMFolder, at time: String, by dimension: String? = nil, period: Granularity? = nil
    ) async throws -> PromiseKeeping {
        let question = PromiseQuestion(now: .at(time), dimension: dimension, by: period)
        return try await folder.crm.promiseKeeping(question, atLeast: folder.head)
    }

    /// The figures of the only group.
    private static func point(_ folder: CRMFolder, at time: String) async throws -> PromiseKeeping.Point {
        let answer = try await keeping(folder, at: time)
        #expect(answer.overall.count == 1)
        return try #require(answer.overall.first)
    }

    /// Kept, broken, overdue, open, cancelled, due.
    private static func counts(_ point: PromiseKeeping.Point) -> [Int] {
        [point.kept, point.broken, point.overdue, point.open, point.cancelled, point.due]
    }

    @Test("a promise that is moved again and again is judged by what was promised first")
    func firstPromise() async throws {
        let folder = try Self.folder(
            PromiseStory(
                "A-1",
                ("2024-03-01T10:00:00Z", .placed),
                ("2024-03-01T11:00:00Z", .promised(.at("2024-03-05T10:00:00Z"))),
                ("2024-03-04T10:00:00Z", .promised(.at("2024-03-08T10:00:00Z"))),
                ("2024-03-07T10:00:00Z", .promised(.at("2024-03-12T10:00:00Z"))),
                ("2024-03-11T10:00:00Z", .delivered)))
        let point = try await Self.point(folder, at: "2024-04-01T00:00:00Z")
        #expect(Self.counts(point) == [0, 1, 0, 0, 0, 1])
        #expect(point.keptOfDue?.successes == 0 && point.keptLastOfDelivered?.successes == 1)
        #expect(point.promises == 3 && point.moved == 1)
        #expect(point.slip?.medianMs == Self.days(6) && point.delay?.medianMs == Self.days(6))
        #expect(point.inflation?.meanMs == Self.days(7))
        #expect(point.defects?.perMillion == 1_000_000 && point.defects?.sigma == nil)
        // At each time it is what was known of it by then.
        let past: [(time: String, counts: [Int])] = [
            ("2024-03-01T11:00:00Z", [0, 0, 0, 1, 0, 0]), ("2024-03-05T09:59:59Z", [0, 0, 0, 1, 0, 0]),
            ("2024-03-05T10:00:00Z", [0, 0, 1, 0, 0, 1]), ("2024-03-11T09:59:59Z", [0, 0, 1, 0, 0, 1]),
            ("2024-03-11T10:00:00Z", [0, 1, 0, 0, 0, 1]),
        ]
        for (time, counts) in past {
            let then = try await Self.point(folder, at: time)
            #expect(Self.counts(then) == counts, "\(time)")
        }
        let early = try await Self.point(folder, at: "2024-03-04T10:00:00Z")
        #expect(early.inflation?.meanMs == Self.days(3) && early.slip == nil)
    }

    @Test("an order that arrives at the very time is in time, and an early one has slipped by less than nothing")
    func inTime() async throws {
        let folder = try Self.folder(
            PromiseStory(
                "A-1", ("2024-03-01T10:00:00Z", .placed),
                ("2024-03-01T11:00:00Z", .promised(.at("2024-03-05T10:00:00Z"))), ("2024-03-05T10:00:00Z", .delivered)),
            PromiseStory(
                "A-2", ("2024-03-01T10:00:00Z", .placed),
                ("2024-03-01T11:00:00Z", .promised(.at("2024-03-05T10:00:00Z"))), ("2024-03-03T10:00:00Z", .delivered)))
        let point = try await Self.point(folder, at: "2024-03-05T10:00:00Z")
        #expect(Self.counts(point) == [2, 0, 0, 0, 0, 2])
        #expect(point.slip?.medianMs == Self.days(-1) && point.slip?.maxMs == 0)
        #expect(point.delay == nil)
        #expect(point.defects?.perMillion == 0 && point.defects?.sigma == nil)
        // One that is early is kept before it is due, and judged when it is.
        let before = try await Self.point(folder, at: "2024-03-04T00:00:00Z")
        #expect(Self.counts(before) == [1, 0, 0, 1, 0, 0])
        #expect(before.keptOfDue == nil && before.keptOfDelivered?.n == 1)
    }

    @Test("a cancellation takes an order out, but not when it was overdue already")
    func cancellations() async throws {
        let promised: (String, PromiseStory.Change) = (
            "2024-03-01T11:00:00Z", .promised(.at("2024-03-05T10:00:00Z"))
        )
        let folder = try Self.folder(
            PromiseStory("A-1", ("2024-03-01T10:00:00Z", .placed), promised, ("2024-03-05T10:00:00Z", .cancelled)),
            PromiseStory("A-2", ("2024-03-01T10:00:00Z", .placed), promised, ("2024-03-05T10:00:01Z", .cancelled)),
            PromiseStory(
                "A-3", ("2024-03-01T10:00:00Z", .placed), promised, ("2024-03-04T10:00:00Z", .delivered),
                ("2024-03-06T10:00:00Z", .cancelled)))
        let point = try await Self.point(folder, at: "2024-04-01T00:00:00Z")
        #expect(Self.counts(point) == [1, 0, 0, 0, 2, 2])
        #expect(point.cancelledOverdue == 1 && point.defects?.defects == 1)
        #expect(point.keptOfDue?.successes == 1)
    }

    @Test("what replaces a promise that nobody recorded names the first one; the promise itself, once known, does")
    func replacedPromise() async throws {
        let later: (String, PromiseStory.Change) = (
            "2024-03-04T10:00:00Z", .promised(.at("2024-03-09T10:00:00Z"), replacing: .at("2024-03-06T10:00:00Z"))
        )
        var story = PromiseStory("A-1", ("2024-03-01T10:00:00Z", .placed), later)
        let folder = try Self.folder(story)
        let point = try await Self.point(folder, at: "2024-03-07T00:00:00Z")
        #expect(Self.counts(point) == [0, 0, 1, 0, 0, 1])
        #expect(point.inflation?.meanMs == Self.days(3) && point.promises == 1)
        // Now it is recorded, and it was another time.
        story = PromiseStory("A-1", ("2024-03-02T10:00:00Z", .promised(.at("2024-03-05T10:00:00Z"))))
        try folder.append(try story.events())
        let known = try await Self.point(folder, at: "2024-03-07T00:00:00Z")
        #expect(known.inflation?.meanMs == Self.days(4) && known.promises == 2)
    }

    @Test("promises of unknown orders, and after the end, are counted and judged by nobody")
    func strays() async throws {
        let due = Timestamp.at("2024-03-05T10:00:00Z")
        let folder = try Self.folder(
            PromiseStory("A-1", ("2024-03-01T11:00:00Z", .promised(due)), ("2024-03-02T11:00:00Z", .promised(due))),
            PromiseStory(
                "A-2", ("2024-03-01T10:00:00Z", .placed), ("2024-03-02T10:00:00Z", .delivered),
                ("2024-03-03T10:00:00Z", .promised(due))),
            PromiseStory(
                "A-3", ("2024-03-01T10:00:00Z", .placed), ("2024-03-02T10:00:00Z", .cancelled),
                ("2024-03-03T10:00:00Z", .promised(due))),
            PromiseStory("A-4", ("2024-03-01T10:00:00Z", .placed)))
        let answer = try await Self.keeping(folder, at: "2024-04-01T00:00:00Z")
        #expect(answer.overall == [] && answer.points == [])
        #expect(answer.withoutPromise == 3)
        var expected = PromiseKeeping.Uncounted()
        expected.ofUnknownOrders = 2
        expected.afterDelivery = 1
        expected.afterCancellation = 1
        #expect(answer.uncounted == expected)
        // Then the placing arrives, late.
        try folder.append(try PromiseStory("A-1", ("2024-03-01T09:00:00Z", .placed)).events())
        let later = try await Self.keeping(folder, at: "2024-04-01T00:00:00Z")
        #expect(later.overall.map(\.overdue) == [1])
        #expect(later.uncounted.ofUnknownOrders == 0)
        // Of the time before it was placed it is unknown still.
        let before = try await Self.keeping(folder, at: "2024-03-01T08:00:00Z")
        #expect(before.overall == [] && before.withoutPromise == 0)
    }

    @Test("a promise without a time, of an event that nobody has checked, is counted for itself")
    func withoutTime() async throws {
        let folder = try Self.folder(
            PromiseStory("A-1", ("2024-03-01T10:00:00Z", .placed), ("2024-03-02T10:00:00Z", .delivered)))
        let bare = NewEvent(
            type: DeliveryPromised.eventType, tags: [try .order("A-1"), try .customer("C-1")],
            occurredAt: .at("2024-03-03T10:00:00Z"))
        try folder.append([bare])
        let answer = try await Self.keeping(folder, at: "2024-04-01T00:00:00Z")
        var expected = PromiseKeeping.Uncounted()
        expected.withoutTime = 1
        #expect(answer.uncounted == expected)
        #expect(answer.withoutPromise == 1)
    }

    @Test("an order in parts is judged by the first of them, and counted")
    func parts() async throws {
        let folder = try Self.folder(
            PromiseStory(
                "A-1", ("2024-03-01T10:00:00Z", .placed),
                ("2024-03-01T11:00:00Z", .promised(.at("2024-03-05T10:00:00Z"))), ("2024-03-05T09:00:00Z", .delivered),
                ("2024-03-09T09:00:00Z", .delivered)))
        let first = try await Self.point(folder, at: "2024-03-06T00:00:00Z")
        #expect(first.inParts == 0 && first.kept == 1)
        let both = try await Self.point(folder, at: "2024-03-10T00:00:00Z")
        #expect(both.inParts == 1 && both.kept == 1)
    }

    @Test("orders are grouped by what they were placed with, those without it under nothing, and persons are followed")
    func groups() async throws {
        let promised: (String, PromiseStory.Change) = (
            "2024-03-01T11:00:00Z", .promised(.at("2024-03-31T23:30:00Z"))
        )
        let folder = try Self.folder(
            PromiseStory("A-1", of: "C-1", through: "web", in: "north", ("2024-03-01T10:00:00Z", .placed), promised),
            PromiseStory("A-2", of: "C-2", ("2024-03-01T10:00:00Z", .placed), promised))
        let time = "2024-05-01T00:00:00Z"
        let byChannel = try await Self.keeping(folder, at: time, by: "channel")
        #expect(byChannel.overall.map(\.group) == ["", "web"])
        #expect(try folder.crm.promiseDimensions() == ["channel", "customer", "region"])
        let inBerlin = try await folder.crm.promiseKeeping(
            PromiseQuestion(now: .at(time), by: .month, zone: "Europe/Berlin"))
        #expect(inBerlin.points.map(\.period) == ["2024-04"])
        let byCustomer = try await Self.keeping(folder, at: time, by: "customer")
        #expect(byCustomer.overall.map(\.group) == ["C-1", "C-2"])
        let merge = CustomersMerged.with { message in
            message.survivorID = "C-1"
            message.absorbedID = "C-2"
            message.reason = "test"
        }
        try folder.append([try NewEvent(merge, about: [.customer("C-1"), .customer("C-2")])])
        let merged = try await Self.keeping(folder, at: time, by: "customer")
        #expect(merged.overall.map(\.group) == ["C-1"])
        #expect(merged.overall.map(\.orders) == [2])
        let page = try await folder.crm.promises(
            .overdue, matching: (dimension: "customer", value: "C-2"), at: .at(time), atLeast: folder.head)
        #expect(page.rows.map(\.orderID) == ["A-1", "A-2"])
        #expect(page.rows.map(\.customer) == ["C-1", "C-1"])
    }

    @Test("a cursor of another list is refused, one of another time is not")
    func cursors() async throws {
        let stories = (1...3).map { number in
            PromiseStory(
                "A-\(number)", ("2024-03-01T10:00:00Z", .placed),
                ("2024-03-01T11:00:00Z", .promised(.at("2024-03-0\(number + 4)T10:00:00Z"))))
        }
        let folder = try CRMFolder(try stories.flatMap { try $0.events() })
        let page = try await folder.crm.promises(
            .overdue, at: .at("2024-04-01T00:00:00Z"), limit: 2, atLeast: folder.head)
        #expect(page.rows.map(\.orderID) == ["A-1", "A-2"])
        let cursor = try #require(page.next)
        let rest = try await folder.crm.promises(.overdue, at: .at("2024-04-02T00:00:00Z"), limit: 2, after: cursor)
        #expect(rest.rows.map(\.orderID) == ["A-3"])
        await #expect(throws: ForeignCursor(cursor: cursor)) {
            _ = try await folder.crm.promises(.kept, at: .at("2024-04-01T00:00:00Z"), after: cursor)
        }
        // However far from any date a time is, it is a time.
        let late = Timestamp(microseconds: .max)
        #expect(try await folder.crm.promises(.overdue, at: late).rows.count == 3)
    }

    @Test(
        "a promise without a time, or with one that no date can name, is refused",
        arguments: [
            (0, 0, 0, "promised_at_us is stated, in microseconds since 1970 UTC, not 0"),
            (-1, 0, 0, "promised_at_us lies within 0 to 253402300799999999, not -1"),
            (1, -5, 0, "replaces_us lies within 0 to 253402300799999999, not -5"),
            (1, 0, 10_001, "confidence_bp lies within 0 to 10000, not 10001"),
        ] as [(Int64, Int64, UInt32, String)])
    func unfit(due: Int64, before: Int64, confidence: UInt32, reason: String) throws {
        let message = DeliveryPromised.with { message in
            message.orderID = "A-1"
            message.promisedAtUs = due
            message.replacesUs = before
            message.confidenceBp = confidence
        }
        let tags = [try EntityTag.order("A-1"), try EntityTag.customer("C-1")]
        let error = #expect(throws: UnfitEvent.self) { try NewEvent(message, about: tags) }
        #expect(error?.reason == reason)
    }
}
