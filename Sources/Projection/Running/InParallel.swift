internal import Foundation
internal import Synchronization

/// Runs `body` for 0..<count and answers the results in order, or throws the failure of the lowest number.
///
/// On threads of its own, the caller's among them: a pool that others keep busy would let one core wait.
package func inParallel<Result: Sendable>(
    _ count: Int, on threads: Int, _ body: @escaping @Sendable (Int) throws -> Result
) throws -> [Result] {
    let work = SharedWork(count, body)
    let helpers = max(0, min(threads, count) - 1)
    let helpersDone = DispatchSemaphore(value: 0)
    for _ in 0..<helpers {
        let thread = Thread {
            work.run()
            helpersDone.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }
    work.run()
    for _ in 0..<helpers { helpersDone.wait() }
    return try work.results()
}

/// Numbers that several threads take one by one.
private final class SharedWork<Result: Sendable>: Sendable {
    private let count: Int
    private let body: @Sendable (Int) throws -> Result
    private let next = Atomic<Int>(0)
    private let outcomes = Mutex<[Int: Swift.Result<Result, any Error>]>([:])

    init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Result) {
        self.count = count
        self.body = body
    }

    func run() {
        while true {
            let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard number < count else { return }
            let outcome = Swift.Result { try body(number) }
            outcomes.withLock { $0[number] = outcome }
        }
    }

    func results() throws -> [Result] {
        try outcomes.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
    }
}
