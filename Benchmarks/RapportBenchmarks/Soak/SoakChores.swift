import EventLog
import Foundation
import Projection
import Rapport

/// What goes on beside the load of a soak, each on a thread of its own; more often when the soak is short.
final class SoakChores: Sendable {
    /// A rebuild of all read models.
    let rebuild: BackgroundJob
    /// A backup of what is new.
    let backup: BackgroundJob
    /// Holding on to a snapshot of the log and of a read model.
    let reader: BackgroundJob

    /// - Parameters:
    ///   - duration: seconds of the soak.
    ///   - folder: where the backup goes.
    init(_ crm: Rapport, _ duration: Double, backup folder: String) {
        rebuild = BackgroundJob(every: min(120, duration / 5)) { isStopping in
            try crm.projections.rebuild(isCancelled: isStopping)
        }
        backup = BackgroundJob(every: min(300, duration / 4)) { isStopping in
            try crm.log.backUp(to: folder) { _, _ in
                if isStopping() { throw CancellationError() }
            }
        }
        let held = min(30, duration / 10)
        reader = BackgroundJob(every: min(150, duration / 3)) { isStopping in
            try SoakChores.holdSnapshots(of: crm, for: held, unless: isStopping)
        }
    }

    /// Has them end, and returns when they have.
    func stop() {
        for job in [rebuild, backup, reader] { job.stop() }
    }

    var text: String { "\(rebuild.runs) rebuilds, \(backup.runs) backups, \(reader.runs) snapshots held" }

    /// The first failure of each that has failed.
    var failures: [String] {
        [("rebuild", rebuild), ("backup", backup), ("reader", reader)].compactMap { name, job in
            job.firstFailure.map { "\(name), \(job.failures) times: \($0)" }
        }
    }

    private static func holdSnapshots(
        of crm: Rapport, for seconds: Double, unless isStopping: @Sendable () -> Bool
    ) throws {
        let end = uptime() + UInt64(seconds * 1e9)
        try crm.projections.read(crm.projections.names[0]) { _ in
            _ = try crm.log.read(limit: 1) { _ in
                while uptime() < end, !isStopping() { usleep(10_000) }
                return false
            }
        }
    }
}
