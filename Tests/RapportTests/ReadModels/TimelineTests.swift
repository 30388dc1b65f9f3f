import EventLog
@testable import Rapport
import Testing
import TestSupport

/// What happened around a customer, or anything else.
@Suite struct TimelineTests {
    private static let morning = Timestamp.at("2024-05-06T08:00:00Z")

    /// An event of a type of its own.
    private static func event(_ name: String, days: Int64, about tags: String...) throws -> NewEvent {
        NewEvent(
            type: try EventType("shop.\(name)"), tags: try tags.map { try EntityTag($0) },
            occurredAt: morning.plus(days: days))
    }

    /// Positions in the order of the answer.
    private static func positions(_ timeline: Timeline) -> [UInt64] {
        timeline.entries.map(\.recorded.position.rawValue)
    }

    /// Six events, of which the fourth is not about C-1: two at the same moment, some recorded later than others that
    /// happened after them.
    private static func folder() throws -> CRMFolder {
        try CRMFolder([
            event("Visited", days: 4, about: "customer:C-1"),
            event("Called", days: 1, about: "customer:C-1", "case:案-9"),
            event("Visited", days: 4, about: "case:案-9", "customer:C-1"),
            event("Visited", days: 2, about: "customer:C-10"),
            event("Called", days: 9, about: "customer:C-1", "customer:C-10"),
            event("Wrote", days: 0, about: "customer:C-1"),
        ])
    }

    @Test("events come in the order in which they happened, then were recorded; the newest first, or the oldest")
    func order() throws {
        let folder = try Self.folder()
        let customer = try EntityTag.customer("C-1")
        let newest = try folder.crm.timeline(.init(of: customer))
        #expect(Self.positions(newest) == [5, 3, 1, 2, 6])
        #expect(newest.total == 5)
        #expect(newest.next == nil)
        #expect(newest.position == folder.head)
        #expect(newest.tag == customer)
        let third = try #require(newest.entries.dropFirst(2).first).recorded
        #expect(third.event == (try folder.crm.log.event(at: Position(1)))?.event)
        let oldest = try folder.crm.timeline(.init(of: customer, oldestFirst: true))
        #expect(Self.positions(oldest) == [6, 2, 1, 3, 5])
    }

    @Test("anything that has a tag has a timeline; of what no event is about it is empty")
    func tags() throws {
        let folder = try Self.folder()
        for (tag, expected) in [
            ("case:案-9", [3, 2]), ("customer:C-10", [5, 4]), ("customer:C", []), ("order:A-1", []),
        ] as [(String, [UInt64])] {
            let timeline = try folder.crm.timeline(.init(of: try EntityTag(tag)))
            #expect(Self.positions(timeline) == expected)
            #expect(timeline.total == expected.count)
            #expect(timeline.next == nil)
        }
    }

    @Test("types and a position say which events are shown and counted")
    func filters() throws {
        let folder = try Self.folder()
        let customer = try EntityTag.customer("C-1")
        let (visited, called) = (try EventType("shop.Visited"), try EventType("shop.Called"))
        for (types, since, expected) in [
            ([visited], nil, [3, 1]), ([visited, called], nil, [5, 3, 1, 2]), ([try EventType("shop.Lost")], nil, []),
            ([], 2, [5, 3, 6]), ([], 0, [5, 3, 1, 2, 6]), ([called], 2, [5]), ([], 6, []), ([], 99, []),
        ] as [([EventType], UInt64?, [UInt64])] {
            let question = TimelineQuestion(of: customer, types: types, since: since.map { Position($0) })
            let timeline = try folder.crm.timeline(question)
            #expect(Self.positions(timeline) == expected)
            #expect(timeline.total == expected.count)
        }
    }

    @Test("behind the last position that a number can name there is nothing")
    func lastPosition() throws {
        #expect(Position(.max).next == Position(.max))
        #expect(Position(.max - 1).next == Position(.max))
        let folder = try Self.folder()
        let customer = try EntityTag.customer("C-1")
        for since in [UInt64.max - 1, .max] {
            let timeline = try folder.crm.timeline(.init(of: customer, since: Position(since)))
            #expect(timeline.entries.isEmpty)
            #expect(timeline.total == 0)
            #expect(timeline.next == nil)
            #expect(timeline.position == folder.head)
        }
    }

    @Test("what was appended this moment is there, without any read model")
    func atOnce() throws {
        let folder = try Self.folder()
        let customer = try EntityTag.customer("C-1")
        let before = try folder.crm.timeline(.init(of: customer))
        try folder.append([try Self.event("Returned", days: 3, about: "customer:C-1")])
        let after = try folder.crm.timeline(.init(of: customer))
        #expect(Self.positions(after) == [5, 3, 1, 7, 2, 6])
        let news = try folder.crm.timeline(.init(of: customer, since: before.position))
        #expect(Self.positions(news) == [7])
    }

    @Test("an event is late when it was recorded more than so long after it happened")
    func late() throws {
        let customer = try EntityTag.customer("C-1")
        let type = try EventType("shop.Visited")
        let now = Timestamp.now()
        let folder = try CRMFolder(
            [now, now.plus(days: -1, seconds: 60), now.plus(days: -1, seconds: -60), now.plus(days: 3)].map {
                NewEvent(type: type, tags: [customer], occurredAt: $0)
            })
        func lateOnes(after microseconds: Int64? = nil) throws -> [UInt64] {
            var question = TimelineQuestion(of: customer)
            if let microseconds { question.lateAfter = microseconds }
            return try folder.crm.timeline(question).entries.filter(\.isLate).map(\.recorded.position.rawValue).sorted()
        }
        #expect(try lateOnes() == [3], "a day is what is usual")
        #expect(try lateOnes(after: 3_600_000_000) == [2, 3])
        #expect(try lateOnes(after: 2 * 86_400_000_000) == [])
        // To the microsecond.
        let recorded = try #require(try folder.crm.log.event(at: Position(2)))
        let delay = recorded.recordedAt.microseconds - recorded.event.occurredAt.microseconds
        #expect(try lateOnes(after: delay) == [3])
        #expect(try lateOnes(after: delay - 1) == [2, 3])
    }

    // MARK: Pages

    @Test("pages of any length make up the whole timeline", arguments: 1...4 as ClosedRange<UInt64>)
    func pages(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let customer = try EntityTag.customer("C-1")
        let types = try ["shop.A", "shop.B", "shop.C"].map { try EventType($0) }
        var expected: [(at: Timestamp, position: UInt64)] = []
        let folder = try CRMFolder()
        for position in 1...90 as ClosedRange<UInt64> {
            let type = types[Int.random(in: 0...2, using: &random)]
            // Few moments, so that many events share one.
            let time = Self.morning.plus(days: Int64.random(in: -6...6, using: &random))
            let isMine = Int.random(in: 0...4, using: &random) > 0
            let tag = try EntityTag.customer(isMine ? "C-1" : "C-2")
            try folder.append([NewEvent(type: type, tags: [tag], occurredAt: time)])
            if isMine, type != types[2], position > 20 { expected.append((time, position)) }
        }
        expected.sort { ($0.at, $0.position) < ($1.at, $1.position) }
        for limit in [1, 3, 7, 20, 100] {
            for oldestFirst in [false, true] {
                var question = TimelineQuestion(
                    of: customer, types: Array(types[..<2]), since: Position(20), oldestFirst: oldestFirst,
                    limit: limit)
                var found: [UInt64] = []
                repeat {
                    let page = try folder.crm.timeline(question)
                    #expect(page.total == expected.count)
                    #expect(page.next == nil || page.entries.count == limit)
                    found += Self.positions(page)
                    // As a caller hands it back: by its text.
                    question.cursor = try page.next.map { try #require(ListCursor($0.description)) }
                } while question.cursor != nil
                let positions = expected.map(\.position)
                #expect(found == (oldestFirst ? positions : positions.reversed()))
            }
        }
    }

    @Test("a page goes on behind the last event shown, whatever has come since")
    func changesBetweenPages() throws {
        let folder = try Self.folder()
        let customer = try EntityTag.customer("C-1")
        let first = try folder.crm.timeline(.init(of: customer, limit: 2))
        #expect(Self.positions(first) == [5, 3])
        try folder.append([
            try Self.event("Visited", days: 4, about: "customer:C-1"),
            try Self.event("Visited", days: 3, about: "customer:C-1"),
        ])
        let second = try folder.crm.timeline(.init(of: customer, after: first.next))
        #expect(Self.positions(second) == [1, 8, 2, 6], "what happened after what was shown is on an earlier page")
        #expect(second.total == 7)
    }

    @Test("a cursor of another list is refused")
    func foreignCursors() throws {
        let folder = try Self.folder()
        let customer = try EntityTag.customer("C-1")
        for length in [1, 9, 15, 17] {
            let cursor = ListCursor.madeUp(of: [UInt8](repeating: 0x80, count: length))
            #expect(throws: ForeignCursor(cursor: cursor)) {
                try folder.crm.timeline(.init(of: customer, after: cursor))
            }
        }
    }
}
