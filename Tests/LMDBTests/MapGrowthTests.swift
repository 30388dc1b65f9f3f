import Foundation
@testable import LMDB
import Synchronization
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct MapGrowthTests {
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

    /// 64 KiB that tell which number they belong to.
    private func value(_ number: UInt64) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: number &* 37), count: 64 << 10)
    }

    private func isSound(_ number: UInt64) throws -> Bool {
        let transaction = try environment.beginRead()
        guard let stored = try transaction.value(in: values, for: number) else { return false }
        let expected = value(number)
        return stored.sameBytes(as: expected.rawSpan)
    }

    @Test("a map of 1 MiB takes 8 MiB of values while another thread reads")
    func growsUnderAReader() throws {
        let progress = Mutex<(written: UInt64, isDone: Bool)>((0, false))
        let reading = Mutex<(count: Int, failures: [String])>((0, []))
        let reader = DispatchGroup()
        reader.enter()
        Thread {
            defer { reader.leave() }
            while true {
                let (written, isDone) = progress.withLock { $0 }
                if written > 0 {
                    do {
                        let number = UInt64.random(in: 1...written)
                        let isSound = try self.isSound(number)
                        reading.withLock { state in
                            state.count += 1
                            if !isSound { state.failures.append("value \(number) is wrong") }
                        }
                    } catch {
                        reading.withLock { $0.failures.append("\(error)") }
                    }
                }
                if isDone { return }
            }
        }.start()
        defer { progress.withLock { $0.isDone = true } }
        for number: UInt64 in 1...128 {
            try environment.write { transaction in
                try transaction.append(value(number).rawSpan, in: values, for: number)
            }
            progress.withLock { $0.written = number }
        }
        progress.withLock { $0.isDone = true }
        reader.wait()

        #expect(environment.mapUse().reserved >= 8 << 20)
        for number: UInt64 in 1...128 { #expect(try isSound(number), "value \(number)") }
        let (count, failures) = reading.withLock { $0 }
        #expect(count > 0)
        #expect(failures == [])
    }

    @Test("one transaction larger than the map runs again until it fits")
    func oneTransactionOutgrowsTheMap() throws {
        var runs = 0
        try environment.write { transaction in
            runs += 1
            for number: UInt64 in 1...64 {
                try transaction.append(value(number).rawSpan, in: values, for: number)
            }
        }
        #expect(runs > 1)
        for number: UInt64 in 1...64 { #expect(try isSound(number), "value \(number)") }
    }

    @Test("growing waits for an open transaction, and that one may still open another")
    func nestedTransactionsDoNotBlockGrowing() throws {
        let isNestedDone = Mutex(false)
        let hasGrown = Mutex(false)
        let environment = self.environment
        let before = environment.mapUse().reserved
        Thread {
            do {
                let outer = try environment.beginRead()
                Thread {
                    try? environment.growMap()
                    hasGrown.withLock { $0 = true }
                }.start()
                // Long enough for the growing thread to be waiting for the outer transaction.
                for _ in 0..<20_000 { _ = try environment.text(for: 1, in: environment.database("values")) }
                let isStillWaiting = hasGrown.withLock { !$0 }
                isNestedDone.withLock { $0 = isStillWaiting }
                _ = try outer.count(of: environment.database("values"))
            } catch {
                Issue.record(error)
            }
        }.start()
        let deadline = Date(timeIntervalSinceNow: 5)
        while Date() < deadline, !hasGrown.withLock({ $0 }) { usleep(1000) }
        let (couldNest, couldGrow) = (isNestedDone.withLock { $0 }, hasGrown.withLock { $0 })
        #expect(couldNest)
        #expect(couldGrow)
        #expect(environment.mapUse().reserved == before * 2)
    }
}
