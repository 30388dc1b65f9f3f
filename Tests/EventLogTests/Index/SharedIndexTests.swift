@testable import EventLog
import Foundation
import LMDB
import Synchronization
import Testing
import TestSupport

/// Two processes append to one log and index it: over many small tables, with indexers that take their time at every
/// step, and with a map that must grow, which undoes commits half-way.
@Suite(.timeLimit(.minutes(10))) struct SharedIndexTests {
    @Test("while two processes append and index, look-ups in both find every event and none that is not in the log")
    func twoProcesses() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        do {
            var options = EventLogOptions.small
            options.mapSize = SharedLog.mapSize
            let log = try EventLog(at: path, options: options)
            log.close()
        }
        async let here: Void = SharedLog.use(at: path, process: 1)
        await #expect(processExitsWith: .success) { [path = path as String] in
            try await SharedLog.use(at: path, process: 2)
        }
        try await here
        let log = try EventLog(at: path, options: .small)
        let head = try log.verify().head.rawValue
        #expect(head > UInt64(SharedLog.tableCapacity * 20), "there were many tables")
        #expect(log.index.runsEnd > head / 2, "most of them were written out")
        #expect(try log.positions(.of(tags: ["all"])) == Array(1...head))
        for round in 0..<SharedLog.rounds {
            #expect(try log.positions(.of(tags: ["seat:\(round)"])).count == 1, "of two that exclude each other")
            #expect(try log.position(of: SharedLog.repeated(round).id) != nil)
            #expect(try log.positions(.of(tags: ["repeated:\(round)"])).count == 1, "given by both")
        }
        withExtendedLifetime(directory) {}
    }
}

/// A look-up that did not answer what it should.
private struct WrongAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What each of the two processes does with the log.
private final class SharedLog: Sendable {
    static let rounds = 90
    static let tableCapacity = 64
    /// Room for some hundreds of the events.
    static let mapSize = 1 << 18
    private static let page = 50

    private let process: Int
    private let log: WriterFixture

    private init(at path: String, process: Int) throws {
        self.process = process
        log = try WriterFixture(
            folder: path + "/log", indexFolder: path + "/index", mapSize: Self.mapSize,
            tableCapacity: Self.tableCapacity, pacing: 0.01)
    }

    /// Appends and looks up beside the other process, once both are there.
    static func use(at path: String, process: Int) async throws {
        try DurableFile.replace(path + "/process-\(process)", with: [])
        let isTogether = try await eventually(within: .seconds(400)) {
            FileManager.default.fileExists(atPath: path + "/process-\(3 - process)")
        }
        guard isTogether else { throw WrongAnswer("process \(process) is alone") }
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            // A thread of its own: it blocks often.
            Thread { ended.resume(with: Result { try SharedLog(at: path, process: process).work() }) }.start()
        }
    }

    private func work() throws {
        defer { log.close() }
        let reader = Reader { [self] in
            try log.withIndex { try Self.expectAll($0, head: $1) }
            let (end, head) = try log.endAndHead()
            guard end <= head else { throw WrongAnswer("the index reaches \(end), the log \(head)") }
        }
        var own = OwnEvents(process: process)
        do {
            for round in 0..<Self.rounds {
                try append(round, &own)
                try log.withIndex { index, head in try own.check(index, head: head) }
            }
        } catch {
            try? reader.stop()
            throw error
        }
        try reader.stop()
    }

    /// Appends of this process alone, one that only one process can win, and one that both give.
    private func append(_ round: Int, _ own: inout OwnEvents) throws {
        let (first, second) = (own.next(), own.next())
        let seat = [event("Taken", "all", "seat:\(round)")]
        // The other process gives these in the opposite order.
        let repeated = Self.repeated(process == 1 ? round : Self.rounds - 1 - round)
        let condition = AppendCondition(try .of(tags: ["seat:\(round)"]))
        let outcomes = try log.outcomes(of: [
            AppendRequest(first, condition: nil, knownEvents: .refuse),
            AppendRequest(seat, condition: condition, knownEvents: .refuse),
            AppendRequest([repeated], condition: nil, knownEvents: .refuse),
            AppendRequest(second, condition: nil, knownEvents: .refuse),
        ])
        own.add(first, at: try outcomes[0].get().numbers)
        own.add(second, at: try outcomes[3].get().numbers)
        let position = try outcomes[2].get().numbers[0]
        try log.withIndex { index, head in
            guard try index.position(of: repeated.id, head: head) == position else {
                throw WrongAnswer("the event that both give is not at \(position)")
            }
        }
        if case .failure(let error) = outcomes[1], case .conflict = error as? AppendError { return }
        _ = try outcomes[1].get()
    }

    /// The event that both processes append in one of their rounds, with the same bytes.
    static func repeated(_ number: Int) -> NewEvent {
        NewEvent(
            id: EventID(high: 0x7000, low: 1 << 63 | UInt64(number)), type: EventType(unchecked: "Repeated"),
            tags: [EntityTag(unchecked: "all"), EntityTag(unchecked: "repeated:\(number)")],
            occurredAt: Timestamp(microseconds: 0), data: [UInt8](repeating: 7, count: 200))
    }

    /// Every event has the tag "all".
    private static func expectAll(_ index: EventIndex, head: UInt64) throws {
        let key = TagKey(EntityTag(unchecked: "all"))
        var found: [UInt64] = []
        while UInt64(found.count) < head {
            let range = UInt64(found.count) + 1...head
            let page = try index.positions(of: key, in: range, newestFirst: false, limit: Self.page)
            guard page == range.prefix(Self.page).map({ $0 }) else {
                throw WrongAnswer("ascending from \(range.lowerBound) up to \(head) there are \(page)")
            }
            found += page
        }
        let newest = try index.positions(of: key, in: 1...max(1, head), newestFirst: true, limit: Self.page)
        guard newest == found.suffix(Self.page).reversed() else {
            throw WrongAnswer("descending from \(head) there are \(newest)")
        }
    }
}

/// The events that one process alone appends, and where they stand.
private struct OwnEvents {
    private let tag: EntityTag
    private var random: SeededGenerator
    private var ids: [EventID] = []
    private var positions: [UInt64] = []

    init(process: Int) {
        tag = EntityTag(unchecked: "process:\(process)")
        random = SeededGenerator(seed: UInt64(process))
    }

    /// A batch to append.
    mutating func next() -> [NewEvent] {
        (0..<Int.random(in: 1...12, using: &random)).map { _ in
            NewEvent(
                id: .version4(using: &random), type: EventType(unchecked: "Own"),
                tags: [EntityTag(unchecked: "all"), tag], data: [UInt8](repeating: 1, count: 200))
        }
    }

    mutating func add(_ events: [NewEvent], at numbers: [UInt64]) {
        ids += events.map(\.id)
        positions += numbers
    }

    /// All of them are found by tag, and some by their ids.
    func check(_ index: EventIndex, head: UInt64) throws {
        let key = TagKey(tag)
        guard try index.positions(of: key, in: 1...head, newestFirst: false, limit: .max) == positions else {
            throw WrongAnswer("not all events of \(tag) are found")
        }
        guard try index.newest(of: key, above: 0, head: head) == positions.last else {
            throw WrongAnswer("the newest event of \(tag) is not found")
        }
        for number in stride(from: ids.count - 1, through: 0, by: -37) {
            guard try index.position(of: ids[number], head: head) == positions[number] else {
                throw WrongAnswer("the event of \(tag) at \(positions[number]) is not found by its id")
            }
        }
        guard try index.position(of: EventID(), head: head) == nil else {
            throw WrongAnswer("an id that nobody has given is found")
        }
    }
}

/// A thread that asks again and again.
private final class Reader: Sendable {
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    private struct State {
        var isStopping = false
        var failure: (any Error)?
    }

    /// - Parameter question: throws when an answer is wrong.
    init(_ question: @escaping @Sendable () throws -> Void) {
        Thread { [self] in
            while !state.withLock({ $0.isStopping }) {
                do {
                    try question()
                } catch {
                    state.withLock { state in
                        state.isStopping = true
                        state.failure = error
                    }
                }
                // The map can grow only while no transaction is open.
                Thread.sleep(forTimeInterval: 0.001)
            }
            ended.signal()
        }.start()
    }

    /// Ends the thread; throws what it has found wrong. Once.
    func stop() throws {
        state.withLock { $0.isStopping = true }
        ended.wait()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}
