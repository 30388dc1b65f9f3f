internal import Dispatch
internal import Synchronization

/// Work on many things that all cores do together, each a share at a time.
final class SharedWork<Output: Sendable>: Sendable {
    private let count: Int
    private let share: Int
    private let work: @Sendable (Range<Int>) -> Output
    private let finished = Mutex<[Int: Output]>([:])

    private init(count: Int, share: Int, _ work: @escaping @Sendable (Range<Int>) -> Output) {
        self.count = count
        self.share = share
        self.work = work
    }

    /// What comes of each share of `count` things, in their order; nothing where there are none. On the thread of the
    /// caller where one share is all.
    static func outputs(
        of count: Int, inSharesOf share: Int, _ work: @escaping @Sendable (Range<Int>) -> Output
    ) -> [Output] {
        if count <= 0 { return [] }
        if count <= share { return [work(0..<count)] }
        let shared = SharedWork<Output>(count: count, share: share, work)
        let shares = (count + share - 1) / share
        DispatchQueue.concurrentPerform(iterations: shares) { shared.run($0) }
        return shared.outputs(of: shares)
    }

    private func run(_ number: Int) {
        let output = work(number * share..<min(count, (number + 1) * share))
        finished.withLock { $0[number] = output }
    }

    private func outputs(of shares: Int) -> [Output] {
        let all = finished.withLock { $0 }
        return (0..<shares).compactMap { all[$0] }
    }
}
