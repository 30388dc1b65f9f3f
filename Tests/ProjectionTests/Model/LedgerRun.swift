@testable import EventLog
import Foundation
@testable import Projection
import Synchronization
import TestSupport

/// What is not as it should be after a step.
struct LedgerComplaint: Hashable, Sendable {
    /// The number of the step, from 0.
    let step: Int
    let text: String
}

/// Carries out steps, and compares rows and digests with what plain folding of the same events gives.
final class LedgerRun {
    private let hosted: HostedLog
    private var events: [NewEvent] = []
    /// The digest of the rows at a position: however they have come about, it is one.
    private var digests: [Position: String] = [:]

    private struct Complaint: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    init() throws {
        hosted = try HostedLog()
    }

    /// The first complaint about a run of `steps`; nil when there is none.
    static func complaint(about steps: [LedgerStep]) async -> LedgerComplaint? {
        var number = 0
        do {
            let run = try LedgerRun()
            defer { run.hosted.close() }
            for step in steps {
                try await run.take(step)
                number += 1
            }
            try await run.checkAgainstFreshRows()
            return nil
        } catch {
            return LedgerComplaint(step: number, text: "\(error)")
        }
    }

    private func take(_ step: LedgerStep) async throws {
        switch step {
        case .append(let seed, let count): try await append(LedgerStep.events(seed: seed, count))
        case .appendEach(let seed, let count):
            for event in LedgerStep.events(seed: seed, count) {
                try await append([event])
                try await hosted.settle()
            }
            try checkAtHead()
        case .ask: try check()
        case .reopen:
            hosted.close()
            try hosted.open()
            try check()
        case .rebuild:
            let host = hosted.host
            try await onThread { try host.rebuild() }
            try await checkAgainstFreshRows()
        case .interruptedRebuild(let looks): try await interruptRebuild(after: looks)
        case .rebuildWhileAppending(let seed, let count):
            try await rebuild(whileAppending: LedgerStep.events(seed: seed, count))
        case .forget:
            hosted.close()
            for folder in ["/views", "/index"] {
                try FileManager.default.removeItem(atPath: hosted.directory.path + folder)
            }
            try hosted.open()
            try await hosted.settle()
            try checkAtHead()
        }
    }

    private func append(_ new: [NewEvent]) async throws {
        try await hosted.log.append(new)
        events += new
    }

    // MARK: Rebuilding

    /// Counts how often a rebuild asks whether to go on.
    private final class Patience: Sendable {
        private let looks = Atomic(0)
        private let most: Int

        init(_ most: Int) {
            self.most = most
        }

        func isAtEnd() -> Bool { looks.wrappingAdd(1, ordering: .relaxed).newValue > most }
    }

    private func interruptRebuild(after looks: Int) async throws {
        // Before there are rows, the follower builds some of its own.
        try await hosted.settle()
        let before = try hosted.currentGeneration()
        let patience = Patience(looks)
        let host = hosted.host
        do {
            try await onThread { try host.rebuild(isCancelled: { patience.isAtEnd() }) }
        } catch is CancellationError {
            guard try hosted.currentGeneration() == before else { throw Complaint("a rebuild given up serves") }
        }
        try checkAtHead()
    }

    private func rebuild(whileAppending new: [NewEvent]) async throws {
        let host = hosted.host
        async let rebuilt: Void = onThread { try host.rebuild() }
        do {
            for event in new {
                try await append([event])
                try check()
            }
        } catch {
            _ = try? await rebuilt
            throw error
        }
        try await rebuilt
        try await checkAgainstFreshRows()
    }

    // MARK: Comparing

    /// The rows at whatever position they are; there may be none yet.
    private func check() throws {
        do {
            try compareRows()
        } catch ProjectionUnavailable.rebuilding {
            return
        }
    }

    /// The rows at the head, where they must be, and their digest.
    private func checkAtHead() throws {
        let position = try compareRows()
        guard position == hosted.log.head else {
            throw Complaint("rows at \(position) that were waited for at \(hosted.log.head)")
        }
        let live = try hosted.host.digest(of: Ledger.model.name)
        let known = digests[live.position, default: live.digest]
        guard live.digest == known else { throw Complaint("two digests at position \(live.position)") }
        digests[live.position] = live.digest
    }

    private func checkAgainstFreshRows() async throws {
        try await hosted.settle()
        try checkAtHead()
        let live = try hosted.host.digest(of: Ledger.model.name)
        guard try hosted.freshDigest() == live.digest else {
            throw Complaint("another digest than that of fresh rows at position \(live.position)")
        }
    }

    /// Compares the rows with those that the events up to their position give; answers the position.
    @discardableResult
    private func compareRows() throws -> Position {
        let (position, rows) = try hosted.host.read(Ledger.model.name) { reader in
            (reader.position, try LedgerRows(reader))
        }
        guard position.rawValue <= UInt64(events.count) else {
            throw Complaint("rows at \(position) of \(events.count) events")
        }
        guard rows == LedgerRows(of: Array(events[..<Int(position.rawValue)])) else {
            throw Complaint("rows at \(position) that plain folding does not give")
        }
        return position
    }
}
