internal import EventLog
internal import Foundation
internal import LMDB
internal import Synchronization

/// Leaves that one thread hashes and writes, with the complete runs of 256 that end among them.
struct TreeBatch: Sendable {
    /// Batches end at multiples of it: a run of 256 is in one batch, but for its leaves that were there before.
    private static let length: UInt64 = 8192

    let log: EventLog
    let files: TreeFiles
    /// Numbers of the leaves. Those before are in the files, or in other batches, which then end with a run.
    let leaves: Range<UInt64>

    /// Hashes the leaves of `range` on so many threads and writes what they make; answers the checksum of the last
    /// record.
    ///
    /// - Throws: ``DamagedLog`` for a record that is not sound; errors of the storage layer.
    static func hash(_ range: Range<UInt64>, of log: EventLog, into files: TreeFiles, threads: Int) throws -> UInt64 {
        var batches: [TreeBatch] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, (start / length + 1) * length)
            batches.append(TreeBatch(log: log, files: files, leaves: start..<end))
            start = end
        }
        let work = SharedBatches(batches)
        let helpers = max(0, min(threads, batches.count) - 1)
        let helpersDone = DispatchSemaphore(value: 0)
        for _ in 0..<helpers {
            let thread = Thread {
                work.run()
                helpersDone.signal()
            }
            thread.name = "tree"
            thread.start()
        }
        work.run()
        for _ in 0..<helpers { helpersDone.wait() }
        return try work.lastChecksum()
    }

    /// Hashes and writes; answers the checksum of the last record.
    fileprivate func run() throws -> UInt64 {
        // The leaves of the first run that are there already come first, so that it can be completed.
        let first = leaves.lowerBound / TreeFiles.width * TreeFiles.width
        var hashes = try files.read(0, from: first, count: Int(leaves.lowerBound - first))
        let known = hashes.count
        let length = Int(leaves.upperBound - first) * Hash256.byteCount
        hashes.reserveCapacity(length)
        var names = TypeNames(of: log)
        var scratch: [UInt8] = []
        var checksum: UInt64 = 0
        try log.read(from: Position(leaves.lowerBound + 1), to: Position(leaves.upperBound)) { event in
            guard event.hasShape else { throw DamagedLog(position: event.position, damage: .malformed) }
            let name = try names.name(of: event)
            hashes.append(EventCommitment.leafHash(ofShaped: event, typeName: name, scratch: &scratch))
            checksum = event.checksum
            return true
        }
        guard hashes.count == length else {
            let found = UInt64(hashes.count / Hash256.byteCount)
            throw DamagedLog(position: Position(first + found + 1), damage: .missing)
        }
        try files.write(hashes.rawSpan.extracting(known..<length), 0, at: leaves.lowerBound)
        try writeRuns(of: hashes, from: first)
        return checksum
    }

    private func writeRuns(of hashes: [UInt8], from first: UInt64) throws {
        let runLength = Int(TreeFiles.width) * Hash256.byteCount
        var runs: [UInt8] = []
        var nodes: [Hash256] = []
        var start = 0
        while start + runLength <= hashes.count {
            runs.append(HashRun.root(of: hashes.rawSpan.extracting(start..<start + runLength), nodes: &nodes))
            start += runLength
        }
        try files.write(runs.rawSpan, 1, at: first / TreeFiles.width)
    }
}

/// Batches that several threads take one by one.
private final class SharedBatches: Sendable {
    private let batches: [TreeBatch]
    private let next = Atomic<Int>(0)
    private let outcomes = Mutex<[Int: Result<UInt64, any Error>]>([:])

    init(_ batches: [TreeBatch]) {
        self.batches = batches
    }

    func run() {
        while true {
            let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard number < batches.count else { return }
            let outcome = Result { try batches[number].run() }
            outcomes.withLock { $0[number] = outcome }
        }
    }

    /// The checksum of the last record of all, or the failure of the first batch that has failed.
    func lastChecksum() throws -> UInt64 {
        try outcomes.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }.last ?? 0
    }
}
