@testable import EventLog
import Foundation
import LMDB
@testable import Projection
import Synchronization

/// A host over a directory that was closed before, opened in another way than ``HostedLog`` does.
final class OpenedHost {
    let log: EventLog
    let host: ProjectionHost
    private let builds: Builds

    private final class Builds: Sendable {
        let reports = Mutex(0)
    }

    /// - Parameter readOnly: neither follows nor builds.
    init(_ models: [ReadModel], at path: String, readOnly: Bool = false) throws {
        var options = EventLogOptions.small
        options.readOnly = readOnly
        let builds = Builds()
        self.builds = builds
        log = try Self.open(path, options)
        host = try ProjectionHost(log, models: models) { _ in builds.reports.withLock { $0 += 1 } }
    }

    deinit {
        close()
    }

    func close() {
        log.close()
        host.close()
    }

    /// Whether anything has been built for being opened.
    var hasBuilt: Bool { builds.reports.withLock { $0 > 0 } }

    /// The thread of the host before may hold on to the log for a moment.
    private static func open(_ path: String, _ options: EventLogOptions) throws -> EventLog {
        let deadline = Date(timeIntervalSinceNow: 10)
        while true {
            do {
                return try EventLog(at: path, options: options)
            } catch let error as LMDBError where error.kind == .alreadyOpen && Date() < deadline {
                Thread.sleep(forTimeInterval: 0.001)
            }
        }
    }
}
