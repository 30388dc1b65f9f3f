import Foundation
@testable import EventLog
import Synchronization
import Testing
import TestSupport

/// Types are stored as numbers; a number must stand for the same name for ever.
@Suite struct TypeTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func opened() throws -> EventLog { try EventLog(at: directory.path, options: .small) }

    @Test("types are numbered in the order of their first use, and keep their numbers")
    func numbersStay() async throws {
        let names = ["C", "A", "B"]
        do {
            let log = try opened()
            try await log.append(names.map { event($0) })
            try await log.append(names.reversed().map { event($0) })
            #expect(try names.map { try log.typeNumber(of: EventType($0)) } == [1, 2, 3])
            log.close()
        }
        let log = try opened()
        try await log.append([event("D"), event("A")])
        #expect(try ["D", "A", "never"].map { try log.typeNumber(of: EventType($0)) } == [4, 2, nil])
        #expect(try log.events().map(\.event.type.name) == ["C", "A", "B", "B", "A", "C", "D", "A"])
    }

    @Test("a new type keeps its number while other threads look types up")
    func numbersStayUnderReaders() throws {
        let appended: [EventID]
        var names: [String] = []
        do {
            let log = try opened()
            let isDone = Mutex(false)
            let readers = DispatchGroup()
            for _ in 0..<2 {
                readers.enter()
                // Weakly, so that the ending thread cannot keep the log open.
                Thread { [weak log] in
                    while !isDone.withLock({ $0 }) { _ = try? log?.typeNumber(of: EventType(unchecked: "never")) }
                    readers.leave()
                }.start()
            }
            defer {
                isDone.withLock { $0 = true }
                readers.wait()
            }
            for number in 0..<150 {
                names += ["Type\(number)", "Type\(number)"]
                try log.appendBlocking([event("Type\(number)")])
                try log.appendBlocking([event("Type\(number)")])
            }
            appended = try log.events().map(\.event.id)
            log.close()
        }
        let log = try opened()
        #expect(try log.events().map(\.event.id) == appended)
        #expect(try log.events().map(\.event.type.name) == names)
        _ = try log.verify()
    }

    @Test("type names that look the same but have other bytes are two types")
    func canonicallyEquivalentNames() async throws {
        let names = ["caf\u{E9}", "cafe\u{301}"]
        let types = try names.map { try EventType($0) }
        #expect(types[0] != types[1])
        do {
            let log = try opened()
            try await log.append(types.map { NewEvent(type: $0) })
            try await log.append([NewEvent(type: types[1])])
            #expect(try log.positions(Query(types: [types[0]])) == [1])
            #expect(try log.positions(Query(types: [types[1]])) == [2, 3])
            log.close()
        }
        let log = try opened()
        #expect(try log.events().map { Array($0.event.type.name.utf8) } == [0, 1, 1].map { Array(names[$0].utf8) })
        #expect(try log.positions(Query(types: [types[0]])) == [1])
        #expect(try log.positions(Query(types: [types[1]])) == [2, 3])
        let condition = AppendCondition(try Query(types: [types[1]]), after: 1)
        let conflict = AppendConflict(condition: condition, conflicting: Position(2))
        await #expect(throws: AppendError.conflict(conflict)) { try await log.append([event()], condition: condition) }
    }
}
