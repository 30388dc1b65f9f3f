import Foundation
@testable import LMDB
import Synchronization
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct ReaderSlotsTests {
    private let directory: TemporaryDirectory
    private let environment: Environment
    private let values: Database

    /// A map of 1 MiB.
    init() throws {
        directory = try TemporaryDirectory()
        environment = try Environment(
            path: directory.path, databases: [DatabaseDefinition("values", integerKeys: true)],
            options: EnvironmentOptions(mapSize: 1 << 20, durability: .rebuildable))
        values = environment.database("values")
    }

    private func commit(_ number: UInt64, bytes: Int = 10) throws {
        let value = [UInt8](repeating: 1, count: bytes)
        try environment.write { transaction in
            try transaction.append(value.rawSpan, in: values, for: number)
        }
    }

    @Test("where nobody reads all slots are free")
    func nobodyReads() throws {
        #expect(try environment.readerSlots() == ReaderSlots(taken: 0, maximum: 1024, oldestLag: 0))
        try commit(1)
        _ = try environment.text(for: 1, in: values)
        #expect(try environment.readerSlots() == ReaderSlots(taken: 0, maximum: 1024, oldestLag: 0))
    }

    @Test("each open read takes a slot, and the oldest is as many commits behind as were made since")
    func openReads() throws {
        try commit(1)
        do {
            let oldest = try environment.beginRead()
            #expect(try environment.readerSlots() == ReaderSlots(taken: 1, maximum: 1024, oldestLag: 0))
            try commit(2)
            try commit(3)
            let newest = try environment.beginRead()
            #expect(try environment.readerSlots() == ReaderSlots(taken: 2, maximum: 1024, oldestLag: 2))
            let counts = try [oldest.count(of: values), newest.count(of: values)]
            #expect(counts == [1, 3])
        }
        #expect(try environment.readerSlots().taken == 0)
    }

    @Test("the map and the slots can be looked at while the map grows")
    func lookingWhileGrowing() throws {
        let isDone = Mutex(false)
        let looks = Mutex(0)
        let environment = self.environment
        let looker = DispatchGroup()
        looker.enter()
        Thread {
            defer { looker.leave() }
            while !isDone.withLock({ $0 }) {
                _ = environment.mapUse()
                _ = try? environment.readerSlots()
                looks.withLock { $0 += 1 }
            }
        }.start()
        defer { isDone.withLock { $0 = true } }
        while looks.withLock({ $0 }) == 0 { Thread.sleep(forTimeInterval: 0.001) }
        for number: UInt64 in 1...256 { try commit(number, bytes: 64 << 10) }
        isDone.withLock { $0 = true }
        looker.wait()
        #expect(looks.withLock { $0 } > 0)
        #expect(environment.mapUse().reserved >= 16 << 20)
    }
}
