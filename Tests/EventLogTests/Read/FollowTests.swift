@testable import EventLog
import Synchronization
import Testing
import TestSupport

/// Followers see events in position order, without gap or duplicate: first what is there, then what comes.
@Suite(.timeLimit(.minutes(5))) struct FollowTests {
    private let directory: TemporaryDirectory
    private let log: EventLog

    init() throws {
        directory = try TemporaryDirectory()
        log = try EventLog(at: directory.path, options: .small)
    }

    /// Positions as they are followed, until there are `count`, or to the end of the log.
    private func followed(_ query: Query = .all, from: UInt64 = 1, count: Int = .max) async throws -> [UInt64] {
        var positions: [UInt64] = []
        for try await event in log.follow(query, from: Position(from)) {
            positions.append(event.position.rawValue)
            if positions.count == count { break }
        }
        return positions
    }

    @Test("what is there comes first, then what is appended")
    func catchesUpThenGoesOn() async throws {
        try await log.append((0..<600).map { _ in event() })
        let follower = Task { try await followed(count: 900) }
        for _ in 0..<30 { try await log.append((0..<10).map { _ in event() }) }
        #expect(try await follower.value == Array(1...900))
    }

    @Test("a follower of an empty log sees the first event")
    func startsEmpty() async throws {
        let follower = Task {
            var iterator = log.follow().makeAsyncIterator()
            return try await iterator.next()
        }
        let appended = event("A", "x", data: "first")
        try await log.append([appended])
        let seen = try await follower.value
        #expect(seen?.position == Position(1))
        #expect(seen?.event == appended)
    }

    @Test("followers at different places, with different queries, each see exactly their events while many append")
    func severalFollowers() async throws {
        var world = RandomWorld(seed: 8)
        try await log.append((0..<300).map { _ in world.event() })
        let follows: [(query: Query, from: UInt64)] = [
            (.all, 1), (.all, 300), (.all, 250), (try .of(types: ["Type0"]), 1), (try .of(tags: ["entity:0"]), 1),
            (try .of(types: ["Type1", "Type4"], tags: ["entity:2"]), 100), (try .of(tags: ["entity:11"]), 1),
            (try .of(types: ["Never"]), 1), (try .of(types: ["Late"]), 1),
        ]
        let followers = follows.map { follow in Task { try await followed(follow.query, from: follow.from) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var world = RandomWorld(seed: UInt64(task) + 1000)
                    for _ in 0..<20 {
                        try await log.append((0..<world.count(in: 1...8)).map { _ in world.event() } + [event("Late")])
                    }
                }
            }
            try await group.waitForAll()
        }
        log.close()
        for (follow, follower) in zip(follows, followers) {
            let expected = try log.positions(follow.query, from: follow.from)
            #expect(try await follower.value == expected, "\(follow)")
        }
        #expect(try log.positions(.of(types: ["Late"])).count == 160)
    }

    @Test("a follower from beyond the head waits until the log gets there")
    func startsBeyondTheHead() async throws {
        try await log.append([event(), event()])
        let follower = Task { try await followed(from: 5, count: 3) }
        for _ in 0..<6 { try await log.append([event()]) }
        #expect(try await follower.value == [5, 6, 7])
    }

    @Test("closing the log ends its followers after they have seen everything")
    func endsOnClose() async throws {
        try await log.append((0..<700).map { _ in event() })
        let followers = (0..<5).map { _ in Task { try await followed() } }
        let filtered = Task { try await followed(.of(types: ["Never"])) }
        log.close()
        for follower in followers { #expect(try await follower.value == Array(1...700)) }
        #expect(try await filtered.value == [])
        #expect(try await followed(from: 699) == [699, 700])
    }

    @Test("a cancelled follower ends, whether it has just begun or is waiting")
    func endsOnCancellation() async throws {
        try await log.append([event()])
        let ended = Counter()
        let seen = Counter()
        let tasks = (0..<400).map { _ in
            Task {
                for try await _ in log.follow() { seen.increment() }
                ended.increment()
            }
        }
        // Some are still starting, some are at the first event, some wait for the second.
        #expect(try await eventually(within: .seconds(60)) { seen.value >= 100 })
        for task in tasks { task.cancel() }
        let haveEnded = try await eventually(within: .seconds(60)) { ended.value == 400 }
        #expect(haveEnded, "\(ended.value) of 400 ended")
        // Lets go of any that were missed.
        log.close()
        for task in tasks { try await task.value }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        var value: Int { count.withLock { $0 } }

        func increment() {
            count.withLock { $0 += 1 }
        }
    }
}
