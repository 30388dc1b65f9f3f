import Foundation
@testable import EventLog
import LMDB
import Testing
import TestSupport

@Suite struct ReadTests {
    private let directory: TemporaryDirectory
    private let log: EventLog

    init() throws {
        directory = try TemporaryDirectory()
        log = try EventLog(at: directory.path, options: .small)
    }

    @Test("an empty log has nothing to read")
    func emptyLog() throws {
        for query in [Query.all, try .of(types: ["A"]), try .of(tags: ["x"])] {
            for backwards in [false, true] {
                let extent = try log.read(query, backwards: backwards) { _ in true }
                #expect(extent.last == nil && extent.head == .zero)
            }
        }
        #expect(try log.event(at: Position(1)) == nil)
        #expect(log.head == .zero)
    }

    @Test("a range holds both its ends, and is cut at the head")
    func ranges() async throws {
        try await log.append((0..<10).map { _ in event("A", "x") })
        for query in [Query.all, try .of(types: ["A"]), try .of(tags: ["x"])] {
            #expect(try log.positions(query, from: 3, to: 5) == [3, 4, 5])
            #expect(try log.positions(query, from: 5, to: 5) == [5])
            #expect(try log.positions(query, from: 5, to: 4) == [])
            #expect(try log.positions(query, from: 0, to: 2) == [1, 2])
            #expect(try log.positions(query, from: 9, to: 99) == [9, 10])
            #expect(try log.positions(query, from: 11) == [])
            #expect(try log.positions(query, from: .max) == [])
            #expect(try log.positions(query, from: 9, to: .max, backwards: true) == [10, 9])
            #expect(try log.positions(query, limit: 0) == [])
        }
    }

    @Test("reading stops when the body says so, and passes its errors on")
    func bodyStops() async throws {
        struct Enough: Error {}
        try await log.append((0..<10).map { _ in event("A", "x") })
        for query in [Query.all, try .of(tags: ["x"])] {
            var seen: [UInt64] = []
            let extent = try log.read(query, from: Position(2)) { event in
                seen.append(event.position.rawValue)
                return seen.count < 3
            }
            #expect(seen == [2, 3, 4])
            #expect(extent.last == Position(4) && extent.head == Position(10))
            #expect(throws: Enough.self) { try log.read(query) { _ in throw Enough() } }
        }
    }

    @Test("the head of a read is the one it began with, and events appended meanwhile are not delivered")
    func headIsFixed() async throws {
        try await log.append((0..<5).map { _ in event("A", "x") })
        for query in [Query.all, try .of(tags: ["x"])] {
            let head = log.head
            var count: UInt64 = 0
            let extent = try log.read(query) { _ in
                count += 1
                try log.appendBlocking([event("A", "x")])
                return true
            }
            #expect(extent.head == head && extent.last == head)
            #expect(count == head.rawValue)
            #expect(log.head == Position(head.rawValue * 2))
        }
    }

    @Test("an event can be borrowed in place and copied out")
    func borrows() async throws {
        let given = event("A", "x", "y", data: "payload")
        try await log.append([given])
        let found = try log.withEvent(at: Position(1)) { view in
            (view.tagCount, view.data.text(), log.type(of: view), log.recorded(view).event)
        }
        let (tags, data, type, copy) = try #require(found)
        #expect(tags == 2)
        #expect(data == "payload")
        #expect(type == given.type)
        #expect(copy == given)
        #expect(try log.withEvent(at: Position(2)) { _ in true } == nil)
    }

    @Test("the last position recorded at or before a time is found by bisection")
    func positionByTime() async throws {
        #expect(try log.position(recordedAtOrBefore: .now()) == .zero)
        for size in [1, 3, 1, 2] { try await log.append((0..<size).map { _ in event() }) }
        let times = try log.events().map(\.recordedAt)
        for time in times.flatMap({ [$0.advanced(byMicroseconds: -1), $0, $0.advanced(byMicroseconds: 1)] }) {
            let expected = UInt64(times.count { $0 <= time })
            #expect(try log.position(recordedAtOrBefore: time) == Position(expected))
        }
    }
}
