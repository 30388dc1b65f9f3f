@testable import EventLog
@testable import Projection
import Testing
import TestSupport

@Suite struct FoldPassTests {
    @Test("whatever there is falls to one of the workers, and they share it evenly", arguments: [1, 2, 3, 7, 16, 100])
    func shares(workers: Int) throws {
        let hosted = try HostedLog()
        defer { hosted.close() }
        let seen = SeenLog(hosted.log, nil, .asStored)
        let passes = (0..<workers).map { FoldPass(seen, worker: $0, workers: workers) }
        var random = SeededGenerator(seed: 6)
        var hashes: [UInt64] = [0, 1, .max, 1 << 63, 1 << 40]
        for _ in 0..<20_000 { hashes.append(random.next()) }
        var shares = [Int](repeating: 0, count: workers)
        var wrong: [UInt64] = []
        for hash in hashes {
            let takers = passes.indices.filter { passes[$0].takes(hash) }
            if takers.count == 1 { shares[takers[0]] += 1 } else { wrong.append(hash) }
        }
        #expect(wrong == [])
        let even = hashes.count / workers
        #expect(shares.allSatisfy { $0 > even / 2 && $0 < even * 2 })
    }
}
