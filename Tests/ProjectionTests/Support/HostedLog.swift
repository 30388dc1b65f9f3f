@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import TestSupport

/// A log in a folder of its own with a host of read models behind it. Both can be closed and opened again.
final class HostedLog {
    let directory: TemporaryDirectory
    private var opened: (log: EventLog, host: ProjectionHost)?

    /// - Parameter events: are in the log before the host is there.
    init(_ models: [ReadModel] = [Ledger.model], after events: [NewEvent] = []) throws {
        directory = try TemporaryDirectory()
        try open(models, after: events)
    }

    deinit {
        close()
    }

    private var current: (log: EventLog, host: ProjectionHost) {
        guard let opened else { preconditionFailure("the log was closed") }
        return opened
    }

    var log: EventLog { current.log }
    var host: ProjectionHost { current.host }

    func open(_ models: [ReadModel] = [Ledger.model], after events: [NewEvent] = []) throws {
        precondition(opened == nil, "the log is closed before it is opened again")
        let log = try openWhenFree()
        if !events.isEmpty { try log.appendBlocking(events) }
        opened = (log, try ProjectionHost(log, models: models))
    }

    /// The thread of the host before may hold on to the log for a moment.
    private func openWhenFree() throws -> EventLog {
        let deadline = Date(timeIntervalSinceNow: 10)
        while true {
            do {
                return try EventLog(at: directory.path, options: .small)
            } catch let error as LMDBError where error.kind == .alreadyOpen && Date() < deadline {
                Thread.sleep(forTimeInterval: 0.001)
            }
        }
    }

    func close() {
        opened?.log.close()
        opened?.host.close()
        opened = nil
    }

    /// Waits until every read model has folded the whole log, which must not be empty.
    func settle() async throws {
        try await host.wait(for: log.head, of: host.names, seconds: 60)
    }

    /// Waits until every read model has rows and follows, so that what comes next is folded live.
    func follow() async throws {
        let isFollowing = try await eventually {
            try host.status().allSatisfy { $0.state == .following && $0.position != nil }
        }
        guard isFollowing else { throw NotFollowing() }
    }

    private struct NotFollowing: Error {}

    func rows() throws -> LedgerRows {
        try host.read(Ledger.model.name) { reader in try LedgerRows(reader) }
    }

    // MARK: Generations

    /// The digest of rows built from the first event on, apart from those that serve.
    func freshDigest(of model: ReadModel = Ledger.model) throws -> String {
        let apart = try TemporaryDirectory()
        defer { withExtendedLifetime(apart) {} }
        let build = Build(
            log: log, models: [model], directories: [apart.path + "/fresh"], upTo: log.head,
            isCancelled: { false }, progress: { _ in })
        let built = try build.run()
        return try ContentDigest.of(built[0])
    }

    func folder(of model: String = "ledger") -> String { directory.path + "/views/" + model }

    /// The name of the generation that `CURRENT` says.
    func currentGeneration(of model: String = "ledger") throws -> String {
        try String(contentsOfFile: folder(of: model) + "/CURRENT", encoding: .utf8)
    }

    /// The generations there are, sorted by name.
    func generations(of model: String = "ledger") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder(of: model))
            .filter { $0.hasPrefix("gen-") && !$0.hasSuffix(".lock") }
            .sorted()
    }
}

extension EventLogOptions {
    /// Little address space, so that many logs can be open at once.
    static var small: EventLogOptions {
        var options = EventLogOptions()
        options.mapSize = 1 << 28
        return options
    }
}

/// Runs `work`, which blocks, on a thread of its own.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try work() }) }.start()
    }
}
