public import EventLog
internal import Foundation
internal import Synchronization

extension LogTree {
    /// Threads that a tree is built on: more would wait for the disk.
    private static let mostThreads = 8
    /// Seconds between two looks at what another process has done.
    private static let pause = 0.02
    /// How long another process may keep the lease without getting on.
    private static let patience = Duration.seconds(30)

    /// Brings the tree to `position`, on as many cores as there are: hashes the events that are missing. Durable when
    /// it returns.
    ///
    /// Where another process extends the tree, it waits until that one has come so far.
    ///
    /// - Parameters:
    ///   - isCancelled: asked again and again. What was hashed before stays.
    ///   - progress: told how many leaves the tree has, with how many it is to have.
    /// - Throws: `CancellationError`; ``TreeUnavailable``; `DamagedLog` for an event that is not sound, over which no
    ///   tree is made; an error of the storage layer.
    public func extend(
        to position: Position, isCancelled: () -> Bool = { false }, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws {
        let target = position.rawValue
        guard isWritable else {
            try refresh()
            guard size >= target else { throw unavailable(.readOnly, wanted: target) }
            return
        }
        let head = log.head
        guard position <= head else { throw unavailable(.beyondHead(head), wanted: target) }
        let threads = min(Self.mostThreads, max(1, ProcessInfo.processInfo.activeProcessorCount))
        var other = OtherProcess()
        defer { rest() }
        while true {
            if isCancelled() { throw CancellationError() }
            if let reached = try advance(towards: target, threads: threads, isDurableAtEnd: true) {
                progress(min(reached, target), target)
                if reached >= target { return }
            } else {
                try refresh()
                if size >= target { return }
                guard other.getsOn(size, within: Self.patience) else {
                    throw unavailable(.heldElsewhere, wanted: target)
                }
                progress(size, target)
                Thread.sleep(forTimeInterval: Self.pause)
            }
        }
    }

    /// Throws the tree away and makes it again from the log, as far as `position`: for one whose hashes were damaged.
    ///
    /// - Throws: as ``extend(to:isCancelled:progress:)``; ``TreeUnavailable`` at once when another process extends it.
    public func rebuild(
        to position: Position, isCancelled: () -> Bool = { false }, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws {
        let target = position.rawValue
        let head = log.head
        guard isWritable else { throw unavailable(.readOnly, wanted: target) }
        guard position <= head else { throw unavailable(.beyondHead(head), wanted: target) }
        let isMine = try withWriter { extending throws -> Bool in
            // The lease is between the two, and this process's own.
            extending.writer = nil
            guard let writer = try TreeWriter.take(in: folder, of: log, anew: true) else {
                retire(isSound: false)
                return false
            }
            extending.writer = writer
            publish(writer)
            return true
        }
        guard isMine else { throw unavailable(.heldElsewhere, wanted: target) }
        try extend(to: position, isCancelled: isCancelled, progress: progress)
    }

    private func unavailable(_ reason: TreeUnavailable.Reason, wanted: UInt64) -> TreeUnavailable {
        TreeUnavailable(reason: reason, path: folder, size: size, wanted: wanted)
    }

    // MARK: Step by step

    /// Hashes some of the events that are missing up to leaf `target`.
    ///
    /// - Parameter isDurableAtEnd: makes everything durable when the tree has come so far.
    /// - Returns: how many leaves the tree has; nil when another process extends it.
    func advance(towards target: UInt64, threads: Int, isDurableAtEnd: Bool = false) throws -> UInt64? {
        try withWriter { extending throws -> UInt64? in
            guard try takeWriter(&extending), var writer = extending.writer else { return nil }
            try writer.extend(towards: target, threads: threads)
            if isDurableAtEnd, writer.size >= target { try writer.commit() }
            extending.writer = writer
            publish(writer)
            return writer.size
        }
    }

    /// Makes durable what was hashed, unless that was done less than `age` ago.
    func commit(ifOlderThan age: Duration) throws {
        try withWriter { extending throws -> Void in
            if extending.writer != nil { try extending.writer?.commit(ifOlderThan: age) }
        }
    }

    /// What came of asking for the lease.
    enum Lease {
        case kept
        /// It is had now. `discarding`: a tree was there that did not fit the log, or could not be read.
        case taken(discarding: Bool)
        /// Another process has it.
        case elsewhere
    }

    /// Takes the lease, and keeps it until ``letGo()``.
    func keepLease() throws -> Lease {
        try withWriter { extending throws -> Lease in
            if extending.writer != nil {
                extending.keepsLease = true
                return .kept
            }
            guard try takeWriter(&extending), let writer = extending.writer else { return .elsewhere }
            extending.keepsLease = true
            return .taken(discarding: writer.hasDiscarded)
        }
    }

    /// Makes durable what was hashed, and lets the lease go.
    func letGo() throws {
        try withWriter { extending throws -> Void in
            guard extending.writer != nil else { return }
            try extending.writer?.commit()
            retire(isSound: true)
            extending = Extending()
        }
    }

    /// As ``letGo()``, unless the lease is to be kept. What cannot be made durable is hashed again.
    private func rest() {
        try? withWriter { extending throws -> Void in
            guard !extending.keepsLease, extending.writer != nil else { return }
            try extending.writer?.commit()
            retire(isSound: true)
            extending = Extending()
        }
    }

    /// False when another process has the lease.
    private func takeWriter(_ extending: inout Extending) throws -> Bool {
        if extending.writer != nil { return true }
        guard let writer = try TreeWriter.take(in: folder, of: log) else { return false }
        extending.writer = writer
        publish(writer)
        return true
    }

    /// Runs `body` alone. When it fails, whatever was not committed is given up, and the lease with it.
    private func withWriter<Result: Sendable>(_ body: (inout Extending) throws -> Result) throws -> Result {
        try extending.withLock { extending throws -> Result in
            do {
                return try body(&extending)
            } catch {
                extending = Extending()
                retire(isSound: false)
                throw error
            }
        }
    }
}

/// Whether another process that has the lease gets on.
private struct OtherProcess {
    var size: UInt64?
    var since = ContinuousClock.now

    /// - Parameter size: how many leaves the tree has now.
    mutating func getsOn(_ size: UInt64, within patience: Duration) -> Bool {
        if self.size != size {
            self.size = size
            since = .now
        }
        return since.duration(to: .now) < patience
    }
}
