internal import Foundation
internal import LMDB

/// How much of a backup is restored.
public enum RestorePoint: Hashable, Sendable {
    /// Everything that it holds.
    case end
    /// The events up to this position.
    case position(Position)
    /// The events that were recorded at or before this time.
    case time(Timestamp)
}

/// What a restore has made.
public struct RestoredLog: Hashable, Sendable {
    /// The log's identity: that of the log that was backed up, or a new one.
    public let logID: EventID
    /// The last position taken from the backup.
    public let restored: Position
    /// The last position of the log.
    public let head: Position
    /// The log that the events come from, when this is another one.
    public let forkedFrom: EventID?
}

extension Backup {
    /// Makes a data directory of the backup in `folder`.
    ///
    /// Restored to its end, the log keeps its identity: it takes the place of one that was lost. Restored to an earlier
    /// position it would lead on to other events than those that are known under its identity. So it becomes another
    /// log, a fork, with an identity of its own and ``LogForked`` as its next event.
    ///
    /// Each record is checked on the way. A restore that is interrupted leaves a folder that no log is opened in;
    /// another one begins there anew.
    ///
    /// - Parameters:
    ///   - folder: made where it is missing; it holds no log.
    ///   - asFork: makes another log, which every point but the end asks for.
    ///   - progress: told at the start and after each step how far it is, with where it is going; what it throws ends
    ///     the restore there.
    /// - Throws: ``RestoreRefusal``; ``DamagedBackup``; errors of the storage layer.
    @discardableResult
    public func restore(
        into folder: String, to point: RestorePoint = .end, asFork: Bool = false, options: EventLogOptions = .init(),
        progress: (Position, Position) throws -> Void = { _, _ in }
    ) throws -> RestoredLog {
        try restore(
            into: folder, to: point, asFork: asFork, options: options, eventsAtOnce: RecordCopy.eventsAtOnce,
            progress: progress)
    }

    /// - Parameter eventsAtOnce: records of one step.
    @discardableResult
    func restore(
        into folder: String, to point: RestorePoint = .end, asFork: Bool = false, options: EventLogOptions = .init(),
        eventsAtOnce: Int, progress: (Position, Position) throws -> Void = { _, _ in }
    ) throws -> RestoredLog {
        do {
            let source = try openStore(mapSize: options.mapSize)
            defer { source.environment.close() }
            let last = try lastPosition(for: point, in: source, asFork: asFork)
            let unfinished = try UnfinishedRestore(in: folder)
            let target = try LogStore(
                folder: folder + "/log", mapSize: options.mapSize, readOnly: false,
                newID: asFork ? EventID() : logID)
            defer { target.environment.close() }
            var copy = RecordCopy(from: source, to: target, behind: CheckedStretch(), eventsAtOnce: eventsAtOnce)
            try fill(&copy, upTo: last, progress: progress)
            let head = try complete(target, restoredTo: Position(last), asFork: asFork)
            try unfinished.end()
            return RestoredLog(
                logID: target.logID, restored: Position(last), head: head, forkedFrom: asFork ? logID : nil)
        } catch let damage as DamagedLog {
            throw DamagedBackup(path, damage)
        }
    }

    private func openStore(mapSize: Int) throws -> LogStore {
        let folder = path + "/log"
        guard FileManager.default.fileExists(atPath: folder + "/data.mdb") else {
            if manifest.position > 0 { throw DamagedLog(position: Position(1), damage: .missing) }
            // Not even the first backup has come so far.
            throw RestoreRefusal.noBackup(path)
        }
        let store = try LogStore(folder: folder, mapSize: mapSize, readOnly: true)
        guard store.logID == logID else {
            throw UnreadableLog(
                path: path, reason: "its manifest is of log \(logID), its events are of log \(store.logID)")
        }
        return store
    }

    private func lastPosition(for point: RestorePoint, in source: LogStore, asFork: Bool) throws -> UInt64 {
        let snapshot = try source.environment.beginRead()
        let end = try source.head(in: snapshot).position
        guard end >= manifest.position else { throw DamagedLog(position: Position(end + 1), damage: .missing) }
        let last: UInt64
        switch point {
        case .end: last = end
        case .position(let position): last = position.rawValue
        case .time(let time): last = try source.position(recordedAtOrBefore: time, in: snapshot)
        }
        guard last <= end else { throw RestoreRefusal.beyondEnd(Position(last), end: Position(end)) }
        if last == end { return last }
        guard last > 0 else { throw RestoreRefusal.beforeFirst }
        guard asFork else { throw RestoreRefusal.needsFork(Position(last), end: Position(end)) }
        return last
    }

    /// Copies the records. Those that the manifest speaks of are compared with it as soon as all of them are there.
    private func fill(
        _ copy: inout RecordCopy, upTo last: UInt64, progress: (Position, Position) throws -> Void
    ) throws {
        try progress(.zero, Position(last))
        if last >= manifest.position {
            try copy.run(upTo: manifest.position) { position in try progress(position, Position(last)) }
            guard copy.done.chain == manifest.chain else { throw DamagedLog(position: position, damage: .manifest) }
        }
        try copy.run(upTo: last) { position in try progress(position, Position(last)) }
    }

    /// Adds what the log needs besides the records of the backup, before anybody may open it; answers its head.
    ///
    /// This is the place where events that take something back are carried over: an erasure or a legal hold recorded
    /// after `last` binds the restored log as well, or what was erased would come back with it. They are appended here,
    /// taken from the newest log there is, behind ``LogForked`` and while the folder is still marked as unfinished, so
    /// that nothing is ever served without them. No event of today takes anything back.
    private func complete(_ target: LogStore, restoredTo last: Position, asFork: Bool) throws -> Position {
        guard asFork else { return last }
        return try LogForked(logID: logID, position: last).append(to: target)
    }
}
