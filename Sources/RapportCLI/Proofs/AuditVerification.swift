import Audit
import EventLog

/// Every event hashed again and compared with checkpoints, with progress for people.
enum AuditVerification {
    /// - Throws: ``CommandFailure`` with the data directory before it when the log is not what the checkpoints say.
    @discardableResult
    static func run(_ log: EventLog, against checkpoints: [RememberedCheckpoint]) throws -> TreeVerification {
        let progress = ProgressLine(label: "Hashing")
        defer { progress.finish() }
        do {
            return try AuditTrail.verify(log, against: checkpoints) { position, head in
                progress.update(done: Int(clamping: position.rawValue), of: Int(clamping: head.rawValue))
            }
        } catch let error as TamperedLog {
            throw CommandFailure(at: log.path, error)
        } catch let error as DamagedLog {
            throw CommandFailure(at: log.path, error)
        }
    }
}
