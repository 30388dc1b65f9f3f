import Foundation
@testable import Projection
import Synchronization
import Testing

@Suite struct InParallelTests {
    private struct Failure: Error, Equatable {
        let number: Int
    }

    @Test(
        "results come in the order of their numbers, whichever is ready first",
        arguments: [1, 2, 3, 8, 64])
    func inOrder(threads: Int) throws {
        let results = try inParallel(300, on: threads) { number -> String in
            if number % 29 == 0 { Thread.sleep(forTimeInterval: 0.002) }
            return "result \(number)"
        }
        #expect(results == (0..<300).map { "result \($0)" })
    }

    @Test("each number is worked on once", arguments: [0, 1, 4, 32])
    func once(threads: Int) throws {
        let worked = Numbers()
        let results = try inParallel(500, on: threads) { number -> Int in
            worked.add(number)
            return number
        }
        #expect(results == Array(0..<500))
        #expect(worked.sorted == Array(0..<500))
    }

    @Test(
        "of several failures that of the lowest number is thrown, whenever it came; the others are worked on",
        arguments: [1, 2, 16, 100])
    func lowestFailure(threads: Int) {
        let worked = Numbers()
        #expect(throws: Failure(number: 3)) {
            try inParallel(60, on: threads) { number -> Int in
                worked.add(number)
                // The lowest one comes last where several threads are at work.
                if number == 3 { Thread.sleep(forTimeInterval: 0.05) }
                if number == 3 || number % 10 == 7 { throw Failure(number: number) }
                return number
            }
        }
        #expect(worked.sorted == Array(0..<60))
    }

    @Test("the failure of the last number is thrown too")
    func lastFailure() {
        #expect(throws: Failure(number: 19)) {
            try inParallel(20, on: 4) { number -> Int in
                if number == 19 { throw Failure(number: number) }
                return number
            }
        }
    }

    @Test("where there is nothing to do, nothing is done", arguments: [0, 1, 8])
    func nothing(threads: Int) throws {
        let worked = Numbers()
        let results = try inParallel(0, on: threads) { number -> Int in
            worked.add(number)
            return number
        }
        #expect(results.isEmpty)
        #expect(worked.sorted.isEmpty)
    }

    @Test("more threads than work do the work once", arguments: [1, 2, 3])
    func fewNumbers(count: Int) throws {
        let worked = Numbers()
        let results = try inParallel(count, on: 64) { number -> Int in
            worked.add(number)
            return -number
        }
        #expect(results == (0..<count).map { -$0 })
        #expect(worked.sorted == Array(0..<count))
    }

    @Test("work of one thread within that of another is done")
    func nested() throws {
        let sums = try inParallel(6, on: 3) { outer -> Int in
            try inParallel(10, on: 4) { inner -> Int in outer * inner }.reduce(0, +)
        }
        #expect(sums == (0..<6).map { $0 * 45 })
    }
}

/// Numbers that several threads note.
private final class Numbers: Sendable {
    private let noted = Mutex<[Int]>([])

    var sorted: [Int] { noted.withLock { $0.sorted() } }

    func add(_ number: Int) { noted.withLock { $0.append(number) } }
}
