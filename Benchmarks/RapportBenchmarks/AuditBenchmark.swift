import Audit
import CBaseline
import EventLog
import Foundation
import LMDB

/// What it costs to prove the history of a log: the tree over it, proofs, checkpoints. Events have 220 bytes of payload
/// and three tags.
struct AuditBenchmark {
    private let place: String
    private let events: Int
    private let rounds: Int
    private let isSmoke: Bool

    private var path: String { place + "/log" }

    init(_ options: BenchmarkOptions) {
        place = options.place
        events = options.events
        rounds = options.rounds
        isSmoke = options.isSmoke
    }

    func run() async throws {
        try await fill()
        try copyForC()
        try build()
        try await TreeFollowing(in: place, events: events, rounds: rounds).run()
        let log = try EventLog(at: path)
        defer { log.close() }
        try verify(log)
        try await prove(log)
    }

    private func fill() async throws {
        let log = try EventLog(at: path)
        var sample = EventSample(customers: max(100, events / 20))
        var left = events
        while left > 0 {
            let batch = sample.next(min(left, 5000))
            try await log.append(batch)
            left -= batch.count
        }
        log.close()
    }

    /// C may not open a directory that is open elsewhere in the process.
    private func copyForC() throws {
        try FileManager.default.createDirectory(atPath: place + "/c", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: path + "/log/data.mdb", toPath: place + "/c/data.mdb")
    }

    // MARK: The whole tree

    /// From the first event on, durable when it ends; C hashes the same leaves and nodes on as many threads, compares
    /// no checksums, and stores nothing.
    private func build() throws {
        let log = try EventLog(at: path)
        defer { log.close() }
        guard let type = try log.event(at: Position(1))?.event.type.name else { return }
        let c = CLog.canHash ? try CLog(place + "/c") : nil
        let threads = min(8, ProcessInfo.processInfo.activeProcessorCount)
        var rates: [Double] = []
        var ratios: [Double] = []
        var inC: [Double] = []
        var blocks = 0.0
        for _ in 0..<rounds {
            let (rate, root) = try buildOnce(log)
            rates.append(rate)
            guard let c else { continue }
            let (rootInC, hashed) = try c.hash(type: type, threads: threads)
            guard rootInC == root.bytes else { throw Disagreement("C has found another root than the tree of the log") }
            blocks = Double(hashed.blocks) / Double(hashed.leaves)
            inC.append(Double(hashed.leaves) / hashed.seconds)
            ratios.append(rate * hashed.seconds / Double(hashed.leaves))
        }
        line("tree from the first event on", "\(Spread(rates).text) leaves/s")
        if c == nil {
            line("tree in C", "left out: there is no OpenSSL at hand")
        } else {
            line(
                "tree of C, the same root",
                "\(Spread(ratios).text) of C; C \(number(Spread(inC).median)) leaves/s on \(threads) threads, "
                    + "\(number(blocks)) blocks of SHA-256 a leaf, nodes included")
        }
        line("tree, bytes an event", number(Double(Folder.bytes(path + "/tree")) / Double(events)))
    }

    /// Leaves a second, and the root.
    private func buildOnce(_ log: EventLog) throws -> (rate: Double, root: Hash256) {
        try? FileManager.default.removeItem(atPath: path + "/tree")
        let tree = try LogTree(of: log, isWritable: true)
        let taken = try seconds { try tree.extend(to: log.head) }
        return (Double(tree.size) / taken, try tree.root(size: tree.size))
    }

    // MARK: What is done with it

    /// All events are hashed again, and compared with the stored leaves.
    private func verify(_ log: EventLog) throws {
        var rates: [Double] = []
        for _ in 0..<rounds {
            let taken = try seconds { _ = try AuditTrail.verify(log) }
            rates.append(Double(events) / taken)
        }
        line("verify against the stored tree", "\(Spread(rates).text) events/s")
    }

    private func prove(_ log: EventLog) async throws {
        let trail = try AuditTrail(log, follows: false)
        defer { trail.close() }
        try FileManager.default.createDirectory(atPath: place + "/keys", withIntermediateDirectories: true)
        let key = try CheckpointSigner.makeKey(named: "benchmark.example/log", at: place + "/keys/log")
        let signer = try CheckpointSigner(keyFile: place + "/keys/log", dataDirectory: path)
        let first = uptime()
        let note = try trail.checkpoint(signedBy: signer)
        line("first checkpoint", "\(number(milliseconds(since: first))) ms")
        let proofs = try ProofBenchmark(trail, note, key, times: isSmoke ? 50 : 1000)
        try proofs.run()
        try await sign(log, trail, signer)
    }

    /// Each checkpoint is of one event more, and durable with it.
    private func sign(_ log: EventLog, _ trail: AuditTrail, _ signer: CheckpointSigner) async throws {
        var sample = EventSample(customers: 100)
        var taken: [Double] = []
        for _ in 0..<(isSmoke ? 5 : 100) {
            try await log.append(sample.next(1))
            let start = uptime()
            _ = try trail.checkpoint(signedBy: signer)
            taken.append(milliseconds(since: start))
        }
        line("checkpoint after one more event", quantiles([("p50", 0.5), ("p99", 0.99)], of: taken))
    }
}
